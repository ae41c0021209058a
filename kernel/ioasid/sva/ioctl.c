// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ioctls of SVA spaces: checking what users ask for.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/ioasid_ioctl.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched/mm.h>

#include "../fd.h"
#include "../memory.h"
#include "../space.h"
#include "domain.h"
#include "ioctl.h"
#include "mirror.h"
#include "pin.h"

static struct ioasid_space *space_of(const struct ioasid_ucmd *ucmd)
{
	struct ioasid_space *space = ioasid_ucmd_space(ucmd);

	if (space->type != IOASID_TYPE_SVA)
		return ERR_PTR(-EMEDIUMTYPE);
	return space;
}

static int check_range(u64 start, u64 length)
{
	u64 end;

	if (!length)
		return -EINVAL;
	return check_add_overflow(start, length, &end) ? -EOVERFLOW : 0;
}

static int check_prefault(const struct ioasid_prefault *arg)
{
	if (!IS_ALIGNED(arg->iova | arg->length, PAGE_SIZE))
		return -EINVAL;
	if (!(arg->flags & (IOASID_READ | IOASID_WRITE)))
		return -EINVAL;
	return check_range(arg->iova, arg->length);
}

static int prefault_and_respond(struct ioasid_space *space,
				const struct ioasid_memory *memory,
				struct ioasid_ucmd *ucmd)
{
	struct ioasid_prefault *arg = ucmd->arg;
	int rc;

	rc = ioasid_sva_prefault(space, memory, &arg->out_length);
	return rc ?: ioasid_ucmd_respond(ucmd);
}

/* What is pinned is not seen, and cannot be let go of, before all is done. */
static int pin_and_prefault(struct ioasid_space *space,
			    const struct ioasid_memory *memory,
			    struct ioasid_ucmd *ucmd)
{
	struct ioasid_pin *pin = ioasid_pin_create(space, memory);
	int rc;

	if (IS_ERR(pin))
		return PTR_ERR(pin);
	rc = prefault_and_respond(space, memory, ucmd);
	if (!rc)
		rc = ioasid_pin_publish(space, pin);
	if (rc)
		ioasid_pin_destroy(space, pin);
	return rc;
}

static int do_prefault(struct ioasid_space *space, struct ioasid_ucmd *ucmd)
{
	struct ioasid_prefault *arg = ucmd->arg;
	struct ioasid_memory memory = {
		.mm = space->mirror->notifier.mm,
		.address = arg->iova,
		.nr = arg->length >> PAGE_SHIFT,
		.write = arg->flags & IOASID_WRITE,
	};
	int rc;

	if (READ_ONCE(space->freed))
		return -ESTALE;
	if (!mmget_not_zero(memory.mm))
		return -ESRCH;
	if (arg->flags & IOASID_PREFAULT_PIN)
		rc = pin_and_prefault(space, &memory, ucmd);
	else
		rc = prefault_and_respond(space, &memory, ucmd);
	mmput(memory.mm);
	return rc;
}

int ioasid_ioctl_prefault(struct ioasid_ucmd *ucmd)
{
	struct ioasid_space *space = space_of(ucmd);

	if (IS_ERR(space))
		return PTR_ERR(space);
	return check_prefault(ucmd->arg) ?: do_prefault(space, ucmd);
}

static int unpin_all(struct ioasid_space *space, u64 *done)
{
	int rc;

	rc = ioasid_pins_remove(space, 0, U64_MAX, done);
	return rc == -ENOENT ? 0 : rc;
}

int ioasid_ioctl_unpin(struct ioasid_ucmd *ucmd)
{
	struct ioasid_space *space = space_of(ucmd);
	struct ioasid_unpin *arg = ucmd->arg;
	int rc;

	if (IS_ERR(space))
		return PTR_ERR(space);
	arg->out_length = 0;
	if (arg->flags & IOASID_UNMAP_ALL) {
		if (arg->iova || arg->length)
			return -EINVAL;
		rc = unpin_all(space, &arg->out_length);
	} else {
		rc = check_range(arg->iova, arg->length) ?:
		     ioasid_pins_remove(space, arg->iova,
					arg->iova + arg->length - 1,
					&arg->out_length);
	}
	return rc ?: ioasid_ucmd_respond(ucmd);
}
