/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_PASID_H
#define IOASID_PASID_H

#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct ioasid_space;

/* The PCIe limit, and the width of the kernel's global PASID space. */
#define IOASID_PASID_BITS	20

/**
 * struct ioasid_pasid - A PASID that we have from the kernel
 * @number: it
 * @lock: whoever looks for a space holds it until he has a reference
 * @space: what it names, or NULL; @lock
 * @node: in the list of those that nobody uses; see pasid.c
 * @since: when it was given back, in jiffies
 * @rcu: the structure is found without a lock
 */
struct ioasid_pasid {
	u32 number;
	spinlock_t lock;
	struct ioasid_space *space;
	struct list_head node;
	unsigned long since;
	struct rcu_head rcu;
};

/**
 * struct ioasid_pasid_counts - How many PASIDs are in which state
 * @used: they name a space
 * @resting: they named one lately; so many at most cannot be used yet
 * @left: they can be used now, unless somebody else in the kernel has them
 */
struct ioasid_pasid_counts {
	u32 used;
	u32 resting;
	u32 left;
};

struct ioasid_pasid *ioasid_pasid_alloc(void);
void ioasid_pasid_name(struct ioasid_pasid *pasid, struct ioasid_space *space);
void ioasid_pasid_free(struct ioasid_pasid *pasid);
struct ioasid_space *ioasid_pasid_next(u32 *number);
void ioasid_pasid_count(struct ioasid_pasid_counts *counts);
void ioasid_pasid_exit(void);

#endif
