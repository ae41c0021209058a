// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages that the kernel takes to use them better: swapped out, dropped after
 * MADV_FREE, merged with others of the same content.
 *
 * The CPU's page table says which pages are dirty. Of what a device writes it
 * knows only if it is told; a page that it takes for clean is lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <sched.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"

#define SIZE	(16 * PAGE)
#define KSM	"/sys/kernel/mm/ksm/"

FIXTURE(reclaim)
{
	struct dma dma;
	/* Source of all copies, filled with pattern 1. */
	char *src;
	/* Nobody has touched it. */
	char *mem;
};

FIXTURE_SETUP(reclaim)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&self->dma, 0));
	self->src = anon_map(SIZE);
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->src);
	ASSERT_NE(NULL, self->mem);
	pattern_fill(self->src, SIZE, 1);
}

FIXTURE_TEARDOWN(reclaim)
{
	dma_close(&self->dma);
}

/* Same-page merging maps one page in several places, until one is written. */
static bool merge_pages(void)
{
	unsigned long shared = 0;
	__s64 deadline = now_ms() + PATIENCE_MS;

	while (shared < 1 && now_ms() < deadline) {
		if (read_number(KSM "pages_shared", &shared))
			return false;
		sched_yield();
	}
	return shared;
}

TEST_F(reclaim, merged_pages)
{
	char *other = anon_map(SIZE);

	ASSERT_NE(NULL, other);
	if (write_text(KSM "run", "1"))
		SKIP(return, "the kernel cannot merge pages");
	ASSERT_EQ(0, write_text(KSM "sleep_millisecs", "0"));
	ASSERT_EQ(0, write_text(KSM "pages_to_scan", "1000"));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 1, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, other, 1, SIZE));
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_MERGEABLE));
	ASSERT_EQ(0, madvise(other, SIZE, MADV_MERGEABLE));
	EXPECT_TRUE(merge_pages());
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 1, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 2, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 2));
	EXPECT_TRUE(bytes_are(other, SIZE, 1));
	EXPECT_TRUE(dma_sees(&self->dma, other, 1, SIZE));
	EXPECT_EQ(0, write_text(KSM "run", "2"));
}

static bool have_swap(void)
{
	char line[256];
	FILE *file = fopen("/proc/swaps", "re");
	int lines = 0;

	if (!file)
		return false;
	while (fgets(line, sizeof(line), file))
		lines++;
	fclose(file);
	return lines > 1;
}

/* How many pages of the range are in memory, or a negative errno. */
static long count_present(const char *mem, size_t size)
{
	unsigned long entry;
	long present = 0;
	size_t at;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	for (at = 0; at < size; at += PAGE) {
		if (pread(fd, &entry, sizeof(entry),
			  ((unsigned long)mem + at) / PAGE * sizeof(entry)) < 0)
			break;
		present += entry >> 63;
	}
	close(fd);
	return present;
}

TEST_F(reclaim, swapped_out_and_in)
{
	if (!have_swap())
		SKIP(return, "no swap");
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_copy(&self->dma, self->mem, self->src, SIZE));
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_PAGEOUT));
	EXPECT_GT(SIZE / PAGE, count_present(self->mem, SIZE));
	/* The device brings it back. */
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_copy(&self->dma, self->src, self->mem, SIZE));
	EXPECT_TRUE(pattern_holds(self->src, SIZE, 1));
	EXPECT_TRUE(pattern_holds(self->mem, SIZE, 1));
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_PAGEOUT));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 2, PAGE));
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_PAGEOUT));
	EXPECT_TRUE(bytes_are(self->mem, PAGE, 2));
}

/*
 * A page that was offered with MADV_FREE and is written again must be kept:
 * the kernel knows only if the device's write has made it dirty.
 */
TEST_F(reclaim, written_after_madv_free)
{
	const size_t size = 256 * PAGE;
	char *mem = anon_map(size);

	ASSERT_NE(NULL, mem);
	if (!have_swap())
		SKIP(return, "no swap");
	memset(mem, 1, size);
	ASSERT_EQ(0, madvise(mem, size, MADV_FREE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, mem, 2, size));
	ASSERT_EQ(0, madvise(mem, size, MADV_PAGEOUT));
	EXPECT_TRUE(bytes_are(mem, size, 2));
}

/* The same, with the pages already writable for the device. */
TEST_F(reclaim, mapped_then_madv_free_then_written)
{
	const size_t size = 256 * PAGE;
	char *mem = anon_map(size);

	ASSERT_NE(NULL, mem);
	if (!have_swap())
		SKIP(return, "no swap");
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, mem, 1, size));
	ASSERT_EQ(0, madvise(mem, size, MADV_FREE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, mem, 2, size));
	ASSERT_EQ(0, madvise(mem, size, MADV_PAGEOUT));
	EXPECT_TRUE(bytes_are(mem, size, 2));
}

/* What the device only reads stays clean, and may be dropped. */
TEST_F(reclaim, read_after_madv_free)
{
	if (!have_swap())
		SKIP(return, "no swap");
	memset(self->mem, 1, SIZE);
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_FREE));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_PAGEOUT));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0));
}

TEST_HARNESS_MAIN
