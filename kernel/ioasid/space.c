// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spaces: what an IOASID fd stands for.
 *
 * A space is held by its files and by the attachments that drivers made. It is
 * freed by IOASID_FREE or by the last close of a file, whichever comes first.
 * From then on no device reaches it. Its PASID stays its own until the last
 * holder has let go, so that a number that a driver or a device still remembers
 * leads nowhere, rather than into the space of somebody else. Until then its
 * creator is charged for it.
 *
 * Not every space has files. One that a driver has made for a user is held by
 * its only attachment, and one of the kernel by the driver that has made it,
 * too.
 *
 * The state that users see is derived: freed or not, attached or not.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include "../race.h"
#include "limit.h"
#include "pasid.h"
#include "space.h"
#include "trace.h"

static atomic64_t last_id = ATOMIC64_INIT(0);

static void space_init(struct ioasid_space *space, enum ioasid_type type,
		       enum ioasid_owner owner)
{
	space->id = atomic64_inc_return(&last_id);
	space->type = type;
	space->owner = owner;
	space->ops = type == IOASID_TYPE_SVA ? &ioasid_sva_space_ops :
					       &ioasid_iova_space_ops;
	space->full_view.space = space;
	space->full_view.rights = IOASID_RIGHT_ALL;
	kref_init(&space->refs);
	kref_init(&space->holders);
	mutex_init(&space->lock);
	INIT_LIST_HEAD(&space->bonds);
	INIT_LIST_HEAD(&space->attachments);
	init_waitqueue_head(&space->wait);
}

/* What the kernel has for itself costs nobody anything. */
static int space_charge(struct ioasid_space *space)
{
	int rc;

	if (space->owner == IOASID_OWNER_KERNEL)
		return 0;
	rc = ioasid_limit_charge(&space->payer);
	if (!rc)
		space->cgroup = ioasid_limit_cgroup(space->payer);
	return rc;
}

static void space_uncharge(struct ioasid_space *space)
{
	if (space->owner != IOASID_OWNER_KERNEL)
		ioasid_limit_uncharge(space->payer);
}

static void space_set_creator(struct ioasid_space *space)
{
	if (space->owner == IOASID_OWNER_KERNEL) {
		ioasid_process_set_kernel(&space->creator);
	} else {
		ioasid_process_set_current(&space->creator);
		ioasid_account_init(&space->account);
	}
}

static int space_set_up(struct ioasid_space *space)
{
	int rc;

	rc = space_charge(space);
	if (rc)
		return rc;
	space->number = ioasid_pasid_alloc();
	if (IS_ERR(space->number)) {
		rc = PTR_ERR(space->number);
		goto out_uncharge;
	}
	space->pasid = space->number->number;
	rc = space->ops->init(space);
	if (rc)
		goto out_free_pasid;
	space_set_creator(space);
	ioasid_pasid_name(space->number, space);
	return 0;

out_free_pasid:
	ioasid_pasid_free(space->number);
out_uncharge:
	space_uncharge(space);
	return rc;
}

/**
 * ioasid_space_create() - Create a space
 * @type: IOASID_TYPE_SVA, for one on current's memory, or IOASID_TYPE_IOVA
 * @owner: whose it is. If it is not the kernel's, current pays
 *
 * Context: Process context, may sleep.
 * Return: a space with one holder, the caller, or an error pointer: -EDQUOT,
 * -EINTR, -ENOMEM, -ENOSPC, -ESRCH.
 */
struct ioasid_space *ioasid_space_create(enum ioasid_type type,
					 enum ioasid_owner owner)
{
	struct ioasid_space *space;
	int rc;

	space = kzalloc(sizeof(*space), GFP_KERNEL_ACCOUNT);
	if (!space)
		return ERR_PTR(-ENOMEM);
	space_init(space, type, owner);
	rc = space_set_up(space);
	if (rc) {
		trace_ioasid_refuse(ioasid_limit_current_cgroup(), rc);
		kfree(space);
		return ERR_PTR(rc);
	}
	trace_ioasid_alloc(space);
	return space;
}

static void space_release(struct kref *refs)
{
	struct ioasid_space *space =
		container_of(refs, struct ioasid_space, refs);

	space->ops->exit(space);
	ioasid_process_put(&space->creator);
	ioasid_account_exit(&space->account);
	mutex_destroy(&space->lock);
	kfree(space);
}

void ioasid_space_get(struct ioasid_space *space)
{
	kref_get(&space->refs);
}

/* May sleep. */
void ioasid_space_put(struct ioasid_space *space)
{
	kref_put(&space->refs, space_release);
}

static void space_abandoned(struct kref *holders)
{
	struct ioasid_space *space =
		container_of(holders, struct ioasid_space, holders);

	trace_ioasid_reclaim(space);
	race_window();
	ioasid_pasid_free(space->number);
	space_uncharge(space);
	ioasid_space_put(space);
}

void ioasid_space_hold(struct ioasid_space *space)
{
	kref_get(&space->holders);
}

/* May sleep. */
void ioasid_space_let_go(struct ioasid_space *space)
{
	kref_put(&space->holders, space_abandoned);
}

enum ioasid_state ioasid_space_state(struct ioasid_space *space)
{
	lockdep_assert_held(&space->lock);
	if (space->freed)
		return space->nr_attachments ? IOASID_STATE_FREE_PENDING :
					       IOASID_STATE_FREE;
	return space->nr_attachments ? IOASID_STATE_ACTIVE : IOASID_STATE_IDLE;
}

bool ioasid_space_is_gone(struct ioasid_space *space)
{
	return space->ops->is_gone && space->ops->is_gone(space);
}
