// SPDX-License-Identifier: GPL-2.0-only
/*
 * Areas: addresses of a space, and the pages behind them.
 *
 * An area is made with its pages before it has an address, and given up after
 * it has lost it. In between it is in a map.
 */
#include <linux/slab.h>

#include "map.h"

/* Without pages yet. */
struct ioasid_area *ioasid_area_alloc(void)
{
	return kzalloc(sizeof(struct ioasid_area), GFP_KERNEL_ACCOUNT);
}

/* Of an area that is in no map, with its pages. May sleep. */
void ioasid_area_free(struct ioasid_area *area)
{
	if (area->pages)
		ioasid_pages_let_go(area->pages, &area->use);
	kfree(area);
}

void ioasid_areas_free(struct list_head *areas)
{
	struct ioasid_area *area, *next;

	list_for_each_entry_safe(area, next, areas, node) {
		ioasid_area_free(area);
		cond_resched();
	}
}

/**
 * ioasid_area_find() - Find the first area in a range
 * @map: the map; map->lock is held
 * @first: index of the first page of the range
 * @last: index of its last page
 *
 * Return: the area, which need not lie in the range as a whole, or NULL.
 */
struct ioasid_area *ioasid_area_find(struct ioasid_iova_map *map,
				     unsigned long first, unsigned long last)
{
	MA_STATE(mas, &map->areas, first, first);

	lockdep_assert_held(&map->lock);
	return mas_find(&mas, last);
}
