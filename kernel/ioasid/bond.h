/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_BOND_H
#define IOASID_BOND_H

#include <linux/iommu.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct ioasid_attempt;
struct ioasid_domain;
struct ioasid_space;

/**
 * struct ioasid_bond - A device that reaches a space
 * @handle: leads from a page request to here
 * @space: the space; referenced
 * @dev: the device; referenced
 * @cookie: names the device in page requests that go to user space
 * @in_place: page requests are served in the context of who reports them
 * @can_fault: the device has page requests
 * @node: in space->bonds; space->lock
 * @attachments: how many share the bond; space->lock
 * @asks: the domain that page requests are for, while the device can send any
 * @domain: by which it reaches the space, NULL once it is cut; space->lock
 * @refs: keeps this structure: one while it is in space->bonds, and one for
 *	each queued page request
 * @lock: held while a page request is answered, so that whoever has it knows
 *	that none is being answered
 * @cut: page requests are refused; @lock
 * @requests: queued and not yet answered; @lock
 */
struct ioasid_bond {
	struct iommu_attach_handle handle;
	struct ioasid_space *space;
	struct device *dev;
	u64 cookie;
	bool in_place;
	bool can_fault;
	struct list_head node;
	unsigned int attachments;
	struct ioasid_domain *asks;
	struct ioasid_domain *domain;
	struct kref refs;
	struct mutex lock;
	bool cut;
	struct list_head requests;
};

/* bond.c; space->lock is held */
struct ioasid_bond *ioasid_bond_get(struct ioasid_space *space,
				    struct ioasid_attempt *attempt);
void ioasid_bond_cut(struct ioasid_bond *bond);
void ioasid_bond_put(struct ioasid_bond *bond);

/* The structure, rather than that the device reaches the space; no lock */
void ioasid_bond_ref(struct ioasid_bond *bond);
void ioasid_bond_unref(struct ioasid_bond *bond);

/* request.c */
int ioasid_bond_page_request(struct iopf_group *group);
void ioasid_bond_refuse_requests(struct ioasid_bond *bond);
int ioasid_requests_init(void);
void ioasid_requests_exit(void);

/* device.c */
int ioasid_device_get(struct device *dev);
void ioasid_device_put(struct device *dev);

#endif
