// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl show: everything about some spaces.
 *
 * A space is named by its id, or by a descriptor that holds it, as PID/FD.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../common/message.h"
#include "../common/size.h"
#include "command.h"
#include "json.h"
#include "table.h"

/* Reads digits up to @end, which is moved behind them. */
static int parse_number(const char *text, char **end, unsigned long long max,
			unsigned long long *number)
{
	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*number = strtoull(text, end, 10);
	return errno || *number > max ? -EINVAL : 0;
}

static int id_of_descriptor(const char *name, pid_t pid, int fd, __u64 *id)
{
	struct ioasid_fdinfo *info;
	int rc;

	rc = ioasid_fdinfo_read(pid, fd, &info);
	if (rc) {
		complain("%s: %s", name,
			 ioasid_explain(IOASID_OP_FDINFO, rc));
		return STATUS_FAILED;
	}
	*id = info->id;
	ioasid_fdinfo_free(info);
	return STATUS_OK;
}

static int resolve(const char *name, __u64 *id)
{
	unsigned long long first, second;
	char *end;

	if (parse_number(name, &end, ULLONG_MAX, &first))
		goto out_usage;
	if (!*end) {
		*id = first;
		return STATUS_OK;
	}
	if (*end != '/' || !first || first > INT_MAX ||
	    parse_number(end + 1, &end, INT_MAX, &second) || *end)
		goto out_usage;
	return id_of_descriptor(name, first, second, id);

out_usage:
	return complain_usage("'%s' is neither the id of a space nor PID/FD",
			      name);
}

static void print_text(const struct space *space)
{
	const struct ioasid_fdinfo *info = space->info;
	struct table table = { .columns = 2 };
	const struct holder *holder;
	size_t i;

	printf("space %llu\n", info->id);
	table_add(&table, "type");
	table_add(&table, "%s", info->type);
	table_add(&table, "state");
	table_add(&table, "%s", info->state);
	table_add(&table, "PASID");
	table_add(&table, "%u", info->pasid);
	table_add(&table, "memory");
	table_add(&table, "%s", info->mm_gone ?
		  "gone: its process has exited or called execve" : "live");
	table_add(&table, "attachments");
	table_add(&table, "%u", info->attachments);
	for (i = 0; i < info->nr_devices; i++) {
		table_add(&table, "device");
		table_add(&table, "%s", info->devices[i]);
	}
	table_add(&table, "mapped");
	table_add(&table, "%llu bytes (%s)", info->mapped,
		  format_size(info->mapped).text);
	table_add(&table, "page requests");
	table_add(&table, "%llu resolved, %llu refused", info->faults,
		  info->faults_failed);
	for (i = 0; i < space->nr_holders; i++) {
		holder = &space->holders[i];
		table_add(&table, "holder");
		table_add(&table, "process %d (%s), descriptor %d",
			  holder->pid, holder->comm, holder->fd);
	}
	table_print(&table, "  ");
}

static int show_one(const struct spaces *spaces, const char *name,
		    struct json_object *array)
{
	const struct space *space;
	__u64 id = 0;
	int status;

	status = resolve(name, &id);
	if (status)
		return status;
	space = spaces_find(spaces, id);
	if (!space) {
		complain("nobody you may look at holds space %llu: see 'list'",
			 id);
		return STATUS_FAILED;
	}
	if (array)
		json_object_array_add(array, space_to_json(space));
	else
		print_text(space);
	return STATUS_OK;
}

static int show_all(const struct spaces *spaces, char **names, bool json)
{
	struct json_object *array = json ? json_object_new_array() : NULL;
	int status, worst = STATUS_OK;

	for (; *names; names++) {
		status = show_one(spaces, *names, array);
		if (status > worst)
			worst = status;
	}
	if (array)
		json_print(array);
	return worst;
}

static int run(char **arguments, bool json)
{
	struct spaces spaces;
	int status, rc;

	rc = spaces_read(&spaces);
	if (rc) {
		complain("cannot look at /proc: %s", strerror(-rc));
		status = STATUS_FAILED;
	} else {
		status = show_all(&spaces, arguments, json);
		spaces_mention_hidden(&spaces);
	}
	spaces_free(&spaces);
	return status;
}

const struct command show_command = {
	.name = "show",
	.arguments = "ID|PID/FD...",
	.summary = "everything about some spaces",
	.help =
"Prints all that is known about each space that is named, by its id (as 'list'\n"
"prints it) or by a descriptor that holds it (the process, a slash, and the\n"
"descriptor's number there).\n",
	.min_arguments = 1,
	.max_arguments = INT_MAX,
	.run = run,
};
