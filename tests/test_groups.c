// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups of page requests: a device asks at once for all pages that it misses
 * for its next step, gets one answer, and goes on, or names the page that it
 * really cannot have. We hold the fault fd, and see what it asks for.
 */
#include <errno.h>
#include <kselftest_harness.h>
#include <poll.h>

#include "iova.h"
#include "memory.h"
#include "page_requests.h"

#define SIZE		(16 * PAGE)
#define READ_WRITE	(IOASID_READ | IOASID_WRITE)
/* The ranges of an operation, each with room for two pages. */
#define A		PLACE
#define B		(PLACE + 0x100000)
#define C		(PLACE + 0x200000)
#define MAX_FAULTS	16

FIXTURE(groups)
{
	int space;
	int fault;
	struct iova_dma dma;
	char *mem;
	struct ioasid_fault faults[MAX_FAULTS];
};

FIXTURE_SETUP(groups)
{
	struct ioasid_sim_attach attach = { .cookie = 0xc00c1e };

	NEED_PAGE_REQUESTS(return);
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	attach.fd = self->space;
	ASSERT_EQ(0, iova_dma_open_as(&self->dma, 0, &attach));
	self->fault = fault_open(self->space, 0);
	ASSERT_LE(0, self->fault);
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->mem);
	pattern_fill(self->mem, SIZE, 1);
}

FIXTURE_TEARDOWN(groups)
{
	close(self->fault);
	iova_dma_close(&self->dma);
	close(self->space);
}

static int map(const struct _test_data_groups *self, __u64 iova,
	       unsigned int page, unsigned int pages)
{
	return space_map_at(self->space, iova, self->mem + page * PAGE,
			    pages * PAGE, READ_WRITE);
}

static int start_move(struct _test_data_groups *self, __u64 dst, __u64 src,
		      __u32 size)
{
	job_memmove(self->dma.jobs, self->dma.pasid, (void *)dst, (void *)src,
		    size);
	return iova_submit(&self->dma, self->dma.jobs);
}

/* Is the record a request for @iova, in the same group as the first one? */
static bool asks_for(const struct _test_data_groups *self, unsigned int index,
		     __u64 iova, __u32 flags)
{
	const struct ioasid_fault *fault = &self->faults[index];

	return fault->iova == iova && fault->flags == flags &&
	       fault->group == self->faults[0].group &&
	       fault->cookie == 0xc00c1e;
}

static int answer(const struct _test_data_groups *self, __u32 code)
{
	return fault_answer(self->fault, self->faults[0].group, code);
}

static int wait_for_job(const struct _test_data_groups *self)
{
	return iova_wait(&self->dma, self->dma.jobs);
}

TEST_F(groups, source_and_target)
{
	ASSERT_EQ(0, start_move(self, B, A, PAGE));
	ASSERT_EQ(2, fault_read(self->fault, self->faults, MAX_FAULTS));
	EXPECT_TRUE(asks_for(self, 0, A, IOASID_READ));
	EXPECT_TRUE(asks_for(self, 1, B, IOASID_WRITE | IOASID_FAULT_LAST));
	ASSERT_EQ(0, map(self, A, 0, 1));
	ASSERT_EQ(0, map(self, B, 1, 1));
	EXPECT_FALSE(job_done(self->dma.jobs));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, wait_for_job(self));
	EXPECT_TRUE(pattern_holds(self->mem + PAGE, PAGE, 1));
}

TEST_F(groups, both_sides_of_compare)
{
	job_compare(self->dma.jobs, self->dma.pasid, (void *)A, (void *)B,
		    PAGE);
	ASSERT_EQ(0, iova_submit(&self->dma, self->dma.jobs));
	ASSERT_EQ(2, fault_read(self->fault, self->faults, MAX_FAULTS));
	EXPECT_TRUE(asks_for(self, 0, A, IOASID_READ));
	EXPECT_TRUE(asks_for(self, 1, B, IOASID_READ | IOASID_FAULT_LAST));
	ASSERT_EQ(0, map(self, A, 0, 1));
	ASSERT_EQ(0, map(self, B, 0, 1));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, wait_for_job(self));
	EXPECT_EQ(0, self->dma.jobs->record.result);
}

/* The most that a step can miss: three ranges that cross the end of a page. */
TEST_F(groups, largest_group)
{
	const __u64 range[] = { A, B, C };
	unsigned int i;

	job_dualcast(self->dma.jobs, self->dma.pasid, (void *)(B + PAGE - 8),
		     (void *)(C + PAGE - 8), (void *)(A + PAGE - 16), 64);
	ASSERT_EQ(0, iova_submit(&self->dma, self->dma.jobs));
	ASSERT_EQ(6, fault_read(self->fault, self->faults, MAX_FAULTS));
	for (i = 0; i < 3; i++) {
		EXPECT_TRUE(asks_for(self, i, range[i],
				     i ? IOASID_WRITE : IOASID_READ));
		EXPECT_TRUE(asks_for(self, 3 + i, range[i] + PAGE,
				     (i ? IOASID_WRITE : IOASID_READ) |
				     (i == 2 ? IOASID_FAULT_LAST : 0)));
		ASSERT_EQ(0, map(self, range[i], 4 * i, 2));
	}
	ASSERT_EQ(0, answer(self, IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, wait_for_job(self));
	EXPECT_EQ(0, memcmp(self->mem + 5 * PAGE - 8,
			    self->mem + PAGE - 16, 64));
	EXPECT_EQ(0, memcmp(self->mem + 9 * PAGE - 8,
			    self->mem + PAGE - 16, 64));
}

/* A move that overlaps goes from its end to its start. */
TEST_F(groups, backward)
{
	ASSERT_EQ(0, start_move(self, A + PAGE, A + PAGE - 64, PAGE));
	ASSERT_EQ(2, fault_read(self->fault, self->faults, MAX_FAULTS));
	EXPECT_TRUE(asks_for(self, 0, A + PAGE, IOASID_WRITE));
	EXPECT_TRUE(asks_for(self, 1, A, IOASID_READ | IOASID_FAULT_LAST));
	ASSERT_EQ(0, map(self, A, 0, 2));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, wait_for_job(self));
}

/* A page that is both is asked for once. */
TEST_F(groups, read_and_written)
{
	ASSERT_EQ(0, start_move(self, A + 100, A, 64));
	ASSERT_EQ(1, fault_read(self->fault, self->faults, MAX_FAULTS));
	EXPECT_TRUE(asks_for(self, 0, A, IOASID_WRITE | IOASID_FAULT_LAST));
	ASSERT_EQ(0, map(self, A, 0, 1));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, wait_for_job(self));
}

/* What is there is not asked for. */
TEST_F(groups, one_of_two_is_mapped)
{
	ASSERT_EQ(0, map(self, A, 0, 1));
	ASSERT_EQ(0, start_move(self, B, A, PAGE));
	ASSERT_EQ(1, fault_read(self->fault, self->faults, MAX_FAULTS));
	EXPECT_TRUE(asks_for(self, 0, B, IOASID_WRITE | IOASID_FAULT_LAST));
	ASSERT_EQ(0, map(self, B, 1, 1));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, wait_for_job(self));
}

/* An answer does not have to be true: the device asks for what is left. */
TEST_F(groups, served_in_part)
{
	ASSERT_EQ(0, start_move(self, B, A, PAGE));
	ASSERT_EQ(2, fault_read(self->fault, self->faults, MAX_FAULTS));
	ASSERT_EQ(0, map(self, B, 1, 1));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_RETRY));
	ASSERT_EQ(1, fault_read(self->fault, self->faults, MAX_FAULTS));
	EXPECT_TRUE(asks_for(self, 0, A, IOASID_READ | IOASID_FAULT_LAST));
	ASSERT_EQ(0, map(self, A, 0, 1));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, wait_for_job(self));
}

/* The device asks again for one page alone, to learn which it cannot have. */
TEST_F(groups, source_is_refused)
{
	ASSERT_EQ(0, start_move(self, B, A, PAGE));
	ASSERT_EQ(2, fault_read(self->fault, self->faults, MAX_FAULTS));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_FAIL));
	ASSERT_EQ(1, fault_read(self->fault, self->faults, MAX_FAULTS));
	EXPECT_TRUE(asks_for(self, 0, A, IOASID_READ | IOASID_FAULT_LAST));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_FAIL));
	EXPECT_EQ(NOTHING_TO_READ, wait_for_job(self));
	EXPECT_EQ(A, self->dma.jobs->record.fault_addr);
}

TEST_F(groups, target_is_refused)
{
	ASSERT_EQ(0, start_move(self, B, A, PAGE));
	ASSERT_EQ(2, fault_read(self->fault, self->faults, MAX_FAULTS));
	ASSERT_EQ(0, map(self, A, 0, 1));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_FAIL));
	ASSERT_EQ(1, fault_read(self->fault, self->faults, MAX_FAULTS));
	EXPECT_TRUE(asks_for(self, 0, B, IOASID_WRITE | IOASID_FAULT_LAST));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_FAIL));
	EXPECT_EQ(NOTHING_TO_WRITE, wait_for_job(self));
	EXPECT_EQ(B, self->dma.jobs->record.fault_addr);
}

/* It may be read but not written: the record says that it was the write. */
TEST_F(groups, write_to_what_is_read_is_refused)
{
	ASSERT_EQ(0, start_move(self, A + 100, A, 64));
	ASSERT_EQ(1, fault_read(self->fault, self->faults, MAX_FAULTS));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_FAIL));
	ASSERT_EQ(1, fault_read(self->fault, self->faults, MAX_FAULTS));
	EXPECT_TRUE(asks_for(self, 0, A, IOASID_READ | IOASID_FAULT_LAST));
	ASSERT_EQ(0, space_map_at(self->space, A, self->mem, PAGE,
				  IOASID_READ));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_RETRY));
	ASSERT_EQ(1, fault_read(self->fault, self->faults, MAX_FAULTS));
	EXPECT_TRUE(asks_for(self, 0, A, IOASID_WRITE | IOASID_FAULT_LAST));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_FAIL));
	EXPECT_EQ(NOTHING_TO_WRITE, wait_for_job(self));
	EXPECT_EQ(A + 100, self->dma.jobs->record.fault_addr);
}

/* After a step that went through, the device asks for groups again. */
TEST_F(groups, groups_after_refusal)
{
	ASSERT_EQ(0, start_move(self, B, A, 2 * PAGE));
	ASSERT_EQ(2, fault_read(self->fault, self->faults, MAX_FAULTS));
	ASSERT_EQ(0, map(self, A, 0, 1));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_FAIL));
	ASSERT_EQ(1, fault_read(self->fault, self->faults, MAX_FAULTS));
	EXPECT_TRUE(asks_for(self, 0, B, IOASID_WRITE | IOASID_FAULT_LAST));
	ASSERT_EQ(0, map(self, B, 8, 1));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_RETRY));
	ASSERT_EQ(2, fault_read(self->fault, self->faults, MAX_FAULTS));
	EXPECT_TRUE(asks_for(self, 0, A + PAGE, IOASID_READ));
	EXPECT_TRUE(asks_for(self, 1, B + PAGE,
			     IOASID_WRITE | IOASID_FAULT_LAST));
	ASSERT_EQ(0, map(self, A + PAGE, 1, 1));
	ASSERT_EQ(0, map(self, B + PAGE, 9, 1));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, wait_for_job(self));
	EXPECT_EQ(0, memcmp(self->mem, self->mem + 8 * PAGE, 2 * PAGE));
}

/* A comparison may be over before it needs all that it asked for. */
TEST_F(groups, refused_and_not_needed)
{
	job_compval(self->dma.jobs, self->dma.pasid, (void *)(B + PAGE - 8),
		    0, 16);
	ASSERT_EQ(0, iova_submit(&self->dma, self->dma.jobs));
	ASSERT_EQ(2, fault_read(self->fault, self->faults, MAX_FAULTS));
	ASSERT_EQ(0, map(self, B, 0, 1));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_FAIL));
	EXPECT_EQ(DSA_COMP_SUCCESS, wait_for_job(self));
	EXPECT_EQ(1, self->dma.jobs->record.result);
}

/* Only whole groups are read, and one that does not fit is not lost. */
TEST_F(groups, short_read)
{
	ASSERT_EQ(0, start_move(self, B, A, PAGE));
	ASSERT_EQ(POLLIN, fd_events(self->fault, POLLIN, PATIENCE_MS));
	EXPECT_EQ(-EMSGSIZE, fault_read(self->fault, self->faults, 1));
	ASSERT_EQ(2, fault_read(self->fault, self->faults, 2));
	EXPECT_TRUE(asks_for(self, 0, A, IOASID_READ));
	ASSERT_EQ(0, map(self, A, 0, 1));
	ASSERT_EQ(0, map(self, B, 1, 1));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, wait_for_job(self));
}

/* The second group does not fit behind the first, and waits. */
TEST_F(groups, two_groups_and_room_for_one)
{
	struct iova_dma other;

	ASSERT_EQ(0, iova_dma_open(&other, 1, self->space));
	ASSERT_EQ(0, start_move(self, B, A, PAGE));
	ASSERT_EQ(POLLIN, fd_events(self->fault, POLLIN, PATIENCE_MS));
	job_memmove(other.jobs, other.pasid, (void *)B, (void *)C, PAGE);
	ASSERT_EQ(0, iova_submit(&other, other.jobs));
	ASSERT_EQ(2, fault_read(self->fault, self->faults, 3));
	EXPECT_TRUE(asks_for(self, 0, A, IOASID_READ));
	EXPECT_TRUE(asks_for(self, 1, B, IOASID_WRITE | IOASID_FAULT_LAST));
	ASSERT_EQ(2, fault_read(self->fault, self->faults + 2, 3));
	EXPECT_EQ(C, self->faults[2].iova);
	EXPECT_EQ(B, self->faults[3].iova);
	EXPECT_EQ(self->faults[2].group, self->faults[3].group);
	EXPECT_NE(self->faults[0].group, self->faults[2].group);
	ASSERT_EQ(0, answer(self, IOASID_FAULT_FAIL));
	iova_dma_close(&other);
	ASSERT_EQ(1, fault_read(self->fault, self->faults, MAX_FAULTS));
	EXPECT_TRUE(asks_for(self, 0, A, IOASID_READ | IOASID_FAULT_LAST));
	ASSERT_EQ(0, answer(self, IOASID_FAULT_FAIL));
	EXPECT_EQ(NOTHING_TO_READ, wait_for_job(self));
}

TEST_F(groups, free_answers)
{
	int status;

	ASSERT_EQ(0, start_move(self, B, A, PAGE));
	ASSERT_EQ(2, fault_read(self->fault, self->faults, MAX_FAULTS));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	EXPECT_EQ(-ENOENT, answer(self, IOASID_FAULT_RETRY));
	/* Whether the record was still there to be written is a race. */
	status = wait_for_job(self);
	EXPECT_TRUE(status == -EFAULT || status == NOTHING_TO_READ);
}

TEST_HARNESS_MAIN
