/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_MEMORY_H
#define IOASID_MEMORY_H

#include <linux/types.h>

struct mm_struct;
struct vm_area_struct;

/**
 * struct ioasid_memory - Memory of a process
 * @mm: whose; alive
 * @address: where it begins
 * @nr: how many pages it has
 * @write: it will be written
 */
struct ioasid_memory {
	struct mm_struct *mm;
	unsigned long address;
	unsigned long nr;
	bool write;
};

bool ioasid_vma_permits(struct vm_area_struct *vma, bool write);
bool ioasid_vma_is_reachable(struct vm_area_struct *vma, bool write);
int ioasid_memory_refusal(const struct ioasid_memory *memory,
			  unsigned long address);

#endif
