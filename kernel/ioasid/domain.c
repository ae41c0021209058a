// SPDX-License-Identifier: GPL-2.0-only
/*
 * Domains: one for each mirrored mm and IOMMU.
 *
 * All devices behind one IOMMU that reach the same mm share a domain, through
 * whatever PASIDs, so that a page is faulted in and taken out once. Which
 * devices can share is for the IOMMU driver to say: attaching a device to a
 * domain of another IOMMU fails with -EINVAL, and then the next one is tried.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "bond.h"
#include "domain.h"
#include "mirror.h"

/*
 * A paging domain with just the page sizes that map.c accounts for: the core
 * and the driver would use others on their own.
 */
static struct iommu_domain *paging_domain_alloc(struct device *dev)
{
	struct iommu_domain *iommu = iommu_paging_domain_alloc(dev);

	if (IS_ERR(iommu))
		return iommu;
	iommu->pgsize_bitmap &= PAGE_SIZE | SZ_2M;
	if (iommu->pgsize_bitmap & PAGE_SIZE)
		return iommu;
	iommu_domain_free(iommu);
	return ERR_PTR(-EOPNOTSUPP);
}

static struct ioasid_domain *domain_create(struct ioasid_mirror *mirror,
					   struct device *dev)
{
	struct ioasid_domain *domain;
	struct iommu_domain *iommu;

	iommu = paging_domain_alloc(dev);
	if (IS_ERR(iommu))
		return ERR_CAST(iommu);
	domain = kzalloc(sizeof(*domain), GFP_KERNEL_ACCOUNT);
	if (!domain) {
		iommu_domain_free(iommu);
		return ERR_PTR(-ENOMEM);
	}
	iommu->iopf_handler = ioasid_bond_page_request;
	iommu->fault_data = domain;
	domain->iommu = iommu;
	ioasid_mirror_get(mirror);
	domain->mirror = mirror;
	refcount_set(&domain->refs, 1);
	xa_init(&domain->chunks);
	return domain;
}

/* Before anything can be mapped, so that no invalidation is missed. */
static void domain_publish(struct ioasid_domain *domain)
{
	struct ioasid_mirror *mirror = domain->mirror;

	spin_lock(&mirror->lock);
	list_add(&domain->node, &mirror->domains);
	spin_unlock(&mirror->lock);
}

/*
 * Gives the paging domain back to its driver. Page requests that are still
 * being served find that there is nothing to fill. It hears of invalidations
 * until it is empty, because a page may be gone right after one.
 */
static void domain_retire(struct ioasid_domain *domain)
{
	struct iommu_domain *iommu = domain->iommu;
	struct ioasid_mirror *mirror = domain->mirror;

	spin_lock(&mirror->lock);
	while (!ioasid_domain_unmap(domain, 0, ULONG_MAX))
		cond_resched_lock(&mirror->lock);
	list_del(&domain->node);
	domain->iommu = NULL;
	spin_unlock(&mirror->lock);
	iommu_domain_free(iommu);
	ioasid_domain_put(domain);
}

static struct ioasid_domain *attach_existing(struct ioasid_mirror *mirror,
					     struct device *dev, u32 pasid,
					     struct iommu_attach_handle *handle)
{
	struct ioasid_domain *domain;
	int rc;

	list_for_each_entry(domain, &mirror->domains, node) {
		rc = iommu_attach_device_pasid(domain->iommu, dev, pasid,
					       handle);
		if (!rc)
			return domain;
		if (rc != -EINVAL)
			return ERR_PTR(rc);
	}
	return NULL;
}

static struct ioasid_domain *attach_new(struct ioasid_mirror *mirror,
					struct device *dev, u32 pasid,
					struct iommu_attach_handle *handle)
{
	struct ioasid_domain *domain;
	int rc;

	domain = domain_create(mirror, dev);
	if (IS_ERR(domain))
		return domain;
	domain_publish(domain);
	rc = iommu_attach_device_pasid(domain->iommu, dev, pasid, handle);
	if (rc) {
		domain_retire(domain);
		return ERR_PTR(rc);
	}
	return domain;
}

/**
 * ioasid_domain_attach() - Let a device reach a mirrored mm through a PASID
 * @mirror: the mm
 * @dev: the device
 * @pasid: the PASID
 * @handle: what page requests of this PASID of this device will carry
 *
 * Context: Process context, may sleep.
 * Return: the domain it reaches it by, or an error pointer.
 */
struct ioasid_domain *
ioasid_domain_attach(struct ioasid_mirror *mirror, struct device *dev,
		     u32 pasid, struct iommu_attach_handle *handle)
{
	struct ioasid_domain *domain;

	mutex_lock(&mirror->attach_lock);
	domain = attach_existing(mirror, dev, pasid, handle);
	if (!domain)
		domain = attach_new(mirror, dev, pasid, handle);
	if (!IS_ERR(domain))
		domain->bonds++;
	mutex_unlock(&mirror->attach_lock);
	return domain;
}

/**
 * ioasid_domain_detach() - Undo ioasid_domain_attach()
 * @domain: what it returned
 * @dev: the device
 * @pasid: the PASID
 *
 * When it returns, the device reaches nothing by the PASID, and no page request
 * of it will be reported any more.
 *
 * Context: Process context, may sleep. The caller may not count on @domain any
 * more, unless it has a reference.
 */
void ioasid_domain_detach(struct ioasid_domain *domain, struct device *dev,
			  u32 pasid)
{
	struct ioasid_mirror *mirror = domain->mirror;

	mutex_lock(&mirror->attach_lock);
	iommu_detach_device_pasid(domain->iommu, dev, pasid);
	ioasid_mirror_get(mirror);
	if (!--domain->bonds)
		domain_retire(domain);
	mutex_unlock(&mirror->attach_lock);
	ioasid_mirror_put(mirror);
}

void ioasid_domain_get(struct ioasid_domain *domain)
{
	refcount_inc(&domain->refs);
}

/* May sleep. */
void ioasid_domain_put(struct ioasid_domain *domain)
{
	if (!refcount_dec_and_test(&domain->refs))
		return;
	/* No chunk is left, but nodes are if storing one failed half-way. */
	xa_destroy(&domain->chunks);
	ioasid_mirror_put(domain->mirror);
	kfree(domain);
}
