// SPDX-License-Identifier: GPL-2.0-only
/*
 * Places: where in a space something can be mapped.
 */
#include "map.h"

/* The next index that is congruent to what is wanted. */
static unsigned long align_index(const struct ioasid_place *place,
				 unsigned long index)
{
	return ALIGN(index - place->offset, place->align) + place->offset;
}

/* Skips what is too small. False when nothing up to @last is large enough. */
static bool skip_full(struct ioasid_iova_map *map, unsigned long *index,
		      unsigned long last, unsigned long nr)
{
	MA_STATE(mas, &map->areas, 0, 0);

	if (*index > last || last - *index < nr - 1 ||
	    mas_empty_area(&mas, *index, last, nr))
		return false;
	*index = mas.index;
	return true;
}

/* What is in the way of pages at an index: its last index. */
static bool find_obstacle(struct ioasid_iova_map *map, unsigned long index,
			  unsigned long nr, unsigned long *last)
{
	struct ioasid_area *area = ioasid_area_find(map, index, index + nr - 1);
	u64 start = (u64)index << PAGE_SHIFT;
	u64 end = start + ((u64)nr << PAGE_SHIFT);
	u64 obstacle;

	if (area) {
		*last = area->last;
		return true;
	}
	if (ioasid_range_is_usable(map, start, end - 1, &obstacle))
		return false;
	*last = obstacle >> PAGE_SHIFT;
	return true;
}

static int find_between(struct ioasid_iova_map *map,
			const struct ioasid_place *place, unsigned long first,
			unsigned long last, unsigned long *index)
{
	unsigned long obstacle;

	*index = max(first, place->first);
	last = min(last, place->last);
	while (skip_full(map, index, last, place->nr)) {
		*index = align_index(place, *index);
		if (*index > last || last - *index < place->nr - 1)
			break;
		if (!find_obstacle(map, *index, place->nr, &obstacle))
			return 0;
		*index = obstacle + 1;
	}
	return -ENOSPC;
}

/**
 * ioasid_place_find() - Choose an address
 * @map: the map; map->lock is held
 * @place: what is wanted
 * @index: the lowest that fits
 *
 * Return: 0, or -ENOSPC.
 */
int ioasid_place_find(struct ioasid_iova_map *map,
		      const struct ioasid_place *place, unsigned long *index)
{
	unsigned int i;

	if (!map->nr_keep)
		return find_between(map, place, 0, IOASID_INDEX_LAST - 1,
				    index);
	for (i = 0; i < map->nr_keep; i++)
		if (!find_between(map, place, map->keep[i].start >> PAGE_SHIFT,
				  map->keep[i].last >> PAGE_SHIFT, index))
			return 0;
	return -ENOSPC;
}

/**
 * ioasid_place_check() - Whether something can be mapped at an address
 * @map: the map; map->lock is held
 * @first: index of the first page
 * @last: index of the last one
 *
 * Return: 0, -EEXIST or -EADDRNOTAVAIL.
 */
int ioasid_place_check(struct ioasid_iova_map *map, unsigned long first,
		       unsigned long last)
{
	u64 start = (u64)first << PAGE_SHIFT;
	u64 end = ((u64)last + 1) << PAGE_SHIFT;
	u64 obstacle;

	if (ioasid_area_find(map, first, last))
		return -EEXIST;
	if (!ioasid_range_is_usable(map, start, end - 1, &obstacle))
		return -EADDRNOTAVAIL;
	return 0;
}
