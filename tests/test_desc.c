// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors that are wrong, one field at a time, and transfers that cannot
 * be finished.
 *
 * Each has a defined status and touches nothing but its record. Where part of a
 * transfer is done, bytes_completed says exactly how much, and fault_addr where
 * it stopped.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"

#define SIZE		(2 * PAGE)
#define KERNEL_ADDRESS	0xffff888000000000ull
#define NON_CANONICAL	0x0000800000000000ull

static const __u64 nowhere[] = {
	0, 8, PAGE, 0x7ffffffff000, NON_CANONICAL, NON_CANONICAL + PAGE,
	0x00ff800000000000ull, KERNEL_ADDRESS, 0xffffffff81000000ull,
	-4096ull, -8ull,
};

static const enum dsa_opcode opcodes[] = {
	DSA_OPCODE_NOOP, DSA_OPCODE_BATCH, DSA_OPCODE_MEMMOVE,
	DSA_OPCODE_MEMFILL, DSA_OPCODE_COMPARE, DSA_OPCODE_COMPVAL,
	DSA_OPCODE_DUALCAST, DSA_OPCODE_CRCGEN, DSA_OPCODE_COPY_CRC,
};

/* The operations that have a size in bytes. */
#define FIRST_TRANSFER	2

struct bench {
	struct dma dma;
	struct job job;
	struct guarded src;
	struct guarded dst;
	struct guarded dst2;
};

FIXTURE(desc)
{
	struct bench bench;
};

FIXTURE_SETUP(desc)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&self->bench.dma, 0));
	ASSERT_EQ(0, guarded_map(&self->bench.src, SIZE, 0));
	ASSERT_EQ(0, guarded_map(&self->bench.dst, SIZE, 0));
	ASSERT_EQ(0, guarded_map(&self->bench.dst2, SIZE, 0));
	pattern_fill(self->bench.src.mem, SIZE, 1);
}

FIXTURE_TEARDOWN(desc)
{
	dma_close(&self->bench.dma);
	guarded_unmap(&self->bench.src);
	guarded_unmap(&self->bench.dst);
	guarded_unmap(&self->bench.dst2);
}

/* Makes a good descriptor of any operation, for the test to spoil. */
static struct dsa_hw_desc *prepare(struct bench *bench, enum dsa_opcode opcode)
{
	struct dsa_hw_desc *desc = &bench->job.desc;

	job_init(&bench->job, bench->dma.pasid, opcode);
	if (opcode == DSA_OPCODE_NOOP)
		return desc;
	desc->src_addr = (__u64)bench->src.mem;
	desc->xfer_size = 2;
	if (opcode == DSA_OPCODE_BATCH)
		return desc;
	desc->flags |= IDXD_OP_FLAG_BOF;
	desc->xfer_size = SIZE;
	if (opcode != DSA_OPCODE_CRCGEN)
		desc->dst_addr = (__u64)bench->dst.mem;
	if (opcode == DSA_OPCODE_DUALCAST)
		desc->dest2 = (__u64)bench->dst2.mem;
	return desc;
}

static int run(struct bench *bench)
{
	return job_run(bench->dma.queue, &bench->job);
}

/* For a descriptor that leaves no record. */
static int run_silently(struct bench *bench)
{
	int rc = job_submit(bench->dma.queue, &bench->job);

	return rc ? rc : queue_detach(bench->dma.queue, bench->dma.pasid);
}

static bool record_is_empty(const struct bench *bench)
{
	const struct dsa_completion_record *record = &bench->job.record;

	return bytes_are((const void *)record, sizeof(*record), 0);
}

static bool guards_intact(const struct bench *bench)
{
	return guarded_intact(&bench->src) && guarded_intact(&bench->dst) &&
	       guarded_intact(&bench->dst2);
}

static bool untouched(const struct bench *bench)
{
	return pattern_holds(bench->src.mem, SIZE, 1) &&
	       bytes_are(bench->dst.mem, SIZE, 0) &&
	       bytes_are(bench->dst2.mem, SIZE, 0) && guards_intact(bench);
}

static bool is_supported(unsigned int opcode)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opcodes); i++)
		if (opcodes[i] == opcode)
			return true;
	return false;
}

TEST_F(desc, every_bad_opcode)
{
	struct dsa_hw_desc *desc;
	unsigned int opcode;

	for (opcode = 0; opcode < 256; opcode++) {
		if (is_supported(opcode))
			continue;
		desc = prepare(&self->bench, DSA_OPCODE_MEMMOVE);
		desc->opcode = opcode;
		EXPECT_EQ(DSA_COMP_BAD_OPCODE, run(&self->bench));
	}
	EXPECT_TRUE(untouched(&self->bench));
}

TEST_F(desc, every_unsupported_flag)
{
	struct dsa_hw_desc *desc;
	const __u32 supported = IDXD_OP_FLAG_FENCE | IDXD_OP_FLAG_BOF |
				IDXD_OP_FLAG_CRAV | IDXD_OP_FLAG_RCR |
				IDXD_OP_FLAG_RCI | IDXD_OP_FLAG_CR |
				IDXD_OP_FLAG_CC;
	unsigned int i, bit, seen;

	for (i = FIRST_TRANSFER; i < ARRAY_SIZE(opcodes); i++) {
		for (bit = 0; bit < 24; bit++) {
			if (supported & 1u << bit)
				continue;
			desc = prepare(&self->bench, opcodes[i]);
			desc->flags |= 1u << bit;
			EXPECT_EQ(DSA_COMP_INVALID_FLAGS, run(&self->bench));
			seen = self->bench.job.record.invalid_flags;
			EXPECT_EQ(1u << bit, seen);
		}
	}
	EXPECT_TRUE(untouched(&self->bench));
}

/* There is no valid record address, so nothing at all may be written. */
TEST_F(desc, record_requested_without_address)
{
	struct dsa_hw_desc *desc;

	desc = prepare(&self->bench, DSA_OPCODE_MEMMOVE);
	desc->flags &= ~IDXD_OP_FLAG_CRAV;
	ASSERT_EQ(0, run_silently(&self->bench));
	EXPECT_TRUE(record_is_empty(&self->bench));
	EXPECT_TRUE(untouched(&self->bench));
}

TEST_F(desc, priv)
{
	struct dsa_hw_desc *desc;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opcodes); i++) {
		desc = prepare(&self->bench, opcodes[i]);
		desc->priv = 1;
		EXPECT_EQ(DSA_COMP_PRIV_BAD, run(&self->bench));
	}
	EXPECT_TRUE(untouched(&self->bench));
}

TEST_F(desc, every_reserved_bit)
{
	struct dsa_hw_desc *desc;
	unsigned int bit;

	for (bit = 0; bit < 11; bit++) {
		desc = prepare(&self->bench, DSA_OPCODE_MEMMOVE);
		desc->rsvd = 1u << bit;
		EXPECT_EQ(DSA_COMP_NOZERO_RESERVE, run(&self->bench));
	}
	for (bit = 0; bit < 16; bit++) {
		desc = prepare(&self->bench, DSA_OPCODE_MEMMOVE);
		desc->rsvd1 = 1u << bit;
		EXPECT_EQ(DSA_COMP_NOZERO_RESERVE, run(&self->bench));
	}
	EXPECT_TRUE(untouched(&self->bench));
}

/* How many of the last 24 bytes an operation uses. */
static unsigned int specific_bytes(enum dsa_opcode opcode)
{
	switch (opcode) {
	case DSA_OPCODE_COMPARE:
	case DSA_OPCODE_COMPVAL:
		return 1;
	case DSA_OPCODE_DUALCAST:
		return 8;
	case DSA_OPCODE_CRCGEN:
	case DSA_OPCODE_COPY_CRC:
		return 4;
	default:
		return 0;
	}
}

TEST_F(desc, every_unused_byte)
{
	struct dsa_hw_desc *desc;
	unsigned int i, at;

	for (i = FIRST_TRANSFER; i < ARRAY_SIZE(opcodes); i++) {
		for (at = specific_bytes(opcodes[i]); at < 24; at++) {
			desc = prepare(&self->bench, opcodes[i]);
			desc->op_specific[at] = 1;
			EXPECT_EQ(DSA_COMP_NOZERO_RESERVE, run(&self->bench)) {
				TH_LOG("byte %u", at);
			}
		}
	}
	EXPECT_TRUE(untouched(&self->bench));
}

TEST_F(desc, size_out_of_range)
{
	struct dsa_hw_desc *desc;
	static const __u32 bad_sizes[] = {
		0, IOASID_SIM_MAX_XFER + 1, 0xfffff000, -2, -1,
	};
	unsigned int i, j;

	for (i = FIRST_TRANSFER; i < ARRAY_SIZE(opcodes); i++) {
		for (j = 0; j < ARRAY_SIZE(bad_sizes); j++) {
			desc = prepare(&self->bench, opcodes[i]);
			desc->xfer_size = bad_sizes[j];
			EXPECT_EQ(DSA_COMP_XFER_ERANGE, run(&self->bench));
		}
	}
	EXPECT_TRUE(untouched(&self->bench));
}

TEST_F(desc, dualcast_targets_in_step)
{
	struct dsa_hw_desc *desc;
	static const unsigned int off[] = { 1, 8, 64, 2048, 4095 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(off); i++) {
		desc = prepare(&self->bench, DSA_OPCODE_DUALCAST);
		desc->xfer_size = 1;
		desc->dest2 += off[i];
		EXPECT_EQ(DSA_COMP_DCAST_ERR, run(&self->bench));
	}
	EXPECT_TRUE(untouched(&self->bench));
}

TEST_F(desc, overlap_that_is_not_allowed)
{
	struct dsa_hw_desc *desc;
	__u64 src = (__u64)self->bench.src.mem;

	desc = prepare(&self->bench, DSA_OPCODE_DUALCAST);
	desc->dst_addr = src + PAGE;
	desc->dest2 = src + 4 * PAGE;
	EXPECT_EQ(DSA_COMP_OVERLAP_BUFFERS, run(&self->bench));
	desc = prepare(&self->bench, DSA_OPCODE_DUALCAST);
	desc->dest2 = src - PAGE;
	EXPECT_EQ(DSA_COMP_OVERLAP_BUFFERS, run(&self->bench));
	desc = prepare(&self->bench, DSA_OPCODE_DUALCAST);
	desc->dest2 = (__u64)self->bench.dst.mem + PAGE;
	EXPECT_EQ(DSA_COMP_OVERLAP_BUFFERS, run(&self->bench));
	desc = prepare(&self->bench, DSA_OPCODE_COPY_CRC);
	desc->dst_addr = src + SIZE - 1;
	EXPECT_EQ(DSA_COMP_OVERLAP_BUFFERS, run(&self->bench));
	desc = prepare(&self->bench, DSA_OPCODE_COPY_CRC);
	desc->dst_addr = src - SIZE + 1;
	EXPECT_EQ(DSA_COMP_OVERLAP_BUFFERS, run(&self->bench));
	EXPECT_TRUE(untouched(&self->bench));
}

/* Addresses that are next to each other do not overlap. */
TEST_F(desc, neighbours_do_not_overlap)
{
	struct dsa_hw_desc *desc;

	desc = prepare(&self->bench, DSA_OPCODE_COPY_CRC);
	desc->xfer_size = PAGE;
	desc->src_addr = (__u64)self->bench.dst.mem;
	desc->dst_addr = (__u64)self->bench.dst.mem + PAGE;
	EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->bench));
	desc = prepare(&self->bench, DSA_OPCODE_DUALCAST);
	desc->xfer_size = PAGE;
	desc->dest2 = (__u64)self->bench.dst.mem + PAGE;
	EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->bench));
	EXPECT_EQ(0, memcmp(self->bench.dst.mem, self->bench.src.mem, PAGE));
	EXPECT_EQ(0, memcmp(self->bench.dst.mem + PAGE, self->bench.src.mem,
			    PAGE));
	EXPECT_TRUE(guards_intact(&self->bench));
}

TEST_F(desc, source_nowhere)
{
	struct dsa_hw_desc *desc;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nowhere); i++) {
		desc = prepare(&self->bench, DSA_OPCODE_MEMMOVE);
		desc->src_addr = nowhere[i];
		EXPECT_EQ(DSA_COMP_PAGE_FAULT_IR, run(&self->bench)) {
			TH_LOG("address %#llx", nowhere[i]);
		}
		EXPECT_EQ(0, self->bench.job.record.bytes_completed);
		EXPECT_EQ(nowhere[i] & -PAGE,
			  self->bench.job.record.fault_addr & -PAGE);
	}
	EXPECT_TRUE(untouched(&self->bench));
}

TEST_F(desc, target_nowhere)
{
	struct dsa_hw_desc *desc;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nowhere); i++) {
		desc = prepare(&self->bench, DSA_OPCODE_MEMMOVE);
		desc->dst_addr = nowhere[i];
		EXPECT_EQ(DSA_COMP_PAGE_FAULT_IR | DSA_COMP_STATUS_WRITE,
			  run(&self->bench));
		EXPECT_EQ(0, self->bench.job.record.bytes_completed);
		EXPECT_EQ(nowhere[i] & -PAGE,
			  self->bench.job.record.fault_addr & -PAGE);
	}
	EXPECT_TRUE(untouched(&self->bench));
}

/* Ranges that run over the end of all addresses come out at 0. */
TEST_F(desc, range_that_wraps)
{
	struct dsa_hw_desc *desc;
	static const enum dsa_opcode wrapping[] = {
		DSA_OPCODE_MEMMOVE, DSA_OPCODE_MEMFILL, DSA_OPCODE_COMPARE,
		DSA_OPCODE_COMPVAL, DSA_OPCODE_CRCGEN, DSA_OPCODE_COPY_CRC,
	};
	unsigned int i;
	int status;

	for (i = 0; i < ARRAY_SIZE(wrapping); i++) {
		desc = prepare(&self->bench, wrapping[i]);
		if (wrapping[i] != DSA_OPCODE_MEMFILL)
			desc->src_addr = -PAGE;
		else
			desc->dst_addr = -PAGE;
		status = run(&self->bench);
		EXPECT_EQ(DSA_COMP_PAGE_FAULT_IR,
			  status & DSA_COMP_STATUS_MASK);
		EXPECT_EQ(0, self->bench.job.record.bytes_completed);
	}
	EXPECT_TRUE(untouched(&self->bench));
}

/* The largest transfer, to where only the first two pages are. */
TEST_F(desc, largest_size_stops_at_hole)
{
	char *mem = anon_map(3 * PAGE);

	ASSERT_NE(NULL, mem);
	ASSERT_EQ(0, munmap(mem + 2 * PAGE, PAGE));
	job_memfill(&self->bench.job, self->bench.dma.pasid, mem, -1,
		    IOASID_SIM_MAX_XFER);
	EXPECT_EQ(DSA_COMP_PAGE_FAULT_IR | DSA_COMP_STATUS_WRITE,
		  run(&self->bench));
	EXPECT_EQ(2 * PAGE, self->bench.job.record.bytes_completed);
	EXPECT_EQ((__u64)mem + 2 * PAGE, self->bench.job.record.fault_addr);
	EXPECT_TRUE(bytes_are(mem, 2 * PAGE, 0xff));
}

FIXTURE(partial)
{
	struct dma dma;
	struct job job;
	char *src;
	char *dst;
};

FIXTURE_VARIANT(partial)
{
	size_t src_skew;
	size_t dst_skew;
	size_t src_pages;
	size_t dst_pages;
};

FIXTURE_VARIANT_ADD(partial, source_first)
{
	.src_pages = 2,
	.dst_pages = 3,
};

FIXTURE_VARIANT_ADD(partial, target_first)
{
	.src_pages = 3,
	.dst_pages = 2,
};

FIXTURE_VARIANT_ADD(partial, source_first_askew)
{
	.src_skew = 100,
	.src_pages = 2,
	.dst_skew = 3001,
	.dst_pages = 3,
};

FIXTURE_VARIANT_ADD(partial, target_first_askew)
{
	.src_skew = 1,
	.src_pages = 3,
	.dst_skew = 4095,
	.dst_pages = 2,
};

FIXTURE_VARIANT_ADD(partial, source_at_once)
{
	.src_skew = 5,
	.dst_skew = 7,
	.dst_pages = 3,
};

FIXTURE_VARIANT_ADD(partial, target_at_once)
{
	.src_pages = 3,
	.dst_skew = 7,
};

#define PARTIAL_AREA	(8 * PAGE)

FIXTURE_SETUP(partial)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&self->dma, 0));
	self->src = anon_map(PARTIAL_AREA);
	self->dst = anon_map(PARTIAL_AREA);
	ASSERT_NE(NULL, self->src);
	ASSERT_NE(NULL, self->dst);
	pattern_fill(self->src, PARTIAL_AREA, 2);
	memset(self->dst, 0x33, PARTIAL_AREA);
}

FIXTURE_TEARDOWN(partial)
{
	dma_close(&self->dma);
}

static void make_partial(struct job *job, enum dsa_opcode opcode, __u32 pasid,
			 const void *src, void *dst)
{
	job_init(job, pasid, opcode);
	job->desc.flags |= IDXD_OP_FLAG_BOF;
	job->desc.src_addr = (__u64)src;
	job->desc.dst_addr = (__u64)dst;
	job->desc.xfer_size = 3 * PAGE;
}

/* Where a transfer has to stop, and on which side. */
struct stop {
	size_t done;
	bool at_source;
};

static struct stop find_stop(const struct _fixture_variant_partial *v)
{
	size_t src_done = v->src_pages ? v->src_pages * PAGE - v->src_skew : 0;
	size_t dst_done = v->dst_pages ? v->dst_pages * PAGE - v->dst_skew : 0;
	struct stop stop = { .at_source = src_done < dst_done };

	stop.done = stop.at_source ? src_done : dst_done;
	return stop;
}

static bool is(const char *what, __u64 expected, __u64 seen)
{
	if (expected != seen)
		fprintf(stderr, "# %s: expected %#llx, seen %#llx\n", what,
			expected, seen);
	return expected == seen;
}

static bool stops_right(const struct dma *dma, enum dsa_opcode opcode,
			const char *src, char *dst, struct stop stop)
{
	int write = stop.at_source ? 0 : DSA_COMP_STATUS_WRITE;
	const char *fault = (stop.at_source ? src : dst) + stop.done;
	struct job job;

	make_partial(&job, opcode, dma->pasid, src, dst);
	return is("status", DSA_COMP_PAGE_FAULT_IR | write,
		  job_run(dma->queue, &job)) &&
	       is("bytes completed", stop.done, job.record.bytes_completed) &&
	       is("fault address", (__u64)fault, job.record.fault_addr);
}

/* Is that much copied, and nothing else in the target touched? */
static bool copied_right(const char *src, const char *dst,
			 const struct _fixture_variant_partial *v)
{
	size_t done = find_stop(v).done;
	size_t end = v->dst_pages * PAGE;

	if (!end)
		return true;
	return !memcmp(dst + v->dst_skew, src + v->src_skew, done) &&
	       bytes_are(dst, v->dst_skew, 0x33) &&
	       bytes_are(dst + v->dst_skew + done, end - v->dst_skew - done,
			 0x33);
}

#define TRY_PARTIAL(opcode) do { \
	EXPECT_TRUE(stops_right(&self->dma, opcode, \
				self->src + variant->src_skew, \
				self->dst + variant->dst_skew, \
				find_stop(variant))); \
	EXPECT_TRUE(copied_right(self->src, self->dst, variant)); \
} while (0)

TEST_F(partial, unmapped)
{
	ASSERT_EQ(0, munmap(self->src + variant->src_pages * PAGE,
			    PARTIAL_AREA - variant->src_pages * PAGE));
	ASSERT_EQ(0, munmap(self->dst + variant->dst_pages * PAGE,
			    PARTIAL_AREA - variant->dst_pages * PAGE));
	TRY_PARTIAL(DSA_OPCODE_MEMMOVE);
	TRY_PARTIAL(DSA_OPCODE_COPY_CRC);
}

TEST_F(partial, protected)
{
	ASSERT_EQ(0, mprotect(self->src + variant->src_pages * PAGE,
			      PARTIAL_AREA - variant->src_pages * PAGE,
			      PROT_NONE));
	ASSERT_EQ(0, mprotect(self->dst + variant->dst_pages * PAGE,
			      PARTIAL_AREA - variant->dst_pages * PAGE,
			      PROT_READ));
	TRY_PARTIAL(DSA_OPCODE_MEMMOVE);
	EXPECT_TRUE(bytes_are(self->dst + variant->dst_pages * PAGE,
			      PARTIAL_AREA - variant->dst_pages * PAGE, 0x33));
}

TEST_F(partial, resumed_by_software)
{
	__u32 done;

	ASSERT_EQ(0, mprotect(self->src + variant->src_pages * PAGE, PAGE,
			      PROT_NONE));
	EXPECT_EQ(0, mprotect(self->dst + variant->dst_pages * PAGE, PAGE,
			      PROT_READ));
	make_partial(&self->job, DSA_OPCODE_MEMMOVE, self->dma.pasid,
		     self->src + variant->src_skew,
		     self->dst + variant->dst_skew);
	EXPECT_EQ(DSA_COMP_PAGE_FAULT_IR, job_run(self->dma.queue, &self->job) &
					  DSA_COMP_STATUS_MASK);
	ASSERT_EQ(0, mprotect(self->src, PARTIAL_AREA, PROT_READ));
	ASSERT_EQ(0, mprotect(self->dst, PARTIAL_AREA, PROT_READ | PROT_WRITE));
	done = self->job.record.bytes_completed;
	self->job.desc.src_addr += done;
	self->job.desc.dst_addr += done;
	self->job.desc.xfer_size -= done;
	EXPECT_EQ(DSA_COMP_SUCCESS, job_run(self->dma.queue, &self->job));
	EXPECT_EQ(0, memcmp(self->dst + variant->dst_skew,
			    self->src + variant->src_skew, 3 * PAGE));
}

/* A copy to higher addresses that overlap begins at its end. */
TEST_F(desc, overlapping_move_stops_at_hole)
{
	struct dsa_hw_desc *desc = prepare(&self->bench, DSA_OPCODE_MEMMOVE);
	const struct dsa_completion_record *record = &self->bench.job.record;
	char *mem = anon_map(4 * PAGE);

	ASSERT_NE(NULL, mem);
	pattern_fill(mem + PAGE, 2 * PAGE, 6);
	ASSERT_EQ(0, mprotect(mem, PAGE, PROT_NONE));
	desc->src_addr = (__u64)mem;
	desc->dst_addr = (__u64)mem + PAGE;
	desc->xfer_size = 3 * PAGE;
	EXPECT_EQ(DSA_COMP_PAGE_FAULT_IR, run(&self->bench));
	EXPECT_EQ(2 * PAGE, record->bytes_completed);
	EXPECT_EQ(1, record->result);
	EXPECT_EQ((__u64)mem, record->fault_addr & -PAGE);
	EXPECT_TRUE(pattern_holds(mem + 2 * PAGE, 2 * PAGE, 6));
	ASSERT_EQ(0, mprotect(mem, PAGE, PROT_READ | PROT_WRITE));
	EXPECT_TRUE(bytes_are(mem, PAGE, 0));
}

/* Without BOF the device does not ask: untouched memory is a fault. */
TEST_F(desc, untouched_memory_without_bof)
{
	struct dsa_hw_desc *desc = prepare(&self->bench, DSA_OPCODE_MEMFILL);
	char *mem = anon_map(4 * PAGE);

	ASSERT_NE(NULL, mem);
	desc->dst_addr = (__u64)mem;
	desc->flags &= ~IDXD_OP_FLAG_BOF;
	EXPECT_EQ(DSA_COMP_PAGE_FAULT_NOBOF | DSA_COMP_STATUS_WRITE,
		  run(&self->bench));
	EXPECT_EQ(0, self->bench.job.record.bytes_completed);
	EXPECT_EQ((__u64)mem, self->bench.job.record.fault_addr);
	EXPECT_TRUE(bytes_are(mem, 4 * PAGE, 0));

	/* What another transfer has faulted in is there without asking. */
	desc->flags |= IDXD_OP_FLAG_BOF;
	EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->bench));
	desc->flags &= ~IDXD_OP_FLAG_BOF;
	desc->pattern = -1;
	EXPECT_EQ(DSA_COMP_SUCCESS, run(&self->bench));
	EXPECT_TRUE(bytes_are(mem, SIZE, 0xff));
}

/* The record's page is asked for whatever BOF says. */
TEST_F(desc, untouched_record)
{
	struct dsa_hw_desc *desc = prepare(&self->bench, DSA_OPCODE_NOOP);
	char *mem = anon_map(PAGE);
	struct dsa_completion_record *record = (void *)mem;

	ASSERT_NE(NULL, mem);
	desc->completion_addr = (__u64)mem;
	ASSERT_EQ(0, run_silently(&self->bench));
	EXPECT_EQ(DSA_COMP_SUCCESS, record->status);
}

TEST_F(desc, record_misaligned)
{
	struct dsa_hw_desc *desc;
	unsigned int off;

	for (off = 1; off < 32; off++) {
		desc = prepare(&self->bench, DSA_OPCODE_MEMMOVE);
		desc->completion_addr += off;
		EXPECT_EQ(-EINVAL,
			  job_submit(self->bench.dma.queue, &self->bench.job));
	}
	EXPECT_TRUE(record_is_empty(&self->bench));
	EXPECT_TRUE(untouched(&self->bench));
}

/* Without CRAV the address means nothing. */
TEST_F(desc, record_address_unused)
{
	struct dsa_hw_desc *desc;

	desc = prepare(&self->bench, DSA_OPCODE_MEMMOVE);
	desc->flags &= ~(IDXD_OP_FLAG_CRAV | IDXD_OP_FLAG_RCR);
	desc->completion_addr += 1;
	ASSERT_EQ(0, run_silently(&self->bench));
	EXPECT_TRUE(record_is_empty(&self->bench));
	EXPECT_TRUE(pattern_holds(self->bench.dst.mem, SIZE, 1));
}

/* Does the record end up in the error register, all of it? */
static bool loses_record(struct bench *bench)
{
	const struct dma *dma = &bench->dma;
	const struct dsa_hw_desc *desc = &bench->job.desc;
	struct ioasid_sim_error error;

	if (job_submit(dma->queue, &bench->job) ||
	    fd_events(dma->queue, 0, PATIENCE_MS) != POLLERR ||
	    queue_error(dma->queue, &error))
		return false;
	return error.out_error == DSA_COMP_CRA_XLAT &&
	       error.out_completion_addr == desc->completion_addr &&
	       error.out_pasid == dma->pasid &&
	       error.out_opcode == desc->opcode &&
	       error.out_status == DSA_COMP_SUCCESS &&
	       error.out_count == 1 && !error.out_fault_addr;
}

TEST_F(desc, record_nowhere)
{
	struct dsa_hw_desc *desc;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nowhere); i++) {
		desc = prepare(&self->bench, DSA_OPCODE_NOOP);
		desc->completion_addr = nowhere[i] & -32ull;
		EXPECT_TRUE(loses_record(&self->bench)) {
			TH_LOG("address %#llx", nowhere[i]);
		}
	}
	EXPECT_TRUE(untouched(&self->bench));
}

TEST_F(desc, record_not_writable)
{
	const int protections[] = { PROT_READ, PROT_NONE, PROT_EXEC };
	struct dsa_hw_desc *desc;
	char *mem = anon_map(PAGE);
	unsigned int i;

	ASSERT_NE(NULL, mem);
	memset(mem, 0x44, PAGE);
	for (i = 0; i < ARRAY_SIZE(protections); i++) {
		ASSERT_EQ(0, mprotect(mem, PAGE, protections[i]));
		desc = prepare(&self->bench, DSA_OPCODE_NOOP);
		desc->completion_addr = (__u64)mem;
		EXPECT_TRUE(loses_record(&self->bench));
	}
	ASSERT_EQ(0, mprotect(mem, PAGE, PROT_READ));
	EXPECT_TRUE(bytes_are(mem, PAGE, 0x44));
}

/* A record that cannot be written does not undo the work. */
TEST_F(desc, record_nowhere_after_work)
{
	struct dsa_hw_desc *desc;
	struct ioasid_sim_error error;

	desc = prepare(&self->bench, DSA_OPCODE_MEMMOVE);
	desc->completion_addr = KERNEL_ADDRESS;
	EXPECT_EQ(0, job_submit(self->bench.dma.queue, &self->bench.job));
	EXPECT_EQ(POLLERR, fd_events(self->bench.dma.queue, 0, PATIENCE_MS));
	EXPECT_EQ(0, queue_error(self->bench.dma.queue, &error));
	EXPECT_EQ(DSA_COMP_CRA_XLAT, error.out_error);
	EXPECT_EQ(DSA_COMP_SUCCESS, error.out_status);
	EXPECT_TRUE(pattern_holds(self->bench.dst.mem, SIZE, 1));
	EXPECT_TRUE(guards_intact(&self->bench));
}

TEST_HARNESS_MAIN
