// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ranges: which addresses of a space can be used.
 *
 * At first all of them. Each device takes some away for as long as it is
 * attached: what its IOMMU does not translate, at the ends, and what platforms
 * reserve in between, interrupts for example. Devices take the same things
 * away, over and over, so what is taken is kept for each device by itself.
 *
 * What is mapped, and what the user wants to keep, cannot be taken: the device
 * is not attached then.
 */
#include <linux/iommu.h>
#include <linux/slab.h>

#include "map.h"

/**
 * struct ioasid_reserved - Addresses that a device cannot use
 * @range: they; in map->reserved
 * @dev: the device
 */
struct ioasid_reserved {
	struct interval_tree_node range;
	struct device *dev;
};

/* Remembers what both have. False if that is nothing. */
static bool is_obstacle(struct ioasid_iova_map *map, u64 start, u64 last,
			u64 other_start, u64 other_last)
{
	if (other_start > last || other_last < start)
		return false;
	map->obstacle.start = max(start, other_start);
	map->obstacle.last = min(last, other_last);
	return true;
}

static bool is_mapped(struct ioasid_iova_map *map, u64 start, u64 last)
{
	struct ioasid_area *area =
		ioasid_area_find(map, start >> PAGE_SHIFT, last >> PAGE_SHIFT);
	u64 iova;

	if (!area)
		return false;
	iova = ioasid_area_iova(area);
	return is_obstacle(map, start, last, iova,
			   iova + ioasid_area_bytes(area) - 1);
}

static bool is_kept(struct ioasid_iova_map *map, u64 start, u64 last)
{
	unsigned int i;

	for (i = 0; i < map->nr_keep; i++)
		if (is_obstacle(map, start, last, map->keep[i].start,
				map->keep[i].last))
			return true;
	return false;
}

/* Whether a device may take a range away. */
static int check_taking(struct ioasid_iova_map *map, u64 start, u64 last)
{
	if (is_mapped(map, start, last))
		return -EADDRINUSE;
	return is_kept(map, start, last) ? -EADDRNOTAVAIL : 0;
}

static int take(struct ioasid_iova_map *map, struct device *dev, u64 start,
		u64 last)
{
	struct ioasid_reserved *reserved;
	int rc;

	rc = check_taking(map, start, last);
	if (rc)
		return rc;
	reserved = kzalloc(sizeof(*reserved), GFP_KERNEL_ACCOUNT);
	if (!reserved)
		return -ENOMEM;
	reserved->range.start = start;
	reserved->range.last = last;
	reserved->dev = dev;
	interval_tree_insert(&reserved->range, &map->reserved);
	return 0;
}

/**
 * ioasid_ranges_take() - Take what is reserved for a device
 * @map: the map; map->lock is held
 * @dev: the device
 *
 * Return: 0, -EADDRINUSE, -EADDRNOTAVAIL or -ENOMEM. On failure some of it is
 * taken nevertheless: ioasid_ranges_give() undoes it.
 */
int ioasid_ranges_take(struct ioasid_iova_map *map, struct device *dev)
{
	struct iommu_resv_region *region;
	LIST_HEAD(regions);
	int rc = 0;

	lockdep_assert_held_write(&map->lock);
	iommu_get_resv_regions(dev, &regions);
	list_for_each_entry(region, &regions, list) {
		if (region->type == IOMMU_RESV_DIRECT_RELAXABLE ||
		    !region->length)
			continue;
		rc = take(map, dev, region->start,
			  region->start + region->length - 1);
		if (rc)
			break;
	}
	iommu_put_resv_regions(dev, &regions);
	return rc;
}

/**
 * ioasid_ranges_fit() - Whether all that is needed lies in a range
 * @map: the map; map->lock is held
 * @start: first address of the range
 * @last: last address
 *
 * Return: 0, -EADDRINUSE or -EADDRNOTAVAIL.
 */
int ioasid_ranges_fit(struct ioasid_iova_map *map, u64 start, u64 last)
{
	int rc = 0;

	if (start)
		rc = check_taking(map, 0, start - 1);
	if (!rc && last < U64_MAX)
		rc = check_taking(map, last + 1, U64_MAX);
	return rc;
}

/**
 * ioasid_ranges_take_rest() - Take what an IOMMU does not translate
 * @map: the map, that fits; map->lock is held
 * @dev: a device behind it
 * @iommu: the domain that it is attached to
 *
 * Return: 0 or -ENOMEM, as ioasid_ranges_take().
 */
int ioasid_ranges_take_rest(struct ioasid_iova_map *map, struct device *dev,
			    const struct iommu_domain *iommu)
{
	u64 start = iommu->geometry.aperture_start;
	u64 last = iommu->geometry.aperture_end;
	int rc = 0;

	if (start)
		rc = take(map, dev, 0, start - 1);
	if (!rc && last < U64_MAX)
		rc = take(map, dev, last + 1, U64_MAX);
	return rc;
}

/* Gives back what was taken for a device. map->lock is held. */
void ioasid_ranges_give(struct ioasid_iova_map *map, struct device *dev)
{
	struct interval_tree_node *node, *next;
	struct ioasid_reserved *reserved;

	lockdep_assert_held_write(&map->lock);
	node = interval_tree_iter_first(&map->reserved, 0, ULONG_MAX);
	for (; node; node = next) {
		next = interval_tree_iter_next(node, 0, ULONG_MAX);
		reserved = container_of(node, struct ioasid_reserved, range);
		if (reserved->dev != dev)
			continue;
		interval_tree_remove(node, &map->reserved);
		kfree(reserved);
	}
}

/**
 * ioasid_range_is_usable() - Whether all devices can use a range
 * @map: the map; map->lock is held
 * @start: first address of the range
 * @last: last address
 * @obstacle_last: last address of something that they cannot use
 *
 * Return: whether they can.
 */
bool ioasid_range_is_usable(struct ioasid_iova_map *map, u64 start, u64 last,
			    u64 *obstacle_last)
{
	struct interval_tree_node *node;

	lockdep_assert_held(&map->lock);
	node = interval_tree_iter_first(&map->reserved, start, last);
	if (node)
		*obstacle_last = node->last;
	return !node;
}

/**
 * ioasid_ranges_next() - Go through the usable ranges
 * @map: the map; map->lock is held
 * @from: where to begin
 * @range: the first usable range from there on
 *
 * Return: whether there is one.
 */
bool ioasid_ranges_next(struct ioasid_iova_map *map, u64 from,
			struct ioasid_iova_range *range)
{
	const u64 end = (u64)IOASID_INDEX_LAST << PAGE_SHIFT;
	struct interval_tree_node *node;
	u64 obstacle;

	while (from < end && !ioasid_range_is_usable(map, from, from,
						     &obstacle)) {
		if (obstacle >= end)
			return false;
		from = obstacle + 1;
	}
	if (from >= end)
		return false;
	node = interval_tree_iter_first(&map->reserved, from, end - 1);
	range->start = from;
	range->last = node ? node->start - 1 : end - 1;
	return true;
}
