// SPDX-License-Identifier: GPL-2.0-only
/*
 * Huge pages under a device, and what is done to parts of them.
 *
 * The device may map two MiB at once when the CPU does. As soon as the kernel
 * takes one small page out of the middle, that has to be over, without a loss
 * to the neighbours.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"

FIXTURE(huge)
{
	struct dma dma;
	char *mem;
};

FIXTURE_SETUP(huge)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&self->dma, 0));
	self->mem = anon_map_huge(2 * HUGE);
	ASSERT_NE(NULL, self->mem);
	if (madvise(self->mem, 2 * HUGE, MADV_HUGEPAGE))
		SKIP(return, "transparent huge pages are disabled");
	ASSERT_EQ(DSA_COMP_SUCCESS,
		  dma_fill(&self->dma, self->mem, 1, 2 * HUGE));
}

FIXTURE_TEARDOWN(huge)
{
	dma_close(&self->dma);
}

TEST_F(huge, first_touch)
{
	EXPECT_TRUE(bytes_are(self->mem, 2 * HUGE, 1));
	memset(self->mem, 2, 2 * HUGE);
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 2, 2 * HUGE));
}

/* A page of the middle goes, by several means; its neighbours stay. */
static bool neighbours_hold(const struct dma *dma, char *mem,
			    unsigned char value)
{
	return dma_sees(dma, mem, value, 100 * PAGE) &&
	       dma_sees(dma, mem + 101 * PAGE, value,
			2 * HUGE - 101 * PAGE) &&
	       bytes_are(mem, 100 * PAGE, value) &&
	       bytes_are(mem + 101 * PAGE, 2 * HUGE - 101 * PAGE, value);
}

TEST_F(huge, munmap_of_part)
{
	char *hole = self->mem + 100 * PAGE;

	ASSERT_EQ(0, munmap(hole, PAGE));
	EXPECT_TRUE(dma_cannot_write(&self->dma, hole));
	EXPECT_TRUE(neighbours_hold(&self->dma, self->mem, 1));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_fill(&self->dma, self->mem, 2, 100 * PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_fill(&self->dma, hole + PAGE, 2, 2 * HUGE - 101 * PAGE));
	EXPECT_TRUE(neighbours_hold(&self->dma, self->mem, 2));
}

TEST_F(huge, dontneed_of_part)
{
	char *hole = self->mem + 100 * PAGE;

	ASSERT_EQ(0, madvise(hole, PAGE, MADV_DONTNEED));
	EXPECT_TRUE(dma_sees(&self->dma, hole, 0, PAGE));
	EXPECT_TRUE(neighbours_hold(&self->dma, self->mem, 1));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, hole, 2, PAGE));
	EXPECT_TRUE(bytes_are(hole, PAGE, 2));
	EXPECT_TRUE(neighbours_hold(&self->dma, self->mem, 1));
	ASSERT_EQ(0, madvise(hole, PAGE, MADV_DONTNEED));
	EXPECT_TRUE(dma_sees(&self->dma, hole, 0, PAGE));
}

TEST_F(huge, mprotect_of_part)
{
	char *hole = self->mem + 100 * PAGE;

	ASSERT_EQ(0, mprotect(hole, PAGE, PROT_READ));
	EXPECT_TRUE(dma_cannot_write(&self->dma, hole));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 1, 2 * HUGE));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_fill(&self->dma, self->mem, 2, 100 * PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_fill(&self->dma, hole + PAGE, 2, 2 * HUGE - 101 * PAGE));
	EXPECT_TRUE(bytes_are(hole, PAGE, 1));
	ASSERT_EQ(0, mprotect(hole, PAGE, PROT_READ | PROT_WRITE));
	/* The same pages in one piece again, and then one of them gone. */
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_fill(&self->dma, self->mem, 3, 2 * HUGE));
	ASSERT_EQ(0, madvise(hole, PAGE, MADV_DONTNEED));
	EXPECT_TRUE(dma_sees(&self->dma, hole, 0, PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_fill(&self->dma, self->mem, 4, 2 * HUGE));
	EXPECT_TRUE(bytes_are(self->mem, 2 * HUGE, 4));
}

TEST_F(huge, read_then_write)
{
	ASSERT_EQ(0, madvise(self->mem, 2 * HUGE, MADV_DONTNEED));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 0, 2 * HUGE));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_fill(&self->dma, self->mem + PAGE, 5, HUGE));
	EXPECT_TRUE(bytes_are(self->mem, PAGE, 0));
	EXPECT_TRUE(bytes_are(self->mem + PAGE, HUGE, 5));
	EXPECT_TRUE(bytes_are(self->mem + PAGE + HUGE, HUGE - PAGE, 0));
}

static int compare_huge_in_child(int socket, void *arg)
{
	int expected = receive_byte(socket);

	return expected < 0 || !bytes_are(arg, 2 * HUGE, expected);
}

TEST_F(huge, fork)
{
	struct child child;

	ASSERT_EQ(0, child_start(&child, compare_huge_in_child, self->mem));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_fill(&self->dma, self->mem, 6, 2 * HUGE));
	EXPECT_TRUE(bytes_are(self->mem, 2 * HUGE, 6));
	ASSERT_EQ(0, send_byte(child.socket, 1));
	EXPECT_EQ(0, child_wait(&child));
}

TEST_F(huge, mremap)
{
	char *target = anon_map_huge(2 * HUGE);

	ASSERT_NE(NULL, target);
	ASSERT_EQ(target, mremap(self->mem, 2 * HUGE, 2 * HUGE,
				 MREMAP_MAYMOVE | MREMAP_FIXED, target));
	EXPECT_TRUE(dma_cannot_write(&self->dma, self->mem));
	EXPECT_TRUE(dma_sees(&self->dma, target, 1, 2 * HUGE));
}

/* Pages of hugetlbfs, if the kernel can find two that are free. */
TEST(hugetlb)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB;
	struct dma dma;
	char *mem;

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&dma, 0));
	write_text("/proc/sys/vm/nr_hugepages", "2");
	mem = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (mem == MAP_FAILED)
		SKIP(return, "no huge page could be reserved");
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&dma, mem, 1, 2 * HUGE));
	EXPECT_TRUE(bytes_are(mem, 2 * HUGE, 1));
	ASSERT_EQ(0, madvise(mem, HUGE, MADV_DONTNEED));
	EXPECT_TRUE(dma_sees(&dma, mem, 0, HUGE));
	EXPECT_TRUE(dma_sees(&dma, mem + HUGE, 1, HUGE));
	ASSERT_EQ(0, munmap(mem + HUGE, HUGE));
	EXPECT_TRUE(dma_cannot_write(&dma, mem + HUGE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&dma, mem, 2, HUGE));
	EXPECT_TRUE(bytes_are(mem, HUGE, 2));
	munmap(mem, HUGE);
	EXPECT_EQ(0, write_text("/proc/sys/vm/nr_hugepages", "0"));
	dma_close(&dma);
}

TEST_HARNESS_MAIN
