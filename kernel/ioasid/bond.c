// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bonds: one for each device that reaches a space.
 *
 * A device can be attached to a space many times, by several users of its
 * driver, but its IOMMU takes a PASID only once: the attachments share a bond.
 *
 * A bond is cut when the space is freed, when its owner has enough of the
 * device, or when the last attachment goes. Page requests are then answered
 * first, those that are being served included, so that the IOMMU driver has
 * nothing to wait for when it drains the PASID; who serves one finds out when
 * it wants to answer.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/ioasid.h>
#include <linux/slab.h>

#include "../compat/iommu.h"
#include "../race.h"
#include "attempt.h"
#include "bond.h"
#include "space.h"

static struct ioasid_bond *bond_create(struct ioasid_space *space,
				       const struct ioasid_attempt *attempt)
{
	struct ioasid_bond *bond;

	bond = kzalloc(sizeof(*bond), GFP_KERNEL_ACCOUNT);
	if (!bond)
		return NULL;
	ioasid_space_get(space);
	bond->space = space;
	bond->dev = get_device(attempt->dev);
	bond->cookie = attempt->cookie;
	bond->in_place = attempt->flags & IOASID_ATTACH_FAULT_IN_PLACE ||
			 space->ops->serve_is_quick;
	kref_init(&bond->refs);
	mutex_init(&bond->lock);
	INIT_LIST_HEAD(&bond->requests);
	return bond;
}

static void bond_release(struct kref *refs)
{
	struct ioasid_bond *bond = container_of(refs, struct ioasid_bond, refs);

	mutex_destroy(&bond->lock);
	put_device(bond->dev);
	ioasid_space_put(bond->space);
	kfree(bond);
}

void ioasid_bond_ref(struct ioasid_bond *bond)
{
	kref_get(&bond->refs);
}

/* May sleep. */
void ioasid_bond_unref(struct ioasid_bond *bond)
{
	kref_put(&bond->refs, bond_release);
}

/* A space of which nothing has to be asked for does without page requests. */
static bool must_fault(struct ioasid_bond *bond, unsigned int flags)
{
	return bond->space->type == IOASID_TYPE_SVA &&
	       !(flags & IOASID_ATTACH_NO_FAULT);
}

static int attach_with_faults(struct ioasid_bond *bond,
			      struct ioasid_attempt *attempt)
{
	int rc;

	rc = ioasid_device_get(bond->dev);
	if (rc)
		return rc;
	bond->can_fault = true;
	rc = bond->space->ops->attach(bond, attempt);
	if (rc || !bond->can_fault)
		ioasid_device_put(bond->dev);
	return rc;
}

static int attach_without_faults(struct ioasid_bond *bond,
				 struct ioasid_attempt *attempt)
{
	bond->can_fault = false;
	return bond->space->ops->attach(bond, attempt);
}

/* What an IOMMU driver says may be about page requests, or about the rest. */
static bool may_lack_faults(int rc)
{
	return rc == -EPROTONOSUPPORT ||
	       (COMPAT_FAULTS_BY_HANDLER && rc && rc != -ENOMEM);
}

static int bond_attach(struct ioasid_bond *bond, struct ioasid_attempt *attempt)
{
	int rc;

	rc = attach_with_faults(bond, attempt);
	if (rc == -EPROTONOSUPPORT && must_fault(bond, attempt->flags))
		return rc;
	if (may_lack_faults(rc))
		rc = attach_without_faults(bond, attempt);
	if (rc || bond->can_fault || !must_fault(bond, attempt->flags))
		return rc;
	bond->space->ops->detach(bond);
	return -EPROTONOSUPPORT;
}

static struct ioasid_bond *bond_find(struct ioasid_space *space,
				     struct device *dev)
{
	struct ioasid_bond *bond;

	list_for_each_entry(bond, &space->bonds, node)
		if (bond->dev == dev)
			return bond;
	return NULL;
}

static struct ioasid_bond *bond_make(struct ioasid_space *space,
				     struct ioasid_attempt *attempt)
{
	struct ioasid_bond *bond;
	int rc;

	bond = bond_create(space, attempt);
	if (!bond)
		return ERR_PTR(-ENOMEM);
	rc = bond_attach(bond, attempt);
	if (rc) {
		ioasid_bond_unref(bond);
		return ERR_PTR(rc);
	}
	list_add_tail(&bond->node, &space->bonds);
	return bond;
}

/* What was cut stays cut until all attachments that had it are gone. */
static int check_sharing(struct ioasid_bond *bond, unsigned int flags)
{
	if (!bond->domain)
		return -EKEYREVOKED;
	return bond->can_fault || !must_fault(bond, flags) ? 0 :
							     -EPROTONOSUPPORT;
}

/**
 * ioasid_bond_get() - Let a device reach a space
 * @space: the space; not freed, space->lock is held
 * @attempt: the device, and how
 *
 * Context: Process context, may sleep.
 * Return: the bond, for ioasid_bond_put(), or an error pointer.
 */
struct ioasid_bond *ioasid_bond_get(struct ioasid_space *space,
				    struct ioasid_attempt *attempt)
{
	struct ioasid_bond *bond = bond_find(space, attempt->dev);
	int rc;

	lockdep_assert_held(&space->lock);
	if (!bond) {
		bond = bond_make(space, attempt);
		if (IS_ERR(bond))
			return bond;
	} else {
		rc = check_sharing(bond, attempt->flags);
		if (rc)
			return ERR_PTR(rc);
	}
	bond->attachments++;
	return bond;
}

/**
 * ioasid_bond_cut() - Make sure that a device does not reach a space
 * @bond: the bond; space->lock is held
 *
 * Context: Process context, may sleep.
 */
void ioasid_bond_cut(struct ioasid_bond *bond)
{
	lockdep_assert_held(&bond->space->lock);
	if (!bond->domain)
		return;
	ioasid_bond_refuse_requests(bond);
	race_window();
	bond->space->ops->detach(bond);
	if (bond->can_fault)
		ioasid_device_put(bond->dev);
}

/* Undoes ioasid_bond_get(); the last one cuts. space->lock is held. */
void ioasid_bond_put(struct ioasid_bond *bond)
{
	lockdep_assert_held(&bond->space->lock);
	if (--bond->attachments)
		return;
	ioasid_bond_cut(bond);
	list_del(&bond->node);
	ioasid_bond_unref(bond);
}
