// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks of a descriptor that need nothing but the descriptor.
 *
 * Their order decides which completion status a descriptor gets that is wrong
 * in several ways, so it is part of the ABI.
 */
#include <linux/align.h>
#include <linux/ioasid_sim.h>
#include <linux/string.h>

#include "desc.h"
#include "ops.h"

bool sim_desc_record_misaligned(const struct dsa_hw_desc *hw)
{
	return (hw->flags & IDXD_OP_FLAG_CRAV) &&
	       !IS_ALIGNED(hw->completion_addr, SIM_RECORD_ALIGN);
}

static u32 invalid_flags(const struct dsa_hw_desc *hw, const struct sim_op *op)
{
	u32 invalid = hw->flags & ~op->flags;

	if (!(hw->flags & IDXD_OP_FLAG_CRAV))
		invalid |= hw->flags & IDXD_OP_FLAG_RCR;
	return invalid;
}

static bool reserved_is_zero(const struct dsa_hw_desc *hw,
			     const struct sim_op *op)
{
	return !hw->rsvd && !hw->rsvd1 &&
	       !memchr_inv(hw->op_specific + op->specific, 0,
			   sizeof(hw->op_specific) - op->specific);
}

/**
 * sim_desc_check() - Check a descriptor
 * @hw: the descriptor
 * @nested: it is in a batch
 * @bad_flags: which flags are invalid, when that is what is wrong
 *
 * Return: 0, or the completion status that says what is wrong.
 */
u8 sim_desc_check(const struct dsa_hw_desc *hw, bool nested, u32 *bad_flags)
{
	const struct sim_op *op = sim_op_find(hw->opcode);

	if (!op || (nested && hw->opcode == DSA_OPCODE_BATCH))
		return DSA_COMP_BAD_OPCODE;
	*bad_flags = invalid_flags(hw, op);
	if (*bad_flags)
		return DSA_COMP_INVALID_FLAGS;
	if (!reserved_is_zero(hw, op))
		return DSA_COMP_NOZERO_RESERVE;
	if (hw->priv)
		return DSA_COMP_PRIV_BAD;
	if (hw->int_handle)
		return DSA_COMP_INT_HANDLE_INVAL;
	if (op->step && (!hw->xfer_size || hw->xfer_size > IOASID_SIM_MAX_XFER))
		return DSA_COMP_XFER_ERANGE;
	return op->check ? op->check(hw) : 0;
}
