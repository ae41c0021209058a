// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations: what each wants of its descriptor, and what it does to bytes.
 *
 * Nothing here knows of address spaces, faults or completion records. A step
 * gets plain pointers to a part of the operands that is in one piece.
 */
#include <linux/array_size.h>
#include <linux/bitops.h>
#include <linux/ioasid_sim.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "../compat/crc32.h"
#include "ops.h"

#define COMMON_FLAGS	(IDXD_OP_FLAG_FENCE | IDXD_OP_FLAG_BOF | \
			 IDXD_OP_FLAG_CRAV | IDXD_OP_FLAG_RCR | \
			 IDXD_OP_FLAG_RCI | IDXD_OP_FLAG_CC)
#define COMPARE_FLAGS	(COMMON_FLAGS | IDXD_OP_FLAG_CR)

#define DESC_LIST_ALIGN	64

static bool ranges_overlap(u64 a, u64 b, u32 size)
{
	return a - b < size || b - a < size;
}

/*
 * An emulated CPU finds pages through a direct-mapped cache, of 256 pages or
 * more. Two that want the same place in it are best accessed in long turns.
 */
static bool pages_collide(const void *a, const void *b)
{
	unsigned long differ = (unsigned long)a ^ (unsigned long)b;

	return !(differ & GENMASK(PAGE_SHIFT + 7, PAGE_SHIFT));
}

static void copy_page_in_turns(void *dst, const void *src)
{
	u8 turn[512];
	u32 done;

	for (done = 0; done < PAGE_SIZE; done += sizeof(turn)) {
		memcpy(turn, src + done, sizeof(turn));
		memcpy(dst + done, turn, sizeof(turn));
	}
}

static void copy_pages(void *dst, void *src, u32 len)
{
	u32 done;

	for (done = 0; done < len; done += PAGE_SIZE)
		if (pages_collide(dst + done, src + done))
			copy_page_in_turns(dst + done, src + done);
		else
			copy_page(dst + done, src + done);
}

static u32 whole_pages(const void *dst, const void *src, u32 len)
{
	if (offset_in_page(dst) || offset_in_page(src))
		return 0;
	return len & PAGE_MASK;
}

/*
 * memmove() goes byte by byte on CPUs with "enhanced" string instructions,
 * which is no enhancement under emulation; hence only where it must be.
 */
static void copy_part(void *dst, void *src, u32 len)
{
	u32 pages = whole_pages(dst, src, len);

	if (ranges_overlap((unsigned long)dst, (unsigned long)src, len)) {
		memmove(dst, src, len);
		return;
	}
	copy_pages(dst, src, pages);
	memcpy(dst + pages, src + pages, len - pages);
}

/* The eight bytes of a pattern as they repeat from a given offset on. */
static u64 pattern_from(u64 pattern, u32 done)
{
	return ror64(pattern, done % sizeof(pattern) * BITS_PER_BYTE);
}

static u32 step_move(const struct dsa_hw_desc *hw, u32 *crc, void *const at[],
		     u32 done, u32 len)
{
	copy_part(at[1], at[0], len);
	return len;
}

static u32 step_fill(const struct dsa_hw_desc *hw, u32 *crc, void *const at[],
		     u32 done, u32 len)
{
	u64 pattern = pattern_from(hw->pattern, done);
	u32 words = len / sizeof(pattern);

	memset64(at[0], pattern, words);
	memcpy(at[0] + words * sizeof(pattern), &pattern,
	       len % sizeof(pattern));
	return len;
}

/* The CPU may change both sides at any time: every byte is looked at once. */
static u32 step_compare(const struct dsa_hw_desc *hw, u32 *crc,
			void *const at[], u32 done, u32 len)
{
	const u8 *a = at[0], *b = at[1];
	u32 i = 0;

	while (i + sizeof(u64) <= len &&
	       get_unaligned((u64 *)(a + i)) == get_unaligned((u64 *)(b + i)))
		i += sizeof(u64);
	while (i < len && a[i] == b[i])
		i++;
	return i;
}

static u32 step_compval(const struct dsa_hw_desc *hw, u32 *crc,
			void *const at[], u32 done, u32 len)
{
	u64 pattern = pattern_from(hw->comp_pattern, done);
	const u8 *a = at[0], *b = (const u8 *)&pattern;
	u32 i = 0;

	while (i + sizeof(u64) <= len &&
	       get_unaligned((u64 *)(a + i)) == pattern)
		i += sizeof(u64);
	while (i < len && a[i] == b[i % sizeof(pattern)])
		i++;
	return i;
}

static u32 step_dualcast(const struct dsa_hw_desc *hw, u32 *crc,
			 void *const at[], u32 done, u32 len)
{
	copy_part(at[1], at[0], len);
	copy_part(at[2], at[0], len);
	return len;
}

static u32 step_crc(const struct dsa_hw_desc *hw, u32 *crc, void *const at[],
		    u32 done, u32 len)
{
	*crc = crc32c(*crc, at[0], len);
	return len;
}

/* The CRC is that of what was written, should the source change meanwhile. */
static u32 step_copy_crc(const struct dsa_hw_desc *hw, u32 *crc,
			 void *const at[], u32 done, u32 len)
{
	copy_part(at[1], at[0], len);
	*crc = crc32c(*crc, at[1], len);
	return len;
}

static u8 check_batch(const struct dsa_hw_desc *hw)
{
	if (hw->desc_count < 2 || hw->desc_count > IOASID_SIM_MAX_BATCH)
		return DSA_COMP_DESC_CNT_ERANGE;
	if (hw->desc_list_addr % DESC_LIST_ALIGN)
		return DSA_COMP_DESCLIST_ALIGN;
	return 0;
}

static u8 check_dualcast(const struct dsa_hw_desc *hw)
{
	if (offset_in_page(hw->dst_addr ^ hw->dest2))
		return DSA_COMP_DCAST_ERR;
	if (ranges_overlap(hw->src_addr, hw->dst_addr, hw->xfer_size) ||
	    ranges_overlap(hw->src_addr, hw->dest2, hw->xfer_size) ||
	    ranges_overlap(hw->dst_addr, hw->dest2, hw->xfer_size))
		return DSA_COMP_OVERLAP_BUFFERS;
	return 0;
}

static u8 check_copy_crc(const struct dsa_hw_desc *hw)
{
	if (ranges_overlap(hw->src_addr, hw->dst_addr, hw->xfer_size))
		return DSA_COMP_OVERLAP_BUFFERS;
	return 0;
}

#define READS(_field)	{ offsetof(struct dsa_hw_desc, _field), false }
#define WRITES(_field)	{ offsetof(struct dsa_hw_desc, _field), true }
#define SPECIFIC(_last)	(offsetofend(struct dsa_hw_desc, _last) - \
			 offsetof(struct dsa_hw_desc, op_specific))

static const struct sim_op sim_ops[] = {
	[DSA_OPCODE_NOOP] = {
		.flags = COMMON_FLAGS,
	},
	[DSA_OPCODE_BATCH] = {
		.flags = COMMON_FLAGS,
		.check = check_batch,
	},
	[DSA_OPCODE_MEMMOVE] = {
		.flags = COMMON_FLAGS,
		.nr_operands = 2,
		.operands = { READS(src_addr), WRITES(dst_addr) },
		.step = step_move,
	},
	[DSA_OPCODE_MEMFILL] = {
		.flags = COMMON_FLAGS,
		.nr_operands = 1,
		.operands = { WRITES(dst_addr) },
		.step = step_fill,
	},
	[DSA_OPCODE_COMPARE] = {
		.flags = COMPARE_FLAGS,
		.specific = SPECIFIC(expected_res),
		.nr_operands = 2,
		.operands = { READS(src_addr), READS(src2_addr) },
		.step = step_compare,
		.compares = true,
	},
	[DSA_OPCODE_COMPVAL] = {
		.flags = COMPARE_FLAGS,
		.specific = SPECIFIC(expected_res),
		.nr_operands = 1,
		.operands = { READS(src_addr) },
		.step = step_compval,
		.compares = true,
	},
	[DSA_OPCODE_DUALCAST] = {
		.flags = COMMON_FLAGS,
		.specific = SPECIFIC(dest2),
		.nr_operands = 3,
		.operands = { READS(src_addr), WRITES(dst_addr),
			      WRITES(dest2) },
		.check = check_dualcast,
		.step = step_dualcast,
	},
	[DSA_OPCODE_CRCGEN] = {
		.flags = COMMON_FLAGS,
		.specific = SPECIFIC(crc_seed),
		.nr_operands = 1,
		.operands = { READS(src_addr) },
		.step = step_crc,
		.has_crc = true,
	},
	[DSA_OPCODE_COPY_CRC] = {
		.flags = COMMON_FLAGS,
		.specific = SPECIFIC(crc_seed),
		.nr_operands = 2,
		.operands = { READS(src_addr), WRITES(dst_addr) },
		.check = check_copy_crc,
		.step = step_copy_crc,
		.has_crc = true,
	},
};

/* NULL for an operation that is not known. */
const struct sim_op *sim_op_find(u8 opcode)
{
	if (opcode >= ARRAY_SIZE(sim_ops) || !sim_ops[opcode].flags)
		return NULL;
	return &sim_ops[opcode];
}
