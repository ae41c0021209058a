// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mappings of files on a disk: pages that a filesystem provides, and that
 * writeback cleans.
 *
 * Such pages take another way than memory of the process's own: the filesystem
 * is waited for with the mm unlocked, and wants to know of the first write to a
 * clean page. A page that a device wrote and that looks clean is not written to
 * the disk, which shows when it has been dropped from memory and is read again.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>

#include "disk.h"
#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"

#define SIZE		(64 * PAGE)
#define FILE_NAME	"/file"

FIXTURE(file)
{
	struct disk disk;
	struct dma dma;
	int fd;
	char *mem;
	/* Filled with pattern 1. */
	char *anon;
};

FIXTURE_SETUP(file)
{
	char path[64];

	NEED_PAGE_REQUESTS(return);
	if (!disk_is_possible())
		SKIP(return, "no zram or no ext4 to make a disk of");
	ASSERT_TRUE(disk_make(&self->disk));
	snprintf(path, sizeof(path), "%s" FILE_NAME, self->disk.dir);
	self->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, ftruncate(self->fd, SIZE));
	self->mem = mmap(NULL, 2 * SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 self->fd, 0);
	ASSERT_NE(MAP_FAILED, self->mem);
	self->anon = anon_map(SIZE);
	pattern_fill(self->anon, SIZE, 1);
	ASSERT_EQ(0, dma_open(&self->dma, 0));
}

FIXTURE_TEARDOWN(file)
{
	dma_close(&self->dma);
	munmap(self->mem, 2 * SIZE);
	close(self->fd);
	EXPECT_TRUE(disk_remove(&self->disk));
}

/* Nothing of the file stays in memory, unless it is dirty or mapped. */
static bool drop(char *mem, int fd)
{
	return !madvise(mem, SIZE, MADV_DONTNEED) &&
	       !posix_fadvise(fd, 0, SIZE, POSIX_FADV_DONTNEED);
}

/* What the disk has. */
static bool reads(int fd, void *buffer)
{
	return pread(fd, buffer, SIZE, 0) == SIZE;
}

TEST_F(file, write_reaches_the_disk)
{
	char *back = anon_map(SIZE);

	ASSERT_EQ(DSA_COMP_SUCCESS,
		  dma_copy(&self->dma, self->mem, self->anon, SIZE));
	ASSERT_EQ(0, fsync(self->fd));
	ASSERT_TRUE(drop(self->mem, self->fd));
	ASSERT_TRUE(reads(self->fd, back));
	EXPECT_TRUE(pattern_holds(back, SIZE, 1));
}

/* Writeback cleans pages that the device may write, and goes on writing. */
TEST_F(file, write_after_writeback_reaches_the_disk)
{
	unsigned char round;
	char *back = anon_map(SIZE);

	for (round = 1; round <= 10; round++) {
		ASSERT_EQ(DSA_COMP_SUCCESS,
			  dma_fill(&self->dma, self->mem, round, SIZE));
		ASSERT_EQ(0, fsync(self->fd));
	}
	ASSERT_TRUE(drop(self->mem, self->fd));
	ASSERT_TRUE(reads(self->fd, back));
	EXPECT_TRUE(bytes_are((unsigned char *)back, SIZE, round - 1));
}

/*
 * Pinned to be read, and then written all the same: writeback takes them out,
 * or it would not hear of what is written next.
 */
TEST_F(file, write_to_what_is_pinned_to_be_read)
{
	const __u32 pin = IOASID_PREFAULT_PIN | IOASID_READ;
	char *back = anon_map(SIZE);
	unsigned char round;

	ASSERT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE, pin));
	for (round = 1; round <= 3; round++) {
		ASSERT_EQ(DSA_COMP_SUCCESS,
			  dma_fill(&self->dma, self->mem, round, SIZE));
		ASSERT_EQ(0, fsync(self->fd));
	}
	EXPECT_EQ(SIZE, space_unpin_all(self->dma.space));
	ASSERT_TRUE(drop(self->mem, self->fd));
	ASSERT_TRUE(reads(self->fd, back));
	EXPECT_TRUE(bytes_are((unsigned char *)back, SIZE, round - 1));
}

/* Pages that are on the disk only. */
TEST_F(file, read_from_the_disk)
{
	char *back = anon_map(SIZE);

	ASSERT_EQ(SIZE, pwrite(self->fd, self->anon, SIZE, 0));
	ASSERT_EQ(0, fsync(self->fd));
	ASSERT_TRUE(drop(self->mem, self->fd));
	ASSERT_EQ(DSA_COMP_SUCCESS,
		  dma_copy(&self->dma, back, self->mem, SIZE));
	EXPECT_TRUE(pattern_holds(back, SIZE, 1));
}

/* A private mapping is copied on write, and the file does not change. */
TEST_F(file, private_mapping_keeps_the_file)
{
	char *private, *back = anon_map(SIZE);

	ASSERT_EQ(SIZE, pwrite(self->fd, self->anon, SIZE, 0));
	private = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE,
		       self->fd, 0);
	ASSERT_NE(MAP_FAILED, private);
	ASSERT_TRUE(dma_sees(&self->dma, private, *self->anon, 1));
	ASSERT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, private, 7, SIZE));
	EXPECT_TRUE(bytes_are((unsigned char *)private, SIZE, 7));
	munmap(private, SIZE);
	ASSERT_TRUE(reads(self->fd, back));
	EXPECT_TRUE(pattern_holds(back, SIZE, 1));
}

TEST_F(file, nothing_is_behind_the_end)
{
	EXPECT_TRUE(dma_cannot_read(&self->dma, self->mem + SIZE));
	EXPECT_TRUE(dma_cannot_write(&self->dma, self->mem + SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_fill(&self->dma, self->mem + SIZE - PAGE, 7, PAGE));
}

TEST_F(file, truncation_takes_pages_away)
{
	ASSERT_EQ(DSA_COMP_SUCCESS,
		  dma_copy(&self->dma, self->mem, self->anon, SIZE));
	ASSERT_EQ(0, ftruncate(self->fd, SIZE / 2));
	EXPECT_TRUE(dma_cannot_read(&self->dma, self->mem + SIZE / 2));
	EXPECT_TRUE(dma_cannot_write(&self->dma, self->mem + SIZE / 2));
	EXPECT_TRUE(pattern_holds(self->mem, SIZE / 2, 1));
}

TEST_HARNESS_MAIN
