// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading and writing spaces like files, both types: the rules that the header
 * gives for pread() and pwrite() on an IOASID fd.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "iova.h"
#include "memory.h"
#include "process.h"
#include "uapi.h"
#include "uffd.h"

#define SIZE	(64 * PAGE)

/* Memory with a pattern in a space: at @base in an IOVA space, at itself. */
FIXTURE(access)
{
	int space;
	char *mem;
	char *buffer;
	__u64 base;
};

FIXTURE_VARIANT(access)
{
	bool iova;
};

FIXTURE_VARIANT_ADD(access, iova)
{
	.iova = true,
};

FIXTURE_VARIANT_ADD(access, sva)
{
	.iova = false,
};

FIXTURE_SETUP(access)
{
	self->mem = anon_map(SIZE);
	self->buffer = anon_map(2 * SIZE);
	ASSERT_NE(NULL, self->mem);
	ASSERT_NE(NULL, self->buffer);
	pattern_fill(self->mem, SIZE, 1);
	self->base = (__u64)self->mem;
	if (!variant->iova) {
		self->space = space_alloc(NULL);
		ASSERT_LE(0, self->space);
		return;
	}
	self->base = PLACE;
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, SIZE,
				  IOASID_READ | IOASID_WRITE));
}

FIXTURE_TEARDOWN(access)
{
	close(self->space);
	munmap(self->mem, SIZE);
	munmap(self->buffer, 2 * SIZE);
}

TEST_F(access, read)
{
	EXPECT_EQ(SIZE, pread(self->space, self->buffer, SIZE, self->base));
	EXPECT_TRUE(pattern_holds(self->buffer, SIZE, 1));
}

TEST_F(access, write)
{
	pattern_fill(self->buffer, SIZE, 2);
	EXPECT_EQ(SIZE, pwrite(self->space, self->buffer, SIZE, self->base));
	EXPECT_TRUE(pattern_holds(self->mem, SIZE, 2));
}

TEST_F(access, any_alignment)
{
	unsigned int at, size;

	for (at = PAGE - 9; at < PAGE + 9; at += 3)
		for (size = 1; size < 20; size += 6) {
			EXPECT_EQ(size, pread(self->space, self->buffer, size,
					      self->base + at));
			EXPECT_EQ(0, memcmp(self->buffer, self->mem + at,
					    size));
		}
}

TEST_F(access, file_position)
{
	EXPECT_EQ(self->base, lseek(self->space, self->base, SEEK_SET));
	EXPECT_EQ(PAGE, read(self->space, self->buffer, PAGE));
	EXPECT_EQ(10, read(self->space, self->buffer + PAGE, 10));
	EXPECT_EQ(self->base + PAGE + 10, lseek(self->space, 0, SEEK_CUR));
	EXPECT_EQ(0, memcmp(self->buffer, self->mem, PAGE + 10));
	EXPECT_EQ(5, write(self->space, "hello", 5));
	EXPECT_EQ(0, memcmp(self->mem + PAGE + 10, "hello", 5));
}

TEST_F(access, pieces)
{
	struct iovec pieces[] = {
		{ self->buffer, 5 },
		{ self->buffer + PAGE, PAGE },
		{ self->buffer + 5, 7 },
	};

	EXPECT_EQ(PAGE + 12, preadv(self->space, pieces, 3, self->base));
	EXPECT_EQ(0, memcmp(self->buffer, self->mem, 5));
	EXPECT_EQ(0, memcmp(self->buffer + PAGE, self->mem + 5, PAGE));
	EXPECT_EQ(0, memcmp(self->buffer + 5, self->mem + 5 + PAGE, 7));
}

TEST_F(access, nothing_at_all)
{
	EXPECT_EQ(0, pread(self->space, self->buffer, 0, self->base));
	EXPECT_EQ(0, pwrite(self->space, self->buffer, 0, 0));
}

TEST_F(access, negative_position)
{
	EXPECT_EQ(-1, pread(self->space, self->buffer, 1, -1));
	EXPECT_EQ(EINVAL, errno);
}

/* The hole is behind three pages. */
static int make_hole(int space, char *mem, bool iova)
{
	if (iova)
		return space_unmap(space, PLACE + 3 * PAGE, PAGE) != PAGE;
	return munmap(mem + 3 * PAGE, PAGE);
}

TEST_F(access, short_at_a_hole)
{
	ASSERT_EQ(0, make_hole(self->space, self->mem, variant->iova));
	EXPECT_EQ(3 * PAGE - 7, pread(self->space, self->buffer, SIZE,
				      self->base + 7));
	EXPECT_EQ(-1, pread(self->space, self->buffer, 1,
			    self->base + 3 * PAGE));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(PAGE, pwrite(self->space, self->buffer, 2 * PAGE,
			       self->base + 2 * PAGE));
	EXPECT_EQ(-1, pwrite(self->space, self->buffer, PAGE,
			     self->base + 3 * PAGE));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(access, read_only)
{
	__u64 base = self->base;

	ASSERT_EQ(0, mprotect(self->mem, SIZE, PROT_READ));
	if (variant->iova) {
		base = PLACE + SIZE;
		ASSERT_EQ(0, space_map_at(self->space, base, self->mem, SIZE,
					  IOASID_READ));
	}
	EXPECT_EQ(PAGE, pread(self->space, self->buffer, PAGE, base));
	EXPECT_EQ(-1, pwrite(self->space, self->buffer, PAGE, base));
	EXPECT_EQ(EACCES, errno);
	EXPECT_TRUE(pattern_holds(self->mem, SIZE, 1));
}

TEST_F(access, bad_buffer)
{
	char *end = self->buffer + 2 * PAGE;

	ASSERT_EQ(0, munmap(end, PAGE));
	EXPECT_EQ(2 * PAGE, pread(self->space, self->buffer, SIZE, self->base));
	EXPECT_EQ(0, memcmp(self->buffer, self->mem, 2 * PAGE));
	EXPECT_EQ(-1, pread(self->space, end, PAGE, self->base));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(PAGE, pwrite(self->space, end - PAGE, SIZE, self->base));
	EXPECT_EQ(-1, pwrite(self->space, end, PAGE, self->base));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(access, buffer_is_the_memory)
{
	EXPECT_EQ(PAGE, pread(self->space, self->mem + PAGE, PAGE, self->base));
	EXPECT_EQ(0, memcmp(self->mem, self->mem + PAGE, PAGE));
	EXPECT_EQ(SIZE, pwrite(self->space, self->mem, SIZE, self->base));
}

TEST_F(access, freed)
{
	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->space));
	EXPECT_EQ(-1, pread(self->space, self->buffer, 1, self->base));
	EXPECT_EQ(ESTALE, errno);
	EXPECT_EQ(-1, pwrite(self->space, self->buffer, 1, self->base));
	EXPECT_EQ(ESTALE, errno);
}

struct reader {
	int space;
	char *buffer;
	__u64 base;
	ssize_t count;
	int error;
};

static void *read_all(void *data)
{
	struct reader *reader = data;

	reader->count = pread(reader->space, reader->buffer, SIZE,
			      reader->base);
	reader->error = errno;
	return NULL;
}

/* A buffer that nobody provides holds up its reader, and not the owner. */
TEST_F(access, buffer_that_takes_for_ever)
{
	struct reader reader = {
		.space = self->space,
		.buffer = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		.base = self->base,
	};
	int uffd = uffd_watch(reader.buffer, SIZE,
			      UFFDIO_REGISTER_MODE_MISSING);
	pthread_t thread;
	__u64 page;

	ASSERT_LE(0, uffd);
	ASSERT_EQ(0, pthread_create(&thread, NULL, read_all, &reader));
	page = uffd_wait(uffd);
	EXPECT_EQ(IOASID_STATE_FREE, space_free(self->space));
	ASSERT_EQ(0, uffd_provide(uffd, page, self->buffer));
	close(uffd);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(-1, reader.count);
	EXPECT_EQ(ESTALE, reader.error);
	EXPECT_TRUE(bytes_are(reader.buffer, SIZE, 0));
}

static void *write_for_ever(void *data)
{
	struct reader *reader = data;

	while (pwrite(reader->space, reader->buffer, SIZE, reader->base) > 0)
		;
	reader->error = errno;
	return NULL;
}

/* Once FREE has returned no byte moves. */
TEST_F(access, free_in_the_middle)
{
	struct reader writer = {
		.space = self->space,
		.buffer = self->buffer,
		.base = self->base,
	};
	pthread_t thread;

	memset(self->buffer, 0x77, SIZE);
	ASSERT_EQ(0, pthread_create(&thread, NULL, write_for_ever, &writer));
	while (*(volatile char *)(self->mem + SIZE - 1) != 0x77)
		;
	space_free(self->space);
	memset(self->mem, 0x33, SIZE);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(ESTALE, writer.error);
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0x33));
}

/* Of a process that is gone. */
static int exit_after_sending(int socket, void *arg)
{
	return send_fd(socket, space_alloc(NULL));
}

TEST(process_is_gone)
{
	struct child child;
	char byte;
	int space;

	ASSERT_EQ(0, child_start(&child, exit_after_sending, NULL));
	space = receive_fd(child.socket);
	ASSERT_LE(0, space);
	child_wait(&child);
	EXPECT_EQ(-1, pread(space, &byte, 1, (__u64)&byte));
	EXPECT_EQ(ESRCH, errno);
	close(space);
}

TEST_HARNESS_MAIN
