// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reasons: what a user is told when a space cannot be created or attached.
 *
 * Every cause has an errno of its own, so the code follows from that, but for
 * the one case of a device that lacks PASIDs. What an errno cannot say, which
 * device, which limit, whose process, stands beside it.
 */
#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "attempt.h"
#include "limit.h"
#include "pasid.h"
#include "space.h"

static enum ioasid_reason_code attach_code(const struct ioasid_attempt *attempt,
					   int rc)
{
	switch (rc) {
	case -EACCES:
		return IOASID_REASON_NO_RIGHT;
	case -ESTALE:
		return IOASID_REASON_FREED;
	case -ESRCH:
		return IOASID_REASON_MM_GONE;
	case -ENODEV:
		return IOASID_REASON_NO_IOMMU;
	case -EOPNOTSUPP:
		return attempt->dev->iommu->max_pasids ?
		       IOASID_REASON_NO_TABLE : IOASID_REASON_NO_PASIDS;
	case -EPROTONOSUPPORT:
		return IOASID_REASON_NO_PAGE_REQUESTS;
	case -EADDRINUSE:
		return IOASID_REASON_MAPPED;
	case -EADDRNOTAVAIL:
		return IOASID_REASON_KEPT;
	case -ERANGE:
		return IOASID_REASON_WIDTH;
	case -EBUSY:
		return IOASID_REASON_PASID_IN_USE;
	case -EKEYREVOKED:
		return IOASID_REASON_CUT;
	}
	return IOASID_REASON_NONE;
}

/* As for the structure of an ioctl: within the size that the caller knows. */
static void tell(u64 to, struct ioasid_reason *reason)
{
	void __user *user = u64_to_user_ptr(to);
	u32 size;

	if (get_user(size, (u32 __user *)user) ||
	    size < offsetofend(struct ioasid_reason, device))
		return;
	reason->size = size;
	if (copy_to_user(user, reason, min(size, sizeof(*reason))))
		return;
}

/* Says which process it is about. */
void ioasid_reason_blame(struct ioasid_reason *reason,
			 const struct ioasid_process *process)
{
	reason->pid = ioasid_process_nr(process);
	strscpy_pad(reason->comm, process->comm);
}

static void add_space(struct ioasid_reason *reason,
		      const struct ioasid_space *space)
{
	reason->pasid = space->pasid;
	reason->ioasid = space->id;
	if (!*reason->comm)
		ioasid_reason_blame(reason, &space->creator);
}

/**
 * ioasid_reason_tell_attach() - Say why a space was not attached
 * @to: address of the caller's struct ioasid_reason, or 0
 * @attempt: what was tried
 * @space: the space, or NULL if there was none
 * @rc: the error
 *
 * Context: Process context, may sleep.
 */
void ioasid_reason_tell_attach(u64 to, struct ioasid_attempt *attempt,
			       const struct ioasid_space *space, int rc)
{
	struct ioasid_reason *reason = &attempt->reason;

	if (!to)
		return;
	reason->code = attach_code(attempt, rc);
	if (space)
		add_space(reason, space);
	if (attempt->dev)
		strscpy_pad(reason->device, dev_name(attempt->dev));
	tell(to, reason);
}

static void add_counts(struct ioasid_reason *reason)
{
	struct ioasid_pasid_counts counts;

	ioasid_pasid_count(&counts);
	reason->value = counts.used;
	reason->limit = counts.resting;
}

/**
 * ioasid_reason_tell_create() - Say why a space was not created
 * @to: address of the caller's struct ioasid_reason, or 0
 * @rc: the error
 *
 * Context: Process context, may sleep.
 */
void ioasid_reason_tell_create(u64 to, int rc)
{
	struct ioasid_reason reason = {};

	if (!to)
		return;
	if (rc == -EDQUOT) {
		reason.code = IOASID_REASON_LIMIT;
		reason.value = ioasid_limit_current_cgroup();
	} else if (rc == -ENOSPC) {
		reason.code = IOASID_REASON_NO_PASID;
		add_counts(&reason);
	}
	tell(to, &reason);
}
