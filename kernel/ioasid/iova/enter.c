// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entering: memory is given an address, and is mapped.
 *
 * The memory is collected before the lock of the map is taken, since that may
 * wait for whoever has it. Where it goes is found with the lock held, and tried
 * for the largest pages first: memory and address must line up for those.
 */
#include <linux/list.h>
#include <linux/sizes.h>

#include "../../race.h"
#include "../space.h"
#include "map.h"

/* The kernel chooses addresses from here on, if it can. */
#define PREFERRED_FIRST	(SZ_4G >> PAGE_SHIFT)
/* And never the address 0. */
#define LOWEST_FIRST	1

/* So that the largest pages line up in memory and in the space. */
static int choose_aligned(struct ioasid_iova_map *map,
			  const struct ioasid_map *arg,
			  struct ioasid_place *place, unsigned long *index)
{
	static const u64 sizes[] = { SZ_1G, SZ_2M, PAGE_SIZE };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (sizes[i] > arg->length ||
		    (arg->page_size_max && sizes[i] > arg->page_size_max))
			continue;
		place->align = sizes[i] >> PAGE_SHIFT;
		place->offset = (arg->address & (sizes[i] - 1)) >> PAGE_SHIFT;
		if (!ioasid_place_find(map, place, index))
			return 0;
	}
	return -ENOSPC;
}

static int choose_from(struct ioasid_iova_map *map,
		       const struct ioasid_map *arg, unsigned long first,
		       unsigned long *index)
{
	struct ioasid_place place = {
		.nr = arg->length >> PAGE_SHIFT,
		.first = first,
		.last = IOASID_INDEX_LAST - 1,
		.align = max(arg->alignment >> PAGE_SHIFT, 1),
	};

	if (arg->last) {
		if (arg->last < PAGE_SIZE - 1)
			return -ENOSPC;
		place.last = min(place.last,
				 (arg->last - (PAGE_SIZE - 1)) >> PAGE_SHIFT);
	}
	if (arg->alignment)
		return ioasid_place_find(map, &place, index);
	return choose_aligned(map, arg, &place, index);
}

static int choose(struct ioasid_iova_map *map, const struct ioasid_map *arg,
		  unsigned long *index)
{
	u64 first;

	if (arg->flags & IOASID_MAP_FIXED) {
		*index = arg->iova >> PAGE_SHIFT;
		return ioasid_place_check(map, *index, *index +
					  (arg->length >> PAGE_SHIFT) - 1);
	}
	if (arg->iova) {
		first = (arg->iova >> PAGE_SHIFT) + !PAGE_ALIGNED(arg->iova);
		return choose_from(map, arg, first, index);
	}
	if (!choose_from(map, arg, PREFERRED_FIRST, index))
		return 0;
	return choose_from(map, arg, LOWEST_FIRST, index);
}

static void place_areas(struct list_head *areas, unsigned long index)
{
	struct ioasid_area *area;

	list_for_each_entry(area, areas, node) {
		area->start = index;
		area->last = index + (area->use.last - area->use.start);
		index = area->last + 1;
	}
}

static int enter_locked(struct ioasid_iova_map *map, struct ioasid_map *arg,
			struct list_head *areas)
{
	unsigned long index;
	int rc;

	if (READ_ONCE(map->space->freed))
		return -ESTALE;
	rc = choose(map, arg, &index);
	if (rc)
		return rc;
	place_areas(areas, index);
	rc = ioasid_iova_enter(map, areas);
	if (rc)
		return rc;
	INIT_LIST_HEAD(areas);
	arg->out_iova = (u64)index << PAGE_SHIFT;
	arg->out_length = arg->length;
	return 0;
}

/**
 * ioasid_iova_map() - Map memory
 * @map: the map
 * @arg: what and where, checked; gets the answer
 * @collect: makes areas of the memory
 *
 * Context: Process context, may sleep for as long as the memory takes.
 * Return: 0, or an error as documented for IOASID_MAP.
 */
int ioasid_iova_map(struct ioasid_iova_map *map, struct ioasid_map *arg,
		    ioasid_collect_t collect)
{
	LIST_HEAD(areas);
	int rc;

	rc = collect(map->space, arg, &areas);
	if (!rc) {
		race_window();
		down_write(&map->lock);
		rc = enter_locked(map, arg, &areas);
		up_write(&map->lock);
	}
	ioasid_areas_free(&areas);
	return rc;
}
