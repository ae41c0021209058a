// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl show: everything about some spaces.
 *
 * The maps of an IOVA space are asked of the space itself. Who may not get at a
 * descriptor of it that carries the right sees all the rest.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../common/message.h"
#include "../common/size.h"
#include "command.h"
#include "describe.h"
#include "json.h"
#include "maps.h"
#include "range.h"
#include "reach.h"
#include "table.h"

static int read_maps(const struct space *space, struct maps *maps)
{
	int fd, rc;

	fd = reach_holder(space, IOASID_RIGHT_MAP);
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
	if (strcmp(space->type, iova) || !space->maps)
		return;
	rc = read_maps(space, maps);
	if (rc)
		complain("cannot list the maps of space %llu: %s",
			 space->id, reach_explain(rc));
}

static void add_bytes(struct table *table, const char *name, __u64 bytes)
{
	table_add(table, "%s", name);
	table_add(table, "%llu bytes (%s)", bytes, format_size(bytes).text);
}

static void add_memory(struct table *table, const struct space *space)
{
	if (!space->has_mm)
		return;
	table_add(table, "memory");
	table_add(table, "%s", space->mm_gone ?
		  "gone: its process has exited or called execve" : "live");
}

static void add_origin(struct table *table, const struct space *space)
{
	const struct creator *creator = &space->creator;

	if (!creator->known)
		return;
	table_add(table, "creator");
	table_add(table, "%s%s", describe_creator(space).text,
		  space->hidden ? ", by way of a driver" : "");
	if (creator->has_uid && !space->kernel) {
		table_add(table, "user");
		table_add(table, "%s", describe_user(creator->uid).text);
	}
	table_add(table, "cgroup");
	table_add(table, "%s", describe_cgroup(creator->cgroup));
	table_add(table, "descriptors");
	table_add(table, "%u", space->fds);
}

static void add_attachments(struct table *table, const struct space *space)
{
	const struct ioasid_attachment_entry *entry;
	size_t i;

	table_add(table, "attachments");
	table_add(table, "%u", space->nr_attached);
	for (i = 0; i < space->nr_attachments; i++) {
		entry = &space->attachments[i];
		table_add(table, "device");
		if (attachment_is_known(entry))
			table_add(table, "%s", describe_attachment(entry).text);
		else
			table_add(table, "%s", entry->device);
	}
}

static void add_holders(struct table *table, const struct space *space)
{
	const struct holder *holder;
	size_t i;

	for (i = 0; i < space->nr_holders; i++) {
		holder = &space->holders[i];
		table_add(table, "holder");
		table_add(table, "process %d (%s), descriptor %d%s%s",
			  holder->pid, holder->comm, holder->fd,
			  holder->has_rights ? ", rights " : "",
			  holder->has_rights ?
			  describe_rights(holder).text : "");
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
	struct table table = { .columns = 2 };

	printf("space %llu\n", space->id);
	table_add(&table, "type");
	table_add(&table, "%s", space->type);
	table_add(&table, "state");
	table_add(&table, "%s", describe_state(space).text);
	table_add(&table, "PASID");
	table_add(&table, "%u", space->pasid);
	add_memory(&table, space);
	add_origin(&table, space);
	add_attachments(&table, space);
	add_bytes(&table, "mapped", space->mapped);
	add_bytes(&table, "pinned", space->pinned);
	table_add(&table, "page requests");
	table_add(&table, "%llu resolved, %llu refused", space->faults,
		  space->faults_failed);
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
	int status;

	status = reach_name(spaces, name, &space);
	if (status)
		return status;
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
	int status;

	status = spaces_take(&spaces);
	if (!status) {
		status = show_all(&spaces, arguments,
				  options->given & OPTION_JSON);
		spaces_mention_hidden(&spaces);
	}
	spaces_free(&spaces);
	return status;
}

const struct command show_command = {
	.name = "show",
	.arguments = "ID...",
	.summary = "everything about some spaces",
	.help =
"Prints all that is known about each space that is named.\n"
"\n"
"The maps of a space of type iova are listed with the sizes of the pages that\n"
"they have in the tables of IOMMUs. That takes the right to trace a process\n"
"that holds the space: root has it.\n",
	.examples =
"  ioasidctl show 7               # by ID\n"
"  ioasidctl show 812/5           # what descriptor 5 of process 812 is\n",
	.min_arguments = 1,
	.max_arguments = INT_MAX,
	.takes = OPTION_JSON,
	.first = ARGUMENT_SPACE,
	.rest = ARGUMENT_SPACE,
	.run = run,
};
