// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "event.h"
#include "space.h"

#define PREFIX		"ioasid_"
#define UNKNOWN_NAME	"<...>"

static void take_name(const char *line, char *comm)
{
	const char *name = line + strspn(line, " ");

	snprintf(comm, EVENT_NAME_WIDTH + 1, "%.*s",
		 (int)(line + EVENT_NAME_WIDTH - name), name);
	if (!strcmp(comm, UNKNOWN_NAME))
		comm[0] = '\0';
	make_printable(comm);
}

bool event_parse(char *line, struct event *event)
{
	char *rest, *end;
	int used = 0;

	if (strlen(line) <= EVENT_NAME_WIDTH || line[EVENT_NAME_WIDTH] != '-')
		return false;
	rest = line + EVENT_NAME_WIDTH + 1;
	if (sscanf(rest, "%d [%*u] %31[0-9.]: " PREFIX "%n", &event->pid,
		   event->time, &used) != 2 || !used)
		return false;
	event->name = rest + used;
	end = strstr(event->name, ": ");
	if (!end)
		return false;
	*end = '\0';
	event->fields = end + 2;
	take_name(line, event->comm);
	return true;
}

bool event_next_field(char **fields, const char **key, const char **value)
{
	char *field, *equals;

	do {
		field = strsep(fields, " ");
	} while (field && !*field);
	if (!field)
		return false;
	equals = strchr(field, '=');
	*key = equals ? field : "";
	*value = equals ? equals + 1 : field;
	if (equals)
		*equals = '\0';
	return true;
}
