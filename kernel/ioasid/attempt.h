/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_ATTEMPT_H
#define IOASID_ATTEMPT_H

#include <linux/types.h>
#include <uapi/linux/ioasid.h>

struct device;
struct ioasid_process;
struct ioasid_space;

/**
 * struct ioasid_attempt - A space that is being attached
 * @dev: the device, or NULL
 * @flags: IOASID_ATTACH_*
 * @cookie: names the device in page requests that go to user space
 * @rights: IOASID_RIGHT_* bits: what whoever tries it may do with the space
 * @reason: what there is to say when it fails. Its code follows from the error,
 *	and the rest is filled in where it is known
 */
struct ioasid_attempt {
	struct device *dev;
	unsigned int flags;
	u64 cookie;
	u32 rights;
	struct ioasid_reason reason;
};

/* reason.c */
void ioasid_reason_blame(struct ioasid_reason *reason,
			 const struct ioasid_process *process);
void ioasid_reason_tell_attach(u64 to, struct ioasid_attempt *attempt,
			       const struct ioasid_space *space, int rc);
void ioasid_reason_tell_create(u64 to, int rc);

#endif
