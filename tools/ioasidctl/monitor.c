// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl monitor: what happens to spaces, as it happens.
 *
 * A signal that would end it is held back while a line is printed, and ends the
 * wait for the next one: the instance of tracefs has to go in any case.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ioasid/ioasid.h>

#include "../common/message.h"
#include "command.h"
#include "event.h"
#include "json.h"
#include "signals.h"
#include "trace.h"

#define LOST	"CPU:"
#define ERROR	"error"

/**
 * struct monitor - What was asked for, and how far it is
 * @json: print JSON
 * @left: how many events to print yet, if @limited
 * @limited: end when there are none left
 * @broken: beginning of a line that a name with a newline has broken
 */
struct monitor {
	bool json;
	unsigned long left;
	bool limited;
	char broken[TRACE_LINE_SIZE];
};

static bool is_number(const char *text)
{
	size_t hex = strncmp(text, "0x", 2) ? 0 : 2;

	if (hex)
		return text[hex + strspn(text + hex, "0123456789abcdef")] == 0;
	text += *text == '-';
	return *text && !text[strspn(text, "0123456789")];
}

/* Only a space that is refused has an error. */
static const char *explain(const char *error)
{
	return ioasid_explain(IOASID_OP_ALLOC, atoi(error));
}

static void add_field(struct json_object *object, const char *key,
		      const char *value)
{
	if (!strcmp(key, ERROR))
		json_add_text(object, "error_text", explain(value));
	if (!*key)
		json_add_text(object, "text", value);
	else if (!is_number(value))
		json_add_text(object, key, value);
	else if (*value == '-')
		json_object_object_add(object, key,
				       json_object_new_int64(strtoll(value,
								     NULL,
								     0)));
	else
		json_add_number(object, key, strtoull(value, NULL, 0));
}

static void print_json(struct event *event)
{
	struct json_object *object = json_object_new_object();
	struct json_object *time;
	const char *key, *value;

	time = json_object_new_double_s(strtod(event->time, NULL), event->time);
	json_object_object_add(object, "time", time);
	json_add_text(object, "event", event->name);
	json_add_number(object, "pid", event->pid);
	if (*event->comm)
		json_add_text(object, "comm", event->comm);
	while (event_next_field(&event->fields, &key, &value))
		add_field(object, key, value);
	json_print_line(object);
}

static void print_text(struct event *event)
{
	const char *error = strstr(event->fields, ERROR "=");

	make_printable(event->fields);
	printf("%s  %-8s  %s", event->time, event->name, event->fields);
	if (error)
		printf(" (%s)", explain(error + strlen(ERROR "=")));
	printf("  by=%s[%d]\n", event->comm, event->pid);
}

static void print_lost(const char *line, bool json)
{
	struct json_object *object;
	unsigned long count;

	if (sscanf(line, LOST "%*u [LOST %lu", &count) != 1)
		return;
	if (!json) {
		printf("%lu events were lost\n", count);
		return;
	}
	object = json_object_new_object();
	json_add_text(object, "event", "lost");
	json_add_number(object, "count", count);
	json_print_line(object);
}

static void print_event(struct monitor *monitor, struct event *event)
{
	if (monitor->json)
		print_json(event);
	else
		print_text(event);
	if (monitor->limited)
		monitor->left--;
}

/* Whoever calls his process "a\nb" is no less watched. */
static void take_line(struct monitor *monitor, const char *line)
{
	size_t used = strlen(monitor->broken);
	size_t length = used + strlen(line);
	bool broken = length < EVENT_NAME_WIDTH;
	struct event event;

	if (!strncmp(line, LOST, strlen(LOST))) {
		print_lost(line, monitor->json);
		return;
	}
	snprintf(monitor->broken + used, sizeof(monitor->broken) - used, "%s%s",
		 line, broken ? "\n" : "");
	if (broken)
		return;
	if (event_parse(monitor->broken, &event))
		print_event(monitor, &event);
	monitor->broken[0] = '\0';
}

static int watch(struct monitor *monitor, struct trace *trace,
		 const sigset_t *mask)
{
	char line[TRACE_LINE_SIZE];
	int rc = 1;

	while (!monitor->limited || monitor->left) {
		rc = trace_next(trace, TRACE_FOREVER, mask, line);
		if (rc <= 0)
			break;
		take_line(monitor, line);
		if (fflush(stdout))
			break;
	}
	if (rc < 0)
		complain("cannot read events: %s", strerror(-rc));
	return rc < 0 ? STATUS_FAILED : STATUS_OK;
}

static int run(char **arguments, const struct options *options)
{
	struct monitor monitor = {
		.json = options->given & OPTION_JSON,
		.left = options->count,
		.limited = options->given & OPTION_COUNT,
	};
	int status = STATUS_FAILED;
	struct trace trace;
	sigset_t mask;

	signals_hold(&mask);
	if (!trace_open(&trace)) {
		complain("ready");
		status = watch(&monitor, &trace, &mask);
	}
	trace_close(&trace);
	return status;
}

const struct command monitor_command = {
	.name = "monitor",
	.arguments = "[-n COUNT]",
	.summary = "what happens to spaces, as it happens",
	.help =
"Prints one line for each event: when (in seconds of CLOCK_MONOTONIC), what, of\n"
"which space, and the thread in which it happened. Says \"ready\" on stderr once\n"
"nothing is missed any more. Ends at a signal. Needs root.\n"
"\n"
"  -n, --count COUNT  end after so many events\n",
	.examples =
"  ioasidctl monitor                   # until Ctrl-C\n"
"  ioasidctl -j monitor -n 2 | jq .event\n",
	.takes = OPTION_JSON | OPTION_COUNT,
	.run = run,
};
