// SPDX-License-Identifier: GPL-2.0-only
/*
 * Access to an IOVA space by the CPU.
 *
 * What is mapped is pinned, and stays mapped while the lock of the map is held.
 */
#include <linux/uio.h>

#include "../access.h"
#include "../space.h"
#include "map.h"

/* Whether the run was gone through, and not the buffer. */
static bool access_run(const struct ioasid_run_walk *run, size_t offset,
		       struct iov_iter *iter, bool write)
{
	unsigned long i;

	for (i = 0; i < run->nr; i++) {
		if (!iov_iter_count(iter) ||
		    !ioasid_access_page(pfn_to_page(run->pfn + i), offset,
					iter, write))
			return false;
		offset = 0;
	}
	return true;
}

static void access_area(const struct ioasid_area *area, u64 iova,
			struct iov_iter *iter, bool write)
{
	unsigned long index = iova >> PAGE_SHIFT;
	unsigned long last = min(index + IOASID_ACCESS_PAGES - 1, area->last);
	size_t offset = offset_in_page(iova);
	struct ioasid_run_walk run;

	ioasid_run_walk_init(&run, area->pages, ioasid_area_page(area, index),
			     ioasid_area_page(area, last));
	while (ioasid_run_next(&run) && access_run(&run, offset, iter, write))
		offset = 0;
}

static ssize_t access_locked(struct ioasid_iova_map *map, const bool *stop,
			     u64 iova, struct iov_iter *iter, bool write)
{
	unsigned long index = iova >> PAGE_SHIFT;
	size_t before = iov_iter_count(iter);
	struct ioasid_area *area;

	if (READ_ONCE(*stop))
		return -ESTALE;
	area = ioasid_area_find(map, index, index);
	if (!area)
		return -EFAULT;
	if (write && !(area->flags & IOASID_WRITE))
		return -EACCES;
	access_area(area, iova, iter, write);
	return before - iov_iter_count(iter);
}

/* The access operation of IOVA spaces. */
ssize_t ioasid_iova_access(struct ioasid_space *space, const bool *stop,
			   u64 iova, struct iov_iter *iter, bool write)
{
	struct ioasid_iova_map *map = &space->map;
	ssize_t moved;

	down_read(&map->lock);
	moved = access_locked(map, stop, iova, iter, write);
	up_read(&map->lock);
	return moved;
}
