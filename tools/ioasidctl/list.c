// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl list: all spaces, one a line; or what each user has of them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../common/message.h"
#include "../common/size.h"
#include "command.h"
#include "describe.h"
#include "json.h"
#include "spaces.h"
#include "table.h"
#include "users.h"

static const char * const headings[] = {
	"ID", "PASID", "TYPE", "STATE", "USER", "CREATOR", "CGROUP",
	"ATTACHMENTS", "MAPPED", "PINNED", "HOLDERS",
};

static void print_json(const struct spaces *spaces)
{
	struct json_object *root = json_object_new_array();
	size_t i;

	for (i = 0; i < spaces->count; i++)
		json_object_array_add(root, space_to_json(&spaces->list[i]));
	json_print(root);
}

/* PID/FD is how "show" takes it. */
static char *holders_text(const struct space *space)
{
	const struct holder *holder;
	char *text = NULL;
	size_t size, i;
	FILE *stream;

	stream = open_memstream(&text, &size);
	if (!stream)
		return NULL;
	for (i = 0; i < space->nr_holders; i++) {
		holder = &space->holders[i];
		fprintf(stream, "%s%d/%d(%s)", i ? " " : "", holder->pid,
			holder->fd, holder->comm);
	}
	if (!space->nr_holders)
		fputc('-', stream);
	fclose(stream);
	return text;
}

static void add_origin(struct table *table, const struct space *space)
{
	const struct creator *creator = &space->creator;

	table_add(table, "%s", creator->has_uid && !space->kernel ?
		  describe_user(creator->uid).text : "-");
	table_add(table, "%s", describe_creator(space).text);
	table_add(table, "%s", describe_cgroup(creator->cgroup));
}

static void add_row(struct table *table, const struct space *space)
{
	char *holders = holders_text(space);

	table_add(table, "%llu", space->id);
	table_add(table, "%u", space->pasid);
	table_add(table, "%s", space->type);
	table_add(table, "%s", describe_state(space).text);
	add_origin(table, space);
	table_add(table, "%u", space->nr_attached);
	table_add(table, "%s", format_size(space->mapped).text);
	table_add(table, "%s", format_size(space->pinned).text);
	table_add(table, "%s", holders ?: "?");
	free(holders);
}

static void print_text(const struct spaces *spaces)
{
	struct table table = { .columns = ARRAY_SIZE(headings) };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(headings); i++)
		table_add(&table, "%s", headings[i]);
	for (i = 0; i < spaces->count; i++)
		add_row(&table, &spaces->list[i]);
	table_print(&table, "");
}

static void print(const struct spaces *spaces, const struct options *options)
{
	bool json = options->given & OPTION_JSON;

	if (options->given & OPTION_USERS)
		users_print(spaces, json);
	else if (json)
		print_json(spaces);
	else
		print_text(spaces);
	spaces_mention_hidden(spaces);
	if (spaces_absent(spaces))
		complain("/dev/ioasid: %s", spaces_absent(spaces));
}

static int run(char **arguments, const struct options *options)
{
	struct spaces spaces;
	int status;

	status = spaces_take(&spaces);
	if (!status)
		print(&spaces, options);
	spaces_free(&spaces);
	return status;
}

const struct command list_command = {
	.name = "list",
	.arguments = "[--users]",
	.summary = "all spaces and who holds them",
	.help =
"Prints one line for each space: its id, PASID, type and state, the user, the\n"
"process and the cgroup that it was created by, the number of attachments, how\n"
"much of it devices reach without a page request (of type iova: how much is\n"
"mapped), how much memory is pinned for it, and its holders as PID/FD(NAME).\n"
"\n"
"  --users        one line for each user instead: how many spaces, what is\n"
"                 pinned for them, and how much of RLIMIT_MEMLOCK that is\n"
"\n"
"root sees all spaces, also those that no process holds. Others see those that\n"
"they have created, and those that their processes hold. When processes could\n"
"not be looked at, their number is printed on stderr.\n",
	.examples =
"  ioasidctl list                 # every space, and who holds it\n"
"  ioasidctl list --users         # who has most\n"
"  ioasidctl -j list | jq -r \".[].holders[].comm\" | sort | uniq -c\n",
	.takes = OPTION_JSON | OPTION_USERS,
	.run = run,
};
