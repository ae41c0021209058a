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
 *
 * Entry 0 is for DMA without a PASID. It is changed from one domain to another
 * at once.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "../compat/iommu_driver.h"
#include "../race.h"
#include "domain.h"
#include "iommu.h"
#include "pasid.h"

static int entry_init(struct sim_pasid *entry, struct iommu_domain *domain,
		      struct device *dev)
{
	entry->domain = to_sim_domain(domain);
	refcount_set(&entry->refs, 1);
	init_completion(&entry->unused);
	entry->has_faults = compat_attach_enables_faults(domain);
	return entry->has_faults ? sim_endpoint_get_faults(dev) : 0;
}

static struct sim_pasid *entry_create(struct iommu_domain *domain,
				      struct device *dev)
{
	struct sim_pasid *entry;
	int rc;

	entry = kzalloc(sizeof(*entry), GFP_KERNEL_ACCOUNT);
	if (!entry)
		return ERR_PTR(-ENOMEM);
	rc = entry_init(entry, domain, dev);
	if (!rc)
		return entry;
	kfree(entry);
	return ERR_PTR(rc);
}

/* It cannot be found any more; who has found it is under RCU. */
static void entry_destroy(struct sim_pasid *entry, struct device *dev)
{
	if (entry->has_faults)
		sim_endpoint_put_faults(dev);
	kfree_rcu(entry, rcu);
}

/* Of an entry that is out of the table. */
static void entry_retire(struct sim_endpoint *endpoint, struct sim_pasid *entry)
{
	race_window();
	WRITE_ONCE(entry->removed, true);
	race_window();
	sim_domain_flush(entry->domain);
	sim_pasid_put(entry);
	wait_for_completion(&entry->unused);
	sim_endpoint_flush_faults(endpoint);
	entry_destroy(entry, endpoint->dev);
}

/**
 * sim_pasid_set() - Let a device use a domain by a PASID
 * @domain: the domain. It is one of the same IOMMU, because IOMMUs have
 *	operations of their own and the iommu core compares these
 * @dev: the device
 * @pasid: the PASID
 *
 * Return: 0, -EBUSY when the PASID has a domain, -ENOMEM, or -ENODEV when it is
 * by this that the domain's page requests would be switched on, and the device
 * has none.
 */
int sim_pasid_set(struct iommu_domain *domain, struct device *dev,
		  ioasid_t pasid)
{
	struct sim_endpoint *endpoint = dev_iommu_priv_get(dev);
	struct sim_pasid *entry = entry_create(domain, dev);
	int rc;

	if (IS_ERR(entry))
		return PTR_ERR(entry);
	rc = xa_insert(&endpoint->pasids, pasid, entry, GFP_KERNEL_ACCOUNT);
	if (rc)
		entry_destroy(entry, dev);
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

	if (!WARN_ON_ONCE(!entry))
		entry_retire(endpoint, entry);
}

/**
 * sim_pasid_set_default() - Let a device use a domain without a PASID
 * @domain: the domain, instead of the one that it uses now
 * @dev: the device
 *
 * Return: 0; or as sim_pasid_set(), and then nothing has changed.
 */
int sim_pasid_set_default(struct iommu_domain *domain, struct device *dev)
{
	struct sim_endpoint *endpoint = dev_iommu_priv_get(dev);
	struct sim_pasid *entry = entry_create(domain, dev);
	struct sim_pasid *old;

	if (IS_ERR(entry))
		return PTR_ERR(entry);
	old = xa_store(&endpoint->pasids, IOMMU_NO_PASID, entry,
		       GFP_KERNEL_ACCOUNT);
	if (xa_is_err(old)) {
		entry_destroy(entry, dev);
		return xa_err(old);
	}
	if (old)
		entry_retire(endpoint, old);
	return 0;
}

/* Undoes sim_pasid_set_default(), if that has been done. */
void sim_pasid_clear_default(struct device *dev)
{
	struct sim_endpoint *endpoint = dev_iommu_priv_get(dev);
	struct sim_pasid *entry = xa_erase(&endpoint->pasids, IOMMU_NO_PASID);

	if (entry)
		entry_retire(endpoint, entry);
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
