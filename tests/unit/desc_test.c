// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks of descriptors: kernel/sim/desc.c, and what ops.c adds for some
 * operations.
 *
 * The table below says in other words what each operation allows, so that two
 * have to be wrong for a mistake to pass.
 */
#include <kunit/test.h>
#include <linux/ioasid_sim.h>

#include "../../kernel/sim/desc.h"
#include "unit.h"

#define RUNS	20000

static const struct op {
	u8 opcode;
	bool transfers;
	bool compares;
	u8 specific;
} ops[] = {
	{ DSA_OPCODE_NOOP },
	{ DSA_OPCODE_BATCH },
	{ DSA_OPCODE_MEMMOVE, .transfers = true },
	{ DSA_OPCODE_MEMFILL, .transfers = true },
	{ DSA_OPCODE_COMPARE, .transfers = true, .compares = true, 1 },
	{ DSA_OPCODE_COMPVAL, .transfers = true, .compares = true, 1 },
	{ DSA_OPCODE_DUALCAST, .transfers = true, .specific = 8 },
	{ DSA_OPCODE_CRCGEN, .transfers = true, .specific = 4 },
	{ DSA_OPCODE_COPY_CRC, .transfers = true, .specific = 4 },
};

static const struct op *find_op(u8 opcode)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ops); i++)
		if (ops[i].opcode == opcode)
			return &ops[i];
	return NULL;
}

/* One that is right, whatever the operation. */
static struct dsa_hw_desc right_desc(u8 opcode)
{
	struct dsa_hw_desc hw = {
		.opcode = opcode,
		.flags = IDXD_OP_FLAG_CRAV | IDXD_OP_FLAG_RCR,
		.completion_addr = 0x7f0000001000,
		.src_addr = 0x7f0000100000,
		.dst_addr = 0x7f0000200000,
		.xfer_size = 64,
	};

	if (opcode == DSA_OPCODE_DUALCAST)
		hw.dest2 = 0x7f0000300000;
	return hw;
}

static u8 check(const struct dsa_hw_desc *hw)
{
	u32 bad_flags;

	return sim_desc_check(hw, false, &bad_flags);
}

static void accepts_each_operation(struct kunit *test)
{
	struct dsa_hw_desc hw;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		hw = right_desc(ops[i].opcode);
		KUNIT_EXPECT_EQ_MSG(test, check(&hw), 0, "opcode %u",
				    ops[i].opcode);
	}
}

static void knows_no_other_operation(struct kunit *test)
{
	struct dsa_hw_desc hw;
	unsigned int opcode;

	for (opcode = 0; opcode <= U8_MAX; opcode++) {
		hw = right_desc(opcode);
		if (!find_op(opcode))
			KUNIT_EXPECT_EQ_MSG(test, check(&hw),
					    DSA_COMP_BAD_OPCODE, "opcode %u",
					    opcode);
	}
}

static void refuses_batch_in_batch(struct kunit *test)
{
	struct dsa_hw_desc hw = right_desc(DSA_OPCODE_BATCH);
	u32 bad_flags;

	KUNIT_EXPECT_EQ(test, sim_desc_check(&hw, true, &bad_flags),
			DSA_COMP_BAD_OPCODE);
	hw.opcode = DSA_OPCODE_NOOP;
	KUNIT_EXPECT_EQ(test, sim_desc_check(&hw, true, &bad_flags), 0);
}

static void names_invalid_flags(struct kunit *test)
{
	struct dsa_hw_desc hw = right_desc(DSA_OPCODE_MEMMOVE);
	u32 bad_flags = 0;

	hw.flags |= IDXD_OP_FLAG_CR | BIT(23);
	KUNIT_EXPECT_EQ(test, sim_desc_check(&hw, false, &bad_flags),
			DSA_COMP_INVALID_FLAGS);
	KUNIT_EXPECT_EQ(test, bad_flags, IDXD_OP_FLAG_CR | BIT(23));
	hw.opcode = DSA_OPCODE_COMPARE;
	KUNIT_EXPECT_EQ(test, sim_desc_check(&hw, false, &bad_flags),
			DSA_COMP_INVALID_FLAGS);
	KUNIT_EXPECT_EQ(test, bad_flags, BIT(23));
}

static void wants_an_address_for_a_record(struct kunit *test)
{
	struct dsa_hw_desc hw = right_desc(DSA_OPCODE_NOOP);
	u32 bad_flags = 0;

	hw.flags = IDXD_OP_FLAG_RCR;
	KUNIT_EXPECT_EQ(test, sim_desc_check(&hw, false, &bad_flags),
			DSA_COMP_INVALID_FLAGS);
	KUNIT_EXPECT_EQ(test, bad_flags, IDXD_OP_FLAG_RCR);
	hw.flags = 0;
	KUNIT_EXPECT_EQ(test, check(&hw), 0);
}

static void tells_aligned_records(struct kunit *test)
{
	struct dsa_hw_desc hw = right_desc(DSA_OPCODE_NOOP);
	unsigned int i;

	for (i = 0; i < 64; i++) {
		hw.completion_addr = 0x1000 + i;
		KUNIT_EXPECT_EQ(test, sim_desc_record_misaligned(&hw),
				i % 32 != 0);
	}
	hw.flags = 0;
	KUNIT_EXPECT_FALSE(test, sim_desc_record_misaligned(&hw));
}

static void limits_transfers(struct kunit *test)
{
	struct dsa_hw_desc hw = right_desc(DSA_OPCODE_MEMFILL);

	hw.xfer_size = 0;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_XFER_ERANGE);
	hw.xfer_size = 1;
	KUNIT_EXPECT_EQ(test, check(&hw), 0);
	hw.xfer_size = 1U << 31;
	KUNIT_EXPECT_EQ(test, check(&hw), 0);
	hw.xfer_size++;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_XFER_ERANGE);
	hw.xfer_size = U32_MAX;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_XFER_ERANGE);
}

static void limits_batches(struct kunit *test)
{
	struct dsa_hw_desc hw = right_desc(DSA_OPCODE_BATCH);

	hw.desc_count = 1;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_DESC_CNT_ERANGE);
	hw.desc_count = 2;
	KUNIT_EXPECT_EQ(test, check(&hw), 0);
	hw.desc_count = 1024;
	KUNIT_EXPECT_EQ(test, check(&hw), 0);
	hw.desc_list_addr += 32;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_DESCLIST_ALIGN);
	hw.desc_count++;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_DESC_CNT_ERANGE);
}

static void finds_overlaps(struct kunit *test)
{
	struct dsa_hw_desc hw = right_desc(DSA_OPCODE_COPY_CRC);

	hw.dst_addr = hw.src_addr + hw.xfer_size;
	KUNIT_EXPECT_EQ(test, check(&hw), 0);
	hw.dst_addr--;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_OVERLAP_BUFFERS);
	hw.dst_addr = hw.src_addr - hw.xfer_size;
	KUNIT_EXPECT_EQ(test, check(&hw), 0);
	hw.dst_addr++;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_OVERLAP_BUFFERS);
	hw.opcode = DSA_OPCODE_MEMMOVE;
	KUNIT_EXPECT_EQ(test, check(&hw), 0);
}

static void wants_both_copies_alike(struct kunit *test)
{
	struct dsa_hw_desc hw = right_desc(DSA_OPCODE_DUALCAST);

	hw.dest2++;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_DCAST_ERR);
	hw.dest2 = hw.dst_addr;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_OVERLAP_BUFFERS);
	hw.dest2 = hw.dst_addr + PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, check(&hw), 0);
	hw.xfer_size = PAGE_SIZE + 1;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_OVERLAP_BUFFERS);
}

/* Undone in the order in which they are found. */
static void finds_the_first_of_many_mistakes(struct kunit *test)
{
	struct dsa_hw_desc hw = right_desc(DSA_OPCODE_DRAIN);

	hw.flags |= BIT(23);
	hw.rsvd1 = 1;
	hw.op_specific[23] = 1;
	hw.priv = 1;
	hw.int_handle = 1;
	hw.xfer_size = 0;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_BAD_OPCODE);
	hw.opcode = DSA_OPCODE_MEMMOVE;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_INVALID_FLAGS);
	hw.flags &= ~BIT(23);
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_NOZERO_RESERVE);
	hw.rsvd1 = 0;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_NOZERO_RESERVE);
	hw.op_specific[23] = 0;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_PRIV_BAD);
	hw.priv = 0;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_INT_HANDLE_INVAL);
	hw.int_handle = 0;
	KUNIT_EXPECT_EQ(test, check(&hw), DSA_COMP_XFER_ERANGE);
	hw.xfer_size = 1;
	KUNIT_EXPECT_EQ(test, check(&hw), 0);
}

static bool flags_are_valid(const struct dsa_hw_desc *hw, const struct op *op)
{
	const u32 known = IDXD_OP_FLAG_FENCE | IDXD_OP_FLAG_BOF |
			  IDXD_OP_FLAG_CRAV | IDXD_OP_FLAG_RCR |
			  IDXD_OP_FLAG_RCI | IDXD_OP_FLAG_CC;

	if (hw->flags & ~(known | (op->compares ? IDXD_OP_FLAG_CR : 0)))
		return false;
	return (hw->flags & IDXD_OP_FLAG_CRAV) ||
	       !(hw->flags & IDXD_OP_FLAG_RCR);
}

static bool is_reserved_used(const struct dsa_hw_desc *hw, const struct op *op)
{
	unsigned int i;

	for (i = op->specific; i < sizeof(hw->op_specific); i++)
		if (hw->op_specific[i])
			return true;
	return hw->rsvd || hw->rsvd1;
}

/* For operations that have no check of their own. */
static u8 expected(const struct dsa_hw_desc *hw)
{
	const struct op *op = find_op(hw->opcode);

	if (!op)
		return DSA_COMP_BAD_OPCODE;
	if (!flags_are_valid(hw, op))
		return DSA_COMP_INVALID_FLAGS;
	if (is_reserved_used(hw, op))
		return DSA_COMP_NOZERO_RESERVE;
	if (hw->priv)
		return DSA_COMP_PRIV_BAD;
	if (hw->int_handle)
		return DSA_COMP_INT_HANDLE_INVAL;
	if (op->transfers && (!hw->xfer_size || hw->xfer_size > 1U << 31))
		return DSA_COMP_XFER_ERANGE;
	return 0;
}

/* A right descriptor with a few bits of it flipped. */
static struct dsa_hw_desc random_desc(struct rnd_state *random)
{
	const u8 opcodes[] = { DSA_OPCODE_NOOP, DSA_OPCODE_MEMMOVE,
			       DSA_OPCODE_MEMFILL, DSA_OPCODE_COMPARE,
			       DSA_OPCODE_COMPVAL, DSA_OPCODE_CRCGEN };
	u8 opcode = opcodes[unit_below(random, ARRAY_SIZE(opcodes))];
	struct dsa_hw_desc hw = right_desc(opcode);
	unsigned int flips = unit_below(random, 4);

	while (flips--)
		((u8 *)&hw)[unit_below(random, sizeof(hw))] ^=
			BIT(unit_below(random, BITS_PER_BYTE));
	return hw;
}

static bool has_own_check(u8 opcode)
{
	return opcode == DSA_OPCODE_BATCH || opcode == DSA_OPCODE_DUALCAST ||
	       opcode == DSA_OPCODE_COPY_CRC;
}

static void agrees_on_random_descriptors(struct kunit *test)
{
	struct rnd_state random;
	struct dsa_hw_desc hw;
	unsigned int i;

	unit_random_init(&random);
	for (i = 0; i < RUNS; i++) {
		hw = random_desc(&random);
		if (!has_own_check(hw.opcode))
			KUNIT_ASSERT_EQ_MSG(test, check(&hw), expected(&hw),
					    "%*ph", (int)sizeof(hw), &hw);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(accepts_each_operation),
	KUNIT_CASE(knows_no_other_operation),
	KUNIT_CASE(refuses_batch_in_batch),
	KUNIT_CASE(names_invalid_flags),
	KUNIT_CASE(wants_an_address_for_a_record),
	KUNIT_CASE(tells_aligned_records),
	KUNIT_CASE(limits_transfers),
	KUNIT_CASE(limits_batches),
	KUNIT_CASE(finds_overlaps),
	KUNIT_CASE(wants_both_copies_alike),
	KUNIT_CASE(finds_the_first_of_many_mistakes),
	KUNIT_CASE(agrees_on_random_descriptors),
	{}
};

static struct kunit_suite suite = {
	.name = "desc",
	.test_cases = cases,
};

kunit_test_suite(suite);
