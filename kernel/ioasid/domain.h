/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_DOMAIN_H
#define IOASID_DOMAIN_H

#include <linux/iommu.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct ioasid_mirror;

/**
 * struct ioasid_domain - What one IOMMU can reach of a mirrored mm
 * @mirror: the mm; referenced
 * @node: in mirror->domains
 * @refs: keeps this structure: one while there are bonds, and one for each page
 *	request that is being served
 * @bonds: attachments of a PASID of a device; mirror->attach_lock
 * @iommu: the paging domain. It is freed with the last bond, since the IOMMU
 *	driver may be unloaded then, and is NULL from there on; mirror->lock
 * @chunks: what is mapped, by 2 MiB of address space; mirror->lock
 * @mapped: how many bytes are mapped; written under mirror->lock, read without
 *	it where only a figure is wanted
 */
struct ioasid_domain {
	struct ioasid_mirror *mirror;
	struct list_head node;
	refcount_t refs;
	unsigned int bonds;
	struct iommu_domain *iommu;
	struct xarray chunks;
	u64 mapped;
};

/* domain.c */
struct ioasid_domain *
ioasid_domain_attach(struct ioasid_mirror *mirror, struct device *dev,
		     u32 pasid, struct iommu_attach_handle *handle);
void ioasid_domain_detach(struct ioasid_domain *domain, struct device *dev,
			  u32 pasid);
void ioasid_domain_get(struct ioasid_domain *domain);
void ioasid_domain_put(struct ioasid_domain *domain);

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
unsigned int ioasid_domain_run_before(struct ioasid_domain *domain,
				      unsigned long addr, unsigned int max);
int ioasid_domain_map(struct ioasid_domain *domain,
		      const struct ioasid_window *window);
bool ioasid_domain_unmap(struct ioasid_domain *domain, unsigned long start,
			 unsigned long last);

/* fill.c */
int ioasid_domain_fill(struct ioasid_domain *domain, unsigned long addr,
		       bool write, bool in_place);

#endif
