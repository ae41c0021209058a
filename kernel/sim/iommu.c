// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IOMMU, as the kernel's iommu core sees it.
 *
 * It is a platform device with a software node. Devices that are behind it have
 * a fwspec which names that node, and the iommu core brings the two together
 * when such a device is added. An accelerator does nothing without a PASID, so
 * its default domain is the identity domain and means nothing. Whoever takes
 * over the device as a whole, as VFIO and iommufd do, can give it another.
 */
#include <linux/bits.h>
#include <linux/fwnode.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "../compat/iommu_driver.h"
#include "domain.h"
#include "iommu.h"
#include "pasid.h"
#include "prq.h"

#define INTERRUPT_WINDOW	0xfee00000

static const struct property_entry no_properties[] = { { } };

/* To do nothing without a PASID is what both static domains come to. */
static int attach_static(struct iommu_domain *domain, struct device *dev)
{
	sim_pasid_clear_default(dev);
	return 0;
}

COMPAT_DEFINE_ATTACH_DEV(attach_static)

static const struct iommu_domain_ops identity_domain_ops = {
	COMPAT_ATTACH_OP(attach_dev, attach_static),
};

static struct iommu_domain identity_domain = {
	.type = IOMMU_DOMAIN_IDENTITY,
	.ops = &identity_domain_ops,
};

COMPAT_DEFINE_BLOCK_PASID(sim_pasid_remove)

static const struct iommu_domain_ops blocked_domain_ops = {
	COMPAT_ATTACH_OP(attach_dev, attach_static),
	COMPAT_BLOCK_PASID_OP(sim_pasid_remove)
};

static struct iommu_domain blocked_domain = {
	.type = IOMMU_DOMAIN_BLOCKED,
	.ops = &blocked_domain_ops,
};

/* Accesses are those of a CPU. */
static bool is_capable(struct device *dev, enum iommu_cap cap)
{
	return cap == IOMMU_CAP_CACHE_COHERENCY;
}

static struct sim_iommu *find_iommu(struct fwnode_handle *fwnode)
{
	struct device *hw;
	struct sim_iommu *iommu;

	hw = bus_find_device_by_fwnode(&platform_bus_type, fwnode);
	if (!hw)
		return NULL;
	iommu = dev_get_drvdata(hw);
	put_device(hw);
	return iommu;
}

static struct iommu_device *probe_device(struct device *dev)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);
	struct sim_endpoint *endpoint;
	struct sim_iommu *iommu;

	iommu = fwspec ? find_iommu(fwspec->iommu_fwnode) : NULL;
	if (!iommu)
		return ERR_PTR(-ENODEV);
	endpoint = kzalloc(sizeof(*endpoint), GFP_KERNEL);
	if (!endpoint)
		return ERR_PTR(-ENOMEM);
	endpoint->dev = dev;
	endpoint->iommu = iommu;
	xa_init(&endpoint->pasids);
	xa_init_flags(&endpoint->requests, XA_FLAGS_ALLOC);
	mutex_init(&endpoint->fault_lock);
	dev_iommu_priv_set(dev, endpoint);
	return &iommu->iommu;
}

static void release_device(struct device *dev)
{
	struct sim_endpoint *endpoint = dev_iommu_priv_get(dev);

	mutex_destroy(&endpoint->fault_lock);
	xa_destroy(&endpoint->requests);
	xa_destroy(&endpoint->pasids);
	kfree(endpoint);
}

/*
 * As on x86: a write there is an interrupt, so nothing should be mapped. Nobody
 * can be told that a region was left out.
 */
static void get_resv_regions(struct device *dev, struct list_head *regions)
{
	struct iommu_resv_region *region;

	region = iommu_alloc_resv_region(INTERRUPT_WINDOW, SZ_1M, 0,
					 IOMMU_RESV_MSI,
					 GFP_KERNEL | __GFP_NOFAIL);
	list_add_tail(&region->list, regions);
}

static int def_domain_type(struct device *dev)
{
	return IOMMU_DOMAIN_IDENTITY;
}

static int get_faults_locked(struct sim_endpoint *endpoint)
{
	int rc;

	lockdep_assert_held(&endpoint->fault_lock);
	if (!device_property_read_bool(endpoint->dev, SIM_PAGE_REQUESTS))
		return -ENODEV;
	if (!endpoint->fault_users) {
		rc = iopf_queue_add_device(endpoint->iommu->faults,
					   endpoint->dev);
		if (rc)
			return rc;
	}
	WRITE_ONCE(endpoint->fault_users, endpoint->fault_users + 1);
	return 0;
}

/**
 * sim_endpoint_get_faults() - Have page requests of a device reported
 * @dev: the device
 *
 * Return: 0, -ENODEV when it has none, or -ENOMEM.
 */
int sim_endpoint_get_faults(struct device *dev)
{
	struct sim_endpoint *endpoint = dev_iommu_priv_get(dev);
	int rc;

	mutex_lock(&endpoint->fault_lock);
	rc = get_faults_locked(endpoint);
	mutex_unlock(&endpoint->fault_lock);
	return rc;
}

/* Undoes sim_endpoint_get_faults(). */
void sim_endpoint_put_faults(struct device *dev)
{
	struct sim_endpoint *endpoint = dev_iommu_priv_get(dev);

	mutex_lock(&endpoint->fault_lock);
	WRITE_ONCE(endpoint->fault_users, endpoint->fault_users - 1);
	if (!endpoint->fault_users)
		iopf_queue_remove_device(endpoint->iommu->faults, dev);
	mutex_unlock(&endpoint->fault_lock);
}

/**
 * sim_endpoint_flush_faults() - Wait for handlers on the queue of page requests
 * @endpoint: the device
 */
void sim_endpoint_flush_faults(struct sim_endpoint *endpoint)
{
	mutex_lock(&endpoint->fault_lock);
	if (endpoint->fault_users)
		iopf_queue_flush_dev(endpoint->dev);
	mutex_unlock(&endpoint->fault_lock);
}

COMPAT_DEFINE_SWITCH_FAULTS(sim_endpoint_get_faults, sim_endpoint_put_faults)

static const struct iommu_ops iommu_ops = {
	.capable = is_capable,
	.domain_alloc_paging = sim_domain_alloc,
	.probe_device = probe_device,
	.release_device = release_device,
	.get_resv_regions = get_resv_regions,
	.device_group = generic_device_group,
	COMPAT_SWITCH_FAULTS_OPS(sim_endpoint_get_faults,
				 sim_endpoint_put_faults)
	.page_response = sim_prq_respond,
	.def_domain_type = def_domain_type,
	COMPAT_REMOVE_DEV_PASID_OP(sim_pasid_remove)
	.identity_domain = &identity_domain,
	.blocked_domain = &blocked_domain,
	.release_domain = &blocked_domain,
};

/* Its software node goes with it once it has been added. */
static int add_hw(struct sim_iommu *iommu, unsigned int id)
{
	struct device *dev;
	int rc;

	iommu->hw = platform_device_alloc("ioasid_sim_iommu", id);
	if (!iommu->hw)
		return -ENOMEM;
	dev = &iommu->hw->dev;
	rc = device_create_managed_software_node(dev, no_properties, NULL);
	if (rc)
		goto put_hw;
	platform_set_drvdata(iommu->hw, iommu);
	rc = platform_device_add(iommu->hw);
	if (rc)
		goto remove_node;
	return 0;

remove_node:
	device_remove_software_node(dev);
put_hw:
	platform_device_put(iommu->hw);
	return rc;
}

/* The sysfs part comes first: devices are linked to it as they are probed. */
static int register_iommu(struct sim_iommu *iommu)
{
	struct device *hw = &iommu->hw->dev;
	int rc;

	iommu->iommu.max_pasids = 1U << SIM_PASID_BITS;
	rc = iommu_device_sysfs_add(&iommu->iommu, hw, NULL, "%s",
				    dev_name(hw));
	if (rc)
		return rc;
	rc = iommu_device_register(&iommu->iommu, &iommu->ops, hw);
	if (rc)
		iommu_device_sysfs_remove(&iommu->iommu);
	return rc;
}

/**
 * sim_iommu_create() - Create an IOMMU
 * @id: its number
 * @iova_bits: how wide the addresses are that it translates
 *
 * The iommu core takes a reference on the owner of the operations for every
 * device behind the IOMMU. As the devices are ours, too, that would keep the
 * module loaded for ever, so there must be no owner; and the iommu core refuses
 * operations without an owner that lie in a module. Hence they lie in the heap.
 *
 * Return: the IOMMU, or an error pointer.
 */
struct sim_iommu *sim_iommu_create(unsigned int id,
				   unsigned int iova_bits)
{
	struct sim_iommu *iommu;
	int rc;

	iommu = kzalloc(sizeof(*iommu), GFP_KERNEL);
	if (!iommu)
		return ERR_PTR(-ENOMEM);
	iommu->ops = iommu_ops;
	iommu->iova_last = BIT_ULL(iova_bits) - 1;
	rc = add_hw(iommu, id);
	if (rc)
		goto free_iommu;
	/* Where the kernel has no page requests, devices have none either. */
	iommu->faults = iopf_queue_alloc(dev_name(&iommu->hw->dev));
	if (!iommu->faults && IS_ENABLED(CONFIG_IOMMU_IOPF)) {
		rc = -ENOMEM;
		goto destroy_hw;
	}
	rc = register_iommu(iommu);
	if (rc)
		goto free_faults;
	return iommu;

free_faults:
	iopf_queue_free(iommu->faults);
destroy_hw:
	platform_device_unregister(iommu->hw);
free_iommu:
	kfree(iommu);
	return ERR_PTR(rc);
}

/* No device is behind it any more. */
void sim_iommu_destroy(struct sim_iommu *iommu)
{
	iommu_device_unregister(&iommu->iommu);
	iommu_device_sysfs_remove(&iommu->iommu);
	iopf_queue_free(iommu->faults);
	platform_device_unregister(iommu->hw);
	kfree(iommu);
}
