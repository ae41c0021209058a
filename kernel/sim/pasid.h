/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_PASID_H
#define IOASID_SIM_PASID_H

#include <linux/completion.h>
#include <linux/iommu.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/types.h>

struct sim_domain;
struct sim_endpoint;

/**
 * struct sim_pasid - An entry of the PASID table of a device
 * @domain: what the PASID translates by; constant
 * @has_faults: page requests are on for it; constant
 * @removed: the entry is out of the table: do not translate by it any more.
 *	Written before a flush of @domain, read under its lock
 * @refs: one for being in the table, one for each page request being reported
 * @unused: no reference is left
 * @rcu: the entry is found without a lock
 */
struct sim_pasid {
	struct sim_domain *domain;
	bool has_faults;
	bool removed;
	refcount_t refs;
	struct completion unused;
	struct rcu_head rcu;
};

int sim_pasid_set(struct iommu_domain *domain, struct device *dev,
		  ioasid_t pasid);
void sim_pasid_remove(struct device *dev, ioasid_t pasid,
		      struct iommu_domain *domain);
int sim_pasid_set_default(struct iommu_domain *domain, struct device *dev);
void sim_pasid_clear_default(struct device *dev);
struct sim_pasid *sim_pasid_get(struct sim_endpoint *endpoint, u32 pasid);
void sim_pasid_put(struct sim_pasid *entry);

#endif
