// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl limit show: a tree of cgroups, and how many spaces each has.
 *
 * A machine has hundreds of cgroups, and few with spaces or limits. So only
 * these are shown, and what they are below.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ioasid/ioasid.h>

#include "../common/message.h"
#include "json.h"
#include "limit.h"
#include "limit_command.h"
#include "table.h"

#define INDENT	2

static const char * const headings[] = {
	"CGROUP", "SPACES", "MAX", "LEFT", "LIMITED BY",
};

/**
 * struct row - One cgroup
 * @limit: what was found; its strings are our own
 * @wanted: to be shown
 */
struct row {
	struct ioasid_limit limit;
	bool wanted;
};

struct tree {
	struct row *rows;
	size_t count;
};

/* Names are any bytes. */
static char *copy_name(const char *name)
{
	char *copy = strdup(name ?: "");

	if (copy)
		make_printable(copy);
	return copy;
}

static int add(const struct ioasid_limit *limit, void *data)
{
	struct tree *tree = data;
	struct row *rows, *row;

	rows = reallocarray(tree->rows, tree->count + 1, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	tree->rows = rows;
	row = &rows[tree->count++];
	row->limit = *limit;
	row->limit.cgroup = copy_name(limit->cgroup);
	row->limit.tightest = copy_name(limit->tightest);
	row->wanted = !limit->depth || limit->current ||
		      limit->max != IOASID_NO_LIMIT;
	return row->limit.cgroup && row->limit.tightest ? 0 : -ENOMEM;
}

/* What is above one that is wanted stands before it, at less depth. */
static void want_above(struct tree *tree)
{
	unsigned int depth = 0;
	struct row *row;
	size_t i;

	for (i = tree->count; i--;) {
		row = &tree->rows[i];
		row->wanted |= row->limit.depth < depth;
		if (row->wanted)
			depth = row->limit.depth;
	}
}

static struct json_object *row_to_json(const struct ioasid_limit *limit)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "cgroup", limit->cgroup);
	json_add_number(object, "id", limit->id);
	json_add_bool(object, "counted", limit->counted);
	if (limit->counted) {
		json_add_number(object, "spaces", limit->current);
		json_add_limit(object, "max", limit->max);
	}
	json_add_limit(object, "left", limit->left);
	if (*limit->tightest)
		json_add_text(object, "limited_by", limit->tightest);
	return object;
}

static void print_json(const struct tree *tree)
{
	struct json_object *root = json_object_new_array();
	const struct row *row;

	for (row = tree->rows; row < tree->rows + tree->count; row++)
		if (row->wanted)
			json_object_array_add(root, row_to_json(&row->limit));
	json_print(root);
}

/* Below the first, whose path is written, the last name is enough. */
static void add_row(struct table *table, const struct ioasid_limit *limit)
{
	const char *name = limit->cgroup;

	if (limit->depth)
		name = strrchr(name, '/') + 1;
	table_add(table, "%*s%s", INDENT * (int)limit->depth, "", name);
	if (limit->counted) {
		table_add(table, "%u", limit->current);
		table_add(table, "%s", format_limit(limit->max).text);
	} else {
		table_add(table, "-");
		table_add(table, "-");
	}
	table_add(table, "%s", format_limit(limit->left).text);
	table_add(table, "%s", *limit->tightest ? limit->tightest : "-");
}

static void print_text(const struct tree *tree)
{
	struct table table = { .columns = ARRAY_SIZE(headings) };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(headings); i++)
		table_add(&table, "%s", headings[i]);
	for (i = 0; i < tree->count; i++)
		if (tree->rows[i].wanted)
			add_row(&table, &tree->rows[i].limit);
	table_print(&table, "");
}

static void print(struct tree *tree, const struct options *options)
{
	size_t i;

	want_above(tree);
	for (i = 0; i < tree->count; i++)
		tree->rows[i].wanted |= !!(options->given & OPTION_ALL);
	if (options->given & OPTION_JSON)
		print_json(tree);
	else
		print_text(tree);
	if (tree->rows[0].limit.hidden)
		complain("cgroups above / cannot be seen, and may leave less");
}

static void free_tree(struct tree *tree)
{
	while (tree->count--) {
		free(tree->rows[tree->count].limit.cgroup);
		free(tree->rows[tree->count].limit.tightest);
	}
	free(tree->rows);
}

static int run(char **arguments, const struct options *options)
{
	const char *cgroup = arguments[0] ?: "/";
	struct tree tree = {};
	int rc;

	rc = ioasid_limit_walk(cgroup, add, &tree);
	if (rc)
		complain_limit("read the limits of", cgroup, rc);
	else
		print(&tree, options);
	free_tree(&tree);
	return rc ? STATUS_FAILED : STATUS_OK;
}

const struct command limit_show_command = {
	.name = "limit show",
	.arguments = "[--all] [CGROUP]",
	.summary = "how many each has, may have and can get",
	.help =
"Prints the tree of cgroups below one, or all: how many spaces each has and may\n"
"have, how many are left when those above it are considered, and whose limit that\n"
"is.\n"
"\n"
"  --all          also those with neither spaces nor a limit\n",
	.examples =
"  ioasidctl limit show\n"
"  ioasidctl limit show --all /system.slice\n",
	.max_arguments = 1,
	.takes = OPTION_JSON | OPTION_ALL,
	.first = ARGUMENT_CGROUP,
	.run = run,
};
