// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work for the accelerators: descriptors, and what comes of them.
 */
#include <errno.h>
#include <linux/idxd.h>
#include <linux/ioasid_sim.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "calls.h"

#define STATUS_MASK	0x7f
#define MOMENT_NS	1000000
#define MOMENTS		50

#define OP_FLAGS \
	VALUES(IDXD_OP_FLAG_FENCE, IDXD_OP_FLAG_BOF, IDXD_OP_FLAG_CRAV, \
	       IDXD_OP_FLAG_RCR, IDXD_OP_FLAG_RCI, IDXD_OP_FLAG_CR, \
	       IDXD_OP_FLAG_CC)
#define OPCODES \
	VALUES(DSA_OPCODE_NOOP, DSA_OPCODE_BATCH, DSA_OPCODE_MEMMOVE, \
	       DSA_OPCODE_MEMFILL, DSA_OPCODE_COMPARE, DSA_OPCODE_COMPVAL, \
	       DSA_OPCODE_DUALCAST, DSA_OPCODE_CRCGEN, DSA_OPCODE_COPY_CRC)

/* Behind the fd, or the address. */
#define DESC_ARGS \
	[1] = { .name = "pasid", .kind = KIND_ZERO, .wants = PASID }, \
	{ .name = "opcode", .kind = KIND_CHOICE, OPCODES, \
	  .initial = DSA_OPCODE_MEMMOVE }, \
	{ .name = "flags", .kind = KIND_FLAGS, OP_FLAGS, \
	  .initial = IDXD_OP_FLAG_CRAV | IDXD_OP_FLAG_RCR | \
		     IDXD_OP_FLAG_BOF }, \
	{ .name = "record", .kind = KIND_BYTE, .initial = RECORD }, \
	{ .name = "src", .kind = KIND_BYTE, .wants = ADDRESS, \
	  .initial = ARENA + PAGE }, \
	{ .name = "dst", .kind = KIND_BYTE, .wants = ADDRESS, \
	  .initial = ARENA + 4 * PAGE }, \
	{ .name = "size", .kind = KIND_CHOICE, .initial = 64, \
	  VALUES(0, 1, 2, 3, 64, PAGE, 3 * PAGE + 8, HUGE, 1u << 31) }, \
	{ .name = "dst2", .kind = KIND_BYTE, .initial = ARENA + 8 * PAGE }

#define RECORD		(ARENA + 14 * PAGE)

static void fill(struct dsa_hw_desc *desc, const __u64 *args)
{
	*desc = (struct dsa_hw_desc){
		.pasid = args[0],
		.opcode = args[1],
		.flags = args[2],
		.completion_addr = args[3],
		.src_addr = args[4],
		.dst_addr = args[5],
		.xfer_size = args[6],
	};
	if (args[1] == DSA_OPCODE_DUALCAST)
		desc->dest2 = args[7];
}

static long run_submit(const struct call *call, const __u64 *args,
		       __u64 *outputs)
{
	struct dsa_hw_desc desc;

	fill(&desc, args + 1);
	return result(write(args[0], &desc, sizeof(desc)));
}

/* For a batch, and for write(). */
static long run_store(const struct call *call, const __u64 *args,
		      __u64 *outputs)
{
	struct dsa_hw_desc desc;

	fill(&desc, args + 1);
	return poke(args[0], &desc, sizeof(desc));
}

static long clear_record(__u64 at)
{
	struct dsa_completion_record record = {};

	return poke(at, &record, sizeof(record));
}

/* Succeeds if the job did; else the status is made an errno that is unused. */
static long run_wait(const struct call *call, const __u64 *args,
		     __u64 *outputs)
{
	const struct timespec moment = { .tv_nsec = MOMENT_NS };
	unsigned int moments;
	__u8 status = 0;
	int rc;

	for (moments = 0; moments < MOMENTS; moments++) {
		rc = peek(args[0], &status, sizeof(status));
		if (rc)
			return rc;
		if (status)
			break;
		nanosleep(&moment, NULL);
	}
	if (!status)
		return -ETIMEDOUT;
	clear_record(args[0]);
	return (status & STATUS_MASK) <= DSA_COMP_SUCCESS_PRED ? 0 : -EIO;
}

const struct call job_calls[] = {
	{
		"submit", run_submit, 14,
		.args = { { "fd", KIND_ZERO, .wants = QUEUE }, DESC_ARGS },
	}, {
		"store", run_store, 3,
		.args = { { "at", KIND_BYTE, .initial = ARENA }, DESC_ARGS },
	}, {
		"wait", run_wait, 5,
		.args = { { "record", KIND_BYTE, .initial = RECORD } },
	},
	{}
};
