// SPDX-License-Identifier: GPL-2.0-only
/*
 * The attachments of a space, as its owner has them: to look at, and to end.
 *
 * What is cut off reaches nothing from the moment that the cut returns. The
 * attachment stays until its driver lets go, and with it the device stays out:
 * an IOMMU tells devices and PASIDs apart, not who uses them, so to let the
 * device in again would let in what still remembers the PASID from before.
 *
 * Devices are cut first and drivers are told afterwards, so that one that is
 * slow or broken keeps nothing open.
 */
#include <linux/device.h>
#include <linux/ioasid.h>
#include <linux/ioasid_ioctl.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "attach.h"
#include "bond.h"
#include "space.h"
#include "trace.h"

/* How many are listed at a time. */
#define LIST_BATCH	16

/* Nothing is read or written by software any more; space->lock is held. */
void ioasid_attachments_stop(struct ioasid_space *space)
{
	struct ioasid_attachment *attachment;

	lockdep_assert_held(&space->lock);
	list_for_each_entry(attachment, &space->attachments, node)
		WRITE_ONCE(attachment->cut, true);
}

/* It is not detached meanwhile, so it can be gone on from in the list. */
static void revoke_unlocked(struct ioasid_attachment *attachment)
{
	struct ioasid_space *space = attachment->space;

	attachment->revoke = IOASID_REVOKE_RUNNING;
	mutex_unlock(&space->lock);
	if (attachment->ops && attachment->ops->revoke)
		attachment->ops->revoke(attachment, attachment->data);
	mutex_lock(&space->lock);
	WRITE_ONCE(attachment->revoke, IOASID_REVOKE_DONE);
	wake_up_all(&space->wait);
}

/**
 * ioasid_attachments_revoke() - Tell the drivers of attachments that were cut
 * @space: the space
 *
 * Context: Process context, may sleep.
 */
void ioasid_attachments_revoke(struct ioasid_space *space)
{
	struct ioasid_attachment *attachment;

	mutex_lock(&space->lock);
	list_for_each_entry(attachment, &space->attachments, node)
		if (attachment->cut &&
		    attachment->revoke == IOASID_REVOKE_NOT_YET)
			revoke_unlocked(attachment);
	mutex_unlock(&space->lock);
}

static struct ioasid_attachment *find(struct ioasid_space *space, u64 id)
{
	struct ioasid_attachment *attachment;

	list_for_each_entry(attachment, &space->attachments, node)
		if (attachment->id == id)
			return attachment;
	return NULL;
}

/* Cuts all that share the bond. Without one, there is but the one. */
static u32 cut_with_others(struct ioasid_attachment *first)
{
	struct ioasid_attachment *other;
	u32 count = 0;

	list_for_each_entry(other, &first->space->attachments, node) {
		if (other != first &&
		    (!first->bond || other->bond != first->bond))
			continue;
		WRITE_ONCE(other->cut, true);
		trace_ioasid_cut(other);
		count++;
	}
	if (first->bond)
		ioasid_bond_cut(first->bond);
	return count;
}

static int cut_locked(struct ioasid_space *space, u64 id, u32 *count)
{
	struct ioasid_attachment *attachment = find(space, id);

	lockdep_assert_held(&space->lock);
	if (!attachment)
		return -ENOENT;
	if (attachment->cut)
		return -EALREADY;
	*count = cut_with_others(attachment);
	return 0;
}

/**
 * ioasid_attachments_cut() - Take a space back from one device
 * @space: the space
 * @id: number of one of the device's attachments
 * @count: how many it has
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOENT when there is no such attachment, or -EALREADY when it has
 * been cut.
 */
int ioasid_attachments_cut(struct ioasid_space *space, u64 id, u32 *count)
{
	int rc;

	mutex_lock(&space->lock);
	rc = cut_locked(space, id, count);
	mutex_unlock(&space->lock);
	if (rc)
		return rc;
	space->ops->quiesce(space);
	ioasid_attachments_revoke(space);
	return 0;
}

static void describe(const struct ioasid_attachment *attachment,
		     struct ioasid_attachment_entry *entry)
{
	const struct ioasid_bond *bond = attachment->bond;

	*entry = (struct ioasid_attachment_entry){
		.id = attachment->id,
		.cookie = attachment->cookie,
		.pid = ioasid_process_nr(&attachment->maker),
	};
	if (attachment->cut)
		entry->flags |= IOASID_ATTACHMENT_CUT;
	if (bond && !bond->can_fault)
		entry->flags |= IOASID_ATTACHMENT_NO_FAULT;
	if (bond)
		strscpy(entry->device, dev_name(bond->dev));
	strscpy(entry->comm, attachment->maker.comm);
}

/* Describes some of those behind a number. Returns how many. */
static unsigned int describe_some(struct ioasid_space *space, u64 id,
				  struct ioasid_attachment_entry *entries,
				  unsigned int nr)
{
	struct ioasid_attachment *attachment;
	unsigned int found = 0;

	mutex_lock(&space->lock);
	list_for_each_entry(attachment, &space->attachments, node) {
		if (found == nr)
			break;
		if (attachment->id > id)
			describe(attachment, &entries[found++]);
	}
	mutex_unlock(&space->lock);
	return found;
}

/* Lists through @batch, as long as there are more. */
static int list(struct ioasid_space *space, struct ioasid_attachments *arg,
		struct ioasid_attachment_entry *batch)
{
	struct ioasid_attachment_entry __user *to =
		u64_to_user_ptr(arg->entries);
	unsigned int want, nr;
	u64 id = arg->id;

	arg->out_nr = 0;
	do {
		want = min(arg->nr - arg->out_nr, LIST_BATCH);
		nr = describe_some(space, id, batch, want);
		if (copy_to_user(to + arg->out_nr, batch, nr * sizeof(*batch)))
			return -EFAULT;
		arg->out_nr += nr;
		if (nr)
			id = batch[nr - 1].id;
		cond_resched();
	} while (nr && nr == want && !fatal_signal_pending(current));
	return 0;
}

/**
 * ioasid_attachments_list() - Serve IOASID_ATTACHMENTS
 * @space: whose attachments
 * @ucmd: the ioctl
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOMEM or -EFAULT.
 */
int ioasid_attachments_list(struct ioasid_space *space,
			    struct ioasid_ucmd *ucmd)
{
	struct ioasid_attachment_entry *batch;
	int rc;

	batch = kcalloc(LIST_BATCH, sizeof(*batch), GFP_KERNEL);
	if (!batch)
		return -ENOMEM;
	rc = list(space, ucmd->arg, batch);
	kfree(batch);
	return rc ?: ioasid_ucmd_respond(ucmd);
}
