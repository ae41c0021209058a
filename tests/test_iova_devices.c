// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices that differ: behind two IOMMUs, of which one translates only 39 bits,
 * and one that has no page requests. For that the simulator is loaded anew, and
 * again as it was at the end.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>

#include "iova.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"

#define PARAMETERS	"accelerators=3 iommus=2 no_prs=1 iova_bits=" \
			IOMMU_BITS ",39"
/* Accelerators by number, as these parameters make them. */
#define WIDE		0
#define NARROW		1
#define DEAF		2

#define SIZE		(16 * PAGE)
#define READ_WRITE	(IOASID_READ | IOASID_WRITE)
#define NARROW_END	0x8000000000ull
#define WINDOW_END	0xfef00000ull

FIXTURE(devices)
{
	int space;
	char *mem;
};

FIXTURE_SETUP(devices)
{
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->mem);
}

FIXTURE_TEARDOWN(devices)
{
	close(self->space);
}

/* The last address that can be used, or 0. */
static __u64 last_usable(int space)
{
	struct ioasid_iova_range ranges[4];
	int nr = space_iova_ranges(space, ranges, 4);

	return nr < 1 ? 0 : ranges[nr - 1].last;
}

TEST_F(devices, narrowest_counts)
{
	int wide = queue_open(WIDE, O_RDWR);
	int narrow = queue_open(NARROW, O_RDWR);
	struct ioasid_iova_range range;
	__u32 pasid;

	ASSERT_LE(0, wide);
	ASSERT_LE(0, narrow);
	ASSERT_EQ(0, queue_attach(wide, self->space, &pasid));
	EXPECT_EQ(IOMMU_END - 1, last_usable(self->space));
	ASSERT_EQ(0, queue_attach(narrow, self->space, NULL));
	EXPECT_EQ(NARROW_END - 1, last_usable(self->space));
	ASSERT_EQ(0, queue_detach(wide, pasid));
	EXPECT_EQ(NARROW_END - 1, last_usable(self->space));
	ASSERT_EQ(0, queue_attach(wide, self->space, NULL));
	ASSERT_EQ(0, queue_detach(narrow, pasid));
	EXPECT_EQ(IOMMU_END - 1, last_usable(self->space));
	ASSERT_EQ(0, queue_detach(wide, pasid));
	EXPECT_LT(IOMMU_END, last_usable(self->space));
	EXPECT_EQ(1, space_iova_ranges(self->space, &range, 1));
	close(wide);
	close(narrow);
}

TEST_F(devices, map_too_high_for_one)
{
	int narrow = queue_open(NARROW, O_RDWR);
	int wide = queue_open(WIDE, O_RDWR);

	ASSERT_LE(0, narrow);
	ASSERT_LE(0, wide);
	ASSERT_EQ(0, space_map_at(self->space, NARROW_END - PAGE, self->mem,
				  2 * PAGE, READ_WRITE));
	EXPECT_EQ(0, queue_attach(wide, self->space, NULL));
	EXPECT_EQ(-EADDRINUSE, queue_attach(narrow, self->space, NULL));
	EXPECT_EQ(1, space_attachments(self->space));
	EXPECT_EQ(IOMMU_END - 1, last_usable(self->space));
	ASSERT_EQ(PAGE, space_unmap(self->space, NARROW_END, PAGE));
	EXPECT_EQ(0, queue_attach(narrow, self->space, NULL));
	EXPECT_EQ(-EADDRNOTAVAIL, space_map_at(self->space, NARROW_END,
					       self->mem, PAGE, READ_WRITE));
	close(narrow);
	EXPECT_EQ(0, space_map_at(self->space, NARROW_END, self->mem, PAGE,
				  READ_WRITE));
	close(wide);
}

TEST_F(devices, kept_too_high_for_one)
{
	const struct ioasid_iova_range range = { WINDOW_END, NARROW_END + PAGE -
						 1 };
	int narrow = queue_open(NARROW, O_RDWR);
	int wide = queue_open(WIDE, O_RDWR);

	ASSERT_LE(0, narrow);
	ASSERT_LE(0, wide);
	ASSERT_EQ(0, space_keep(self->space, &range, 1));
	EXPECT_EQ(0, queue_attach(wide, self->space, NULL));
	EXPECT_EQ(-EADDRNOTAVAIL, queue_attach(narrow, self->space, NULL));
	ASSERT_EQ(0, space_keep(self->space, NULL, 0));
	EXPECT_EQ(0, queue_attach(narrow, self->space, NULL));
	EXPECT_EQ(-EADDRNOTAVAIL, space_keep(self->space, &range, 1));
	close(narrow);
	EXPECT_EQ(0, space_keep(self->space, &range, 1));
	close(wide);
}

TEST_F(devices, chooses_for_all)
{
	struct ioasid_map map = {
		.flags = READ_WRITE,
		.address = (__u64)self->mem,
		.length = PAGE,
		.iova = NARROW_END - PAGE,
		.alignment = PAGE,
	};
	struct iova_dma narrow;

	ASSERT_EQ(0, iova_dma_open(&narrow, NARROW, self->space));
	ASSERT_EQ(0, space_map(self->space, &map));
	EXPECT_EQ(NARROW_END - PAGE, map.out_iova);
	EXPECT_EQ(-ENOSPC, space_map(self->space, &map));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&narrow, map.out_iova, 1, PAGE));
	EXPECT_TRUE(bytes_are(self->mem, PAGE, 1));
	iova_dma_close(&narrow);
}

/* One map and one pin, in the tables of two IOMMUs. */
TEST_F(devices, two_iommus)
{
	struct iova_dma wide, narrow;

	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, SIZE / 2,
				  READ_WRITE));
	ASSERT_EQ(0, iova_dma_open(&wide, WIDE, self->space));
	ASSERT_EQ(0, iova_dma_open(&narrow, NARROW, self->space));
	ASSERT_EQ(0, space_map_at(self->space, PLACE + SIZE / 2,
				  self->mem + SIZE / 2, SIZE / 2, READ_WRITE));
	EXPECT_EQ(SIZE + 2 * IOVA_JOBS_SIZE, space_pinned(self->space));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&wide, PLACE, 1, SIZE));
	EXPECT_TRUE(iova_sees(&narrow, PLACE, 1, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&narrow, PLACE, 2, SIZE));
	EXPECT_TRUE(iova_sees(&wide, PLACE, 2, SIZE));
	EXPECT_EQ(PAGE, space_unmap(self->space, PLACE + PAGE, PAGE));
	EXPECT_TRUE(iova_cannot_read(&wide, PLACE + PAGE));
	EXPECT_TRUE(iova_cannot_read(&narrow, PLACE + PAGE));
	close(wide.queue);
	wide.queue = -1;
	EXPECT_TRUE(iova_sees(&narrow, PLACE, 2, PAGE));
	EXPECT_EQ(SIZE - PAGE, space_unmap(self->space, PLACE, SIZE));
	EXPECT_TRUE(iova_cannot_read(&narrow, PLACE));
	iova_dma_close(&narrow);
}

TEST_F(devices, faults_of_two_iommus)
{
	struct ioasid_sim_attach attach = { .fd = self->space };
	int fd = fault_open(self->space, 0);
	struct iova_dma dma[2];
	struct ioasid_fault fault;
	unsigned int i;

	NEED_PAGE_REQUESTS(return);
	ASSERT_LE(0, fd);
	for (i = 0; i < 2; i++) {
		attach.cookie = i + 100;
		ASSERT_EQ(0, iova_dma_open_as(&dma[i], i, &attach));
		ASSERT_EQ(0, iova_start_fill(&dma[i], 0, PLACE + i * PAGE, 7,
					     PAGE));
	}
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(1, fault_read(fd, &fault, 1));
		EXPECT_EQ(100 + (fault.iova - PLACE) / PAGE, fault.cookie);
		ASSERT_EQ(0, space_map_at(self->space, fault.iova,
					  self->mem + fault.iova - PLACE, PAGE,
					  READ_WRITE));
		EXPECT_EQ(0, fault_answer(fd, fault.group,
					  IOASID_FAULT_RETRY));
	}
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(DSA_COMP_SUCCESS, iova_wait(&dma[i], dma[i].jobs));
		iova_dma_close(&dma[i]);
	}
	EXPECT_TRUE(bytes_are(self->mem, 2 * PAGE, 7));
	close(fd);
}

static int attach_as(int queue, int space, __u32 flags, __u32 *out_flags)
{
	struct ioasid_sim_attach attach = { .fd = space, .flags = flags };
	int rc = queue_attach_as(queue, &attach);

	*out_flags = attach.out_flags;
	return rc;
}

TEST_F(devices, attach_says_who_cannot_ask)
{
	const __u32 no_fault = IOASID_SIM_ATTACH_NO_FAULT;
	int queue[] = { queue_open(WIDE, O_RDWR), queue_open(NARROW, O_RDWR),
			queue_open(DEAF, O_RDWR) };
	struct ioasid_attachment_entry entry;
	__u32 flags, expected;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(queue); i++) {
		expected = i == DEAF ? no_fault : attach_flags();
		ASSERT_LE(0, queue[i]);
		EXPECT_EQ(0, attach_as(queue[i], self->space, 0, &flags));
		EXPECT_EQ(expected, flags);
		close(queue[i]);
		queue[i] = queue_open(i, O_RDWR);
		EXPECT_EQ(0, attach_as(queue[i], self->space, no_fault,
				       &flags));
		EXPECT_EQ(expected, flags);
		EXPECT_EQ(1, space_list(self->space, 0, &entry, 1));
		EXPECT_EQ(i == DEAF ? IOASID_ATTACHMENT_NO_FAULT :
				      attachment_flags(), entry.flags);
		close(queue[i]);
	}
}

/* What it does not find it fails at, also if somebody would serve it. */
TEST_F(devices, deaf_device_does_not_ask)
{
	int fd = fault_open(self->space, 0);
	struct iova_dma deaf;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, iova_dma_open(&deaf, DEAF, self->space));
	EXPECT_TRUE(iova_cannot_read(&deaf, PLACE));
	EXPECT_TRUE(iova_cannot_write(&deaf, PLACE));
	EXPECT_EQ(POLLOUT, fd_events(fd, POLLIN | POLLOUT, 0));
	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, SIZE,
				  READ_WRITE));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_fill(&deaf, PLACE, 1, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 1));
	iova_dma_close(&deaf);
	close(fd);
}

TEST_F(devices, deaf_device_and_sva)
{
	struct dma dma = { .space = space_alloc(NULL) };
	struct job *job = anon_map(PAGE);
	__u32 flags;

	dma.queue = queue_open(DEAF, O_RDWR);
	ASSERT_LE(0, dma.queue);
	EXPECT_EQ(-EPROTONOSUPPORT,
		  attach_as(dma.queue, dma.space, 0, &flags));
	EXPECT_EQ(0, space_attachments(dma.space));
	ASSERT_EQ(SIZE, space_prefault(dma.space, self->mem, SIZE, READ_WRITE |
				       IOASID_PREFAULT_PIN));
	ASSERT_EQ(PAGE, space_prefault(dma.space, job, PAGE, READ_WRITE |
				       IOASID_PREFAULT_PIN));
	ASSERT_EQ(0, attach_as(dma.queue, dma.space,
			       IOASID_SIM_ATTACH_NO_FAULT, &flags));
	ASSERT_EQ(SIZE, space_prefault(dma.space, self->mem, SIZE,
				       READ_WRITE));
	ASSERT_EQ(PAGE, space_prefault(dma.space, job, PAGE, READ_WRITE));
	job_memfill(job, 0, self->mem, -1, SIZE);
	EXPECT_EQ(DSA_COMP_SUCCESS, job_run(dma.queue, job));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0xff));
	job_memfill(job, 0, anon_map(PAGE), -1, PAGE);
	EXPECT_EQ(NOTHING_TO_WRITE, job_run(dma.queue, job));
	dma_close(&dma);
}

/* Two huge pages with a device that cannot wait until they are replaced. */
FIXTURE(deaf)
{
	int space;
	struct iova_dma dma;
	char *mem;
};

static int map_huge(int space, const void *mem, __u64 page_size_max)
{
	struct ioasid_map map = {
		.flags = READ_WRITE | IOASID_MAP_FIXED,
		.address = (__u64)mem,
		.length = 2 * HUGE,
		.iova = PLACE,
		.page_size_max = page_size_max,
	};

	return space_map(space, &map);
}

static bool has_page_size(int space, __u64 size)
{
	struct ioasid_map_entry entry;

	return space_maps(space, PLACE, &entry, 1) == 1 &&
	       entry.page_sizes == size;
}

FIXTURE_SETUP(deaf)
{
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	ASSERT_EQ(0, iova_dma_open(&self->dma, DEAF, self->space));
	self->mem = anon_map_huge(2 * HUGE);
	ASSERT_NE(NULL, self->mem);
	madvise(self->mem, 2 * HUGE, MADV_HUGEPAGE);
	memset(self->mem, 1, 2 * HUGE);
	ASSERT_EQ(0, map_huge(self->space, self->mem, 0));
	if (!has_page_size(self->space, HUGE))
		SKIP(return, "the kernel found no huge pages");
}

FIXTURE_TEARDOWN(deaf)
{
	iova_dma_close(&self->dma);
	close(self->space);
}

TEST_F(deaf, cut_is_refused)
{
	EXPECT_EQ(-EBUSY, space_unmap(self->space, PLACE, PAGE));
	EXPECT_EQ(-EBUSY, space_unmap(self->space, PLACE + PAGE, PAGE));
	EXPECT_EQ(-EBUSY, space_unmap(self->space, PLACE, 2 * HUGE - PAGE));
	EXPECT_EQ(-EBUSY, space_unmap(self->space, PLACE + HUGE - PAGE,
				      2 * PAGE));
	EXPECT_EQ(-EBUSY, space_unmap(self->space, PLACE - HUGE,
				      HUGE + HUGE / 2));
	/* Nothing of it is gone. */
	EXPECT_EQ(2 * HUGE + IOVA_JOBS_SIZE, space_pinned(self->space));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 1, 2 * HUGE));
	EXPECT_TRUE(has_page_size(self->space, HUGE));
}

TEST_F(deaf, whole_pages_can_go)
{
	EXPECT_EQ(HUGE, space_unmap(self->space, PLACE, HUGE));
	EXPECT_TRUE(iova_cannot_read(&self->dma, PLACE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE + HUGE, 1, HUGE));
	EXPECT_EQ(HUGE, space_unmap(self->space, PLACE - HUGE, 4 * HUGE));
}

TEST_F(deaf, all_can_go)
{
	EXPECT_EQ(2 * HUGE + IOVA_JOBS_SIZE, space_unmap_all(self->space));
}

TEST_F(deaf, cut_of_small_pages)
{
	ASSERT_EQ(2 * HUGE, space_unmap(self->space, PLACE, 2 * HUGE));
	ASSERT_EQ(0, map_huge(self->space, self->mem, PAGE));
	EXPECT_EQ(PAGE, space_unmap(self->space, PLACE + PAGE, PAGE));
	EXPECT_TRUE(iova_cannot_read(&self->dma, PLACE + PAGE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE, 1, PAGE));
	EXPECT_TRUE(iova_sees(&self->dma, PLACE + 2 * PAGE, 1,
			      2 * HUGE - 2 * PAGE));
}

TEST_F(deaf, cut_once_it_is_gone)
{
	struct iova_dma other;

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, iova_dma_open(&other, WIDE, self->space));
	EXPECT_EQ(-EBUSY, space_unmap(self->space, PLACE + PAGE, PAGE));
	close(self->dma.queue);
	self->dma.queue = -1;
	EXPECT_EQ(PAGE, space_unmap(self->space, PLACE + PAGE, PAGE));
	EXPECT_TRUE(iova_cannot_read(&other, PLACE + PAGE));
	EXPECT_TRUE(iova_sees(&other, PLACE + 2 * PAGE, 1,
			      2 * HUGE - 2 * PAGE));
	iova_dma_close(&other);
}

int main(int argc, char **argv)
{
	if (simulator_load(PARAMETERS)) {
		ksft_print_msg("the simulator does not load: " PARAMETERS "\n");
		return KSFT_FAIL;
	}
	return test_harness_run(argc, argv);
}
