/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_IOMMU_H
#define IOASID_SIM_IOMMU_H

#include <linux/iommu.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct platform_device;

#define SIM_PASID_BITS		20
/* How firmware says of a platform device that its accesses can wait. */
#define SIM_PAGE_REQUESTS	"dma-can-stall"

/**
 * struct sim_iommu - One IOMMU
 * @iommu: what the iommu core knows of it
 * @ops: its operations; see sim_iommu_create() for why it has its own
 * @hw: the device that it is
 * @iova_last: the last address that it translates
 * @faults: where page requests of its devices are reported
 */
struct sim_iommu {
	struct iommu_device iommu;
	struct iommu_ops ops;
	struct platform_device *hw;
	u64 iova_last;
	struct iopf_queue *faults;
};

/**
 * struct sim_endpoint - What an IOMMU knows of one device behind it
 * @dev: the device
 * @iommu: the IOMMU
 * @pasids: the PASID table, of struct sim_pasid
 * @requests: page requests that are not answered, by the number of their group
 * @fault_lock: serialises changes of @fault_users
 * @fault_users: how many want page requests; without any none are reported.
 *	While the device uses a PASID that has them it is not zero
 */
struct sim_endpoint {
	struct device *dev;
	struct sim_iommu *iommu;
	struct xarray pasids;
	struct xarray requests;
	struct mutex fault_lock;
	unsigned int fault_users;
};

struct sim_iommu *sim_iommu_create(unsigned int id,
				   unsigned int iova_bits);
void sim_iommu_destroy(struct sim_iommu *iommu);
int sim_endpoint_get_faults(struct device *dev);
void sim_endpoint_put_faults(struct device *dev);
void sim_endpoint_flush_faults(struct sim_endpoint *endpoint);

#endif
