/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_VIEW_H
#define IOASID_VIEW_H

#include <linux/types.h>

struct ioasid_space;

/**
 * struct ioasid_view - A space, as an IOASID fd has it
 * @space: the space; held by the fd
 * @rights: IOASID_RIGHT_* bits: what the fd may do with it
 *
 * Nothing of it ever changes.
 */
struct ioasid_view {
	struct ioasid_space *space;
	u32 rights;
};

#endif
