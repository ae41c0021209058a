// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasid-dsa compare FILE1 FILE2
 *
 * Says what cmp says (where POSIX lays it down, in its words) and exits with
 * what cmp exits with: 0 for equal files, 1 for different ones, 2 for trouble.
 * Where one file has a hole the other is compared with zeros, and two holes are
 * equal.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../common/message.h"
#include "command.h"

enum compare_status {
	COMPARE_EQUAL = 0,
	COMPARE_DIFFERENT = 1,
	COMPARE_TROUBLE = 2,
};

struct compare {
	struct file a;
	struct file b;
	bool differ;
	__u64 first;
};

static __u64 address(const struct engine *engine, const struct file *file,
		     __u64 offset, bool hole)
{
	return hole ? (unsigned long)engine->zeros : file_address(file, offset);
}

static void plan(struct engine *engine, struct piece *piece, void *data)
{
	struct compare *compare = data;
	bool a_hole, b_hole;

	a_hole = file_is_hole(&compare->a, piece->offset, &piece->size);
	b_hole = file_is_hole(&compare->b, piece->offset, &piece->size);
	piece->idle = a_hole && b_hole;
	if (piece->idle)
		return;
	ioasid_desc_compare(&piece->job.desc, engine->pasid,
			    ioasid_job_record(&piece->job),
			    address(engine, &compare->a, piece->offset, a_hole),
			    address(engine, &compare->b, piece->offset, b_hole),
			    piece->size);
}

static bool done(const struct piece *piece, void *data)
{
	struct compare *compare = data;

	if (piece->idle || !piece->job.record.result)
		return true;
	compare->differ = true;
	compare->first = piece->offset + piece->job.record.bytes_completed;
	return false;
}

struct lines {
	__u64 ended;
	bool at_start;
};

static void count_in(struct lines *lines, const char *text, size_t size)
{
	const char *end = text + size;

	if (size)
		lines->at_start = end[-1] == '\n';
	while ((text = memchr(text, '\n', end - text))) {
		text++;
		lines->ended++;
	}
}

/* Counts the lines that end before @end, and says if a new one starts there. */
static struct lines count_lines(struct file *file, __u64 end)
{
	struct lines lines = { .at_start = true };
	char buf[65536];
	__u64 offset;
	__u32 size;
	ssize_t got;

	file_rewind(file);
	for (offset = 0; offset < end; offset += size) {
		size = end - offset < PIECE_SIZE ? end - offset : PIECE_SIZE;
		if (file_is_hole(file, offset, &size)) {
			lines.at_start = false;
			continue;
		}
		got = pread(file->fd, buf, size < sizeof(buf) ? size :
			    sizeof(buf), offset);
		if (got <= 0)
			break;
		count_in(&lines, buf, got);
		size = got;
	}
	return lines;
}

static void report_difference(struct compare *compare)
{
	struct lines before = count_lines(&compare->a, compare->first);

	printf("%s %s differ: char %llu, line %llu\n", compare->a.name,
	       compare->b.name, compare->first + 1, before.ended + 1);
}

static void report_end(struct file *shorter)
{
	struct lines lines;

	if (!shorter->size) {
		complain("EOF on %s which is empty", shorter->name);
		return;
	}
	lines = count_lines(shorter, shorter->size);
	complain("EOF on %s after byte %llu, %sline %llu", shorter->name,
		 shorter->size, lines.at_start ? "" : "in ",
		 lines.ended + !lines.at_start);
}

static int judge(struct compare *compare, bool quiet)
{
	struct file *a = &compare->a, *b = &compare->b;

	if (!compare->differ && a->size == b->size)
		return COMPARE_EQUAL;
	if (!quiet && compare->differ)
		report_difference(compare);
	else if (!quiet)
		report_end(a->size < b->size ? a : b);
	return COMPARE_DIFFERENT;
}

static int compare_files(struct engine *engine, struct compare *compare)
{
	const struct file *a = &compare->a, *b = &compare->b;
	const struct transfer transfer = {
		.name = a->name,
		.size = a->size < b->size ? a->size : b->size,
		.in_flight = MAX_IN_FLIGHT,
		.files = { a, b },
		.plan = plan,
		.done = done,
		.data = compare,
	};

	if (engine_run(engine, &transfer) || file_check_size(a) ||
	    file_check_size(b))
		return COMPARE_TROUBLE;
	return judge(compare, engine->quiet);
}

static int run(struct engine *engine, char **arguments,
	       const struct settings *settings)
{
	struct compare compare = {};
	int status = COMPARE_TROUBLE;

	if (file_open(&compare.a, arguments[0]))
		return status;
	if (file_open(&compare.b, arguments[1]))
		goto out_close_a;
	status = compare_files(engine, &compare);
	file_close(&compare.b);
out_close_a:
	file_close(&compare.a);
	return status;
}

const struct command compare_command = {
	.name = "compare",
	.arguments = "FILE1 FILE2",
	.summary = "find the first difference of two files",
	.help =
"Prints the first difference of two files, in the words of cmp, and ends with its\n"
"exit status: 0 if they are equal, 1 if they are different, 2 for trouble.\n",
	.examples =
"  ioasid-dsa compare data.img backup.img && echo equal\n"
"  ioasid-dsa -q compare data.img backup.img   # only the exit status\n",
	.min_arguments = 2,
	.max_arguments = 2,
	.trouble = COMPARE_TROUBLE,
	.run = run,
};
