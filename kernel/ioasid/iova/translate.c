// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking at a map: what is at an address, and what there is at all.
 */
#include <linux/capability.h>

#include "../space.h"
#include "map.h"

static void translate_hole(struct ioasid_iova_map *map, unsigned long index,
			   struct ioasid_translate *translate)
{
	MA_STATE(mas, &map->areas, index, index);
	struct ioasid_area *before = mas_prev(&mas, 0);
	struct ioasid_area *behind = ioasid_area_find(map, index, ULONG_MAX);
	u64 end = behind ? ioasid_area_iova(behind) : 0;

	if (before)
		translate->out_iova = ioasid_area_iova(before) +
				      ioasid_area_bytes(before);
	translate->out_length = end - translate->out_iova;
}

static void translate_page(struct ioasid_iova_map *map,
			   const struct ioasid_area *area, unsigned long index,
			   struct ioasid_translate *translate)
{
	struct ioasid_leaf leaf = ioasid_area_leaf(map, area, index);

	translate->out_flags = area->flags | IOASID_MAPPED;
	translate->out_iova = leaf.iova;
	translate->out_length = leaf.size ?: PAGE_SIZE;
	translate->out_page_size = leaf.size;
	if (leaf.size)
		translate->out_flags |= IOASID_PRESENT;
	if (capable(CAP_SYS_ADMIN))
		translate->out_phys = leaf.phys;
}

static int translate_locked(struct ioasid_iova_map *map,
			    struct ioasid_translate *translate)
{
	unsigned long index = translate->iova >> PAGE_SHIFT;
	struct ioasid_area *area;

	if (READ_ONCE(map->space->freed))
		return -ESTALE;
	area = ioasid_area_find(map, index, index);
	if (area)
		translate_page(map, area, index, translate);
	else
		translate_hole(map, index, translate);
	return 0;
}

/* The translate operation of IOVA spaces. */
int ioasid_iova_translate(struct ioasid_space *space,
			  struct ioasid_translate *translate)
{
	struct ioasid_iova_map *map = &space->map;
	int rc;

	down_read(&map->lock);
	rc = translate_locked(map, translate);
	up_read(&map->lock);
	return rc;
}

/**
 * ioasid_iova_list() - List maps
 * @map: the map
 * @iova: those that end above this address; then, where to go on
 * @entries: room for some
 * @nr: for how many
 *
 * Context: Process context, may sleep.
 * Return: how many there were, or -ESTALE.
 */
int ioasid_iova_list(struct ioasid_iova_map *map, u64 *iova,
		     struct ioasid_map_entry *entries, unsigned int nr)
{
	MA_STATE(mas, &map->areas, *iova >> PAGE_SHIFT, *iova >> PAGE_SHIFT);
	struct ioasid_area *area;
	unsigned int i = 0;

	down_read(&map->lock);
	while (i < nr && (area = mas_find(&mas, ULONG_MAX))) {
		entries[i++] = (struct ioasid_map_entry){
			.iova = ioasid_area_iova(area),
			.length = ioasid_area_bytes(area),
			.flags = area->flags,
			.page_sizes = ioasid_area_leaf_sizes(map, area),
		};
		*iova = ioasid_area_iova(area) + ioasid_area_bytes(area);
	}
	up_read(&map->lock);
	return READ_ONCE(map->space->freed) ? -ESTALE : i;
}
