// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl show: everything about some spaces.
 *
 * What /proc does not say, the maps of an IOVA space, is asked of the space
 * itself. Who may not get at its descriptor sees all the rest.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "../common/message.h"
#include "../common/size.h"
#include "command.h"
#include "json.h"
#include "maps.h"
#include "range.h"
#include "reach.h"
#include "table.h"

static int read_maps(const struct space *space, struct maps *maps)
{
	int fd, rc;

	fd = reach_holder(space);
	if (fd < 0)
		return fd;
	rc = maps_read(fd, maps);
	close(fd);
	return rc == -ESTALE ? 0 : rc;
}

/* To be freed, also if there are none to be had. */
static void find_maps(const struct space *space, struct maps *maps)
{
	const char *iova = ioasid_type_name(IOASID_TYPE_IOVA);
	int rc;

	*maps = (struct maps){};
	if (strcmp(space->info->type, iova) || !space->info->maps)
		return;
	rc = read_maps(space, maps);
	if (rc)
		complain("cannot list the maps of space %llu: %s",
			 space->info->id, reach_explain(rc));
}

static void add_bytes(struct table *table, const char *name, __u64 bytes)
{
	table_add(table, "%s", name);
	table_add(table, "%llu bytes (%s)", bytes, format_size(bytes).text);
}

static void add_memory(struct table *table, const struct ioasid_fdinfo *info)
{
	if (!info->has_mm)
		return;
	table_add(table, "memory");
	table_add(table, "%s", info->mm_gone ?
		  "gone: its process has exited or called execve" : "live");
}

static void add_devices(struct table *table, const struct ioasid_fdinfo *info)
{
	size_t i;

	table_add(table, "attachments");
	table_add(table, "%u", info->attachments);
	for (i = 0; i < info->nr_devices; i++) {
		table_add(table, "device");
		table_add(table, "%s", info->devices[i]);
	}
}

static void add_holders(struct table *table, const struct space *space)
{
	const struct holder *holder;
	size_t i;

	for (i = 0; i < space->nr_holders; i++) {
		holder = &space->holders[i];
		table_add(table, "holder");
		table_add(table, "process %d (%s), descriptor %d",
			  holder->pid, holder->comm, holder->fd);
	}
}

/* A range is written as "unmap" and "translate" take it. */
static void add_maps(struct table *table, const struct maps *maps)
{
	const struct ioasid_map_entry *map;
	size_t i;

	for (i = 0; i < maps->count; i++) {
		map = &maps->list[i];
		table_add(table, "map");
		table_add(table, "0x%llx+0x%llx (%s) %s, pages %s", map->iova,
			  map->length, format_size(map->length).text,
			  format_access(map->flags),
			  format_page_sizes(map->page_sizes).text);
	}
}

static void print_text(const struct space *space, const struct maps *maps)
{
	const struct ioasid_fdinfo *info = space->info;
	struct table table = { .columns = 2 };

	printf("space %llu\n", info->id);
	table_add(&table, "type");
	table_add(&table, "%s", info->type);
	table_add(&table, "state");
	table_add(&table, "%s", info->state);
	table_add(&table, "PASID");
	table_add(&table, "%u", info->pasid);
	add_memory(&table, info);
	add_devices(&table, info);
	add_bytes(&table, "mapped", info->mapped);
	add_bytes(&table, "pinned", info->pinned);
	table_add(&table, "page requests");
	table_add(&table, "%llu resolved, %llu refused", info->faults,
		  info->faults_failed);
	add_holders(&table, space);
	add_maps(&table, maps);
	table_print(&table, "  ");
}

static struct json_object *to_json(const struct space *space,
				   const struct maps *maps)
{
	struct json_object *object = space_to_json(space);

	json_object_object_add(object, "map_list", maps_to_json(maps));
	return object;
}

static int show_one(const struct spaces *spaces, const char *name,
		    struct json_object *array)
{
	const struct space *space;
	struct maps maps;
	__u64 id = 0;
	int status;

	status = reach_id(name, &id);
	if (status)
		return status;
	space = spaces_find(spaces, id);
	if (!space) {
		spaces_complain_unknown(id);
		return STATUS_FAILED;
	}
	find_maps(space, &maps);
	if (array)
		json_object_array_add(array, to_json(space, &maps));
	else
		print_text(space, &maps);
	maps_free(&maps);
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

static int run(char **arguments, const struct options *options)
{
	struct spaces spaces;
	int status, rc;

	rc = spaces_read(&spaces);
	if (rc) {
		complain("cannot look at /proc: %s", strerror(-rc));
		status = STATUS_FAILED;
	} else {
		status = show_all(&spaces, arguments,
				  options->given & OPTION_JSON);
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
"descriptor's number there).\n"
"\n"
"The maps of a space of type iova are listed with the sizes of the pages that\n"
"they have in the tables of IOMMUs. That takes the right to trace a process\n"
"that holds the space: root has it.\n",
	.min_arguments = 1,
	.max_arguments = INT_MAX,
	.takes = OPTION_JSON,
	.run = run,
};
