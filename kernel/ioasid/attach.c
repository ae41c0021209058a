// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attachments: the interface for device drivers.
 *
 * An attachment is what a driver gets for an IOASID fd and a device of its own.
 * It holds the space, so that the PASID stays reserved until the driver has
 * stopped using it, and shares the device's bond with other attachments.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/ioasid.h>
#include <linux/iommu.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "../race.h"
#include "access.h"
#include "attach.h"
#include "attempt.h"
#include "bond.h"
#include "fd.h"
#include "space.h"
#include "trace.h"

static int check_rights(struct ioasid_attempt *attempt)
{
	if (attempt->rights & IOASID_RIGHT_ATTACH)
		return 0;
	attempt->reason.value = attempt->rights;
	return -EACCES;
}

static int check_space(struct ioasid_space *space)
{
	lockdep_assert_held(&space->lock);
	if (space->freed)
		return -ESTALE;
	if (ioasid_space_is_gone(space))
		return -ESRCH;
	return 0;
}

static int check_device(const struct ioasid_space *space,
			struct ioasid_attempt *attempt)
{
	struct device *dev = attempt->dev;

	if (!dev->iommu_group || !dev->iommu || !dev->iommu->iommu_dev)
		return -ENODEV;
	if (!dev->iommu->max_pasids)
		return -EOPNOTSUPP;
	if (space->pasid < dev->iommu->max_pasids)
		return 0;
	attempt->reason.value = space->pasid;
	attempt->reason.limit = dev->iommu->max_pasids;
	return -ERANGE;
}

/* Who still holds what was cut, for whoever comes next. */
static void blame_holder(struct ioasid_space *space,
			 struct ioasid_attempt *attempt)
{
	struct ioasid_attachment *attachment;

	list_for_each_entry(attachment, &space->attachments, node)
		if (attachment->bond && attachment->bond->dev == attempt->dev) {
			ioasid_reason_blame(&attempt->reason,
					    &attachment->maker);
			return;
		}
}

/* Software without an IOMMU in front of it has no bond. */
static int attach_device(struct ioasid_attachment *attachment,
			 struct ioasid_attempt *attempt)
{
	struct ioasid_space *space = attachment->space;
	struct ioasid_bond *bond;
	int rc;

	if (!attempt->dev)
		return 0;
	rc = check_device(space, attempt);
	if (rc)
		return rc;
	bond = ioasid_bond_get(space, attempt);
	if (!IS_ERR(bond)) {
		attachment->bond = bond;
		return 0;
	}
	if (bond == ERR_PTR(-EKEYREVOKED))
		blame_holder(space, attempt);
	return PTR_ERR(bond);
}

static int attach_locked(struct ioasid_attachment *attachment,
			 struct ioasid_attempt *attempt)
{
	struct ioasid_space *space = attachment->space;
	int rc;

	rc = check_rights(attempt) ?: check_space(space);
	if (rc)
		return rc;
	rc = attach_device(attachment, attempt);
	if (rc)
		return rc;
	attachment->id = ++space->last_attachment;
	list_add_tail(&attachment->node, &space->attachments);
	WRITE_ONCE(space->nr_attachments, space->nr_attachments + 1);
	return 0;
}

static void set_maker(struct ioasid_attachment *attachment)
{
	if (attachment->space->owner == IOASID_OWNER_KERNEL)
		ioasid_process_set_kernel(&attachment->maker);
	else
		ioasid_process_set_current(&attachment->maker);
}

static struct ioasid_attachment *
attachment_create(struct ioasid_space *space,
		  const struct ioasid_attach_args *args)
{
	struct ioasid_attachment *attachment;

	attachment = kzalloc(sizeof(*attachment), GFP_KERNEL_ACCOUNT);
	if (!attachment)
		return NULL;
	ioasid_space_hold(space);
	attachment->space = space;
	attachment->cookie = args->cookie;
	attachment->ops = args->ops;
	attachment->data = args->data;
	set_maker(attachment);
	return attachment;
}

static void attachment_destroy(struct ioasid_attachment *attachment)
{
	ioasid_process_put(&attachment->maker);
	ioasid_space_let_go(attachment->space);
	kfree(attachment);
}

static struct ioasid_attachment *
attach_space(struct ioasid_space *space, struct ioasid_attempt *attempt,
	     const struct ioasid_attach_args *args)
{
	struct ioasid_attachment *attachment;
	int rc;

	attachment = attachment_create(space, args);
	if (!attachment)
		return ERR_PTR(-ENOMEM);
	race_window();
	mutex_lock(&space->lock);
	rc = attach_locked(attachment, attempt);
	if (!rc)
		trace_ioasid_attach(attachment);
	mutex_unlock(&space->lock);
	if (!rc)
		return attachment;
	attachment_destroy(attachment);
	return ERR_PTR(rc);
}

static bool flags_are_known(const struct ioasid_attach_args *args)
{
	return !WARN_ON_ONCE(args->flags & ~(IOASID_ATTACH_FAULT_IN_PLACE |
					     IOASID_ATTACH_NO_FAULT));
}

/* Attaches, or tells why not, and takes over the hold on the space. */
static struct ioasid_attachment *
attach_and_let_go(struct ioasid_space *space, u32 rights, struct device *dev,
		  const struct ioasid_attach_args *args)
{
	struct ioasid_attempt attempt = {
		.dev = dev,
		.flags = args->flags,
		.cookie = args->cookie,
		.rights = rights,
	};
	struct ioasid_attachment *attachment;

	attachment = attach_space(space, &attempt, args);
	if (IS_ERR(attachment))
		ioasid_reason_tell_attach(args->reason, &attempt, space,
					  PTR_ERR(attachment));
	ioasid_space_let_go(space);
	return attachment;
}

/**
 * ioasid_attach() - Let a device into a space
 * @dev: a device that the caller drives, or NULL for software that uses
 *	ioasid_read() and ioasid_write() and nothing else
 * @args: into which space, and how
 *
 * The device reaches the space by ioasid_attachment_pasid() when this returns.
 * The fd may be closed at once. Attaching again gives another attachment.
 *
 * Context: Process context, may sleep. The driver keeps @dev bound to itself
 * until ioasid_detach().
 * Return: an attachment, or one of the errors that <linux/ioasid.h> of the uAPI
 * lists for attaching.
 */
struct ioasid_attachment *ioasid_attach(struct device *dev,
					const struct ioasid_attach_args *args)
{
	struct ioasid_attempt attempt = { .dev = dev };
	struct ioasid_space *space;
	u32 rights;

	if (!flags_are_known(args))
		return ERR_PTR(-EINVAL);
	space = ioasid_space_from_fd(args->fd, &rights);
	if (!IS_ERR(space))
		return attach_and_let_go(space, rights, dev, args);
	ioasid_reason_tell_attach(args->reason, &attempt, NULL, PTR_ERR(space));
	return ERR_CAST(space);
}
EXPORT_SYMBOL_GPL(ioasid_attach);

/**
 * ioasid_attach_current() - Let a device into the memory of current
 * @dev: a device that the caller drives
 * @args: how; the fd does not matter
 *
 * For drivers that offer Shared Virtual Addressing by their own device node:
 * the user need not know that there is a space. It is charged to current like
 * any other, and ends with the attachment. The number should stay with the
 * driver, since its user has nothing to do with it.
 *
 * Context: Process context, may sleep. The driver keeps @dev bound to itself
 * until ioasid_detach().
 * Return: an attachment, or one of the errors that <linux/ioasid.h> of the uAPI
 * lists for attaching or for IOASID_ALLOC.
 */
struct ioasid_attachment *
ioasid_attach_current(struct device *dev, const struct ioasid_attach_args *args)
{
	struct ioasid_space *space;

	if (!flags_are_known(args))
		return ERR_PTR(-EINVAL);
	space = ioasid_space_create(IOASID_TYPE_SVA, IOASID_OWNER_DRIVER);
	if (!IS_ERR(space))
		return attach_and_let_go(space, IOASID_RIGHT_ALL, dev, args);
	ioasid_reason_tell_create(args->reason, PTR_ERR(space));
	return ERR_CAST(space);
}
EXPORT_SYMBOL_GPL(ioasid_attach_current);

/**
 * ioasid_kernel_attach() - Let a device into a space of the kernel
 * @space: from ioasid_kernel_create()
 * @dev: a device that the caller drives
 * @args: how; the fd does not matter
 *
 * Context: Process context, may sleep. The driver keeps @dev bound to itself
 * until ioasid_detach().
 * Return: an attachment, or one of the errors that <linux/ioasid.h> of the uAPI
 * lists for attaching.
 */
struct ioasid_attachment *
ioasid_kernel_attach(struct ioasid_space *space, struct device *dev,
		     const struct ioasid_attach_args *args)
{
	if (!flags_are_known(args))
		return ERR_PTR(-EINVAL);
	ioasid_space_hold(space);
	return attach_and_let_go(space, IOASID_RIGHT_ALL, dev, args);
}
EXPORT_SYMBOL_GPL(ioasid_kernel_attach);

static void wait_for_revoke(struct ioasid_attachment *attachment)
{
	struct ioasid_space *space = attachment->space;

	lockdep_assert_held(&space->lock);
	while (attachment->revoke == IOASID_REVOKE_RUNNING) {
		mutex_unlock(&space->lock);
		wait_event(space->wait, READ_ONCE(attachment->revoke) !=
					IOASID_REVOKE_RUNNING);
		mutex_lock(&space->lock);
	}
}

/**
 * ioasid_detach() - Let go of a space
 * @attachment: what ioasid_attach() returned
 *
 * The device does not reach the space when this returns, unless it is attached
 * to it by another attachment too, and the PASID may soon mean something else:
 * the driver must have seen to it that the device does not use it on behalf of
 * this attachment any more.
 *
 * Context: Process context, may sleep. Waits for a revoke callback of this
 * attachment, so the caller must not hold a lock that the callback takes.
 */
void ioasid_detach(struct ioasid_attachment *attachment)
{
	struct ioasid_space *space = attachment->space;

	mutex_lock(&space->lock);
	wait_for_revoke(attachment);
	trace_ioasid_detach(attachment);
	list_del(&attachment->node);
	WRITE_ONCE(space->nr_attachments, space->nr_attachments - 1);
	if (attachment->bond)
		ioasid_bond_put(attachment->bond);
	mutex_unlock(&space->lock);
	race_window();
	wake_up_all(&space->wait);
	attachment_destroy(attachment);
}
EXPORT_SYMBOL_GPL(ioasid_detach);

/**
 * ioasid_attachment_pasid() - The number by which a device reaches a space
 * @attachment: the attachment
 *
 * Context: Any.
 * Return: the PASID, the same for all devices.
 */
u32 ioasid_attachment_pasid(const struct ioasid_attachment *attachment)
{
	return attachment->space->pasid;
}
EXPORT_SYMBOL_GPL(ioasid_attachment_pasid);

/**
 * ioasid_attachment_can_fault() - Whether a device can ask for what it misses
 * @attachment: the attachment
 *
 * A device that cannot fails wherever it does not find what it needs.
 *
 * Context: Any.
 * Return: whether it has page requests.
 */
bool ioasid_attachment_can_fault(const struct ioasid_attachment *attachment)
{
	return attachment->bond && attachment->bond->can_fault;
}
EXPORT_SYMBOL_GPL(ioasid_attachment_can_fault);

static ssize_t attachment_access(struct ioasid_attachment *attachment, u64 iova,
				 struct kvec *buffer, bool write)
{
	struct iov_iter iter;

	iov_iter_kvec(&iter, write ? ITER_SOURCE : ITER_DEST, buffer, 1,
		      buffer->iov_len);
	return ioasid_access(attachment->space, &attachment->cut, iova, &iter,
			     write);
}

/**
 * ioasid_read() - Read what a device would find in a space
 * @attachment: the attachment, with a device or without
 * @iova: where
 * @to: where to put it
 * @size: how much
 *
 * Context: Process context, may sleep, for as long as whoever provides the
 * memory pleases, unless current is killed.
 * Return: how many bytes were read, fewer than @size if the one behind cannot
 * be; or the reason if none could: -ESTALE after the space was taken back, or
 * another error that the uAPI header lists for pread().
 */
ssize_t ioasid_read(struct ioasid_attachment *attachment, u64 iova, void *to,
		    size_t size)
{
	struct kvec buffer = { .iov_base = to, .iov_len = size };

	return attachment_access(attachment, iova, &buffer, false);
}
EXPORT_SYMBOL_GPL(ioasid_read);

/**
 * ioasid_write() - Write what a device could write in a space
 * @attachment: the attachment, with a device or without
 * @iova: where
 * @from: what
 * @size: how much
 *
 * Context: As ioasid_read().
 * Return: As ioasid_read().
 */
ssize_t ioasid_write(struct ioasid_attachment *attachment, u64 iova,
		     const void *from, size_t size)
{
	struct kvec buffer = { .iov_base = (void *)from, .iov_len = size };

	return attachment_access(attachment, iova, &buffer, true);
}
EXPORT_SYMBOL_GPL(ioasid_write);
