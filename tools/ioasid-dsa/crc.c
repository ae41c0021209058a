// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasid-dsa crc FILE...
 *
 * Each piece's checksum is the seed of the next, so one only is in flight.
 */
#include <limits.h>
#include <stdio.h>

#include "../common/message.h"
#include "command.h"

struct crc {
	struct file file;
	__u32 value;
};

static void plan(struct engine *engine, struct piece *piece, void *data)
{
	struct crc *crc = data;
	__u64 source = file_address(&crc->file, piece->offset);

	if (file_is_hole(&crc->file, piece->offset, &piece->size))
		source = (unsigned long)engine->zeros;
	ioasid_desc_crc(&piece->job.desc, engine->pasid,
			ioasid_job_record(&piece->job), source, piece->size,
			crc->value);
}

static bool done(const struct piece *piece, void *data)
{
	struct crc *crc = data;

	crc->value = piece->job.record.crc_val;
	return true;
}

static int transfer(struct engine *engine, struct crc *crc)
{
	const struct transfer transfer = {
		.name = crc->file.name,
		.size = crc->file.size,
		.in_flight = 1,
		.files = { &crc->file },
		.plan = plan,
		.done = done,
		.data = crc,
	};
	int rc;

	rc = engine_run(engine, &transfer);
	return rc ?: file_check_size(&crc->file);
}

static int crc_file(struct engine *engine, const char *name,
		    const struct settings *settings)
{
	struct crc crc = {};
	int rc;

	rc = file_open(&crc.file, name);
	if (rc)
		return rc;
	rc = transfer(engine, &crc);
	if (!rc)
		printf("%08x  %s\n", crc.value, name);
	file_close(&crc.file);
	return rc;
}

const struct command crc_command = {
	.name = "crc",
	.arguments = "FILE...",
	.summary = "print the CRC32C of files",
	.help =
"Prints the CRC32C (Castagnoli) of each file: 8 hex digits, two spaces, the name.\n",
	.examples =
"  ioasid-dsa crc data.img\n"
"  ioasid-dsa -v crc *.img\n",
	.min_arguments = 1,
	.max_arguments = INT_MAX,
	.trouble = STATUS_FAILED,
	.run_file = crc_file,
};
