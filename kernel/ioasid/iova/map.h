/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_IOVA_MAP_H
#define IOASID_IOVA_MAP_H

#include <linux/interval_tree.h>
#include <linux/list.h>
#include <linux/maple_tree.h>
#include <linux/mm.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <uapi/linux/ioasid.h>

#include "../domain.h"
#include "../pages.h"
#include "queue.h"

struct ioasid_space;
struct iov_iter;

/* Indices of pages in a space. The last page of 2^64 bytes is never mapped. */
#define IOASID_INDEX_LAST	(ULONG_MAX >> PAGE_SHIFT)

/**
 * struct ioasid_area - Addresses that are mapped, with the same permission
 * @start: index of the first page
 * @last: index of the last page
 * @flags: IOASID_READ, and IOASID_WRITE if devices may write
 * @page_sizes: sizes of leaves that it may have in page tables
 * @pages: what is mapped there
 * @use: which of them
 * @node: while it is not in a map
 */
struct ioasid_area {
	unsigned long start;
	unsigned long last;
	u32 flags;
	u64 page_sizes;
	struct ioasid_pages *pages;
	struct interval_tree_node use;
	struct list_head node;
};

/**
 * struct ioasid_iova_map - What an IOVA space has mapped
 * @space: the space
 * @lock: what is below; held for reading to look, for writing to map, unmap,
 *	attach and detach. Nothing under it waits for a process: memory is
 *	pinned before, and let go of after
 * @areas: struct ioasid_area, by index of page
 * @nr: how many they are
 * @bytes: how much they map
 * @domains: page tables, with all areas in each of them
 * @reserved: struct ioasid_reserved, what attached devices cannot use
 * @keep: ranges that must stay usable
 * @nr_keep: how many they are; 0 means that nothing was said
 * @obstacle: what was in the way of the last device that could not be attached
 * @faults: page requests that wait for user space; not under @lock
 */
struct ioasid_iova_map {
	struct ioasid_space *space;
	struct rw_semaphore lock;
	struct maple_tree areas;
	u64 nr;
	u64 bytes;
	struct ioasid_domains domains;
	struct rb_root_cached reserved;
	struct ioasid_iova_range *keep;
	unsigned int nr_keep;
	struct ioasid_iova_range obstacle;
	struct ioasid_fault_queue faults;
};

static inline unsigned long ioasid_area_nr(const struct ioasid_area *area)
{
	return area->last - area->start + 1;
}

static inline u64 ioasid_area_iova(const struct ioasid_area *area)
{
	return (u64)area->start << PAGE_SHIFT;
}

static inline u64 ioasid_area_bytes(const struct ioasid_area *area)
{
	return (u64)ioasid_area_nr(area) << PAGE_SHIFT;
}

/* Index among the pages of an area of what is at an index of the space. */
static inline unsigned long ioasid_area_page(const struct ioasid_area *area,
					     unsigned long index)
{
	return area->use.start + (index - area->start);
}

/* area.c */
struct ioasid_area *ioasid_area_alloc(void);
void ioasid_area_free(struct ioasid_area *area);
void ioasid_areas_free(struct list_head *areas);
struct ioasid_area *ioasid_area_find(struct ioasid_iova_map *map,
				     unsigned long first, unsigned long last);

/* map.c */
int ioasid_iova_enter(struct ioasid_iova_map *map, struct list_head *areas);
int ioasid_iova_remove(struct ioasid_iova_map *map, unsigned long first,
		       unsigned long last, u64 *bytes);
void ioasid_iova_clear(struct ioasid_space *space);

/* Makes areas of memory, and puts them into a list, also on failure. */
typedef int (*ioasid_collect_t)(struct ioasid_space *space,
				const struct ioasid_map *arg,
				struct list_head *areas);

/* enter.c */
int ioasid_iova_map(struct ioasid_iova_map *map, struct ioasid_map *arg,
		    ioasid_collect_t collect);

/* source.c */
int ioasid_collect_memory(struct ioasid_space *space,
			  const struct ioasid_map *arg,
			  struct list_head *areas);
int ioasid_collect_file(struct ioasid_space *space,
			const struct ioasid_map *arg, struct list_head *areas);
int ioasid_collect_space(const struct ioasid_map *arg,
			 struct list_head *areas);
int ioasid_collect_kernel(struct ioasid_space *space,
			  const struct ioasid_map *arg,
			  struct list_head *areas);

/**
 * struct ioasid_place - Where an address is wanted
 * @nr: pages that must fit
 * @first: lowest index to choose
 * @last: highest index that may be used
 * @align: what the index must be a multiple of, in pages
 * @offset: after this has been taken off it
 */
struct ioasid_place {
	unsigned long nr;
	unsigned long first;
	unsigned long last;
	unsigned long align;
	unsigned long offset;
};

/* place.c; map->lock is held */
int ioasid_place_find(struct ioasid_iova_map *map,
		      const struct ioasid_place *place, unsigned long *index);
int ioasid_place_check(struct ioasid_iova_map *map, unsigned long first,
		       unsigned long last);

/* ranges.c; map->lock is held */
int ioasid_ranges_take(struct ioasid_iova_map *map, struct device *dev);
int ioasid_ranges_take_rest(struct ioasid_iova_map *map, struct device *dev,
			    const struct iommu_domain *iommu);
void ioasid_ranges_give(struct ioasid_iova_map *map, struct device *dev);
bool ioasid_ranges_next(struct ioasid_iova_map *map, u64 from,
			struct ioasid_iova_range *range);
bool ioasid_range_is_usable(struct ioasid_iova_map *map, u64 start, u64 last,
			    u64 *obstacle_last);
int ioasid_ranges_fit(struct ioasid_iova_map *map, u64 start, u64 last);

/**
 * struct ioasid_leaf - A page in page tables
 * @iova: its address
 * @phys: where it is in memory
 * @size: its smallest size in any page table, 0 if there is none
 */
struct ioasid_leaf {
	u64 iova;
	phys_addr_t phys;
	u64 size;
};

/* table.c; map->lock is held */
extern const struct ioasid_domain_ops ioasid_iova_domain_ops;
int ioasid_tables_enter(struct ioasid_iova_map *map, struct ioasid_area *area);
int ioasid_tables_can_remove(struct ioasid_iova_map *map, unsigned long first,
			     unsigned long last);
void ioasid_tables_remove(struct ioasid_iova_map *map, unsigned long first,
			  unsigned long last);
u64 ioasid_area_leaf_sizes(struct ioasid_iova_map *map,
			   const struct ioasid_area *area);
struct ioasid_leaf ioasid_area_leaf(struct ioasid_iova_map *map,
				    const struct ioasid_area *area,
				    unsigned long index);

/* access.c */
ssize_t ioasid_iova_access(struct ioasid_space *space, const bool *stop,
			   u64 iova, struct iov_iter *iter, bool write);

/* translate.c */
int ioasid_iova_translate(struct ioasid_space *space,
			  struct ioasid_translate *translate);
int ioasid_iova_list(struct ioasid_iova_map *map, u64 *iova,
		     struct ioasid_map_entry *entries, unsigned int nr);

#endif
