/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What rows of spaces are sorted by: a column each, from left to right.
 */
#ifndef IOASIDCTL_ORDER_H
#define IOASIDCTL_ORDER_H

#include "../common/choice.h"

enum order {
	ORDER_ID,
	ORDER_PASID,
	ORDER_CREATOR,
	ORDER_TYPE,
	ORDER_STATE,
	ORDER_FAULTS,
	ORDER_FAILED,
	ORDER_MAPPED,
	ORDER_PINNED,
	ORDER_ATTACHED,
	ORDER_COUNT,
};

/* Their names, for --sort. */
extern const struct choices orders;

#endif
