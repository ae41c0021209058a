// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasid-dsa copy SOURCE DESTINATION
 *
 * As cp does it: the destination gets the source's permissions when it is new,
 * may be a folder, is emptied first, and stays as it is after a failure. Holes
 * of the source are holes of the destination.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../common/message.h"
#include "command.h"

struct copy {
	struct file source;
	struct file destination;
};

static void plan(struct engine *engine, struct piece *piece, void *data)
{
	struct copy *copy = data;

	piece->idle = file_is_hole(&copy->source, piece->offset, &piece->size);
	if (piece->idle)
		return;
	ioasid_desc_memmove(&piece->job.desc, engine->pasid,
			    ioasid_job_record(&piece->job),
			    file_address(&copy->destination, piece->offset),
			    file_address(&copy->source, piece->offset),
			    piece->size);
}

static int transfer(struct engine *engine, struct copy *copy)
{
	const struct transfer transfer = {
		.name = copy->source.name,
		.size = copy->source.size,
		.in_flight = MAX_IN_FLIGHT,
		.files = { &copy->source, &copy->destination },
		.plan = plan,
		.data = copy,
	};
	int rc;

	rc = engine_run(engine, &transfer);
	if (!rc)
		rc = file_check_size(&copy->source);
	if (rc)
		complain("%s: incomplete", copy->destination.name);
	return rc;
}

static int copy_open(struct engine *engine, struct copy *copy)
{
	int rc;

	if (file_is_same(&copy->source, &copy->destination)) {
		complain("%s and %s are the same file", copy->source.name,
			 copy->destination.name);
		return -EINVAL;
	}
	rc = file_resize(&copy->destination, 0);
	if (!rc)
		rc = file_resize(&copy->destination, copy->source.size);
	if (!rc)
		rc = file_map_output(&copy->destination);
	if (!rc)
		rc = transfer(engine, copy);
	return rc;
}

static int copy_file(struct engine *engine, const char *from, const char *to)
{
	struct copy copy;
	int rc;

	rc = file_open(&copy.source, from);
	if (rc)
		return rc;
	rc = file_open_output(&copy.destination, to, O_CREAT, copy.source.mode);
	if (rc)
		goto out_close_source;
	rc = copy_open(engine, &copy);
	file_close(&copy.destination);
out_close_source:
	file_close(&copy.source);
	return rc;
}

static bool is_folder(const char *name)
{
	struct stat stat_buf;

	return !stat(name, &stat_buf) && S_ISDIR(stat_buf.st_mode);
}

static int copy_into(struct engine *engine, const char *from,
		     const char *folder)
{
	char *scratch = strdup(from), *to = NULL;
	int rc = -ENOMEM;

	if (scratch && asprintf(&to, "%s/%s", folder, basename(scratch)) >= 0)
		rc = copy_file(engine, from, to);
	else
		complain("out of memory");
	free(scratch);
	free(to);
	return rc;
}

static int run(struct engine *engine, char **arguments,
	       const struct settings *settings)
{
	int rc;

	if (is_folder(arguments[1]))
		rc = copy_into(engine, arguments[0], arguments[1]);
	else
		rc = copy_file(engine, arguments[0], arguments[1]);
	return rc ? STATUS_FAILED : STATUS_OK;
}

const struct command copy_command = {
	.name = "copy",
	.arguments = "SOURCE DESTINATION",
	.summary = "copy a file, as cp does",
	.help =
"Copies a file, or into a folder. A new file gets the permissions of the source,\n"
"one that exists is overwritten, and holes stay holes.\n",
	.examples =
"  ioasid-dsa copy data.img backup.img\n"
"  ioasid-dsa -v copy data.img folder/     # with how fast that was\n",
	.min_arguments = 2,
	.max_arguments = 2,
	.trouble = STATUS_FAILED,
	.run = run,
};
