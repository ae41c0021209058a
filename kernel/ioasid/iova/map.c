// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps: what an IOVA space translates to.
 *
 * A map is a set of areas, and the page tables of all IOMMUs that have devices
 * in the space show it at any time. It is there before the first device comes
 * and after the last one has gone.
 *
 * Memory is pinned before the lock is taken, and let go of after it has been
 * given back. So whoever holds up a page, perhaps for ever, holds up his own
 * call and nobody else's, and a space can be freed at any time.
 */
#include <linux/slab.h>

#include "../space.h"
#include "map.h"

/* Of a change that has to happen. What it needs is small, and waited for. */
#define NOFAIL	(GFP_KERNEL_ACCOUNT | __GFP_NOFAIL)

static int store(struct ioasid_iova_map *map, unsigned long first,
		 unsigned long last, struct ioasid_area *area, gfp_t gfp)
{
	MA_STATE(mas, &map->areas, first, last);

	lockdep_assert_held_write(&map->lock);
	return mas_store_gfp(&mas, area, gfp);
}

static int enter_one(struct ioasid_iova_map *map, struct ioasid_area *area)
{
	int rc;

	rc = store(map, area->start, area->last, area, GFP_KERNEL_ACCOUNT);
	if (rc)
		return rc;
	rc = ioasid_tables_enter(map, area);
	if (rc) {
		store(map, area->start, area->last, NULL, NOFAIL);
		return rc;
	}
	map->nr++;
	map->bytes += ioasid_area_bytes(area);
	return 0;
}

static void leave_one(struct ioasid_iova_map *map, struct ioasid_area *area)
{
	ioasid_tables_remove(map, area->start, area->last);
	store(map, area->start, area->last, NULL, NOFAIL);
	map->nr--;
	map->bytes -= ioasid_area_bytes(area);
}

/**
 * ioasid_iova_enter() - Map areas
 * @map: the map; map->lock is held
 * @areas: they, with addresses that are free; the list is stale on success
 *
 * Return: 0, or an error, and none is mapped.
 */
int ioasid_iova_enter(struct ioasid_iova_map *map, struct list_head *areas)
{
	struct ioasid_area *area;
	int rc;

	list_for_each_entry(area, areas, node) {
		rc = enter_one(map, area);
		if (rc)
			goto out_leave;
	}
	return 0;

out_leave:
	list_for_each_entry_continue_reverse(area, areas, node)
		leave_one(map, area);
	return rc;
}

/* The area that a cut right before an index would go through. */
static struct ioasid_area *area_across(struct ioasid_iova_map *map,
				       unsigned long index)
{
	struct ioasid_area *area = ioasid_area_find(map, index, index);

	return area && area->start < index ? area : NULL;
}

/* Makes sure that there is a spare for a cut. */
static int prepare_cut(struct ioasid_iova_map *map, unsigned long index,
		       struct list_head *spares)
{
	struct ioasid_area *spare, *area = area_across(map, index);

	if (!area)
		return 0;
	spare = ioasid_area_alloc();
	if (!spare)
		return -ENOMEM;
	list_add_tail(&spare->node, spares);
	return 0;
}

/* There is a spare for each cut that has to be made. */
static void cut(struct ioasid_iova_map *map, unsigned long index,
		struct list_head *spares)
{
	struct ioasid_area *rest, *area;

	area = list_empty(spares) ? NULL : area_across(map, index);
	if (!area)
		return;
	rest = list_first_entry(spares, struct ioasid_area, node);
	list_del(&rest->node);
	rest->start = index;
	rest->last = area->last;
	rest->flags = area->flags;
	rest->page_sizes = area->page_sizes;
	rest->pages = area->pages;
	ioasid_pages_split(area->pages, &area->use, &rest->use,
			   ioasid_area_page(area, index));
	area->last = index - 1;
	store(map, rest->start, rest->last, rest, NOFAIL);
	map->nr++;
}

static void take_out(struct ioasid_iova_map *map, unsigned long first,
		     unsigned long last, struct list_head *removed)
{
	MA_STATE(mas, &map->areas, first, first);
	struct ioasid_area *area;

	mas_for_each(&mas, area, last) {
		list_add_tail(&area->node, removed);
		map->nr--;
		map->bytes -= ioasid_area_bytes(area);
		cond_resched();
	}
	store(map, first, last, NULL, NOFAIL);
}

static int remove_locked(struct ioasid_iova_map *map, unsigned long first,
			 unsigned long last, struct list_head *spares,
			 struct list_head *removed)
{
	int rc;

	if (READ_ONCE(map->space->freed))
		return -ESTALE;
	if (!ioasid_area_find(map, first, last))
		return -ENOENT;
	rc = prepare_cut(map, first, spares);
	if (!rc)
		rc = prepare_cut(map, last + 1, spares);
	if (!rc)
		rc = ioasid_tables_can_remove(map, first, last);
	if (rc)
		return rc;
	ioasid_tables_remove(map, first, last);
	cut(map, first, spares);
	cut(map, last + 1, spares);
	take_out(map, first, last, removed);
	return 0;
}

/**
 * ioasid_iova_remove() - Unmap a range
 * @map: the map
 * @first: index of the first page
 * @last: index of the last one
 * @bytes: how much was mapped there
 *
 * Context: Process context, may sleep.
 * Return: 0, or -ESTALE, -ENOENT, -EBUSY or -ENOMEM as documented for
 * IOASID_UNMAP.
 */
int ioasid_iova_remove(struct ioasid_iova_map *map, unsigned long first,
		       unsigned long last, u64 *bytes)
{
	LIST_HEAD(removed);
	LIST_HEAD(spares);
	u64 before;
	int rc;

	down_write(&map->lock);
	before = map->bytes;
	rc = remove_locked(map, first, last, &spares, &removed);
	*bytes = before - map->bytes;
	up_write(&map->lock);
	ioasid_areas_free(&spares);
	ioasid_areas_free(&removed);
	return rc;
}

/**
 * ioasid_iova_clear() - Give back everything
 * @space: the space, freed and cut: nothing is added any more, and there is no
 *	page table
 *
 * Context: Process context, may sleep.
 */
void ioasid_iova_clear(struct ioasid_space *space)
{
	struct ioasid_iova_map *map = &space->map;
	struct ioasid_area *area;
	unsigned long index = 0;
	LIST_HEAD(areas);

	down_write(&map->lock);
	mt_for_each(&map->areas, area, index, ULONG_MAX) {
		list_add_tail(&area->node, &areas);
		cond_resched();
	}
	__mt_destroy(&map->areas);
	map->nr = 0;
	map->bytes = 0;
	up_write(&map->lock);
	ioasid_areas_free(&areas);
}
