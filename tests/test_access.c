// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading and writing spaces like files, both types: the rules that the header
 * gives for pread() and pwrite() on an IOASID fd.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "iova.h"
#include "memory.h"
#include "process.h"
#include "repeater.h"
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
	while (__atomic_load_n(self->mem + SIZE - 1,
			       __ATOMIC_RELAXED) != 0x77)
		;
	space_free(self->space);
	memset(self->mem, 0x33, SIZE);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(ESTALE, writer.error);
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0x33));
}

#define EXPECT_ERROR(error, call) do {		\
	EXPECT_EQ(-1, call);			\
	EXPECT_EQ(error, errno);		\
} while (0)

/* Pages that nobody has touched are provided, with no page request. */
TEST_F(access, needs_no_device)
{
	struct ioasid_status status;

	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_DONTNEED));
	EXPECT_EQ(SIZE, pread(self->space, self->buffer, SIZE, self->base));
	ASSERT_EQ(0, space_status(self->space, &status));
	EXPECT_EQ(IOASID_STATE_IDLE, status.out_state);
	EXPECT_EQ(0, status.out_faults);
	EXPECT_EQ(0, status.out_faults_failed);
}

TEST_F(access, with_a_device)
{
	int queue = queue_open(0, O_RDWR);

	ASSERT_LE(0, queue);
	ASSERT_EQ(0, queue_attach(queue, self->space, NULL));
	pattern_fill(self->buffer, SIZE, 2);
	EXPECT_EQ(SIZE, pwrite(self->space, self->buffer, SIZE, self->base));
	EXPECT_TRUE(pattern_holds(self->mem, SIZE, 2));
	close(queue);
}

TEST_F(access, position_stays_after_an_error)
{
	EXPECT_EQ(8, lseek(self->space, 8, SEEK_SET));
	EXPECT_ERROR(EFAULT, read(self->space, self->buffer, 8));
	EXPECT_EQ(8, lseek(self->space, 0, SEEK_CUR));
	EXPECT_ERROR(EINVAL, lseek(self->space, -9, SEEK_CUR));
	EXPECT_EQ(8, lseek(self->space, 0, SEEK_CUR));
}

TEST_F(access, pieces_to_write)
{
	struct iovec pieces[] = {
		{ self->buffer, 1 },
		{ self->buffer + PAGE, PAGE + 7 },
		{ self->buffer + 3, 0 },
		{ self->buffer + 3 * PAGE + 5, 2 * PAGE },
	};
	const size_t size = 3 * PAGE + 8;

	pattern_fill(self->buffer, SIZE, 2);
	memset(self->mem, 0, SIZE);
	EXPECT_EQ(size, pwritev(self->space, pieces, 4, self->base + 9));
	EXPECT_TRUE(bytes_are(self->mem, 9, 0));
	EXPECT_EQ(self->buffer[0], self->mem[9]);
	EXPECT_EQ(0, memcmp(pieces[1].iov_base, self->mem + 10, PAGE + 7));
	EXPECT_EQ(0, memcmp(pieces[3].iov_base, self->mem + 17 + PAGE,
			    2 * PAGE));
	EXPECT_TRUE(bytes_are(self->mem + 9 + size, PAGE, 0));
}

TEST_F(access, nothing_is_there)
{
	EXPECT_ERROR(EFAULT, pread(self->space, self->buffer, 1, 0));
	EXPECT_ERROR(EFAULT, pwrite(self->space, self->buffer, 1, PAGE));
	EXPECT_ERROR(EFAULT, pread(self->space, self->buffer, PAGE,
				   0x7ffffffff000));
	EXPECT_ERROR(EFAULT, pread(self->space, self->buffer, PAGE,
				   0x7fffffffffff0000));
}

/* By a process whose own memory at that address is another one. */
struct visitor {
	int space;
	__u64 base;
};

static int write_as_visitor(int socket, void *arg)
{
	const struct visitor *visitor = arg;

	return receive_byte(socket) < 0 ||
	       pwrite(visitor->space, "child", 5, visitor->base) != 5;
}

TEST_F(access, from_another_process)
{
	struct visitor visitor = { self->space, self->base };
	struct child child;

	ASSERT_EQ(0, child_start(&child, write_as_visitor, &visitor));
	memset(self->mem, 9, SIZE);
	ASSERT_EQ(0, send_byte(child.socket, 'w'));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_EQ(0, memcmp(self->mem, "child", 5));
	EXPECT_TRUE(bytes_are(self->mem + 5, SIZE - 5, 9));
}

/* Over maps that touch, to the hole behind them. */
TEST(several_maps)
{
	char *mem = anon_map(4 * PAGE), *buffer = anon_map(8 * PAGE);
	int space = space_alloc_iova(NULL), i;

	pattern_fill(mem, 4 * PAGE, 1);
	for (i = 0; i < 4; i++)
		ASSERT_EQ(0, space_map_at(space, PLACE + (3 - i) * PAGE,
					  mem + i * PAGE, PAGE, IOASID_READ));
	EXPECT_EQ(4 * PAGE, pread(space, buffer, 8 * PAGE, PLACE));
	for (i = 0; i < 4; i++)
		EXPECT_EQ(0, memcmp(buffer + (3 - i) * PAGE, mem + i * PAGE,
				    PAGE));
	close(space);
}

TEST(large_transfers)
{
	const size_t size = 8 * HUGE + 5 * PAGE;
	char *mem = anon_map_huge(9 * HUGE), *buffer = anon_map(2 * size);
	int space = space_alloc_iova(NULL), sva = space_alloc(NULL);

	ASSERT_NE(NULL, mem);
	ASSERT_NE(NULL, buffer);
	madvise(mem, 9 * HUGE, MADV_HUGEPAGE);
	ASSERT_EQ(0, space_map_at(space, PLACE, mem, size,
				  IOASID_READ | IOASID_WRITE));
	pattern_fill(buffer, size, 1);
	EXPECT_EQ(size - 3, pwrite(space, buffer, size - 3, PLACE + 3));
	EXPECT_EQ(0, memcmp(mem + 3, buffer, size - 3));
	memset(buffer, 0, size);
	EXPECT_EQ(size, pread(sva, buffer, size, (__u64)mem));
	EXPECT_EQ(0, memcmp(mem, buffer, size));
	EXPECT_EQ(size, pread(space, buffer, 2 * size, PLACE));
	close(space);
	close(sva);
}

/* Page tables cannot say it otherwise. */
TEST(writing_includes_reading)
{
	char *mem = anon_map(PAGE), byte = 0;
	int space = space_alloc_iova(NULL);

	ASSERT_EQ(0, space_map_at(space, PLACE, mem, PAGE, IOASID_WRITE));
	EXPECT_EQ(1, pwrite(space, "x", 1, PLACE));
	EXPECT_EQ(1, pread(space, &byte, 1, PLACE));
	EXPECT_EQ('x', byte);
	close(space);
}

TEST(no_access)
{
	char *mem = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			 0);
	int space = space_alloc(NULL);
	char byte = 0;

	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_ERROR(EACCES, pread(space, &byte, 1, (__u64)mem));
	EXPECT_ERROR(EACCES, pwrite(space, &byte, 1, (__u64)mem));
	close(space);
}

TEST(memory_of_a_device)
{
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);
	int space = space_alloc(NULL);
	char byte = 0;
	void *mem;

	if (fd < 0)
		SKIP(return, "there is no /dev/mem");
	mem = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0xf0000);
	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_ERROR(ENODEV, pread(space, &byte, 1, (__u64)mem));
	close(fd);
	close(space);
}

TEST(beyond_the_end_of_a_file)
{
	int fd = memfd_create("file", MFD_CLOEXEC), space = space_alloc(NULL);
	char *mem, bytes[2 * PAGE];

	ASSERT_EQ(0, ftruncate(fd, PAGE));
	mem = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_EQ(PAGE, pread(space, bytes, 2 * PAGE, (__u64)mem));
	EXPECT_ERROR(EFAULT, pread(space, bytes, 1, (__u64)mem + PAGE));
	close(fd);
	close(space);
}

/* A write makes a page of one's own, as the CPU's does. */
TEST(private_mapping_of_a_file)
{
	int fd = memfd_create("file", MFD_CLOEXEC), space = space_alloc(NULL);
	char *mem, *file;

	ASSERT_EQ(0, ftruncate(fd, PAGE));
	file = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_EQ(0, mem[0]);
	EXPECT_EQ(3, pwrite(space, "abc", 3, (__u64)mem));
	EXPECT_EQ(0, memcmp(mem, "abc", 3));
	EXPECT_EQ(0, file[0]);
	close(fd);
	close(space);
}

/* Who moves a page, while somebody keeps the buffer or the memory from it. */
struct mover {
	int space;
	bool write;
	__u64 at;
	char *buffer;
	ssize_t count;
	int error;
};

static void *move_page(void *data)
{
	struct mover *mover = data;

	mover->count = mover->write ?
		pwrite(mover->space, mover->buffer, PAGE, mover->at) :
		pread(mover->space, mover->buffer, PAGE, mover->at);
	mover->error = errno;
	return NULL;
}

FIXTURE(stuck)
{
	struct mover mover;
	char *mem;
	int uffd;
	pthread_t thread;
};

FIXTURE_VARIANT(stuck)
{
	bool write;
};

FIXTURE_VARIANT_ADD(stuck, read)
{
	.write = false,
};

FIXTURE_VARIANT_ADD(stuck, write)
{
	.write = true,
};

FIXTURE_SETUP(stuck)
{
	self->mem = anon_map(SIZE);
	memset(self->mem, 1, SIZE);
	self->mover.write = variant->write;
	self->mover.at = PLACE;
	self->mover.space = space_alloc_iova(NULL);
	ASSERT_EQ(0, space_map_at(self->mover.space, PLACE, self->mem, SIZE,
				  IOASID_READ | IOASID_WRITE));
	self->mover.buffer = anon_map(PAGE);
	self->uffd = uffd_watch(self->mover.buffer, PAGE,
				UFFDIO_REGISTER_MODE_MISSING);
	ASSERT_LE(0, self->uffd);
	ASSERT_EQ(0, pthread_create(&self->thread, NULL, move_page,
				    &self->mover));
	ASSERT_EQ((__u64)self->mover.buffer, uffd_wait(self->uffd));
}

/* However late it gets its page, it moves nothing of what was taken back. */
FIXTURE_TEARDOWN(stuck)
{
	static const char zeroes[PAGE];

	memset(self->mem, 2, PAGE);
	EXPECT_EQ(0, uffd_provide(self->uffd, (__u64)self->mover.buffer,
				  zeroes));
	pthread_join(self->thread, NULL);
	if (self->mover.count < 0)
		EXPECT_TRUE(bytes_are(self->mem, PAGE, 2));
	close(self->uffd);
	close(self->mover.space);
}

TEST_F(stuck, unmap_does_not_wait)
{
	EXPECT_EQ(SIZE, space_unmap(self->mover.space, PLACE, SIZE));
	EXPECT_EQ(0, space_pinned(self->mover.space));
}

TEST_F(stuck, free_does_not_wait)
{
	EXPECT_EQ(IOASID_STATE_FREE, space_free(self->mover.space));
	EXPECT_EQ(0, space_pinned(self->mover.space));
}

TEST_F(stuck, others_are_not_held_up)
{
	char byte = 0;

	EXPECT_EQ(1, pread(self->mover.space, &byte, 1, PLACE + PAGE));
	EXPECT_EQ(1, byte);
	EXPECT_EQ(1, pwrite(self->mover.space, "x", 1, PLACE + PAGE));
	EXPECT_EQ(0, space_map_at(self->mover.space, 2 * PLACE, self->mem, PAGE,
				  IOASID_READ));
}

/* Memory of an SVA space: who reads it waits, who takes it back does not. */
TEST(free_of_watched_memory)
{
	struct mover mover = { .space = space_alloc(NULL) };
	char *mem = anon_map(PAGE);
	pthread_t thread;
	int uffd;

	ASSERT_LE(0, mover.space);
	mover.at = (__u64)mem;
	mover.buffer = anon_map(PAGE);
	memset(mover.buffer, 1, PAGE);
	uffd = uffd_watch(mem, PAGE, UFFDIO_REGISTER_MODE_MISSING);
	ASSERT_LE(0, uffd);
	ASSERT_EQ(0, pthread_create(&thread, NULL, move_page, &mover));
	ASSERT_EQ((__u64)mem, uffd_wait(uffd));
	EXPECT_EQ(IOASID_STATE_FREE, space_free(mover.space));
	ASSERT_EQ(0, uffd_provide(uffd, (__u64)mem, mover.buffer));
	pthread_join(thread, NULL);
	EXPECT_EQ(-1, mover.count);
	EXPECT_EQ(ESTALE, mover.error);
	close(uffd);
	close(mover.space);
}

/* A step of who writes on, whether something is mapped or not. */
static bool write_or_find_nothing(void *data)
{
	struct reader *writer = data;

	return pwrite(writer->space, writer->buffer, SIZE, writer->base) > 0 ||
	       errno == EFAULT;
}

/* Once UNMAP has returned no byte moves. */
TEST(unmap_in_the_middle)
{
	struct reader writer = { .buffer = anon_map(SIZE), .base = PLACE };
	char *mem = anon_map(SIZE);
	struct repeater repeater;
	int round;

	writer.space = space_alloc_iova(NULL);
	memset(writer.buffer, 0xee, SIZE);
	ASSERT_EQ(0, repeater_start(&repeater, write_or_find_nothing,
				    &writer));
	for (round = 0; round < 200; round++) {
		ASSERT_EQ(0, space_map_at(writer.space, PLACE, mem, SIZE,
					  IOASID_READ | IOASID_WRITE));
		sched_yield();
		ASSERT_EQ(SIZE, space_unmap(writer.space, PLACE, SIZE));
		memset(mem, round, SIZE);
		ASSERT_TRUE(bytes_are(mem, SIZE, round));
	}
	EXPECT_TRUE(repeater_stop(&repeater));
	close(writer.space);
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
