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

#include "../race.h"
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
	race_window();
	list_for_each_entry(bond, &space->bonds, node)
		ioasid_bond_cut(bond);
	trace_ioasid_free(space);
}

/* Those who have not let go of it are told, and what it waits for is traced. */
static void tell_holders(struct ioasid_space *space, bool first)
{
	ioasid_attachments_revoke(space);
	if (!first)
		return;
	mutex_lock(&space->lock);
	if (space->nr_attachments)
		trace_ioasid_park(space);
	mutex_unlock(&space->lock);
}

/**
 * ioasid_space_free() - Take a space back
 * @space: the space
 *
 * When it returns, no device reaches anything through the space, and the
 * drivers that hold an attachment have been told, or are being told by whoever
 * has cut it or was first to free the space. Harmless when repeated.
 *
 * Context: Process context, may sleep.
 */
void ioasid_space_free(struct ioasid_space *space)
{
	bool first;

	mutex_lock(&space->lock);
	first = !space->freed;
	if (first)
		cut_all(space);
	mutex_unlock(&space->lock);
	race_window();
	space->ops->clear(space);
	WRITE_ONCE(space->over, true);
	wake_up_all(&space->wait);
	/* Nothing is attached any more. */
	if (READ_ONCE(space->nr_attachments))
		tell_holders(space, first);
}
