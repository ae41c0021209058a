/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_DESC_H
#define IOASID_SIM_DESC_H

#include <linux/types.h>
#include <uapi/linux/idxd.h>

/* A completion record does not cross a page. */
#define SIM_RECORD_ALIGN	32

static_assert(sizeof(struct dsa_hw_desc) == 64);
static_assert(sizeof(struct dsa_completion_record) == SIM_RECORD_ALIGN);

bool sim_desc_record_misaligned(const struct dsa_hw_desc *hw);
u8 sim_desc_check(const struct dsa_hw_desc *hw, bool nested,
		  u32 *invalid_flags);

#endif
