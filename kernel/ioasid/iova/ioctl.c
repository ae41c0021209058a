// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ioctls of IOVA spaces: checking what users ask for.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/ioasid_ioctl.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../fd.h"
#include "../space.h"
#include "ioctl.h"
#include "map.h"

/* How many maps are listed at a time. */
#define LIST_BATCH	32

static struct ioasid_iova_map *map_of(const struct ioasid_ucmd *ucmd)
{
	struct ioasid_space *space = ioasid_ucmd_space(ucmd);

	if (space->type != IOASID_TYPE_IOVA)
		return ERR_PTR(-EMEDIUMTYPE);
	return &space->map;
}

static bool are_pages(u64 value)
{
	return IS_ALIGNED(value, PAGE_SIZE);
}

/* Of a member that may be 0. */
static bool is_page_size(u64 value)
{
	return !value || (is_power_of_2(value) && value >= PAGE_SIZE);
}

static int check_range(u64 start, u64 length)
{
	u64 end;

	if (!length || !are_pages(start) || !are_pages(length))
		return -EINVAL;
	return check_add_overflow(start, length, &end) ? -EOVERFLOW : 0;
}

static bool source_is_valid(const struct ioasid_map *arg)
{
	u32 sources = IOASID_MAP_FILE | IOASID_MAP_SPACE;

	if ((arg->flags & sources) == sources)
		return false;
	if (!(arg->flags & sources) && arg->fd)
		return false;
	return arg->flags & (IOASID_READ | IOASID_WRITE);
}

static bool wish_is_valid(const struct ioasid_map *arg)
{
	if (!is_page_size(arg->page_size_max))
		return false;
	if (arg->flags & IOASID_MAP_FIXED)
		return are_pages(arg->iova) && !arg->last && !arg->alignment;
	return (!arg->last || arg->last >= arg->iova) &&
	       (!arg->alignment || is_power_of_2(arg->alignment));
}

static int check_map(const struct ioasid_map *arg)
{
	int rc;

	if (!source_is_valid(arg) || !wish_is_valid(arg))
		return -EINVAL;
	rc = check_range(arg->address, arg->length);
	if (!rc && arg->flags & IOASID_MAP_FIXED)
		rc = check_range(arg->iova, arg->length);
	return rc;
}

static int collect(struct ioasid_space *space, const struct ioasid_map *arg,
		   struct list_head *areas)
{
	if (arg->flags & IOASID_MAP_FILE)
		return ioasid_collect_file(space, arg, areas);
	if (arg->flags & IOASID_MAP_SPACE)
		return ioasid_collect_space(arg, areas);
	return ioasid_collect_memory(space, arg, areas);
}

static int do_unmap(struct ioasid_iova_map *map, u64 iova, u64 length,
		    u64 *done)
{
	return ioasid_iova_remove(map, iova >> PAGE_SHIFT,
				  ((iova + length) >> PAGE_SHIFT) - 1, done);
}

int ioasid_ioctl_map(struct ioasid_ucmd *ucmd)
{
	struct ioasid_iova_map *map = map_of(ucmd);
	struct ioasid_map *arg = ucmd->arg;
	u64 undone;
	int rc;

	if (IS_ERR(map))
		return PTR_ERR(map);
	rc = check_map(arg);
	if (!rc && READ_ONCE(map->space->freed))
		rc = -ESTALE;
	if (!rc)
		rc = ioasid_iova_map(map, arg, collect);
	if (rc)
		return rc;
	rc = ioasid_ucmd_respond(ucmd);
	if (rc)
		do_unmap(map, arg->out_iova, arg->out_length, &undone);
	return rc;
}

static int unmap_all(struct ioasid_iova_map *map, u64 *done)
{
	int rc;

	rc = ioasid_iova_remove(map, 0, IOASID_INDEX_LAST, done);
	return rc == -ENOENT ? 0 : rc;
}

int ioasid_ioctl_unmap(struct ioasid_ucmd *ucmd)
{
	struct ioasid_iova_map *map = map_of(ucmd);
	struct ioasid_unmap *arg = ucmd->arg;
	int rc;

	if (IS_ERR(map))
		return PTR_ERR(map);
	if (arg->flags & IOASID_UNMAP_ALL) {
		if (arg->iova || arg->length)
			return -EINVAL;
		rc = unmap_all(map, &arg->out_length);
	} else {
		rc = check_range(arg->iova, arg->length) ?:
		     do_unmap(map, arg->iova, arg->length, &arg->out_length);
	}
	return rc ?: ioasid_ucmd_respond(ucmd);
}

/* Lists through @batch, as long as there are more. */
static int list_maps(struct ioasid_iova_map *map, struct ioasid_maps *arg,
		     struct ioasid_map_entry *batch)
{
	struct ioasid_map_entry __user *to = u64_to_user_ptr(arg->entries);
	u64 iova = arg->iova;
	unsigned int want;
	int nr;

	arg->out_nr = 0;
	do {
		want = min(arg->nr - arg->out_nr, LIST_BATCH);
		nr = ioasid_iova_list(map, &iova, batch, want);
		if (nr < 0)
			return nr;
		if (copy_to_user(to + arg->out_nr, batch, nr * sizeof(*batch)))
			return -EFAULT;
		arg->out_nr += nr;
		cond_resched();
	} while (nr && nr == want && !fatal_signal_pending(current));
	return 0;
}

int ioasid_ioctl_maps(struct ioasid_ucmd *ucmd)
{
	struct ioasid_iova_map *map = map_of(ucmd);
	struct ioasid_map_entry *batch;
	int rc;

	if (IS_ERR(map))
		return PTR_ERR(map);
	batch = kcalloc(LIST_BATCH, sizeof(*batch), GFP_KERNEL);
	if (!batch)
		return -ENOMEM;
	rc = list_maps(map, ucmd->arg, batch);
	kfree(batch);
	return rc ?: ioasid_ucmd_respond(ucmd);
}

static unsigned int count_ranges(struct ioasid_iova_map *map)
{
	struct ioasid_iova_range range = {};
	unsigned int nr = 0;

	while (ioasid_ranges_next(map, nr ? range.last + 1 : 0, &range))
		nr++;
	return nr;
}

/* The ranges, for the caller to free. */
static struct ioasid_iova_range *collect_ranges(struct ioasid_iova_map *map,
						unsigned int *nr)
{
	struct ioasid_iova_range *ranges;
	unsigned int i;
	u64 from = 0;

	*nr = count_ranges(map);
	ranges = kvcalloc(*nr, sizeof(*ranges), GFP_KERNEL);
	for (i = 0; ranges && i < *nr; i++) {
		ioasid_ranges_next(map, from, &ranges[i]);
		from = ranges[i].last + 1;
	}
	return ranges;
}

static u64 common_page_sizes(struct ioasid_iova_map *map)
{
	struct ioasid_domain *domain;
	u64 sizes = U64_MAX;

	list_for_each_entry(domain, &map->domains.list, node)
		sizes &= domain->iommu->pgsize_bitmap;
	return list_empty(&map->domains.list) ? 0 : sizes;
}

static int report_ranges(struct ioasid_iova_map *map,
			 struct ioasid_iova_ranges *arg)
{
	struct ioasid_iova_range *ranges;
	unsigned int nr;
	int rc = 0;

	down_read(&map->lock);
	ranges = collect_ranges(map, &nr);
	arg->out_page_sizes = common_page_sizes(map);
	up_read(&map->lock);
	if (!ranges)
		return -ENOMEM;
	arg->out_nr = nr;
	arg->out_alignment = PAGE_SIZE;
	if (copy_to_user(u64_to_user_ptr(arg->ranges), ranges,
			 min(nr, arg->nr) * sizeof(*ranges)))
		rc = -EFAULT;
	kvfree(ranges);
	return rc;
}

int ioasid_ioctl_iova_ranges(struct ioasid_ucmd *ucmd)
{
	struct ioasid_iova_map *map = map_of(ucmd);
	struct ioasid_iova_ranges *arg = ucmd->arg;
	int rc;

	if (IS_ERR(map))
		return PTR_ERR(map);
	if (READ_ONCE(map->space->freed))
		return -ESTALE;
	rc = report_ranges(map, arg);
	if (rc)
		return rc;
	rc = ioasid_ucmd_respond(ucmd);
	return rc ?: (arg->out_nr > arg->nr ? -EMSGSIZE : 0);
}

static bool ranges_are_valid(const struct ioasid_iova_range *ranges,
			     unsigned int nr)
{
	const u64 end = (u64)IOASID_INDEX_LAST << PAGE_SHIFT;
	u64 from = 0;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (ranges[i].start < from || ranges[i].last >= end ||
		    ranges[i].last < ranges[i].start ||
		    !are_pages(ranges[i].start) ||
		    !are_pages(ranges[i].last + 1))
			return false;
		from = ranges[i].last + 1;
	}
	return true;
}

static int keep_locked(struct ioasid_iova_map *map,
		       struct ioasid_iova_range **ranges, unsigned int nr)
{
	unsigned int i;
	u64 obstacle;

	if (READ_ONCE(map->space->freed))
		return -ESTALE;
	for (i = 0; i < nr; i++)
		if (!ioasid_range_is_usable(map, (*ranges)[i].start,
					    (*ranges)[i].last, &obstacle))
			return -EADDRNOTAVAIL;
	swap(map->keep, *ranges);
	map->nr_keep = nr;
	return 0;
}

int ioasid_ioctl_iova_keep(struct ioasid_ucmd *ucmd)
{
	struct ioasid_iova_map *map = map_of(ucmd);
	struct ioasid_iova_keep *arg = ucmd->arg;
	struct ioasid_iova_range *ranges;
	int rc = -EINVAL;

	if (IS_ERR(map))
		return PTR_ERR(map);
	if (arg->nr > IOASID_IOVA_KEEP_MAX)
		return -EINVAL;
	ranges = memdup_array_user(u64_to_user_ptr(arg->ranges), arg->nr,
				   sizeof(*ranges));
	if (IS_ERR(ranges))
		return PTR_ERR(ranges);
	if (ranges_are_valid(ranges, arg->nr)) {
		down_write(&map->lock);
		rc = keep_locked(map, &ranges, arg->nr);
		up_write(&map->lock);
	}
	kfree(ranges);
	return rc;
}
