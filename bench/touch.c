// SPDX-License-Identifier: GPL-2.0-only
/*
 * Touching memory that is not there yet: by a device, which asks for it, or by
 * the CPU, which faults.
 *
 * Both have touched the same addresses once before, so that page tables are
 * there, and only what was in them is gone. Each sample has memory of its own,
 * for the reason that copy.c gives.
 */
#include <err.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "accel.h"
#include "buffer.h"
#include "tables.h"

#define STREAM		(16 * MIB)
#define LONE_PAGES	256
/* Far enough that no access looks like a continuation of another. */
#define LONE_STRIDE	(19 * PAGE)
#define ROOM		(3 * STREAM)

static struct accel accel;
static char *room, *src, *dst;

static char *align(char *p, size_t to)
{
	return (char *)(((uintptr_t)p + to - 1) & -to);
}

static void reserve(void)
{
	room = mmap(NULL, ROOM, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room == MAP_FAILED)
		err(1, "memory");
}

static void place(const struct row *row)
{
	static unsigned int sample;
	size_t gap = (37 + sample++ % 64) * PAGE;

	if (row->backing == PAGES_2M) {
		dst = align(room, 2 * MIB);
		src = dst + row->size + gap;
		madvise(dst, row->size, MADV_HUGEPAGE);
	} else {
		src = room;
		dst = src + row->size + gap;
		madvise(room, ROOM, MADV_NOHUGEPAGE);
	}
	memset(src, 1, row->size);
}

static void begin(const struct row *row, const struct contender *who)
{
	reserve();
	place(row);
	if (who->how)
		accel_open(&accel);
	who->run(row, who);
	madvise(dst, row->size, MADV_DONTNEED);
	memory_tidy();
}

static void end(const struct row *row, const struct contender *who)
{
	if (who->how)
		accel_close(&accel);
	munmap(room, ROOM);
}

static void stream_accel(const struct row *row, const struct contender *who)
{
	accel_copy(&accel, dst, src, row->size);
}

static void stream_cpu(const struct row *row, const struct contender *who)
{
	memcpy(dst, src, row->size);
}

static void touch_accel(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		accel_touch(&accel, dst + i * LONE_STRIDE);
}

static void touch_cpu(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		__atomic_store_n(dst + i * LONE_STRIDE, 1, __ATOMIC_RELAXED);
}

static const struct contender streams[] = {
	{ .name = "ioasid", .how = ACCEL_NODE, .begin = begin,
	  .run = stream_accel, .end = end },
	{ .name = "cpu", .begin = begin, .run = stream_cpu, .end = end },
	{ }
};

static const struct contender lone_accesses[] = {
	{ .name = "ioasid", .how = ACCEL_NODE, .begin = begin,
	  .run = touch_accel, .end = end },
	{ .name = "cpu", .begin = begin, .run = touch_cpu, .end = end },
	{ }
};

static const struct row rows[] = {
	{ .name = "page of a stream", .needs = ACCEL_NODE, .size = STREAM,
	  .times = STREAM / PAGE, .contenders = streams },
	{ .name = "2 MiB page of a stream", .needs = ACCEL_NODE, .size = STREAM,
	  .times = STREAM / (2 * MIB), .backing = PAGES_2M,
	  .contenders = streams },
	{ .name = "lone page", .needs = ACCEL_NODE,
	  .size = LONE_PAGES * LONE_STRIDE, .times = LONE_PAGES,
	  .contenders = lone_accesses },
};

const struct table touch_table = {
	.name = "touch",
	.meter = &clock_meter,
	.rows = rows,
	.nr_rows = ARRAY_SIZE(rows),
};
