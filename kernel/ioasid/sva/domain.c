// SPDX-License-Identifier: GPL-2.0-only
/*
 * The domains of a mirrored mm: empty at first, and filled as devices ask.
 */
#include <linux/err.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "domain.h"
#include "mirror.h"

/*
 * It is in the list before anything can be mapped, so that no invalidation is
 * missed. Of page sizes it has just those that map.c accounts for: the core and
 * the driver would use others on their own.
 */
static struct ioasid_domain *sva_domain_create(struct ioasid_domains *set,
					       struct iommu_domain *iommu)
{
	struct ioasid_mirror *mirror =
		container_of(set, struct ioasid_mirror, domains);
	struct ioasid_sva_domain *domain;

	domain = kzalloc(sizeof(*domain), GFP_KERNEL_ACCOUNT);
	if (!domain)
		return ERR_PTR(-ENOMEM);
	iommu->pgsize_bitmap &= PAGE_SIZE | SZ_2M;
	ioasid_domain_init(&domain->base, set, iommu);
	ioasid_mirror_get(mirror);
	domain->mirror = mirror;
	xa_init(&domain->chunks);
	spin_lock(&mirror->lock);
	list_add(&domain->base.node, &set->list);
	spin_unlock(&mirror->lock);
	return &domain->base;
}

/*
 * Page requests that are still being served find that there is nothing to fill.
 * The domain hears of invalidations until it is empty, because a page may be
 * gone right after one.
 */
static void sva_domain_retire(struct ioasid_domain *base)
{
	struct ioasid_sva_domain *domain = to_sva_domain(base);
	struct ioasid_mirror *mirror = domain->mirror;
	struct iommu_domain *iommu = base->iommu;

	spin_lock(&mirror->lock);
	while (!ioasid_sva_unmap(domain, 0, ULONG_MAX))
		cond_resched_lock(&mirror->lock);
	list_del(&base->node);
	base->iommu = NULL;
	spin_unlock(&mirror->lock);
	iommu_domain_free(iommu);
}

static void sva_domain_release(struct ioasid_domain *base)
{
	struct ioasid_sva_domain *domain = to_sva_domain(base);

	/* No chunk is left, but nodes are if storing one failed half-way. */
	xa_destroy(&domain->chunks);
	ioasid_mirror_put(domain->mirror);
	kfree(domain);
}

const struct ioasid_domain_ops ioasid_sva_domain_ops = {
	.create = sva_domain_create,
	.retire = sva_domain_retire,
	.release = sva_domain_release,
};
