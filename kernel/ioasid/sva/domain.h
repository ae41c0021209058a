/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SVA_DOMAIN_H
#define IOASID_SVA_DOMAIN_H

#include <linux/types.h>
#include <linux/xarray.h>

#include "../domain.h"

struct ioasid_bond;
struct ioasid_memory;
struct ioasid_mirror;
struct ioasid_space;

/**
 * struct ioasid_sva_domain - What one IOMMU can reach of a mirrored mm
 * @base: what domains of all types have. The set is mirror->domains. Once it is
 *	retired, base.iommu is NULL; mirror->lock
 * @mirror: the mm; referenced
 * @chunks: what is mapped, by 2 MiB of address space; mirror->lock
 * @mapped: how many bytes are mapped; written under mirror->lock, read without
 *	it where only a figure is wanted
 */
struct ioasid_sva_domain {
	struct ioasid_domain base;
	struct ioasid_mirror *mirror;
	struct xarray chunks;
	u64 mapped;
};

static inline struct ioasid_sva_domain *
to_sva_domain(struct ioasid_domain *domain)
{
	return container_of(domain, struct ioasid_sva_domain, base);
}

/* domain.c */
extern const struct ioasid_domain_ops ioasid_sva_domain_ops;

/**
 * struct ioasid_window - Pages of the mm that are to be mapped
 * @start: address of the first; all are in the same 2 MiB of address space
 * @hmm_pfns: what hmm_range_fault() says of each
 * @pages: how many they are
 * @write: devices may write them
 */
struct ioasid_window {
	unsigned long start;
	const unsigned long *hmm_pfns;
	unsigned int pages;
	bool write;
};

/* map.c; mirror->lock is held */
unsigned int ioasid_sva_run_before(struct ioasid_sva_domain *domain,
				   unsigned long addr, unsigned int max);
int ioasid_sva_map(struct ioasid_sva_domain *domain,
		   const struct ioasid_window *window);
bool ioasid_sva_unmap(struct ioasid_sva_domain *domain, unsigned long start,
		      unsigned long last);
void ioasid_sva_unmap_unpinned(struct ioasid_sva_domain *domain,
			       unsigned long start, unsigned long last);
unsigned int ioasid_sva_run_from(struct ioasid_sva_domain *domain,
				 unsigned long addr, bool write);
u64 ioasid_sva_leaf(struct ioasid_sva_domain *domain, unsigned long addr);

/* fill.c */
int ioasid_sva_fill(struct ioasid_sva_domain *domain, unsigned long addr,
		    bool write, bool in_place);

/* space.c; space->lock is held */
bool ioasid_sva_is_counted(struct ioasid_space *space,
			   struct ioasid_bond *bond);

/* prefault.c */
int ioasid_sva_prefault(struct ioasid_space *space,
			const struct ioasid_memory *memory, u64 *length);

#endif
