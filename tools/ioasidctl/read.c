// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl read: the memory that a device would find, byte by byte; in
 * hexadecimal on a terminal, which raw bytes could upset.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "../common/message.h"
#include "command.h"
#include "range.h"
#include "reach.h"

#define CHUNK	65536
#define LINE	16

static void dump_line(__u64 iova, const unsigned char *bytes, size_t count)
{
	size_t i;

	printf("%016llx ", iova);
	for (i = 0; i < LINE; i++)
		if (i < count)
			printf(" %02x", bytes[i]);
		else
			fputs("   ", stdout);
	fputs("  |", stdout);
	for (i = 0; i < count; i++)
		putchar(isprint(bytes[i]) ? bytes[i] : '.');
	puts("|");
}

static void dump(__u64 iova, const unsigned char *bytes, size_t count)
{
	size_t done, line;

	for (done = 0; done < count; done += line) {
		line = count - done < LINE ? count - done : LINE;
		dump_line(iova + done, bytes + done, line);
	}
}

/* Returns how many bytes were read, or a negative errno. */
static ssize_t copy_chunk(int space, const struct range *range)
{
	static unsigned char bytes[CHUNK];
	size_t count = range->length < CHUNK ? range->length : CHUNK;
	ssize_t got;

	got = pread(space, bytes, count, range->first);
	if (got < 0)
		return -errno;
	if (isatty(STDOUT_FILENO))
		dump(range->first, bytes, got);
	else
		fwrite(bytes, 1, got, stdout);
	return got;
}

static int copy(int space, struct range *range)
{
	ssize_t got;

	while (range->length && !ferror(stdout)) {
		got = copy_chunk(space, range);
		if (!got)
			got = -EFAULT;
		if (got < 0) {
			complain("cannot read at 0x%llx: %s", range->first,
				 ioasid_explain(IOASID_OP_ACCESS, got));
			return STATUS_FAILED;
		}
		range->first += got;
		range->length -= got;
	}
	return STATUS_OK;
}

static int run(char **arguments, const struct options *options)
{
	struct range range;
	int status, space;
	__u64 id;

	status = take_whole_range(arguments[1], &range);
	if (status)
		return status;
	status = reach_space(arguments[0], IOASID_RIGHT_ACCESS, &space, &id);
	if (status)
		return status;
	status = copy(space, &range);
	close(space);
	return status;
}

const struct command read_command = {
	.name = "read",
	.arguments = "ID ADDRESS+LENGTH",
	.summary = "the memory at an address of a space",
	.help =
"Writes the bytes that a space has at an address to the standard output; in\n"
"hexadecimal if that is a terminal. It stops where a device may not read.\n",
	.examples =
"  ioasidctl read 7 0x100000000+64 | od -An -tx1\n"
"  ioasidctl read 7 0x100000000+4K >page\n",
	.min_arguments = 2,
	.max_arguments = 2,
	.first = ARGUMENT_SPACE,
	.run = run,
};
