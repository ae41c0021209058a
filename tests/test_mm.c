// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device sees the memory of the process as the process does, whatever the
 * kernel does with it in between.
 *
 * Each test lets the device map some memory, has the kernel change what is
 * behind the addresses, and then compares what CPU and device see.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

#include "job.h"
#include "memory.h"
#include "process.h"

#define SIZE	(16 * PAGE)
#define KSM	"/sys/kernel/mm/ksm/"

FIXTURE(mm)
{
	struct dma dma;
	/* Source of all copies, filled with pattern 1. */
	char *src;
	/* Nobody has touched it. */
	char *mem;
};

FIXTURE_SETUP(mm)
{
	ASSERT_EQ(0, dma_open(&self->dma, 0));
	self->src = anon_map(SIZE);
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->src);
	ASSERT_NE(NULL, self->mem);
	pattern_fill(self->src, SIZE, 1);
}

FIXTURE_TEARDOWN(mm)
{
	dma_close(&self->dma);
}

static int fill(const struct dma *dma, void *mem, unsigned char value,
		__u32 size)
{
	struct job job;

	job_memfill(&job, dma->pasid, mem, value * 0x0101010101010101ull, size);
	return job_run(dma->queue, &job);
}

/* Does the device see nothing but @value there? */
static bool device_sees(const struct dma *dma, const void *mem,
			unsigned char value, __u32 size)
{
	struct job job;

	job_compval(&job, dma->pasid, mem, value * 0x0101010101010101ull, size);
	return job_run(dma->queue, &job) == DSA_COMP_SUCCESS &&
	       !job.record.result;
}

static bool faults_on_read(const struct dma *dma, const void *mem)
{
	struct job job;

	job_compval(&job, dma->pasid, mem, 0, 8);
	return job_run(dma->queue, &job) == DSA_COMP_PAGE_FAULT_IR &&
	       job.record.bytes_completed == 0;
}

static bool faults_on_write(const struct dma *dma, void *mem)
{
	return fill(dma, mem, 0xbd, 8) ==
	       (DSA_COMP_PAGE_FAULT_IR | DSA_COMP_STATUS_WRITE);
}

TEST_F(mm, first_touch)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 3, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 3));
}

TEST_F(mm, first_touch_of_single_bytes)
{
	unsigned int i;

	for (i = 0; i < SIZE / PAGE; i += 2)
		EXPECT_EQ(DSA_COMP_SUCCESS,
			  fill(&self->dma, self->mem + i * PAGE + 17, i, 1));
	for (i = 0; i < SIZE / PAGE; i++) {
		EXPECT_EQ(i % 2 ? 0 : i, self->mem[i * PAGE + 17]);
		self->mem[i * PAGE + 17] = 0;
	}
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0));
}

TEST_F(mm, zero_page_then_cpu_write)
{
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 0, SIZE));
	memset(self->mem, 4, SIZE);
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 4, SIZE));
}

TEST_F(mm, zero_page_then_device_write)
{
	char *other = anon_map(SIZE);

	ASSERT_NE(NULL, other);
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 0, SIZE));
	EXPECT_TRUE(device_sees(&self->dma, other, 0, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 5, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 5));
	EXPECT_TRUE(bytes_are(other, SIZE, 0));
}

TEST_F(mm, read_mapped_then_device_write)
{
	memset(self->mem, 1, SIZE);
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 1, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 2, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 2));
	memset(self->mem, 3, SIZE);
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 3, SIZE));
}

/* A child that looks at its copy of the memory when told to. */
static int compare_in_child(int socket, void *arg)
{
	int expected = receive_byte(socket);

	return expected < 0 || !bytes_are(arg, SIZE, expected);
}

static int scribble_in_child(int socket, void *arg)
{
	int value = receive_byte(socket);

	if (value < 0)
		return 1;
	memset(arg, value, SIZE);
	return send_byte(socket, 'd') || receive_byte(socket) < 0;
}

TEST_F(mm, fork_then_device_write)
{
	struct child child;

	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 6, SIZE));
	ASSERT_EQ(0, child_start(&child, compare_in_child, self->mem));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 7, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 7));
	ASSERT_EQ(0, send_byte(child.socket, 6));
	EXPECT_EQ(0, child_wait(&child));
}

TEST_F(mm, fork_then_cpu_write)
{
	struct child child;

	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 6, SIZE));
	ASSERT_EQ(0, child_start(&child, compare_in_child, self->mem));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 6, SIZE));
	memset(self->mem, 8, SIZE);
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 8, SIZE));
	ASSERT_EQ(0, send_byte(child.socket, 6));
	EXPECT_EQ(0, child_wait(&child));
}

TEST_F(mm, fork_then_child_write)
{
	struct child child;

	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 6, SIZE));
	ASSERT_EQ(0, child_start(&child, scribble_in_child, self->mem));
	ASSERT_EQ(0, send_byte(child.socket, 9));
	ASSERT_EQ('d', receive_byte(child.socket));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 6, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 5, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 5));
	ASSERT_EQ(0, send_byte(child.socket, 'e'));
	EXPECT_EQ(0, child_wait(&child));
}

TEST_F(mm, read_only_mapping)
{
	void *mem = mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);

	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_TRUE(faults_on_write(&self->dma, mem));
	EXPECT_TRUE(device_sees(&self->dma, mem, 0, SIZE));
	EXPECT_TRUE(faults_on_write(&self->dma, mem));
	EXPECT_TRUE(bytes_are(mem, SIZE, 0));
}

TEST_F(mm, no_access)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(0, mprotect(self->mem, SIZE, PROT_NONE));
	EXPECT_TRUE(faults_on_read(&self->dma, self->mem));
	EXPECT_TRUE(faults_on_write(&self->dma, self->mem));
	ASSERT_EQ(0, mprotect(self->mem, SIZE, PROT_READ | PROT_WRITE));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 1, SIZE));
}

TEST_F(mm, mprotect_to_read_only_and_back)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(0, mprotect(self->mem, SIZE, PROT_READ));
	EXPECT_TRUE(faults_on_write(&self->dma, self->mem));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 1, SIZE));
	EXPECT_TRUE(faults_on_write(&self->dma, self->mem));
	ASSERT_EQ(0, mprotect(self->mem, SIZE, PROT_READ | PROT_WRITE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 2, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 2));
}

TEST_F(mm, munmap)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(0, munmap(self->mem + PAGE, PAGE));
	EXPECT_TRUE(faults_on_read(&self->dma, self->mem + PAGE));
	EXPECT_TRUE(faults_on_write(&self->dma, self->mem + PAGE));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 1, PAGE));
	EXPECT_TRUE(device_sees(&self->dma, self->mem + 2 * PAGE, 1,
				SIZE - 2 * PAGE));
}

TEST_F(mm, other_memory_at_same_address)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(self->mem, mmap(self->mem, SIZE, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
				  0));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 0, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 2, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 2));
}

TEST_F(mm, madvise_dontneed)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_DONTNEED));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 0, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 2, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 2));
}

TEST_F(mm, mremap)
{
	char *moved = anon_map(2 * SIZE);

	ASSERT_NE(NULL, moved);
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(moved, mremap(self->mem, SIZE, 2 * SIZE,
				MREMAP_MAYMOVE | MREMAP_FIXED, moved));
	EXPECT_TRUE(faults_on_read(&self->dma, self->mem));
	EXPECT_TRUE(faults_on_write(&self->dma, self->mem));
	EXPECT_TRUE(device_sees(&self->dma, moved, 1, SIZE));
	EXPECT_TRUE(device_sees(&self->dma, moved + SIZE, 0, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, moved, 2, 2 * SIZE));
	EXPECT_TRUE(bytes_are(moved, 2 * SIZE, 2));
}

/* Shared mappings of a file, which is a memfd or is on tmpfs. */
FIXTURE(file)
{
	struct dma dma;
	int fd;
	char *mem;
	char buffer[SIZE];
};

FIXTURE_VARIANT(file)
{
	bool on_tmpfs;
};

FIXTURE_VARIANT_ADD(file, memfd)
{
	.on_tmpfs = false,
};

FIXTURE_VARIANT_ADD(file, tmpfs)
{
	.on_tmpfs = true,
};

FIXTURE_SETUP(file)
{
	char path[] = "/dev/shm/test_mm.XXXXXX";

	ASSERT_EQ(0, dma_open(&self->dma, 0));
	if (variant->on_tmpfs) {
		self->fd = mkstemp(path);
		unlink(path);
	} else {
		self->fd = memfd_create("test_mm", MFD_CLOEXEC);
	}
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, ftruncate(self->fd, SIZE));
	self->mem = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 self->fd, 0);
	ASSERT_NE(MAP_FAILED, self->mem);
}

FIXTURE_TEARDOWN(file)
{
	dma_close(&self->dma);
	close(self->fd);
}

TEST_F(file, pread_sees_device)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(SIZE, pread(self->fd, self->buffer, SIZE, 0));
	EXPECT_TRUE(bytes_are(self->buffer, SIZE, 1));
}

TEST_F(file, device_sees_pwrite)
{
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 0, SIZE));
	memset(self->buffer, 2, SIZE);
	ASSERT_EQ(SIZE, pwrite(self->fd, self->buffer, SIZE, 0));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 2, SIZE));
}

TEST_F(file, two_addresses_of_one_page)
{
	char *alias = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			   self->fd, 0);

	ASSERT_NE(MAP_FAILED, alias);
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, alias, 3, SIZE));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 3, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 3));
}

TEST_F(file, truncate)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(0, ftruncate(self->fd, PAGE));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 1, PAGE));
	EXPECT_TRUE(faults_on_read(&self->dma, self->mem + PAGE));
	EXPECT_TRUE(faults_on_write(&self->dma, self->mem + PAGE));
	ASSERT_EQ(0, ftruncate(self->fd, SIZE));
	EXPECT_TRUE(device_sees(&self->dma, self->mem + PAGE, 0, SIZE - PAGE));
}

TEST_F(file, punched_hole)
{
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(0, madvise(self->mem + PAGE, 2 * PAGE, MADV_REMOVE));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 1, PAGE));
	EXPECT_TRUE(device_sees(&self->dma, self->mem + PAGE, 0, 2 * PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  fill(&self->dma, self->mem + PAGE, 2, PAGE));
	ASSERT_EQ(PAGE, pread(self->fd, self->buffer, PAGE, PAGE));
	EXPECT_TRUE(bytes_are(self->buffer, PAGE, 2));
}

TEST_F(file, private_mapping_is_copied)
{
	char *private = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE,
			     self->fd, 0);

	ASSERT_NE(MAP_FAILED, private);
	memset(self->mem, 1, SIZE);
	EXPECT_TRUE(device_sees(&self->dma, private, 1, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, private, 2, SIZE));
	EXPECT_TRUE(bytes_are(private, SIZE, 2));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 1));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 1, SIZE));
}

TEST_F(file, read_only_fd)
{
	char path[32];
	char *mem;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	mem = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_TRUE(device_sees(&self->dma, mem, 0, SIZE));
	EXPECT_TRUE(faults_on_write(&self->dma, mem));
	EXPECT_TRUE(bytes_are(mem, SIZE, 0));
	close(fd);
}

/* Huge pages, and what is done to parts of them. */
FIXTURE(huge)
{
	struct dma dma;
	char *mem;
};

FIXTURE_SETUP(huge)
{
	ASSERT_EQ(0, dma_open(&self->dma, 0));
	self->mem = anon_map_huge(2 * HUGE);
	ASSERT_NE(NULL, self->mem);
	if (madvise(self->mem, 2 * HUGE, MADV_HUGEPAGE))
		SKIP(return, "transparent huge pages are disabled");
	ASSERT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 1, 2 * HUGE));
}

FIXTURE_TEARDOWN(huge)
{
	dma_close(&self->dma);
}

TEST_F(huge, first_touch)
{
	EXPECT_TRUE(bytes_are(self->mem, 2 * HUGE, 1));
	memset(self->mem, 2, 2 * HUGE);
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 2, 2 * HUGE));
}

/* A page of the middle goes, by several means; its neighbours stay. */
static bool neighbours_hold(const struct dma *dma, char *mem,
			    unsigned char value)
{
	return device_sees(dma, mem, value, 100 * PAGE) &&
	       device_sees(dma, mem + 101 * PAGE, value,
			   2 * HUGE - 101 * PAGE) &&
	       bytes_are(mem, 100 * PAGE, value) &&
	       bytes_are(mem + 101 * PAGE, 2 * HUGE - 101 * PAGE, value);
}

TEST_F(huge, munmap_of_part)
{
	char *hole = self->mem + 100 * PAGE;

	ASSERT_EQ(0, munmap(hole, PAGE));
	EXPECT_TRUE(faults_on_write(&self->dma, hole));
	EXPECT_TRUE(neighbours_hold(&self->dma, self->mem, 1));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 2, 100 * PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, hole + PAGE, 2,
					 2 * HUGE - 101 * PAGE));
	EXPECT_TRUE(neighbours_hold(&self->dma, self->mem, 2));
}

TEST_F(huge, dontneed_of_part)
{
	char *hole = self->mem + 100 * PAGE;

	ASSERT_EQ(0, madvise(hole, PAGE, MADV_DONTNEED));
	EXPECT_TRUE(device_sees(&self->dma, hole, 0, PAGE));
	EXPECT_TRUE(neighbours_hold(&self->dma, self->mem, 1));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, hole, 2, PAGE));
	EXPECT_TRUE(bytes_are(hole, PAGE, 2));
	EXPECT_TRUE(neighbours_hold(&self->dma, self->mem, 1));
	ASSERT_EQ(0, madvise(hole, PAGE, MADV_DONTNEED));
	EXPECT_TRUE(device_sees(&self->dma, hole, 0, PAGE));
}

TEST_F(huge, mprotect_of_part)
{
	char *hole = self->mem + 100 * PAGE;

	ASSERT_EQ(0, mprotect(hole, PAGE, PROT_READ));
	EXPECT_TRUE(faults_on_write(&self->dma, hole));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 1, 2 * HUGE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 2, 100 * PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, hole + PAGE, 2,
					 2 * HUGE - 101 * PAGE));
	EXPECT_TRUE(bytes_are(hole, PAGE, 1));
	ASSERT_EQ(0, mprotect(hole, PAGE, PROT_READ | PROT_WRITE));
	/* The same pages in one piece again, and then one of them gone. */
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 3, 2 * HUGE));
	ASSERT_EQ(0, madvise(hole, PAGE, MADV_DONTNEED));
	EXPECT_TRUE(device_sees(&self->dma, hole, 0, PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 4, 2 * HUGE));
	EXPECT_TRUE(bytes_are(self->mem, 2 * HUGE, 4));
}

TEST_F(huge, read_then_write)
{
	ASSERT_EQ(0, madvise(self->mem, 2 * HUGE, MADV_DONTNEED));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 0, 2 * HUGE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem + PAGE, 5,
					 HUGE));
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
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 6, 2 * HUGE));
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
	EXPECT_TRUE(faults_on_write(&self->dma, self->mem));
	EXPECT_TRUE(device_sees(&self->dma, target, 1, 2 * HUGE));
}

/* Pages of hugetlbfs, if the kernel can find two that are free. */
TEST_F(mm, hugetlb)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB;
	char *mem;

	write_text("/proc/sys/vm/nr_hugepages", "2");
	mem = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (mem == MAP_FAILED)
		SKIP(return, "no huge page could be reserved");
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, mem, 1, 2 * HUGE));
	EXPECT_TRUE(bytes_are(mem, 2 * HUGE, 1));
	ASSERT_EQ(0, madvise(mem, HUGE, MADV_DONTNEED));
	EXPECT_TRUE(device_sees(&self->dma, mem, 0, HUGE));
	EXPECT_TRUE(device_sees(&self->dma, mem + HUGE, 1, HUGE));
	ASSERT_EQ(0, munmap(mem + HUGE, HUGE));
	EXPECT_TRUE(faults_on_write(&self->dma, mem + HUGE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, mem, 2, HUGE));
	EXPECT_TRUE(bytes_are(mem, HUGE, 2));
	munmap(mem, HUGE);
	EXPECT_EQ(0, write_text("/proc/sys/vm/nr_hugepages", "0"));
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

TEST_F(mm, merged_pages)
{
	char *other = anon_map(SIZE);

	ASSERT_NE(NULL, other);
	if (write_text(KSM "run", "1"))
		SKIP(return, "the kernel cannot merge pages");
	ASSERT_EQ(0, write_text(KSM "sleep_millisecs", "0"));
	ASSERT_EQ(0, write_text(KSM "pages_to_scan", "1000"));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 1, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, other, 1, SIZE));
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_MERGEABLE));
	ASSERT_EQ(0, madvise(other, SIZE, MADV_MERGEABLE));
	EXPECT_TRUE(merge_pages());
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 1, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 2, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 2));
	EXPECT_TRUE(bytes_are(other, SIZE, 1));
	EXPECT_TRUE(device_sees(&self->dma, other, 1, SIZE));
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

TEST_F(mm, swapped_out_and_in)
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
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 2, PAGE));
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_PAGEOUT));
	EXPECT_TRUE(bytes_are(self->mem, PAGE, 2));
}

/*
 * A page that was offered with MADV_FREE and is written again must be kept:
 * the kernel knows only if the device's write has made it dirty.
 */
TEST_F(mm, written_after_madv_free)
{
	const size_t size = 256 * PAGE;
	char *mem = anon_map(size);

	ASSERT_NE(NULL, mem);
	if (!have_swap())
		SKIP(return, "no swap");
	memset(mem, 1, size);
	ASSERT_EQ(0, madvise(mem, size, MADV_FREE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, mem, 2, size));
	ASSERT_EQ(0, madvise(mem, size, MADV_PAGEOUT));
	EXPECT_TRUE(bytes_are(mem, size, 2));
}

/* The same, with the pages already writable for the device. */
TEST_F(mm, mapped_then_madv_free_then_written)
{
	const size_t size = 256 * PAGE;
	char *mem = anon_map(size);

	ASSERT_NE(NULL, mem);
	if (!have_swap())
		SKIP(return, "no swap");
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, mem, 1, size));
	ASSERT_EQ(0, madvise(mem, size, MADV_FREE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, mem, 2, size));
	ASSERT_EQ(0, madvise(mem, size, MADV_PAGEOUT));
	EXPECT_TRUE(bytes_are(mem, size, 2));
}

/* What the device only reads stays clean, and may be dropped. */
TEST_F(mm, read_after_madv_free)
{
	if (!have_swap())
		SKIP(return, "no swap");
	memset(self->mem, 1, SIZE);
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_FREE));
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 1, SIZE));
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_PAGEOUT));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0));
}

TEST_F(mm, locked)
{
	ASSERT_EQ(0, mlock(self->mem, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, self->mem, 1, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 1));
	ASSERT_EQ(0, munlock(self->mem, SIZE));
	memset(self->mem, 2, SIZE);
	EXPECT_TRUE(device_sees(&self->dma, self->mem, 2, SIZE));
}

TEST_F(mm, stack_and_heap)
{
	char stack[3 * PAGE];
	char *heap = sbrk(SIZE);

	ASSERT_NE((void *)-1, heap);
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, stack, 1, sizeof(stack)));
	EXPECT_TRUE(bytes_are(stack, sizeof(stack), 1));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, heap, 2, SIZE));
	EXPECT_TRUE(bytes_are(heap, SIZE, 2));
	ASSERT_NE((void *)-1, sbrk(-(long)SIZE));
}

/* The stack grows for a CPU that touches it, not for a device. */
TEST_F(mm, below_stack)
{
	char *stack = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN |
			   MAP_STACK, -1, 0);

	ASSERT_NE(MAP_FAILED, stack);
	ASSERT_EQ(0, munmap(stack, 32 * PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, stack + 32 * PAGE, 1,
					 32 * PAGE));
	EXPECT_TRUE(faults_on_write(&self->dma, stack));
}

/* A function, which is code, as memory. */
TEST_F(mm, program_text)
{
	char *text = (char *)((unsigned long)getauxval(AT_ENTRY) & -PAGE);
	char *copy = malloc(PAGE);

	ASSERT_NE(NULL, copy);
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_copy(&self->dma, copy, text, PAGE));
	EXPECT_EQ(0, memcmp(copy, text, PAGE));
	EXPECT_TRUE(faults_on_write(&self->dma, text));
	EXPECT_EQ(0, memcmp(copy, text, PAGE));
	free(copy);
}

/* Not backed by ordinary pages: may fail, must not hang or be written. */
TEST_F(mm, vdso)
{
	char *vdso = (char *)getauxval(AT_SYSINFO_EHDR);
	struct job job;

	ASSERT_NE(NULL, vdso);
	job_memmove(&job, self->dma.pasid, self->mem, vdso, PAGE);
	EXPECT_NE(-ETIMEDOUT, job_run(self->dma.queue, &job));
	if (job.record.status == DSA_COMP_SUCCESS)
		EXPECT_EQ(0, memcmp(self->mem, vdso, PAGE));
	EXPECT_TRUE(faults_on_write(&self->dma, vdso));
	job_memmove(&job, self->dma.pasid, self->mem, vdso - PAGE, 64);
	EXPECT_NE(-ETIMEDOUT, job_run(self->dma.queue, &job));
	EXPECT_TRUE(faults_on_write(&self->dma, vdso - PAGE));
}

/* Secret memory is not in the kernel's map: a device must not have it. */
TEST_F(mm, secret_memory)
{
	int fd = syscall(SYS_memfd_secret, 0);
	char *mem;

	if (fd < 0)
		SKIP(return, "no memfd_secret");
	ASSERT_EQ(0, ftruncate(fd, PAGE));
	mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_TRUE(faults_on_write(&self->dma, mem));
	EXPECT_TRUE(faults_on_read(&self->dma, mem));
	memset(mem, 1, PAGE);
	EXPECT_TRUE(faults_on_write(&self->dma, mem));
	EXPECT_TRUE(faults_on_read(&self->dma, mem));
	EXPECT_TRUE(bytes_are(mem, PAGE, 1));
	close(fd);
}

/* Shared memory without a name. */
TEST_F(mm, mapping_of_dev_zero)
{
	char *mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 open("/dev/zero", O_RDWR | O_CLOEXEC), 0);

	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_EQ(DSA_COMP_SUCCESS, fill(&self->dma, mem, 1, PAGE));
	EXPECT_TRUE(bytes_are(mem, PAGE, 1));
}

TEST_HARNESS_MAIN
