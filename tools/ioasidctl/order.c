// SPDX-License-Identifier: GPL-2.0-only
#include "order.h"

const struct choices orders = {
	.what = "column",
	.prefix = "",
	.names = {
		[ORDER_ID] = "id",
		[ORDER_PASID] = "pasid",
		[ORDER_CREATOR] = "creator",
		[ORDER_TYPE] = "type",
		[ORDER_STATE] = "state",
		[ORDER_FAULTS] = "faults",
		[ORDER_FAILED] = "failed",
		[ORDER_MAPPED] = "mapped",
		[ORDER_PINNED] = "pinned",
		[ORDER_ATTACHED] = "attached",
	},
	.count = ORDER_COUNT,
};
