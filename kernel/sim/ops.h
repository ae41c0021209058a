/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_OPS_H
#define IOASID_SIM_OPS_H

#include <linux/types.h>
#include <uapi/linux/idxd.h>

#define SIM_MAX_OPERANDS	3

/**
 * struct sim_operand - A range of memory that an operation uses
 * @offset: where in the descriptor its address is
 * @write: it is written, not read
 */
struct sim_operand {
	u8 offset;
	bool write;
};

/**
 * struct sim_op - An operation
 * @flags: which descriptor flags it knows
 * @specific: how many bytes it uses of what descriptors have for its own
 * @nr_operands: how many ranges it uses
 * @operands: the ranges, all of xfer_size bytes
 * @check: finds what only this operation can get wrong: a completion status, or
 *	0. Optional
 * @step: does a part: @at has the operands' memory, the part begins @done bytes
 *	into the range and has @len bytes. Returns how many of them there are
 *	before the operation finds that it is done. None for an operation that
 *	does not go over memory
 * @compares: it has a result, which says whether it stopped early
 * @has_crc: its result is the CRC
 */
struct sim_op {
	u32 flags;
	u8 specific;
	u8 nr_operands;
	struct sim_operand operands[SIM_MAX_OPERANDS];
	u8 (*check)(const struct dsa_hw_desc *hw);
	u32 (*step)(const struct dsa_hw_desc *hw, u32 *crc, void *const at[],
		    u32 done, u32 len);
	bool compares;
	bool has_crc;
};

const struct sim_op *sim_op_find(u8 opcode);

#endif
