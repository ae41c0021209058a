// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl list: all spaces, one a line.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../common/message.h"
#include "../common/size.h"
#include "command.h"
#include "json.h"
#include "table.h"

static const char * const headings[] = {
	"ID", "PASID", "TYPE", "STATE", "ATTACHMENTS", "MAPPED", "PINNED",
	"HOLDERS",
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
	fclose(stream);
	return text;
}

static void add_row(struct table *table, const struct space *space)
{
	const struct ioasid_fdinfo *info = space->info;
	char *holders = holders_text(space);

	table_add(table, "%llu", info->id);
	table_add(table, "%u", info->pasid);
	table_add(table, "%s", info->type);
	table_add(table, "%s%s", info->state, info->mm_gone ? ",mm-gone" : "");
	table_add(table, "%u", info->attachments);
	table_add(table, "%s", format_size(info->mapped).text);
	table_add(table, "%s", format_size(info->pinned).text);
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

static int run(char **arguments, const struct options *options)
{
	struct spaces spaces;
	int rc;

	rc = spaces_read(&spaces);
	if (rc) {
		complain("cannot look at /proc: %s", strerror(-rc));
	} else {
		if (options->given & OPTION_JSON)
			print_json(&spaces);
		else
			print_text(&spaces);
		spaces_mention_hidden(&spaces);
		if (!spaces.count && access("/dev/ioasid", F_OK))
			complain("/dev/ioasid: %s",
				 ioasid_explain(IOASID_OP_SYSTEM_OPEN, -errno));
	}
	spaces_free(&spaces);
	return rc ? STATUS_FAILED : STATUS_OK;
}

const struct command list_command = {
	.name = "list",
	.arguments = "",
	.summary = "all spaces and who holds them",
	.help =
"Prints one line for each space that a process holds: its id, PASID, type and\n"
"state, the number of attachments, how much of it devices reach without a page\n"
"request (of type iova: how much is mapped), how much memory is pinned for it,\n"
"and its holders as PID/FD(NAME).\n"
"\n"
"What is seen is what /proc lets the caller see; root sees all. When processes\n"
"could not be looked at, their number is printed on stderr.\n",
	.takes = OPTION_JSON,
	.run = run,
};
