/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_DOMAIN_H
#define IOASID_SIM_DOMAIN_H

#include <linux/iommu.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "pgtable.h"

/**
 * struct sim_domain - A paging domain
 * @iommu: what the iommu core knows of it
 * @pgtable: the translations
 * @lock: held for reading by a device that translates, for as long as it uses
 *	the result, and for writing to flush. Taken under locks of who maps
 * @generation: entries of an IOTLB are valid while they have this number, which
 *	no other domain has, and no domain ever had; @lock
 * @rcu: the structure outlives its table for devices that look it up
 */
struct sim_domain {
	struct iommu_domain iommu;
	struct sim_pgtable pgtable;
	rwlock_t lock;
	u64 generation;
	struct rcu_head rcu;
};

static inline struct sim_domain *to_sim_domain(struct iommu_domain *domain)
{
	return container_of(domain, struct sim_domain, iommu);
}

struct iommu_domain *sim_domain_alloc(struct device *dev);
void sim_domain_flush(struct sim_domain *domain);

#endif
