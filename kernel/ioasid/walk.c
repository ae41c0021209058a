// SPDX-License-Identifier: GPL-2.0-only
/*
 * Going through all spaces: who has which PASID, and what keeps it.
 *
 * A descriptor shows one space to whoever has it. Some have none, because they
 * are parked, or a driver's, or the kernel's; so whoever looks after the
 * machine can go by PASIDs instead. Others see what their own user has created.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/ioasid_ioctl.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "attach.h"
#include "pasid.h"
#include "space.h"
#include "status.h"
#include "walk.h"

static bool is_own(const struct ioasid_space *space)
{
	const struct user_struct *user = space->account.user;

	return user && uid_eq(user->uid, current_uid());
}

/* Not to see all is no failure, so nobody need be told who has tried. */
static bool is_visible(const struct ioasid_space *space)
{
	return is_own(space) ||
	       ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
}

/* Finds the next space that current may see, from a PASID on. */
static struct ioasid_space *next_visible(u32 *pasid)
{
	struct ioasid_space *space;

	while ((space = ioasid_pasid_next(pasid)) && !is_visible(space)) {
		ioasid_space_put(space);
		if (fatal_signal_pending(current))
			return ERR_PTR(-EINTR);
		cond_resched();
		++*pasid;
	}
	return space ?: ERR_PTR(-ENOENT);
}

/* As for the structure of an ioctl: within the size that the caller knows. */
static int give_status(struct ioasid_space *space, u64 to)
{
	void __user *user = u64_to_user_ptr(to);
	struct ioasid_status status;
	u32 size;
	int rc;

	if (get_user(size, (u32 __user *)user))
		return -EFAULT;
	if (size < offsetofend(struct ioasid_status, out_mapped))
		return -EINVAL;
	rc = copy_struct_from_user(&status, sizeof(status), user, size);
	if (rc)
		return rc;
	if (status.flags || status.__reserved)
		return -EOPNOTSUPP;
	ioasid_space_status(space, &status);
	status.out_rights = 0;
	if (copy_to_user(user, &status, min(size, sizeof(status))))
		return -EFAULT;
	return 0;
}

int ioasid_system_next(struct ioasid_ucmd *ucmd)
{
	struct ioasid_next *next = ucmd->arg;
	struct ioasid_space *space;
	int rc;

	next->out_pasid = next->pasid;
	space = next_visible(&next->out_pasid);
	if (IS_ERR(space))
		return PTR_ERR(space);
	rc = give_status(space, next->status);
	ioasid_space_put(space);
	return rc ?: ioasid_ucmd_respond(ucmd);
}

int ioasid_system_attachments(struct ioasid_ucmd *ucmd)
{
	struct ioasid_attachments *arg = ucmd->arg;
	struct ioasid_space *space;
	u32 pasid = arg->pasid;
	int rc = -ENOENT;

	space = ioasid_pasid_next(&pasid);
	if (!space)
		return -ENOENT;
	if (pasid == arg->pasid && is_visible(space))
		rc = ioasid_attachments_list(space, ucmd);
	ioasid_space_put(space);
	return rc;
}
