/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_PGTABLE_H
#define IOASID_SIM_PGTABLE_H

#include <linux/bits.h>
#include <linux/gfp_types.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/* The lower half of what four levels translate: where user memory is. */
#define SIM_IOVA_LAST	(BIT_ULL(47) - 1)
#define SIM_PAGE_SIZES	(SZ_4K | SZ_2M | SZ_1G)

/**
 * struct sim_pgtable - A page table
 * @root: table of the top level
 * @lock: held to change anything in it; innermost. Walkers do not take it
 */
struct sim_pgtable {
	u64 *root;
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

/**
 * struct sim_leaf - What a walk found
 * @phys: start of the 4 KiB page
 * @writable: may be written, not only read
 */
struct sim_leaf {
	phys_addr_t phys;
	bool writable;
};

int sim_pgtable_init(struct sim_pgtable *pgtable);
void sim_pgtable_destroy(struct sim_pgtable *pgtable);
int sim_pgtable_map(struct sim_pgtable *pgtable, struct sim_run *run,
		    gfp_t gfp);
size_t sim_pgtable_unmap(struct sim_pgtable *pgtable, u64 iova, size_t size,
			 struct list_head *freelist);
bool sim_pgtable_walk(const struct sim_pgtable *pgtable, u64 iova,
		      struct sim_leaf *leaf);

#endif
