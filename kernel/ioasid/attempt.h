/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_ATTEMPT_H
#define IOASID_ATTEMPT_H

#include <linux/types.h>

struct device;

/**
 * struct ioasid_attempt - A space that is being attached
 * @dev: the device, or NULL
 * @flags: IOASID_ATTACH_*
 * @cookie: names the device in page requests that go to user space
 */
struct ioasid_attempt {
	struct device *dev;
	unsigned int flags;
	u64 cookie;
};

#endif
