/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_PASID_H
#define IOASID_PASID_H

#include <linux/types.h>

struct ioasid_space;

/* The PCIe limit, and the width of the kernel's global PASID space. */
#define IOASID_PASID_BITS	20

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

int ioasid_pasid_alloc(u32 *number);
void ioasid_pasid_publish(u32 number, struct ioasid_space *space);
void ioasid_pasid_free(u32 number);
struct ioasid_space *ioasid_pasid_next(u32 *number);
void ioasid_pasid_count(struct ioasid_pasid_counts *counts);
void ioasid_pasid_exit(void);

#endif
