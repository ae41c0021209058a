/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_PGTABLE_H
#define IOASID_SIM_PGTABLE_H

#include <linux/bits.h>
#include <linux/gfp_types.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/*
 * Where user memory is: in the lower half of what four levels translate, or in
 * all of it, where the kernel has a table of its own.
 */
#ifdef CONFIG_ARM64
#define SIM_IOVA_BITS	48
#else
#define SIM_IOVA_BITS	47
#endif
#define SIM_IOVA_LAST	(BIT_ULL(SIM_IOVA_BITS) - 1)
#define SIM_PAGE_SIZES	(SZ_4K | SZ_2M | SZ_1G)

/**
 * struct sim_pgtable - A page table
 * @root: table of the top level
 * @unlinked: tables that have become empty, but may still be walked; @lock
 * @lock: held to change anything in it; innermost. Walkers do not take it
 */
struct sim_pgtable {
	u64 *root;
	struct list_head unlinked;
	spinlock_t lock;
};

/**
 * struct sim_run - Physically contiguous pages to map
 * @iova: where the next page goes
 * @phys: where the next page is
 * @pgsize: size of each, one of SIM_PAGE_SIZES
 * @count: how many are left
 * @writable: may be written, not only read
 */
struct sim_run {
	u64 iova;
	phys_addr_t phys;
	size_t pgsize;
	size_t count;
	bool writable;
};

/* The cache line of entries that a walk ends in. */
#define SIM_WALK_ENTRIES	8

#define SIM_ENTRY_PRESENT	BIT_ULL(0)
#define SIM_ENTRY_WRITE		BIT_ULL(1)
#define SIM_ENTRY_ADDRESS	GENMASK_ULL(51, 12)

/**
 * struct sim_walk - What a walk found: entries for 4 KiB each, side by side
 * @entries: in the format of the page table; 0 where nothing is mapped
 */
struct sim_walk {
	u64 entries[SIM_WALK_ENTRIES];
};

/* The entry for an address in the result of a walk to it or to a neighbour. */
static inline u64 sim_walk_entry(const struct sim_walk *walk, u64 iova)
{
	return walk->entries[(iova >> PAGE_SHIFT) % SIM_WALK_ENTRIES];
}

int sim_pgtable_init(struct sim_pgtable *pgtable);
void sim_pgtable_destroy(struct sim_pgtable *pgtable);
int sim_pgtable_map(struct sim_pgtable *pgtable, struct sim_run *run,
		    gfp_t gfp);
size_t sim_pgtable_unmap(struct sim_pgtable *pgtable, u64 iova, size_t size);
void sim_pgtable_take_unlinked(struct sim_pgtable *pgtable,
			       struct list_head *tables);
void sim_pgtable_free_tables(struct list_head *tables);
void sim_pgtable_walk(const struct sim_pgtable *pgtable, u64 iova,
		      struct sim_walk *walk);

#endif
