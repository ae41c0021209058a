// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paging domains: a page table, and the rule for the caches in front of it.
 *
 * Devices keep translations in IOTLBs of their own. Unmapping does not touch
 * those: as on hardware, what was translated once stays usable until the domain
 * is flushed. A flush gives the domain a new generation, and thereby
 * invalidates all entries of all IOTLBs that were filled from it. Devices use
 * translations only under the read side of the domain's lock, so a flush also
 * waits until no byte moves by an old translation, nor any walk is in a table
 * that was unlinked.
 *
 * The locks here do not disable interrupts: there is no DMA API behind these
 * domains, whoever maps and unmaps is in process context.
 */
#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "../compat/iommu_driver.h"
#include "domain.h"
#include "iommu.h"
#include "pasid.h"

static atomic64_t last_generation = ATOMIC64_INIT(0);

/**
 * sim_domain_flush() - Invalidate all cached translations of a domain
 * @domain: the domain
 *
 * Context: any that may spin; waits for accesses under way.
 */
void sim_domain_flush(struct sim_domain *domain)
{
	write_lock(&domain->lock);
	domain->generation = atomic64_inc_return(&last_generation);
	write_unlock(&domain->lock);
}

/* Only memory answers devices here, not whatever else has an address. */
static bool is_memory(phys_addr_t phys, size_t size)
{
	return pfn_valid(PHYS_PFN(phys)) &&
	       pfn_valid(PHYS_PFN(phys + size - 1));
}

static int domain_map_pages(struct iommu_domain *iommu, unsigned long iova,
			    phys_addr_t phys, size_t pgsize, size_t pgcount,
			    int prot, gfp_t gfp, size_t *mapped)
{
	struct sim_run run = {
		.iova = iova,
		.phys = phys,
		.pgsize = pgsize,
		.count = pgcount,
		.writable = prot & IOMMU_WRITE,
	};
	u64 last = iommu->geometry.aperture_end;
	int rc;

	if (iova > last || last - iova < pgsize * pgcount - 1)
		return -ERANGE;
	if (!is_memory(phys, pgsize * pgcount))
		return -EINVAL;
	rc = sim_pgtable_map(&to_sim_domain(iommu)->pgtable, &run, gfp);
	*mapped += run.iova - iova;
	return rc;
}

static size_t domain_unmap_pages(struct iommu_domain *iommu, unsigned long iova,
				 size_t pgsize, size_t pgcount,
				 struct iommu_iotlb_gather *gather)
{
	size_t unmapped = sim_pgtable_unmap(&to_sim_domain(iommu)->pgtable,
					    iova, pgsize * pgcount);

	if (unmapped)
		iommu_iotlb_gather_add_range(gather, iova, unmapped);
	return unmapped;
}

/* What others unlink meanwhile, they free when they flush. */
static void domain_flush_all(struct iommu_domain *iommu)
{
	struct sim_domain *domain = to_sim_domain(iommu);
	LIST_HEAD(tables);

	sim_pgtable_take_unlinked(&domain->pgtable, &tables);
	sim_domain_flush(domain);
	sim_pgtable_free_tables(&tables);
}

static void domain_sync(struct iommu_domain *iommu,
			struct iommu_iotlb_gather *gather)
{
	domain_flush_all(iommu);
}

static phys_addr_t domain_iova_to_phys(struct iommu_domain *iommu,
				       dma_addr_t iova)
{
	struct sim_domain *domain = to_sim_domain(iommu);
	struct sim_walk walk;
	u64 entry;

	read_lock(&domain->lock);
	sim_pgtable_walk(&domain->pgtable, iova, &walk);
	read_unlock(&domain->lock);
	entry = sim_walk_entry(&walk, iova);
	return entry ? (entry & SIM_ENTRY_ADDRESS) + offset_in_page(iova) : 0;
}

/* No device uses this domain any more. */
static void domain_free(struct iommu_domain *iommu)
{
	struct sim_domain *domain = to_sim_domain(iommu);

	sim_pgtable_destroy(&domain->pgtable);
	kfree_rcu(domain, rcu);
}

COMPAT_DEFINE_ATTACH_DEV(sim_pasid_set_default)
COMPAT_DEFINE_SET_DEV_PASID(sim_pasid_set)

static const struct iommu_domain_ops domain_ops = {
	COMPAT_ATTACH_OP(attach_dev, sim_pasid_set_default),
	COMPAT_ATTACH_OP(set_dev_pasid, sim_pasid_set),
	.map_pages = domain_map_pages,
	.unmap_pages = domain_unmap_pages,
	.flush_iotlb_all = domain_flush_all,
	.iotlb_sync = domain_sync,
	.iova_to_phys = domain_iova_to_phys,
	.free = domain_free,
};

struct iommu_domain *sim_domain_alloc(struct device *dev)
{
	struct sim_endpoint *endpoint = dev_iommu_priv_get(dev);
	struct sim_domain *domain;

	domain = kzalloc(sizeof(*domain), GFP_KERNEL_ACCOUNT);
	if (!domain)
		return NULL;
	if (sim_pgtable_init(&domain->pgtable)) {
		kfree(domain);
		return NULL;
	}
	rwlock_init(&domain->lock);
	domain->generation = atomic64_inc_return(&last_generation);
	domain->iommu.ops = &domain_ops;
	domain->iommu.pgsize_bitmap = SIM_PAGE_SIZES;
	domain->iommu.geometry.aperture_end = endpoint->iommu->iova_last;
	domain->iommu.geometry.force_aperture = true;
	return &domain->iommu;
}
