// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl map: enters a part of a file into a space of type iova.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../common/message.h"
#include "command.h"
#include "json.h"
#include "reach.h"

static bool has(const struct options *options, unsigned int option)
{
	return options->given & option;
}

static bool may_be_readable(int error)
{
	return error == EACCES || error == EPERM || error == EROFS ||
	       error == ETXTBSY;
}

static int open_file(const struct options *options)
{
	int flags = has(options, OPTION_READ_ONLY) ? O_RDONLY : O_RDWR;
	int fd;

	fd = open(options->file, flags | O_CLOEXEC);
	if (fd < 0)
		complain("%s: cannot open: %s%s", options->file,
			 strerror(errno),
			 flags == O_RDWR && may_be_readable(errno) ?
			 ": try --read-only" : "");
	return fd;
}

/* Without a length, all that the file has behind the offset. */
static int find_length(const struct options *options, int file, __u64 *length)
{
	const __u64 page = sysconf(_SC_PAGESIZE);
	struct stat stat;

	*length = options->length;
	if (has(options, OPTION_LENGTH))
		return STATUS_OK;
	if (fstat(file, &stat)) {
		complain("%s: %s", options->file, strerror(errno));
		return STATUS_FAILED;
	}
	if ((__u64)stat.st_size <= options->offset) {
		complain("%s: it has nothing behind offset %llu", options->file,
			 options->offset);
		return STATUS_FAILED;
	}
	*length = (stat.st_size - options->offset + page - 1) & -page;
	return STATUS_OK;
}

static void describe(const struct options *options, struct ioasid_map *map)
{
	map->flags = IOASID_MAP_FILE | IOASID_READ;
	if (!has(options, OPTION_READ_ONLY))
		map->flags |= IOASID_WRITE;
	if (has(options, OPTION_IOVA))
		map->flags |= IOASID_MAP_FIXED;
	map->address = options->offset;
	map->iova = options->iova;
	map->page_size_max = options->page_size_max;
}

static void print_result(const struct ioasid_map *map, __u64 id, bool json)
{
	struct json_object *root;

	if (!json) {
		printf("0x%llx+0x%llx\n", map->out_iova, map->out_length);
		return;
	}
	root = json_object_new_object();
	json_add_number(root, "ioasid", id);
	json_add_number(root, "iova", map->out_iova);
	json_add_number(root, "length", map->out_length);
	json_print(root);
}

static int map_file(const char *name, const struct options *options,
		    struct ioasid_map *map)
{
	int status, space, rc;
	__u64 id;

	status = reach_space(name, IOASID_RIGHT_MAP, &space, &id);
	if (status)
		return status;
	rc = ioasid_space_map_with(space, map);
	close(space);
	if (rc) {
		complain("%s: cannot be mapped in space %llu: %s",
			 options->file, id, ioasid_explain(IOASID_OP_MAP, rc));
		return STATUS_FAILED;
	}
	print_result(map, id, has(options, OPTION_JSON));
	return STATUS_OK;
}

static int run(char **arguments, const struct options *options)
{
	struct ioasid_map map = {};
	int status, file;

	if (!options->file)
		return complain_usage("'map' needs a --file");
	describe(options, &map);
	file = open_file(options);
	if (file < 0)
		return STATUS_FAILED;
	map.fd = file;
	status = find_length(options, file, &map.length);
	if (!status)
		status = map_file(arguments[0], options, &map);
	close(file);
	return status;
}

const struct command map_command = {
	.name = "map",
	.arguments = "ID --file FILE",
	.summary = "let devices reach a file in a space",
	.help =
"Maps a file in a space of type iova, and prints where, as ADDRESS+LENGTH. The\n"
"file stays mapped when ioasidctl has ended. What is pinned is charged to the\n"
"creator of the space.\n"
"\n"
"  --file FILE           the file; has to be one that can be mmapped\n"
"  --offset SIZE         begin there in the file (default: 0)\n"
"  --length SIZE         map so much (default: all behind the offset)\n"
"  --iova ADDRESS        map there (default: the kernel chooses)\n"
"  --read-only           devices may not write\n"
"  --page-size-max SIZE  use no larger pages in the tables of IOMMUs\n",
	.examples =
"  ioasidctl map 7 --file data.img                 # the kernel says where\n"
"  ioasidctl map 7 --file data.img --iova 0x200000000 --read-only\n",
	.min_arguments = 1,
	.max_arguments = 1,
	.takes = OPTION_JSON | OPTION_FILE | OPTION_OFFSET | OPTION_LENGTH |
		 OPTION_IOVA | OPTION_READ_ONLY | OPTION_PAGE_SIZE_MAX,
	.first = ARGUMENT_SPACE,
	.run = run,
};
