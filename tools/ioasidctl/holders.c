// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl holders: who keeps a space, and its PASID, alive.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "../common/message.h"
#include "command.h"
#include "describe.h"
#include "json.h"
#include "reach.h"
#include "table.h"
#include "verdict.h"

static const char * const fd_headings[] = {
	"PID", "FD", "NAME", "RIGHTS",
};

static const char * const attachment_headings[] = {
	"ATTACHMENT", "DEVICE", "PID", "NAME", "COOKIE", "STATE",
};

static void add_headings(struct table *table, const char * const *headings)
{
	size_t i;

	for (i = 0; i < table->columns; i++)
		table_add(table, "%s", headings[i]);
}

static void print_fds(const struct space *space)
{
	struct table table = { .columns = ARRAY_SIZE(fd_headings) };
	const struct holder *holder;
	size_t i;

	add_headings(&table, fd_headings);
	for (i = 0; i < space->nr_holders; i++) {
		holder = &space->holders[i];
		table_add(&table, "%d", holder->pid);
		table_add(&table, "%d", holder->fd);
		table_add(&table, "%s", holder->comm);
		table_add(&table, "%s", describe_rights(holder).text);
	}
	table_print(&table, "  ");
}

static void add_attachment(struct table *table,
			   const struct ioasid_attachment_entry *entry)
{
	if (attachment_is_known(entry))
		table_add(table, "%llu", entry->id);
	else
		table_add(table, "-");
	table_add(table, "%s", describe_device(entry));
	if (entry->pid)
		table_add(table, "%u", entry->pid);
	else
		table_add(table, "-");
	table_add(table, "%s", *entry->comm ? entry->comm : "-");
	table_add(table, "%llu", entry->cookie);
	table_add(table, "%s", entry->flags & IOASID_ATTACHMENT_CUT ?
		  "cut off" : "attached");
}

static void print_attachments(const struct space *space)
{
	struct table table = { .columns = ARRAY_SIZE(attachment_headings) };
	size_t i;

	add_headings(&table, attachment_headings);
	for (i = 0; i < space->nr_attachments; i++)
		add_attachment(&table, &space->attachments[i]);
	table_print(&table, "  ");
}

static void print_text(const struct space *space)
{
	char *verdict = verdict_on(space);

	printf("space %llu, PASID %u\n", space->id, space->pasid);
	if (space->nr_holders)
		print_fds(space);
	if (space->nr_attachments)
		print_attachments(space);
	printf("  %s\n", verdict ?: "out of memory");
	free(verdict);
}

static struct json_object *to_json(const struct space *space)
{
	struct json_object *object = space_to_json(space);
	char *verdict = verdict_on(space);

	json_add_text(object, "verdict", verdict ?: "out of memory");
	free(verdict);
	return object;
}

static int print_all(const struct spaces *spaces, char **names, bool json)
{
	struct json_object *array = json ? json_object_new_array() : NULL;
	int status, worst = STATUS_OK;
	const struct space *space;

	for (; *names; names++) {
		status = reach_name(spaces, *names, &space);
		if (status > worst)
			worst = status;
		if (!status && json)
			json_object_array_add(array, to_json(space));
		else if (!status)
			print_text(space);
	}
	if (json)
		json_print(array);
	return worst;
}

static int run(char **arguments, const struct options *options)
{
	struct spaces spaces;
	int status;

	status = spaces_take(&spaces);
	if (!status) {
		status = print_all(&spaces, arguments,
				   options->given & OPTION_JSON);
		spaces_mention_hidden(&spaces);
	}
	spaces_free(&spaces);
	return status;
}

const struct command holders_command = {
	.name = "holders",
	.arguments = "ID...",
	.summary = "who keeps a space and its PASID",
	.help =
"Prints every descriptor of each space that is named, with its rights, and every\n"
"attachment, with who has made it and whether it was cut off; and below, what\n"
"keeps the space and its PASID from being given back.\n",
	.examples =
"  ioasidctl holders 7            # who can keep space 7\n"
"  ioasidctl holders pasid:57     # why PASID 57 is not given back\n",
	.min_arguments = 1,
	.max_arguments = INT_MAX,
	.takes = OPTION_JSON,
	.first = ARGUMENT_SPACE,
	.rest = ARGUMENT_SPACE,
	.run = run,
};
