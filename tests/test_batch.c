// SPDX-License-Identifier: GPL-2.0-only
/*
 * Batches: how many, from where, what may be inside, what a failing child does
 * to the others and to the batch.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"

#define MANY	(IOASID_SIM_MAX_BATCH + 1)

FIXTURE(batch)
{
	struct dma dma;
	struct job batch;
	struct job *child;
	struct dsa_hw_desc *list;
};

FIXTURE_SETUP(batch)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&self->dma, 0));
	self->child = anon_map(MANY * sizeof(*self->child));
	self->list = anon_map(MANY * sizeof(*self->list));
	ASSERT_NE(NULL, self->child);
	ASSERT_NE(NULL, self->list);
}

FIXTURE_TEARDOWN(batch)
{
	dma_close(&self->dma);
}

/* Runs the first @count children. Returns as job_run() does. */
static int run_list(const struct dma *dma, struct job *batch,
		    struct job *child, struct dsa_hw_desc *list, __u32 count)
{
	__u32 i;

	for (i = 0; i < count; i++) {
		child[i].record.status = DSA_COMP_NONE;
		list[i] = child[i].desc;
	}
	job_batch(batch, dma->pasid, list, count);
	return job_run(dma->queue, batch);
}

#define RUN(count) \
	run_list(&self->dma, &self->batch, self->child, self->list, count)

static void make_noops(struct job *child, __u32 pasid, __u32 count)
{
	while (count--)
		job_init(child++, pasid, DSA_OPCODE_NOOP);
}

static __u32 count_done(const struct job *child, __u32 count)
{
	__u32 done = 0;

	while (count--)
		done += child++->record.status == DSA_COMP_SUCCESS;
	return done;
}

TEST_F(batch, counts)
{
	static const __u32 good[] = { 2, 3, 63, 64, 65, IOASID_SIM_MAX_BATCH };
	unsigned int i;

	make_noops(self->child, self->dma.pasid, MANY);
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		EXPECT_EQ(DSA_COMP_SUCCESS, RUN(good[i]));
		EXPECT_EQ(good[i], self->batch.record.bytes_completed);
		EXPECT_EQ(good[i], count_done(self->child, MANY));
		memset(self->child, 0, MANY * sizeof(*self->child));
		make_noops(self->child, self->dma.pasid, MANY);
	}
}

TEST_F(batch, counts_out_of_range)
{
	static const __u32 bad[] = { 0, 1, MANY, 0x10000, 0x80000000, -1 };
	unsigned int i;

	make_noops(self->child, self->dma.pasid, MANY);
	for (i = 0; i < MANY; i++)
		self->list[i] = self->child[i].desc;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		job_batch(&self->batch, self->dma.pasid, self->list, bad[i]);
		EXPECT_EQ(DSA_COMP_DESC_CNT_ERANGE,
			  job_run(self->dma.queue, &self->batch));
	}
	EXPECT_EQ(0, count_done(self->child, MANY));
}

TEST_F(batch, list_misaligned)
{
	unsigned int off;

	make_noops(self->child, self->dma.pasid, 2);
	EXPECT_EQ(DSA_COMP_SUCCESS, RUN(2));
	self->child[0].record.status = DSA_COMP_NONE;
	for (off = 1; off < 64; off++) {
		self->batch.desc.desc_list_addr = (__u64)self->list + off;
		EXPECT_EQ(DSA_COMP_DESCLIST_ALIGN,
			  job_run(self->dma.queue, &self->batch));
	}
	EXPECT_EQ(0, self->child[0].record.status);
}

TEST_F(batch, list_nowhere)
{
	static const __u64 nowhere[] = {
		0, 0x7ffffffff000, 0x800000000000, 0xffff888000000000, -4096ull,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nowhere); i++) {
		job_batch(&self->batch, self->dma.pasid, (void *)nowhere[i], 2);
		EXPECT_EQ(DSA_COMP_BATCH_PAGE_FAULT,
			  job_run(self->dma.queue, &self->batch));
		EXPECT_EQ(nowhere[i] & -PAGE,
			  self->batch.record.fault_addr & -PAGE);
		EXPECT_EQ(0, self->batch.record.bytes_completed);
	}
}

/* The list ends where the memory ends, in the middle. */
TEST_F(batch, list_half_readable)
{
	struct dsa_hw_desc *list = anon_map(2 * PAGE);
	const __u32 first = PAGE / sizeof(*list);
	__u32 i;

	ASSERT_NE(NULL, list);
	ASSERT_EQ(0, munmap((char *)list + PAGE, PAGE));
	make_noops(self->child, self->dma.pasid, first);
	for (i = 0; i < first; i++)
		list[i] = self->child[i].desc;
	job_batch(&self->batch, self->dma.pasid, list, first + 5);
	EXPECT_EQ(DSA_COMP_BATCH_PAGE_FAULT,
		  job_run(self->dma.queue, &self->batch));
	EXPECT_EQ((__u64)(list + first), self->batch.record.fault_addr);
	EXPECT_EQ(count_done(self->child, first),
		  self->batch.record.bytes_completed);
}

/* A list in read-only memory that nobody has touched is good enough. */
TEST_F(batch, list_read_only)
{
	struct dsa_hw_desc *list = anon_map(PAGE);

	ASSERT_NE(NULL, list);
	ASSERT_EQ(0, mprotect(list, PAGE, PROT_READ));
	job_batch(&self->batch, self->dma.pasid, list, 64);
	EXPECT_EQ(DSA_COMP_SUCCESS, job_run(self->dma.queue, &self->batch));
	EXPECT_EQ(64, self->batch.record.bytes_completed);
}

TEST_F(batch, every_operation)
{
	char *mem = anon_map(16 * PAGE);
	__u32 pasid = self->dma.pasid;
	__u32 i;

	ASSERT_NE(NULL, mem);
	pattern_fill(mem, PAGE, 1);
	job_memmove(&self->child[0], pasid, mem + PAGE, mem, PAGE);
	job_memfill(&self->child[1], pasid, mem + 2 * PAGE, 0, PAGE);
	job_compare(&self->child[2], pasid, mem, mem + PAGE, PAGE);
	self->child[2].desc.flags |= IDXD_OP_FLAG_FENCE;
	job_compval(&self->child[3], pasid, mem + 3 * PAGE, 0, PAGE);
	job_dualcast(&self->child[4], pasid, mem + 4 * PAGE, mem + 5 * PAGE,
		     mem, PAGE);
	job_crcgen(&self->child[5], pasid, mem, PAGE, 0);
	job_copy_crc(&self->child[6], pasid, mem + 6 * PAGE, mem, PAGE, 0);
	job_init(&self->child[7], pasid, DSA_OPCODE_NOOP);
	EXPECT_EQ(DSA_COMP_SUCCESS, RUN(8));
	EXPECT_EQ(8, count_done(self->child, 8));
	EXPECT_EQ(0, self->child[2].record.result);
	EXPECT_EQ(0, self->child[3].record.result);
	EXPECT_EQ(self->child[5].record.crc_val, self->child[6].record.crc_val);
	for (i = 4; i < 7; i++)
		EXPECT_TRUE(pattern_holds(mem + i * PAGE, PAGE, 1));
}

TEST_F(batch, no_batch_inside)
{
	make_noops(self->child, self->dma.pasid, 3);
	job_batch(&self->child[1], self->dma.pasid, self->list, 2);
	EXPECT_EQ(DSA_COMP_BATCH_FAIL, RUN(3));
	EXPECT_EQ(DSA_COMP_BAD_OPCODE, self->child[1].record.status);
	EXPECT_EQ(2, count_done(self->child, 3));
}

/* A batch cannot smuggle in another PASID: the child's is not looked at. */
TEST_F(batch, pasid_of_child_is_ignored)
{
	char *mem = anon_map(2 * PAGE);

	ASSERT_NE(NULL, mem);
	memset(mem, 9, PAGE);
	job_memmove(&self->child[0], 0xfffff, mem + PAGE, mem, PAGE);
	job_init(&self->child[1], 0, DSA_OPCODE_NOOP);
	EXPECT_EQ(DSA_COMP_SUCCESS, RUN(2));
	EXPECT_TRUE(bytes_are(mem + PAGE, PAGE, 9));
}

TEST_F(batch, failing_child_fails_batch)
{
	unsigned int bad;

	for (bad = 0; bad < 4; bad++) {
		make_noops(self->child, self->dma.pasid, 4);
		self->child[bad].desc.opcode = 0xfe;
		EXPECT_EQ(DSA_COMP_BATCH_FAIL, RUN(4));
		EXPECT_EQ(4, self->batch.record.bytes_completed);
		EXPECT_EQ(DSA_COMP_BAD_OPCODE, self->child[bad].record.status);
		EXPECT_EQ(3, count_done(self->child, 4));
	}
}

/* A fence abandons what is behind a failure, itself included. */
TEST_F(batch, fence_behind_failure)
{
	char *mem = anon_map(PAGE);

	ASSERT_NE(NULL, mem);
	make_noops(self->child, self->dma.pasid, 5);
	self->child[1].desc.opcode = 0xfe;
	job_memfill(&self->child[3], self->dma.pasid, mem, -1, PAGE);
	self->child[3].desc.flags |= IDXD_OP_FLAG_FENCE;
	EXPECT_EQ(DSA_COMP_BATCH_FAIL, RUN(5));
	EXPECT_EQ(3, self->batch.record.bytes_completed);
	EXPECT_EQ(DSA_COMP_SUCCESS, self->child[0].record.status);
	EXPECT_EQ(DSA_COMP_BAD_OPCODE, self->child[1].record.status);
	EXPECT_EQ(DSA_COMP_SUCCESS, self->child[2].record.status);
	EXPECT_EQ(DSA_COMP_NONE, self->child[3].record.status);
	EXPECT_EQ(DSA_COMP_NONE, self->child[4].record.status);
	EXPECT_TRUE(bytes_are(mem, PAGE, 0));
}

TEST_F(batch, fence_before_failure)
{
	make_noops(self->child, self->dma.pasid, 4);
	self->child[1].desc.flags |= IDXD_OP_FLAG_FENCE;
	self->child[2].desc.opcode = 0xfe;
	EXPECT_EQ(DSA_COMP_BATCH_FAIL, RUN(4));
	EXPECT_EQ(3, count_done(self->child, 4));
}

/* Each child reads what the fenced one before it has written. */
TEST_F(batch, fences_order)
{
	char *mem = anon_map(65 * PAGE);
	__u32 i;

	ASSERT_NE(NULL, mem);
	pattern_fill(mem, PAGE, 4);
	for (i = 0; i < 64; i++) {
		job_memmove(&self->child[i], self->dma.pasid,
			    mem + (i + 1) * PAGE, mem + i * PAGE, PAGE);
		self->child[i].desc.flags |= IDXD_OP_FLAG_FENCE;
	}
	EXPECT_EQ(DSA_COMP_SUCCESS, RUN(64));
	EXPECT_TRUE(pattern_holds(mem + 64 * PAGE, PAGE, 4));
}

TEST_F(batch, child_with_page_fault)
{
	char *mem = anon_map(3 * PAGE);

	ASSERT_NE(NULL, mem);
	ASSERT_EQ(0, munmap(mem + PAGE, 2 * PAGE));
	make_noops(self->child, self->dma.pasid, 3);
	job_memfill(&self->child[1], self->dma.pasid, mem, -1, 2 * PAGE);
	EXPECT_EQ(DSA_COMP_BATCH_FAIL, RUN(3));
	EXPECT_EQ(DSA_COMP_PAGE_FAULT_IR | DSA_COMP_STATUS_WRITE,
		  self->child[1].record.status);
	EXPECT_EQ(PAGE, self->child[1].record.bytes_completed);
	EXPECT_EQ((__u64)mem + PAGE, self->child[1].record.fault_addr);
	EXPECT_TRUE(bytes_are(mem, PAGE, 0xff));
}

/* No write() looks at a child's record address: the register tells. */
TEST_F(batch, child_with_record_misaligned)
{
	struct ioasid_sim_error error;
	char *mem = anon_map(PAGE);
	__u64 address;

	ASSERT_NE(NULL, mem);
	make_noops(self->child, self->dma.pasid, 2);
	job_memfill(&self->child[0], self->dma.pasid, mem, -1, PAGE);
	self->child[0].desc.completion_addr += 8;
	address = self->child[0].desc.completion_addr;
	EXPECT_EQ(DSA_COMP_BATCH_FAIL, RUN(2));
	EXPECT_TRUE(bytes_are(mem, PAGE, 0));
	EXPECT_TRUE(bytes_are(&self->child[0].record,
			      sizeof(self->child[0].record), 0));
	EXPECT_EQ(DSA_COMP_SUCCESS, self->child[1].record.status);
	EXPECT_EQ(POLLERR, fd_events(self->dma.queue, 0, 0));
	EXPECT_EQ(0, queue_error(self->dma.queue, &error));
	EXPECT_EQ(DSA_COMP_CRA_ALIGN, error.out_error);
	EXPECT_EQ(address, error.out_completion_addr);
}

TEST_F(batch, child_with_record_nowhere)
{
	struct ioasid_sim_error error;

	make_noops(self->child, self->dma.pasid, 2);
	self->child[0].desc.completion_addr = 0;
	EXPECT_LT(0, RUN(2));
	EXPECT_EQ(DSA_COMP_SUCCESS, self->child[1].record.status);
	EXPECT_EQ(POLLERR, fd_events(self->dma.queue, 0, PATIENCE_MS));
	EXPECT_EQ(0, queue_error(self->dma.queue, &error));
	EXPECT_EQ(DSA_COMP_CRA_XLAT, error.out_error);
	EXPECT_EQ(DSA_OPCODE_NOOP, error.out_opcode);
}

/*
 * The device reads a descriptor once: a list that changes under it is like any
 * list, and the checks hold for what is executed.
 */
TEST_F(batch, list_overwritten_by_its_own_child)
{
	char *mem = anon_map(PAGE);

	ASSERT_NE(NULL, mem);
	make_noops(self->child, self->dma.pasid, 3);
	job_memfill(&self->child[0], self->dma.pasid, &self->list[1], -1,
		    2 * sizeof(*self->list));
	job_memfill(&self->child[1], self->dma.pasid, mem, -1, PAGE);
	self->child[1].desc.flags |= IDXD_OP_FLAG_FENCE;
	EXPECT_NE(-ETIMEDOUT, RUN(3));
	EXPECT_EQ(DSA_COMP_SUCCESS, self->child[0].record.status);
	EXPECT_TRUE(bytes_are(mem, PAGE, 0) || bytes_are(mem, PAGE, 0xff));
}

TEST_HARNESS_MAIN
