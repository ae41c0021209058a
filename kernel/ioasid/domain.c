// SPDX-License-Identifier: GPL-2.0-only
/*
 * Domains: which page table a device is attached to.
 *
 * All devices behind one IOMMU that reach the same memory share a domain,
 * through whatever PASIDs, so that a page is entered and taken out once. Which
 * devices can share is for the IOMMU driver to say: attaching a device to a
 * domain of another IOMMU fails with -EINVAL, and then the next one is tried.
 * Devices without page requests have one of their own, since IOMMU drivers may
 * refuse them one that has a handler for these.
 */
#include <linux/device.h>
#include <linux/err.h>

#include "bond.h"
#include "domain.h"
#include "space.h"

/* A new domain belongs to whoever attaches the first device to it. */
void ioasid_domain_init(struct ioasid_domain *domain,
			struct ioasid_domains *set, struct iommu_domain *iommu)
{
	domain->set = set;
	domain->iommu = iommu;
	refcount_set(&domain->refs, 1);
}

static struct iommu_domain *paging_domain_alloc(const struct ioasid_bond *bond)
{
	struct iommu_domain *iommu = iommu_paging_domain_alloc(bond->dev);

	if (IS_ERR(iommu))
		return iommu;
	if (!(iommu->pgsize_bitmap & PAGE_SIZE)) {
		iommu_domain_free(iommu);
		return ERR_PTR(-EOPNOTSUPP);
	}
	if (bond->can_fault)
		iommu->iopf_handler = ioasid_bond_page_request;
	return iommu;
}

static struct ioasid_domain *domain_create(struct ioasid_domains *set,
					   const struct ioasid_bond *bond)
{
	struct iommu_domain *iommu = paging_domain_alloc(bond);
	struct ioasid_domain *domain;

	if (IS_ERR(iommu))
		return ERR_CAST(iommu);
	domain = set->ops->create(set, iommu);
	if (IS_ERR(domain))
		iommu_domain_free(iommu);
	return domain;
}

static int attach_to(struct ioasid_domain *domain, struct ioasid_bond *bond)
{
	bond->asks = domain;
	return iommu_attach_device_pasid(domain->iommu, bond->dev,
					 bond->space->pasid, &bond->handle);
}

static bool is_of_its_kind(const struct ioasid_domain *domain,
			   const struct ioasid_bond *bond)
{
	return bond->can_fault == !!domain->iommu->iopf_handler;
}

static struct ioasid_domain *attach_existing(struct ioasid_domains *set,
					     struct ioasid_bond *bond)
{
	struct ioasid_domain *domain;
	int rc;

	list_for_each_entry(domain, &set->list, node) {
		if (!is_of_its_kind(domain, bond))
			continue;
		rc = attach_to(domain, bond);
		if (!rc)
			return domain;
		if (rc != -EINVAL)
			return ERR_PTR(rc);
	}
	return NULL;
}

static struct ioasid_domain *attach_new(struct ioasid_domains *set,
					struct ioasid_bond *bond)
{
	struct ioasid_domain *domain;
	int rc;

	domain = domain_create(set, bond);
	if (IS_ERR(domain))
		return domain;
	rc = attach_to(domain, bond);
	if (!rc)
		return domain;
	set->ops->retire(domain);
	ioasid_domain_put(domain);
	return ERR_PTR(rc);
}

/* Where an IOMMU driver has page requests of a device reported, if anywhere. */
static bool has_faults(struct device *dev)
{
	return rcu_access_pointer(dev->iommu->fault_param);
}

/**
 * ioasid_domain_attach() - Let a device reach what a set of domains translates
 * @set: the set; the lock of its owner is held
 * @bond: the device, and the PASID by which it shall do so. That it can fault
 *	may be a guess, and is true on return
 *
 * Context: Process context, may sleep.
 * Return: the domain by which it reaches it, or an error pointer.
 */
struct ioasid_domain *ioasid_domain_attach(struct ioasid_domains *set,
					   struct ioasid_bond *bond)
{
	struct ioasid_domain *domain = attach_existing(set, bond);

	if (!domain)
		domain = attach_new(set, bond);
	if (IS_ERR(domain))
		return domain;
	bond->can_fault = bond->can_fault && has_faults(bond->dev);
	domain->bonds++;
	domain->faultless += !bond->can_fault;
	return domain;
}

/**
 * ioasid_domain_detach() - Undo ioasid_domain_attach()
 * @bond: the device; the lock of the set's owner is held
 *
 * When it returns, the device reaches nothing by the PASID, and no page request
 * of it will be reported any more. The last one retires the domain.
 *
 * Context: Process context, may sleep.
 */
void ioasid_domain_detach(struct ioasid_bond *bond)
{
	struct ioasid_domain *domain = bond->domain;

	iommu_detach_device_pasid(domain->iommu, bond->dev, bond->space->pasid);
	bond->domain = NULL;
	domain->faultless -= !bond->can_fault;
	if (--domain->bonds)
		return;
	domain->set->ops->retire(domain);
	ioasid_domain_put(domain);
}

void ioasid_domain_get(struct ioasid_domain *domain)
{
	refcount_inc(&domain->refs);
}

/* May sleep. */
void ioasid_domain_put(struct ioasid_domain *domain)
{
	if (refcount_dec_and_test(&domain->refs))
		domain->set->ops->release(domain);
}
