// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices in an IOVA space: they reach what is mapped, whenever they are
 * attached, and nothing that is not or no longer mapped; and the size of the
 * pages in their IOMMU's tables, which a cut may have to replace.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>

#include "iova.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "repeater.h"

#define SIZE		(16 * PAGE)
#define READ_WRITE	(IOASID_READ | IOASID_WRITE)
#define GIB		(512 * HUGE)

/* Where x86 devices find the interrupt controllers instead of memory. */
#define WINDOW_START	0xfee00000ull
#define WINDOW_END	0xfef00000ull

FIXTURE(dma)
{
	int space;
	struct iova_dma dma;
	char *mem;
};

FIXTURE_SETUP(dma)
{
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	ASSERT_EQ(0, iova_dma_open(&self->dma, 0, self->space));
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->mem);
}

FIXTURE_TEARDOWN(dma)
{
	iova_dma_close(&self->dma);
	close(self->space);
}

static int map_mem(int space, const void *mem, size_t size)
{
	return space_map_at(space, PLACE, mem, size, READ_WRITE);
}

TEST_F(dma, nothing_mapped)
{
	struct ioasid_status status;

	EXPECT_TRUE(iova_cannot_read(&self->dma, PLACE));
	EXPECT_TRUE(iova_cannot_write(&self->dma, PLACE));
	EXPECT_TRUE(iova_cannot_read(&self->dma, 0));
	EXPECT_TRUE(iova_cannot_read(&self->dma, (__u64)self->mem));
	EXPECT_TRUE(iova_cannot_write(&self->dma, IOMMU_END));
	EXPECT_TRUE(iova_cannot_read(&self->dma, -PAGE));
	ASSERT_EQ(0, space_status(self->space, &status));
	EXPECT_EQ(0, status.out_faults);
}

TEST_F(dma, map_after_attach)
{
	pattern_fill(self->mem, SIZE / 2, 1);
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  iova_copy(&self->dma, PLACE + SIZE / 2, PLACE, SIZE / 2));
	EXPECT_TRUE(pattern_holds(self->mem + SIZE / 2, SIZE / 2, 1));
	EXPECT_TRUE(iova_cannot_write(&self->dma, PLACE - PAGE));
	EXPECT_TRUE(iova_cannot_write(&self->dma, PLACE + SIZE));
}

TEST_F(dma, map_before_attach)
{
	ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE));
	ASSERT_EQ(0, queue_attach(self->dma.queue, self->space, NULL));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE, 2, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 2));
}

TEST_F(dma, transfer_over_the_end)
{
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE));
	EXPECT_EQ(NOTHING_TO_WRITE,
		  iova_fill(&self->dma, PLACE, 3, SIZE + PAGE));
	EXPECT_EQ(PLACE + SIZE, self->dma.jobs->record.fault_addr);
	EXPECT_EQ(SIZE, self->dma.jobs->record.bytes_completed);
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 3));
}

TEST_F(dma, unmapped)
{
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE, 1, SIZE));
	EXPECT_EQ(SIZE, space_unmap(self->space, PLACE, SIZE));
	EXPECT_TRUE(iova_cannot_read(&self->dma, PLACE));
	EXPECT_TRUE(iova_cannot_write(&self->dma, PLACE + SIZE - PAGE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 1));
}

TEST_F(dma, other_memory_at_same_address)
{
	char *other = anon_map(SIZE);
	int round;

	ASSERT_NE(NULL, other);
	for (round = 0; round < 20; round++) {
		ASSERT_EQ(0, map_mem(self->space, round % 2 ? other : self->mem,
				     SIZE));
		EXPECT_EQ(DSA_COMP_SUCCESS,
			  iova_fill(&self->dma, PLACE, round, SIZE));
		ASSERT_EQ(SIZE, space_unmap(self->space, PLACE, SIZE));
	}
	EXPECT_TRUE(bytes_are(self->mem, SIZE, round - 2));
	EXPECT_TRUE(bytes_are(other, SIZE, round - 1));
}

TEST_F(dma, read_only)
{
	memset(self->mem, 4, SIZE);
	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, SIZE,
				  IOASID_READ));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 4, SIZE));
	EXPECT_TRUE(iova_cannot_write(&self->dma, PLACE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 4));
}

/* Page tables cannot say it otherwise. */
TEST_F(dma, writing_includes_reading)
{
	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, SIZE,
				  IOASID_WRITE));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE, 5, SIZE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 5, SIZE));
}

TEST_F(dma, two_devices)
{
	struct iova_dma other;

	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE));
	ASSERT_EQ(0, iova_dma_open(&other, 1, self->space));
	EXPECT_EQ(2, space_attachments(self->space));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE, 1, SIZE));
	EXPECT_TRUE(iova_sees(&other, PLACE, 1, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&other, PLACE, 2, SIZE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 2, SIZE));
	EXPECT_EQ(SIZE + 2 * IOVA_JOBS_SIZE, space_pinned(self->space));

	EXPECT_EQ(PAGE, space_unmap(self->space, PLACE + PAGE, PAGE));
	EXPECT_TRUE(iova_cannot_write(&self->dma, PLACE + PAGE));
	EXPECT_TRUE(iova_cannot_write(&other, PLACE + PAGE));
	ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	EXPECT_TRUE(iova_sees(&other, PLACE, 2, PAGE));
	EXPECT_EQ(PAGE, space_unmap(self->space, PLACE, PAGE));
	EXPECT_TRUE(iova_cannot_read(&other, PLACE));
	iova_dma_close(&other);
}

TEST_F(dma, detach_and_attach_again)
{
	int round;

	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE));
	for (round = 0; round < 20; round++) {
		EXPECT_EQ(DSA_COMP_SUCCESS,
			  iova_fill(&self->dma, PLACE, round, SIZE));
		EXPECT_TRUE(bytes_are(self->mem, SIZE, round));
		ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
		EXPECT_EQ(SIZE + IOVA_JOBS_SIZE, space_pinned(self->space));
		ASSERT_EQ(0, queue_attach(self->dma.queue, self->space, NULL));
	}
}

TEST_F(dma, change_while_detached)
{
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE));
	ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	EXPECT_EQ(PAGE, space_unmap(self->space, PLACE + PAGE, PAGE));
	ASSERT_EQ(0, space_map_at(self->space, PLACE - PAGE, self->mem + PAGE,
				  PAGE, READ_WRITE));
	ASSERT_EQ(0, queue_attach(self->dma.queue, self->space, NULL));
	EXPECT_TRUE(iova_cannot_read(&self->dma, PLACE + PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE - PAGE, 7,
					      2 * PAGE));
	EXPECT_TRUE(bytes_are(self->mem, 2 * PAGE, 7));
}

/* One address means other memory under each PASID, and SVA is another thing. */
TEST_F(dma, spaces_on_one_queue)
{
	int other = space_alloc_iova(NULL), sva = space_alloc(NULL);
	char *mem = anon_map(SIZE);
	struct dma own = { .queue = self->dma.queue, .space = sva };
	__u32 pasid;

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, mem);
	ASSERT_EQ(0, queue_attach(self->dma.queue, other, &pasid));
	ASSERT_EQ(0, queue_attach(self->dma.queue, sva, &own.pasid));
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE));
	ASSERT_EQ(0, map_mem(other, mem, SIZE));
	ASSERT_EQ(0, space_map_at(other, self->dma.jobs_iova, self->dma.jobs,
				  IOVA_JOBS_SIZE, READ_WRITE));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE, 1, SIZE));
	self->dma.pasid = pasid;
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE, 2, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 1));
	EXPECT_TRUE(bytes_are(mem, SIZE, 2));
	EXPECT_TRUE(dma_sees(&own, mem, 2, SIZE));
	EXPECT_TRUE(dma_cannot_read(&own, (void *)PLACE));
	close(other);
	close(sva);
}

/* Whatever was under way when the memory was given back has ended. */
static int start_fills(const struct iova_dma *dma, size_t size)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; i < 32 && !rc; i++)
		rc = iova_start_fill(dma, i, PLACE, 0xff, size);
	return rc;
}

static bool fills_ended(const struct iova_dma *dma)
{
	unsigned int i;
	int status;

	for (i = 0; i < 32; i++) {
		status = iova_wait(dma, &dma->jobs[i]);
		if (status != DSA_COMP_SUCCESS && status != NOTHING_TO_WRITE &&
		    status != -EFAULT)
			return false;
	}
	return true;
}

TEST_F(dma, unmap_in_the_middle_of_work)
{
	const size_t size = 256 * PAGE;
	char *mem = anon_map(size);

	ASSERT_NE(NULL, mem);
	ASSERT_EQ(0, map_mem(self->space, mem, size));
	ASSERT_EQ(0, start_fills(&self->dma, size));
	EXPECT_EQ(size, space_unmap(self->space, PLACE, size));
	memset(mem, 1, size);
	EXPECT_TRUE(fills_ended(&self->dma));
	EXPECT_TRUE(bytes_are(mem, size, 1));
}

TEST_F(dma, free_in_the_middle_of_work)
{
	const size_t size = 256 * PAGE;
	char *mem = anon_map(size);

	ASSERT_NE(NULL, mem);
	ASSERT_EQ(0, map_mem(self->space, mem, size));
	ASSERT_EQ(0, start_fills(&self->dma, size));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	memset(mem, 1, size);
	EXPECT_EQ(0, space_pinned(self->space));
	EXPECT_TRUE(fd_events(self->dma.queue, POLLPRI, 0) & POLLPRI);
	EXPECT_EQ(POLLHUP, fd_events(self->space, 0, 0));
	ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	EXPECT_TRUE(bytes_are(mem, size, 1));
	EXPECT_EQ(IOASID_STATE_FREE, space_state(self->space));
}

/* Its page request is nobody else's, though the device stays attached. */
TEST_F(dma, close_of_a_queue_that_waits)
{
	int faults = fault_open(self->space, 0);
	struct ioasid_fault fault;
	struct iova_dma other;

	NEED_PAGE_REQUESTS(return);
	ASSERT_LE(0, faults);
	ASSERT_EQ(0, iova_dma_open(&other, 0, self->space));
	ASSERT_EQ(0, iova_start_fill(&other, 0, PLACE, 1, PAGE));
	ASSERT_EQ(1, fault_read(faults, &fault, 1));
	iova_dma_close(&other);
	ASSERT_EQ(0, iova_start_fill(&self->dma, 0, PLACE, 1, PAGE));
	ASSERT_EQ(1, fault_read(faults, &fault, 1));
	EXPECT_EQ(0, fault_answer(faults, fault.group, IOASID_FAULT_FAIL));
	EXPECT_EQ(NOTHING_TO_WRITE, iova_wait(&self->dma, self->dma.jobs));
	close(faults);
}

TEST_F(dma, free_with_maps)
{
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	EXPECT_EQ(-EFAULT, iova_fill(&self->dma, PLACE, 6, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0));
	EXPECT_EQ(-ESTALE, map_mem(self->space, self->mem, SIZE));
	ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	EXPECT_EQ(-ESTALE, queue_attach(self->dma.queue, self->space, NULL));
}

TEST_F(dma, close_with_maps)
{
	ASSERT_EQ(0, map_mem(self->space, self->mem, SIZE));
	close(self->space);
	self->space = -1;
	EXPECT_EQ(-EFAULT, iova_fill(&self->dma, PLACE, 6, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0));
}

/* Every length at every place in a small buffer, with a device that comes. */
TEST_F(dma, every_alignment)
{
	struct iova_dma other;
	size_t first, end;
	__s64 iova;

	for (first = 0; first < 6; first++) {
		for (end = first + 1; end <= 6; end++) {
			const size_t size = (end - first) * PAGE;

			iova = space_map_anywhere(self->space,
						  self->mem + first * PAGE,
						  size);
			ASSERT_LT(0, iova);
			ASSERT_EQ(0, iova_dma_open(&other, 1, self->space));
			memset(self->mem, 0, SIZE);
			EXPECT_EQ(DSA_COMP_SUCCESS,
				  iova_fill(&other, iova, end, size));
			EXPECT_TRUE(bytes_are(self->mem + first * PAGE, size,
					      end));
			EXPECT_EQ(0, self->mem[end * PAGE]);
			EXPECT_TRUE(iova_sees(&self->dma, iova, end, size));
			iova_dma_close(&other);
			EXPECT_EQ(size, space_unmap(self->space, iova, size));
			EXPECT_EQ(IOVA_JOBS_SIZE,
				  space_unmap(self->space, other.jobs_iova,
					      IOVA_JOBS_SIZE));
		}
	}
}

TEST_F(dma, ranges)
{
	struct ioasid_iova_range ranges[3];
	struct ioasid_iova_ranges arg = {
		.size = sizeof(arg),
		.nr = 3,
		.ranges = (__u64)ranges,
	};

	ASSERT_EQ(0, fd_ioctl(self->space, IOASID_IOVA_RANGES, &arg));
	ASSERT_EQ(2, arg.out_nr);
	EXPECT_EQ(PAGE | HUGE | GIB, arg.out_page_sizes);
	EXPECT_EQ(PAGE, arg.out_alignment);
	EXPECT_EQ(0, ranges[0].start);
	EXPECT_EQ(WINDOW_START - 1, ranges[0].last);
	EXPECT_EQ(WINDOW_END, ranges[1].start);
	EXPECT_EQ(IOMMU_END - 1, ranges[1].last);

	ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	ASSERT_EQ(0, fd_ioctl(self->space, IOASID_IOVA_RANGES, &arg));
	EXPECT_EQ(1, arg.out_nr);
	EXPECT_EQ(0, arg.out_page_sizes);
	EXPECT_LT(IOMMU_END, ranges[0].last);
}

TEST_F(dma, ranges_without_room)
{
	struct ioasid_iova_range ranges[2] = { { 7, 7 }, { 7, 7 } };
	struct ioasid_iova_ranges arg = {
		.size = sizeof(arg),
		.nr = 1,
		.ranges = (__u64)ranges,
	};

	EXPECT_EQ(-EMSGSIZE, fd_ioctl(self->space, IOASID_IOVA_RANGES, &arg));
	EXPECT_EQ(2, arg.out_nr);
	EXPECT_EQ(PAGE | HUGE | GIB, arg.out_page_sizes);
	EXPECT_EQ(0, ranges[0].start);
	EXPECT_EQ(WINDOW_START - 1, ranges[0].last);
	EXPECT_EQ(7, ranges[1].start);
}

TEST_F(dma, unusable_addresses)
{
	static const __u64 iovas[] = {
		WINDOW_START, WINDOW_END - PAGE, WINDOW_START - PAGE,
		IOMMU_END - PAGE, IOMMU_END,
		1ull << 63,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(iovas); i++) {
		EXPECT_EQ(-EADDRNOTAVAIL,
			  space_map_at(self->space, iovas[i], self->mem,
				       2 * PAGE, READ_WRITE)) {
			TH_LOG("case %u", i);
		}
	}
	EXPECT_EQ(0, space_map_at(self->space, WINDOW_START - 2 * PAGE,
				  self->mem, 2 * PAGE, READ_WRITE));
	EXPECT_EQ(0, space_map_at(self->space, WINDOW_END, self->mem, 2 * PAGE,
				  READ_WRITE));
	EXPECT_EQ(0, space_map_at(self->space, IOMMU_END - 2 * PAGE, self->mem,
				  2 * PAGE, READ_WRITE));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  iova_fill(&self->dma, IOMMU_END - PAGE, 8, PAGE));
	EXPECT_TRUE(bytes_are(self->mem + PAGE, PAGE, 8));
}

TEST_F(dma, chooses_around_unusable)
{
	struct ioasid_map map = {
		.flags = READ_WRITE,
		.address = (__u64)self->mem,
		.length = 2 * PAGE,
		.iova = WINDOW_START - PAGE,
		.alignment = PAGE,
	};

	ASSERT_EQ(0, space_map(self->space, &map));
	EXPECT_EQ(WINDOW_END, map.out_iova);
	map.iova = IOMMU_END - 2 * PAGE;
	ASSERT_EQ(0, space_map(self->space, &map));
	EXPECT_EQ(IOMMU_END - 2 * PAGE, map.out_iova);
	EXPECT_EQ(-ENOSPC, space_map(self->space, &map));
}

TEST_F(dma, keep_unusable)
{
	static const struct ioasid_iova_range bad[] = {
		{ WINDOW_START, WINDOW_START + PAGE - 1 },
		{ WINDOW_START - PAGE, WINDOW_END + PAGE - 1 },
		{ IOMMU_END - PAGE, IOMMU_END + PAGE - 1 },
		{ 0, -PAGE - 1 },
	};
	static const struct ioasid_iova_range good[] = {
		{ 0, WINDOW_START - 1 }, { WINDOW_END, IOMMU_END - 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-EADDRNOTAVAIL, space_keep(self->space, &bad[i], 1)) {
			TH_LOG("case %u", i);
		}
	}
	EXPECT_EQ(0, space_keep(self->space, good, 2));
}

/* A queue, and a space that it cannot be attached to. */
FIXTURE(unfit)
{
	int queue;
	int space;
	char *mem;
};

FIXTURE_SETUP(unfit)
{
	self->queue = queue_open(0, O_RDWR);
	ASSERT_LE(0, self->queue);
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->mem);
}

FIXTURE_TEARDOWN(unfit)
{
	close(self->queue);
	close(self->space);
}

/* Refused, and as if it had not been tried. */
#define EXPECT_REFUSED(error) do {					\
	struct ioasid_iova_range all;					\
									\
	EXPECT_EQ(-(error), queue_attach(self->queue, self->space,	\
					 NULL));			\
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->space));		\
	EXPECT_EQ(1, space_iova_ranges(self->space, &all, 1));		\
} while (0)

TEST_F(unfit, map_in_window)
{
	ASSERT_EQ(0, space_map_at(self->space, WINDOW_END - PAGE, self->mem,
				  2 * PAGE, READ_WRITE));
	EXPECT_REFUSED(EADDRINUSE);
	ASSERT_EQ(PAGE, space_unmap(self->space, WINDOW_END - PAGE, PAGE));
	EXPECT_EQ(0, queue_attach(self->queue, self->space, NULL));
}

TEST_F(unfit, map_too_high)
{
	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, SIZE,
				  READ_WRITE));
	ASSERT_EQ(0, space_map_at(self->space, IOMMU_END, self->mem, PAGE,
				  READ_WRITE));
	EXPECT_REFUSED(EADDRINUSE);
	ASSERT_EQ(PAGE, space_unmap(self->space, IOMMU_END, PAGE));
	EXPECT_EQ(0, queue_attach(self->queue, self->space, NULL));
}

TEST_F(unfit, kept_window)
{
	const struct ioasid_iova_range range = { 0, 2 * WINDOW_END - 1 };

	ASSERT_EQ(0, space_keep(self->space, &range, 1));
	EXPECT_REFUSED(EADDRNOTAVAIL);
	ASSERT_EQ(0, space_keep(self->space, NULL, 0));
	EXPECT_EQ(0, queue_attach(self->queue, self->space, NULL));
}

TEST_F(unfit, kept_too_high)
{
	const struct ioasid_iova_range ranges[] = {
		{ PLACE, PLACE + PAGE - 1 },
		{ IOMMU_END - PAGE, IOMMU_END + PAGE - 1 },
	};

	ASSERT_EQ(0, space_keep(self->space, ranges, 2));
	EXPECT_REFUSED(EADDRNOTAVAIL);
	ASSERT_EQ(0, space_keep(self->space, ranges, 1));
	EXPECT_EQ(0, queue_attach(self->queue, self->space, NULL));
}

/* Two MiB of memory in one piece, in a map that is aligned for it. */
FIXTURE(huge)
{
	int space;
	struct iova_dma dma;
	char *mem;
	__u64 page_size;
};

FIXTURE_VARIANT(huge)
{
	bool in_small_pages;
};

FIXTURE_VARIANT_ADD(huge, huge_pages)
{
	.in_small_pages = false,
};

FIXTURE_VARIANT_ADD(huge, small_pages)
{
	.in_small_pages = true,
};

static int map_huge(int space, const void *mem, size_t size,
		    __u64 page_size_max)
{
	struct ioasid_map map = {
		.flags = READ_WRITE | IOASID_MAP_FIXED,
		.address = (__u64)mem,
		.length = size,
		.iova = PLACE,
		.page_size_max = page_size_max,
	};

	return space_map(space, &map);
}

static __u64 page_size_at(int space, __u64 iova)
{
	struct ioasid_translate answer;

	return space_translate(space, iova, &answer) ? 0 : answer.out_page_size;
}

static __u64 page_sizes_at(int space, __u64 iova)
{
	struct ioasid_map_entry entry;

	return space_maps(space, iova, &entry, 1) == 1 ? entry.page_sizes : 0;
}

FIXTURE_SETUP(huge)
{
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	ASSERT_EQ(0, iova_dma_open(&self->dma, 0, self->space));
	self->mem = anon_map_huge(2 * HUGE);
	ASSERT_NE(NULL, self->mem);
	if (madvise(self->mem, 2 * HUGE, MADV_HUGEPAGE))
		SKIP(return, "transparent huge pages are disabled");
	memset(self->mem, 1, 2 * HUGE);
	self->page_size = variant->in_small_pages ? PAGE : HUGE;
	ASSERT_EQ(0, map_huge(self->space, self->mem, 2 * HUGE,
			      variant->in_small_pages ? PAGE : 0));
	if (page_size_at(self->space, PLACE) != self->page_size ||
	    page_size_at(self->space, PLACE + HUGE) != self->page_size)
		SKIP(return, "the kernel found no huge page");
}

FIXTURE_TEARDOWN(huge)
{
	iova_dma_close(&self->dma);
	close(self->space);
}

TEST_F(huge, is_told)
{
	struct ioasid_translate answer;

	ASSERT_EQ(0, space_translate(self->space, PLACE + 12345, &answer));
	EXPECT_EQ(READ_WRITE | IOASID_MAPPED | IOASID_PRESENT,
		  answer.out_flags);
	EXPECT_EQ(self->page_size, answer.out_page_size);
	EXPECT_EQ(0, answer.out_iova % answer.out_length);
	EXPECT_LE(answer.out_iova, PLACE + 12345);
	EXPECT_LT(PLACE + 12345, answer.out_iova + answer.out_length);
	EXPECT_EQ(self->page_size, page_sizes_at(self->space, PLACE));
}

TEST_F(huge, is_the_same_memory)
{
	pattern_fill(self->mem, HUGE, 3);
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  iova_copy(&self->dma, PLACE + HUGE, PLACE, HUGE));
	EXPECT_TRUE(pattern_holds(self->mem + HUGE, HUGE, 3));
}

/* Devices go on from page to page where these lie side by side in memory. */
#define SCATTERED	(PLACE + 4 * HUGE)

static const unsigned int order[] = {
	0, 1, 2, 3, 7, 6, 5, 4, 8, 8, 9, 9, 11, 13, 12, 15,
};

static int map_page(int space, unsigned int at, const char *page, __u32 flags)
{
	return space_map_at(space, SCATTERED + at * PAGE, page, PAGE, flags);
}

TEST_F(huge, read_in_any_order)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(order); i++) {
		memset(self->mem + i * PAGE, i, PAGE);
		ASSERT_EQ(0, map_page(self->space, i,
				      self->mem + order[i] * PAGE,
				      IOASID_READ));
	}
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_copy(&self->dma, PLACE + HUGE,
					      SCATTERED,
					      ARRAY_SIZE(order) * PAGE));
	for (i = 0; i < ARRAY_SIZE(order); i++)
		EXPECT_TRUE(bytes_are(self->mem + HUGE + i * PAGE, PAGE,
				      order[i]));
}

TEST_F(huge, write_in_any_order)
{
	unsigned char last[ARRAY_SIZE(order)] = {};
	unsigned int i;

	memset(self->mem, 0, HUGE);
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		memset(self->mem + HUGE + i * PAGE, i + 1, PAGE);
		ASSERT_EQ(0, map_page(self->space, i,
				      self->mem + order[i] * PAGE,
				      READ_WRITE));
		last[order[i]] = i + 1;
	}
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_copy(&self->dma, SCATTERED,
					      PLACE + HUGE,
					      ARRAY_SIZE(order) * PAGE));
	for (i = 0; i < ARRAY_SIZE(last); i++)
		EXPECT_TRUE(bytes_are(self->mem + i * PAGE, PAGE, last[i]));
}

TEST_F(huge, write_up_to_what_is_read_only)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		ASSERT_EQ(0, map_page(self->space, i, self->mem + i * PAGE,
				      i == 11 ? IOASID_READ : READ_WRITE));
	EXPECT_EQ(NOTHING_TO_WRITE,
		  iova_fill(&self->dma, SCATTERED, 3, 16 * PAGE));
	EXPECT_EQ(SCATTERED + 11 * PAGE, self->dma.jobs->record.fault_addr);
	EXPECT_EQ(11 * PAGE, self->dma.jobs->record.bytes_completed);
	EXPECT_TRUE(bytes_are(self->mem, 11 * PAGE, 3));
	EXPECT_TRUE(bytes_are(self->mem + 11 * PAGE, 5 * PAGE, 1));
}

/* Every page but those from @first on sees @value, and those are not there. */
static bool is_cut(const struct iova_dma *dma, const char *mem, size_t first,
		   size_t pages, unsigned char value)
{
	const size_t end = (first + pages) * PAGE;

	return iova_cannot_read(dma, PLACE + first * PAGE) &&
	       iova_cannot_write(dma, PLACE + end - PAGE) &&
	       (!first || iova_sees(dma, PLACE, value, first * PAGE)) &&
	       (end == 2 * HUGE ||
		iova_sees(dma, PLACE + end, value, 2 * HUGE - end)) &&
	       bytes_are(mem, 2 * HUGE, value);
}

TEST_F(huge, cut_of_one_page)
{
	NEED_PAGE_REQUESTS(return);
	EXPECT_EQ(PAGE, space_unmap(self->space, PLACE + 100 * PAGE, PAGE));
	EXPECT_TRUE(is_cut(&self->dma, self->mem, 100, 1, 1));
	EXPECT_EQ(PAGE, page_size_at(self->space, PLACE));
	EXPECT_EQ(PAGE, page_size_at(self->space, PLACE + HUGE - PAGE));
	EXPECT_EQ(self->page_size, page_size_at(self->space, PLACE + HUGE));
	EXPECT_EQ(PAGE, page_sizes_at(self->space, PLACE));
	EXPECT_EQ(PAGE | self->page_size,
		  page_sizes_at(self->space, PLACE + 101 * PAGE));
	EXPECT_EQ(2 * HUGE - PAGE + IOVA_JOBS_SIZE, space_pinned(self->space));
}

TEST_F(huge, cut_from_middle_to_middle)
{
	NEED_PAGE_REQUESTS(return);
	EXPECT_EQ(HUGE, space_unmap(self->space, PLACE + HUGE / 2, HUGE));
	EXPECT_TRUE(is_cut(&self->dma, self->mem, 256, 512, 1));
}

TEST_F(huge, cut_at_either_end)
{
	NEED_PAGE_REQUESTS(return);
	EXPECT_EQ(PAGE, space_unmap(self->space, PLACE, PAGE));
	EXPECT_TRUE(is_cut(&self->dma, self->mem, 0, 1, 1));
	EXPECT_EQ(PAGE, space_unmap(self->space, PLACE + 2 * HUGE - PAGE,
				    PAGE));
	EXPECT_TRUE(iova_cannot_read(&self->dma, PLACE + 2 * HUGE - PAGE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE + PAGE, 1, 2 * HUGE -
			      2 * PAGE));
}

TEST_F(huge, cut_of_a_whole_one)
{
	EXPECT_EQ(HUGE, space_unmap(self->space, PLACE, HUGE));
	EXPECT_TRUE(is_cut(&self->dma, self->mem, 0, 512, 1));
	EXPECT_EQ(self->page_size, page_size_at(self->space, PLACE + HUGE));
}

TEST_F(huge, cut_again_and_again)
{
	size_t page;

	NEED_PAGE_REQUESTS(return);
	for (page = 1; page < 1024; page += 2)
		ASSERT_EQ(PAGE, space_unmap(self->space, PLACE + page * PAGE,
					    PAGE));
	for (page = 0; page < 1024; page += 50)
		EXPECT_TRUE(iova_sees(&self->dma, PLACE + page * PAGE, 1,
				      PAGE));
	EXPECT_TRUE(iova_cannot_read(&self->dma, PLACE + PAGE));
	EXPECT_EQ(HUGE, space_unmap(self->space, PLACE, 2 * HUGE));
	EXPECT_EQ(IOVA_JOBS_SIZE, space_pinned(self->space));
}

/* Cut with no device there: the tables are made of what is left. */
TEST_F(huge, cut_while_detached)
{
	ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	EXPECT_EQ(0, page_size_at(self->space, PLACE));
	EXPECT_EQ(0, page_sizes_at(self->space, PLACE));
	EXPECT_EQ(PAGE, space_unmap(self->space, PLACE + 100 * PAGE, PAGE));
	ASSERT_EQ(0, queue_attach(self->dma.queue, self->space, NULL));
	EXPECT_TRUE(is_cut(&self->dma, self->mem, 100, 1, 1));
	EXPECT_EQ(self->page_size, page_size_at(self->space, PLACE + HUGE));
}

struct filler {
	struct iova_dma dma;
	size_t size;
};

static bool fill_step(void *arg)
{
	struct filler *filler = arg;

	return iova_fill(&filler->dma, PLACE, 7, filler->size) ==
	       DSA_COMP_SUCCESS;
}

/* A device that can ask for pages does not notice what is cut beside it. */
TEST_F(huge, cut_beside_a_device_at_work)
{
	struct filler filler = { .dma = self->dma, .size = 16 * PAGE };
	const __u64 second = PLACE + HUGE;
	struct repeater repeater;
	unsigned int round;

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, repeater_start(&repeater, fill_step, &filler));
	for (round = 0; round < 400; round++) {
		ASSERT_EQ(PAGE, space_unmap(self->space,
					    PLACE + (40 + round) * PAGE, PAGE));
		ASSERT_EQ(PAGE, space_unmap(self->space, second + PAGE, PAGE));
		ASSERT_EQ(HUGE - PAGE, space_unmap(self->space, second, HUGE));
		ASSERT_EQ(0, space_map_at(self->space, second,
					  self->mem + HUGE, HUGE, READ_WRITE));
	}
	EXPECT_TRUE(repeater_stop(&repeater));
}

/* The limit on the size of pages. */
TEST_F(dma, largest_page_size)
{
	static const struct {
		__u64 max;
		__u64 expected;
	} cases[] = {
		{ 0, HUGE }, { PAGE, PAGE }, { 16 * PAGE, PAGE },
		{ HUGE / 2, PAGE }, { HUGE, HUGE }, { GIB, HUGE },
		{ 1ull << 63, HUGE },
	};
	char *mem = anon_map_huge(HUGE);
	unsigned int i;

	ASSERT_NE(NULL, mem);
	if (madvise(mem, HUGE, MADV_HUGEPAGE))
		SKIP(return, "transparent huge pages are disabled");
	memset(mem, 1, HUGE);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		ASSERT_EQ(0, map_huge(self->space, mem, HUGE, cases[i].max));
		EXPECT_EQ(cases[i].expected,
			  page_sizes_at(self->space, PLACE)) {
			TH_LOG("case %u", i);
		}
		ASSERT_EQ(HUGE, space_unmap(self->space, PLACE, HUGE));
	}
}

/* Huge pages at an address that is not aligned as they are. */
TEST_F(dma, skewed)
{
	char *mem = anon_map_huge(HUGE);

	ASSERT_NE(NULL, mem);
	madvise(mem, HUGE, MADV_HUGEPAGE);
	pattern_fill(mem, HUGE, 1);
	ASSERT_EQ(0, space_map_at(self->space, PLACE + PAGE, mem, HUGE,
				  READ_WRITE));
	EXPECT_EQ(PAGE, page_sizes_at(self->space, PLACE));
	EXPECT_TRUE(iova_cannot_read(&self->dma, PLACE));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE + PAGE, 2,
					      HUGE));
	EXPECT_TRUE(bytes_are(mem, HUGE, 2));
}

#define GIGANTIC_PAGES \
	"/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages"

/* One page of 1 GiB, if the machine has so much memory in one piece. */
static char *map_gigantic(void)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB |
			  30 << MAP_HUGE_SHIFT;
	void *mem;

	write_text(GIGANTIC_PAGES, "1");
	mem = mmap(NULL, GIB, PROT_READ | PROT_WRITE, flags, -1, 0);
	return mem == MAP_FAILED ? NULL : mem;
}

TEST_F(dma, gigantic_page)
{
	char *mem = map_gigantic();

	if (!mem)
		SKIP(return, "no page of 1 GiB could be reserved");
	ASSERT_EQ(0, map_huge(self->space, mem, GIB, 0));
	EXPECT_EQ(GIB, page_sizes_at(self->space, PLACE));
	EXPECT_EQ(GIB, page_size_at(self->space, PLACE + GIB - 1));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&self->dma, PLACE + GIB - PAGE, 2,
					      PAGE));
	EXPECT_TRUE(bytes_are(mem + GIB - PAGE, PAGE, 2));

	EXPECT_EQ(PAGE, space_unmap(self->space, PLACE + GIB / 2, PAGE));
	EXPECT_TRUE(iova_cannot_read(&self->dma, PLACE + GIB / 2));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE + GIB - PAGE, 2, PAGE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE + GIB / 2 + PAGE, 0, PAGE));
	EXPECT_EQ(HUGE, page_size_at(self->space, PLACE));
	EXPECT_EQ(PAGE, page_size_at(self->space, PLACE + GIB / 2 + PAGE));
	EXPECT_EQ(GIB - PAGE, space_unmap(self->space, PLACE, GIB));

	ASSERT_EQ(0, map_huge(self->space, mem, GIB, HUGE));
	EXPECT_EQ(HUGE, page_sizes_at(self->space, PLACE));
	EXPECT_EQ(GIB, space_unmap(self->space, PLACE, GIB));
	munmap(mem, GIB);
	EXPECT_EQ(0, write_text(GIGANTIC_PAGES, "0"));
}

TEST_HARNESS_MAIN
