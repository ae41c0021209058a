// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copying memory that is there: a device does it, or the CPU in the same
 * process, or the kernel from one process to another, here the same.
 *
 * Each sample has other buffers, another number of pages apart. Emulators have
 * direct-mapped caches of translations, and with a power of two in between a
 * copy can be ten times slower for no reason that hardware would have.
 */
#include <err.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "accel.h"
#include "buffer.h"
#include "tables.h"

static struct accel accel;
static char *memory, *src, *dst;
static size_t taken;

static void *reserve(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (p == MAP_FAILED)
		err(1, "%zu bytes of memory", size);
	return p;
}

static size_t whole_pages(size_t size)
{
	return (size + PAGE - 1) & -PAGE;
}

static void get_buffers(const struct row *row)
{
	static unsigned int sample;
	size_t gap = (37 + sample++ % 64) * PAGE;
	size_t size = whole_pages(row->size);

	taken = 2 * size + gap;
	memory = reserve(taken);
	memset(memory, 1, taken);
	src = memory;
	dst = memory + size + gap;
}

static void begin(const struct row *row, const struct contender *who)
{
	get_buffers(row);
	if (!who->how)
		return;
	accel_open(&accel);
	accel_copy(&accel, dst, src, row->size);
}

static void end(const struct row *row, const struct contender *who)
{
	if (who->how)
		accel_close(&accel);
	munmap(memory, taken);
}

static void run_accel(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		accel_copy(&accel, dst, src, row->size);
}

static void run_memcpy(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++) {
		memcpy(dst, src, row->size);
		asm volatile("" : : "r"(dst) : "memory");
	}
}

static void run_readv(const struct row *row, const struct contender *who)
{
	struct iovec local = { dst, row->size }, remote = { src, row->size };
	unsigned int i;

	for (i = 0; i < row->times; i++)
		if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) !=
		    (ssize_t)row->size)
			err(1, "process_vm_readv");
}

static const struct contender contenders[] = {
	{ .name = "ioasid", .how = ACCEL_NODE, .begin = begin,
	  .run = run_accel, .end = end },
	{ .name = "memcpy", .begin = begin, .run = run_memcpy, .end = end },
	{ .name = "process_vm_readv", .begin = begin, .run = run_readv,
	  .end = end },
	{ }
};

#define ROW(_name, _size, _times)					\
	{ .name = _name, .needs = ACCEL_NODE, .size = _size,		\
	  .times = _times, .contenders = contenders }

static const struct row rows[] = {
	ROW("64 B", 64, 256),
	ROW("256 B", 256, 256),
	ROW("1 KiB", KIB, 256),
	ROW("4 KiB", 4 * KIB, 256),
	ROW("16 KiB", 16 * KIB, 128),
	ROW("64 KiB", 64 * KIB, 64),
	ROW("256 KiB", 256 * KIB, 32),
	ROW("1 MiB", MIB, 8),
	ROW("4 MiB", 4 * MIB, 4),
	ROW("16 MiB", 16 * MIB, 1),
	ROW("64 MiB", 64 * MIB, 1),
};

const struct table copy_table = {
	.name = "copy",
	.meter = &clock_meter,
	.rows = rows,
	.nr_rows = ARRAY_SIZE(rows),
};
