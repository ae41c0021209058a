// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory with pages of a known size, all of them there.
 */
#include <err.h>
#include <sys/mman.h>
#include <unistd.h>

#include "buffer.h"
#include "must.h"
#include "row.h"

#define HUGETLB_2M	(MAP_HUGETLB | 21 << MAP_HUGE_SHIFT)
#define HUGETLB_1G	(MAP_HUGETLB | 30 << MAP_HUGE_SHIFT)
/* Odd, so that it visits every page of a power of two of them, and jumps. */
#define SCATTER		0x9e3779b5ul

/*
 * Pages that are touched one after the other come from one place, so pages are
 * scattered when the order in which they are touched is.
 */
static void touch(char *buffer, size_t size, size_t step)
{
	size_t nr = size / PAGE, i;

	for (i = 0; i < nr; i++)
		__atomic_store_n(buffer + i * step % nr * PAGE, 1,
				 __ATOMIC_RELAXED);
}

static int hugetlb_flags(enum backing backing)
{
	switch (backing) {
	case PAGES_2M:
		return HUGETLB_2M;
	case PAGES_1G:
		return HUGETLB_1G;
	default:
		return 0;
	}
}

/**
 * memory_tidy() - Have free pages lie in order
 *
 * The kernel hands them out in their order for as long as it has large blocks,
 * and how many of these there are depends on what ran before.
 */
void memory_tidy(void)
{
	static const char compact[] = "/proc/sys/vm/compact_memory";

	if (!access(compact, W_OK))
		must_write(compact, "1");
}

/**
 * buffer_create() - Get memory
 * @size: a power of two, and a multiple of the page size
 * @backing: which pages
 *
 * Return: the memory. The program ends when there are not enough such pages.
 */
void *buffer_create(size_t size, enum backing backing)
{
	char *buffer;

	memory_tidy();
	buffer = mmap(NULL, size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | hugetlb_flags(backing), -1,
		      0);
	if (buffer == MAP_FAILED)
		err(1, "%zu MiB of huge pages (see /sys/kernel/mm/hugepages)",
		    size / MIB);
	madvise(buffer, size, MADV_NOHUGEPAGE);
	touch(buffer, size, backing == PAGES_4K_SCATTERED ? SCATTER : 1);
	return buffer;
}

void buffer_destroy(void *buffer, size_t size)
{
	if (munmap(buffer, size))
		err(1, "munmap");
}

/**
 * buffer_for() - Get the memory that a row is about
 * @row: the row
 *
 * Return: the memory, the same until another row wants some.
 */
void *buffer_for(const struct row *row)
{
	static const struct row *owner;
	static void *buffer;

	if (owner == row)
		return buffer;
	if (owner)
		buffer_destroy(buffer, owner->size);
	buffer = buffer_create(row->size, row->backing);
	owner = row;
	return buffer;
}
