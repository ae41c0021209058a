/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_DOMAIN_H
#define IOASID_DOMAIN_H

#include <linux/iommu.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/types.h>

struct ioasid_bond;
struct ioasid_domain;
struct ioasid_domains;

/**
 * struct ioasid_domain_ops - How the domains of one type of space differ
 * @create: make a domain around a paging domain, put it into the set and, if
 *	devices count on finding something in it, fill it. The paging domain is
 *	the caller's until this has succeeded
 * @retire: take it out of the set and free the paging domain; no device has it
 * @release: free the structure
 */
struct ioasid_domain_ops {
	struct ioasid_domain *(*create)(struct ioasid_domains *set,
					struct iommu_domain *iommu);
	void (*retire)(struct ioasid_domain *domain);
	void (*release)(struct ioasid_domain *domain);
};

/**
 * struct ioasid_domains - The domains that translate the same addresses
 * @ops: what they are of
 * @list: they, at most two for each IOMMU. Who attaches or detaches has a lock
 *	of the set's owner; its type says who else may look
 */
struct ioasid_domains {
	const struct ioasid_domain_ops *ops;
	struct list_head list;
};

/**
 * struct ioasid_domain - What one IOMMU translates by
 * @set: where it belongs
 * @node: in set->list
 * @iommu: the paging domain. It is freed with the last bond, since the IOMMU
 *	driver may be unloaded then
 * @refs: keeps this structure: one while there are bonds, and one for each page
 *	request that is being served
 * @bonds: attachments of a PASID of a device; the lock of the set's owner
 * @faultless: how many of them are of devices without page requests; same lock
 */
struct ioasid_domain {
	struct ioasid_domains *set;
	struct list_head node;
	struct iommu_domain *iommu;
	refcount_t refs;
	unsigned int bonds;
	unsigned int faultless;
};

void ioasid_domain_init(struct ioasid_domain *domain,
			struct ioasid_domains *set, struct iommu_domain *iommu);
struct ioasid_domain *ioasid_domain_attach(struct ioasid_domains *set,
					   struct ioasid_bond *bond);
void ioasid_domain_detach(struct ioasid_bond *bond);
void ioasid_domain_get(struct ioasid_domain *domain);
void ioasid_domain_put(struct ioasid_domain *domain);

#endif
