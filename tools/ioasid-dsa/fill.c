// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasid-dsa fill FILE...
 *
 * Overwrites the whole of each file, or makes it, with a size that was given.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "../common/message.h"
#include "command.h"

struct fill {
	struct file file;
	__u64 pattern;
};

static void plan(struct engine *engine, struct piece *piece, void *data)
{
	struct fill *fill = data;

	ioasid_desc_memfill(&piece->job.desc, engine->pasid,
			    ioasid_job_record(&piece->job),
			    file_address(&fill->file, piece->offset),
			    fill->pattern, piece->size);
}

static int transfer(struct engine *engine, struct fill *fill)
{
	const struct transfer transfer = {
		.name = fill->file.name,
		.size = fill->file.size,
		.in_flight = MAX_IN_FLIGHT,
		.files = { &fill->file },
		.plan = plan,
		.data = fill,
	};

	return engine_run(engine, &transfer);
}

static int open_file(struct fill *fill, const char *name,
		     const struct settings *settings)
{
	if (settings->has_size)
		return file_open_output(&fill->file, name, O_CREAT, 0666);
	if (!access(name, F_OK) || errno != ENOENT)
		return file_open_output(&fill->file, name, 0, 0);
	complain("%s: no such file: to make it, give --size", name);
	return -ENOENT;
}

static int fill_file(struct engine *engine, const char *name,
		     const struct settings *settings)
{
	struct fill fill = { .pattern = settings->pattern };
	int rc;

	rc = open_file(&fill, name, settings);
	if (rc)
		return rc;
	if (settings->has_size)
		rc = file_resize(&fill.file, settings->size);
	if (!rc)
		rc = file_map_output(&fill.file);
	if (!rc)
		rc = transfer(engine, &fill);
	file_close(&fill.file);
	return rc;
}

const struct command fill_command = {
	.name = "fill",
	.arguments = "[-p HEX] [-s SIZE] FILE...",
	.summary = "fill files with a pattern",
	.help =
"Overwrites the whole of each file with a pattern, over and over.\n"
"\n"
"  -p, --pattern HEX   1, 2, 4 or 8 bytes, of two digits each (default: 00)\n"
"  -s, --size SIZE     make each file this long, and those that do not exist;\n"
"                      K, M, G, T: powers of 1024\n",
	.examples =
"  ioasid-dsa fill --pattern deadbeef --size 1M scratch\n"
"  ioasid-dsa fill scratch                 # with zeros, as long as it is\n",
	.min_arguments = 1,
	.max_arguments = INT_MAX,
	.fills = true,
	.trouble = STATUS_FAILED,
	.run_file = fill_file,
};
