// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PASID table of a device: from PASID to paging domain.
 *
 * The iommu core changes it under the mutex of the device's group. The device
 * looks entries up under RCU for each access, and takes the lock of the domain;
 * once an entry is taken out and the domain flushed, nothing moves by it.
 *
 * The iommu core finds who handles a page request by the PASID, without a
 * reference. So who reports one keeps the entry, and taking it out waits for
 * reports under way. It does not wait for answers: those may come later.
 */
#include <linux/slab.h>
#include <linux/xarray.h>

#include "domain.h"
#include "iommu.h"
#include "pasid.h"

/**
 * sim_pasid_set() - Let a device use a domain by a PASID
 * @iommu_domain: the domain. It is one of the same IOMMU, because IOMMUs have
 *	operations of their own and the iommu core compares these
 * @dev: the device
 * @pasid: the PASID
 *
 * Return: 0, -EBUSY when the PASID has a domain, or -ENOMEM.
 */
int sim_pasid_set(struct iommu_domain *iommu_domain, struct device *dev,
		  ioasid_t pasid)
{
	struct sim_endpoint *endpoint = dev_iommu_priv_get(dev);
	struct sim_pasid *entry;
	int rc;

	entry = kzalloc(sizeof(*entry), GFP_KERNEL_ACCOUNT);
	if (!entry)
		return -ENOMEM;
	entry->domain = to_sim_domain(iommu_domain);
	refcount_set(&entry->refs, 1);
	init_completion(&entry->unused);
	rc = xa_insert(&endpoint->pasids, pasid, entry, GFP_KERNEL_ACCOUNT);
	if (rc)
		kfree(entry);
	return rc;
}

/**
 * sim_pasid_remove() - Undo sim_pasid_set()
 * @dev: the device
 * @pasid: the PASID
 * @domain: what it was set to
 *
 * When it returns, no access and no report by the PASID is under way, and none
 * will begin.
 */
void sim_pasid_remove(struct device *dev, ioasid_t pasid,
		      struct iommu_domain *domain)
{
	struct sim_endpoint *endpoint = dev_iommu_priv_get(dev);
	struct sim_pasid *entry = xa_erase(&endpoint->pasids, pasid);

	if (WARN_ON_ONCE(!entry))
		return;
	WRITE_ONCE(entry->removed, true);
	sim_domain_flush(entry->domain);
	sim_pasid_put(entry);
	wait_for_completion(&entry->unused);
	sim_endpoint_flush_faults(endpoint);
	kfree_rcu(entry, rcu);
}

/**
 * sim_pasid_get() - Keep a PASID in the table for a while
 * @endpoint: the device
 * @pasid: the PASID
 *
 * Return: the entry, or NULL when there is none.
 */
struct sim_pasid *sim_pasid_get(struct sim_endpoint *endpoint, u32 pasid)
{
	struct sim_pasid *entry;

	rcu_read_lock();
	entry = xa_load(&endpoint->pasids, pasid);
	if (entry && !refcount_inc_not_zero(&entry->refs))
		entry = NULL;
	rcu_read_unlock();
	return entry;
}

void sim_pasid_put(struct sim_pasid *entry)
{
	if (refcount_dec_and_test(&entry->refs))
		complete(&entry->unused);
}
