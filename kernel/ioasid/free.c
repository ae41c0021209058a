// SPDX-License-Identifier: GPL-2.0-only
/*
 * Freeing: how a space is taken back.
 *
 * First nothing new can be attached, then every bond is cut, then the memory
 * that was pinned is given back, then the drivers are told. A driver that is
 * slow to let go, or never does, keeps the PASID from being used again and
 * nothing else.
 */
#include <linux/wait.h>

#include "attach.h"
#include "bond.h"
#include "space.h"
#include "trace.h"

static void cut_all(struct ioasid_space *space)
{
	struct ioasid_bond *bond;

	lockdep_assert_held(&space->lock);
	WRITE_ONCE(space->freed, true);
	ioasid_attachments_stop(space);
	list_for_each_entry(bond, &space->bonds, node)
		ioasid_bond_cut(bond);
	trace_ioasid_free(space);
}

/**
 * ioasid_space_free() - Take a space back
 * @space: the space
 *
 * When it returns, no device reaches anything through the space, and the
 * drivers that hold an attachment have been told. Harmless when repeated; it
 * then waits for the first one.
 *
 * Context: Process context, may sleep.
 */
void ioasid_space_free(struct ioasid_space *space)
{
	mutex_lock(&space->lock);
	if (!space->freed)
		cut_all(space);
	mutex_unlock(&space->lock);
	space->ops->clear(space);
	WRITE_ONCE(space->over, true);
	wake_up_all(&space->wait);
	ioasid_attachments_revoke(space);
}
