// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device that is nothing but software: the sample driver of one, which uses
 * ioasid_read() and ioasid_write().
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ioctl.h>

#include "../samples/software/ioasid_software.h"
#include "iova.h"
#include "memory.h"
#include "uapi.h"

#define SIZE	(4 * PAGE)
#define ROUNDS	100

FIXTURE(software)
{
	int device;
	int space;
	char *mem;
};

static int attach(int device, int space)
{
	struct ioasid_software_attach arg = {
		.size = sizeof(arg),
		.fd = space,
	};

	return ioctl(device, IOASID_SOFTWARE_ATTACH, &arg) ? -errno : 0;
}

/* How many bytes were copied is put into @copied. */
static int copy(int device, __u64 to, __u64 from, __u64 length, __u64 *copied)
{
	struct ioasid_software_copy arg = {
		.size = sizeof(arg),
		.source = from,
		.destination = to,
		.length = length,
	};
	int rc = ioctl(device, IOASID_SOFTWARE_COPY, &arg) ? -errno : 0;

	*copied = arg.out_copied;
	return rc;
}

FIXTURE_SETUP(software)
{
	ASSERT_EQ(0, system("modprobe ioasid_software"));
	self->device = open("/dev/ioasid_software", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->device);
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	self->mem = anon_map(2 * SIZE);
	ASSERT_NE(NULL, self->mem);
	pattern_fill(self->mem, SIZE, 5);
}

FIXTURE_TEARDOWN(software)
{
	close(self->device);
	close(self->space);
	EXPECT_EQ(0, system("rmmod ioasid_software"));
}

TEST_F(software, copy)
{
	__u64 copied;

	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, 2 * SIZE,
				  IOASID_READ | IOASID_WRITE));
	EXPECT_EQ(-ENOENT, copy(self->device, 0, 0, 1, &copied));
	ASSERT_EQ(0, attach(self->device, self->space));
	EXPECT_EQ(-EEXIST, attach(self->device, self->space));
	EXPECT_EQ(IOASID_STATE_ACTIVE, space_state(self->space));
	EXPECT_EQ(0, copy(self->device, PLACE + SIZE, PLACE, SIZE, &copied));
	EXPECT_EQ(SIZE, copied);
	EXPECT_TRUE(pattern_holds(self->mem + SIZE, SIZE, 5));
}

/* It reads and writes, but for that it needs the right to attach. */
TEST_F(software, rights)
{
	int others = space_share(self->space,
				 IOASID_RIGHT_ALL & ~IOASID_RIGHT_ATTACH);
	int attach_only = space_share(self->space, IOASID_RIGHT_ATTACH);
	__u64 copied;

	ASSERT_LE(0, others);
	ASSERT_LE(0, attach_only);
	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, 2 * SIZE,
				  IOASID_READ | IOASID_WRITE));
	EXPECT_EQ(-EACCES, attach(self->device, others));
	EXPECT_EQ(0, attach(self->device, attach_only));
	EXPECT_EQ(0, copy(self->device, PLACE + SIZE, PLACE, SIZE, &copied));
	EXPECT_TRUE(pattern_holds(self->mem + SIZE, SIZE, 5));
	close(others);
	close(attach_only);
}

TEST_F(software, own_memory)
{
	int space = space_alloc(NULL);
	__u64 copied;

	ASSERT_LE(0, space);
	ASSERT_EQ(0, attach(self->device, space));
	EXPECT_EQ(0, copy(self->device, (__u64)(self->mem + SIZE),
			  (__u64)self->mem, SIZE, &copied));
	EXPECT_TRUE(pattern_holds(self->mem + SIZE, SIZE, 5));
	close(space);
}

TEST_F(software, ends_at_a_hole)
{
	__u64 copied;

	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, 2 * SIZE,
				  IOASID_READ | IOASID_WRITE));
	ASSERT_EQ(0, attach(self->device, self->space));
	EXPECT_EQ(-EFAULT, copy(self->device, PLACE + 2 * SIZE - 100, PLACE,
				SIZE, &copied));
	EXPECT_EQ(100, copied);
}

TEST_F(software, write_to_read_only_map)
{
	__u64 copied;

	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, SIZE,
				  IOASID_READ));
	ASSERT_EQ(0, attach(self->device, self->space));
	EXPECT_EQ(-EACCES, copy(self->device, PLACE, PLACE, 1, &copied));
}

TEST_F(software, taken_back)
{
	__u64 copied;

	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, SIZE,
				  IOASID_READ | IOASID_WRITE));
	ASSERT_EQ(0, attach(self->device, self->space));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	EXPECT_EQ(-ESTALE, copy(self->device, PLACE, PLACE, 1, &copied));
	close(self->device);
	self->device = open("/dev/ioasid_software", O_RDWR | O_CLOEXEC);
	EXPECT_EQ(IOASID_STATE_FREE, space_state(self->space));
	EXPECT_EQ(-ESTALE, attach(self->device, self->space));
}

/* Without a device each attachment is on its own. */
TEST_F(software, cut)
{
	int other = open("/dev/ioasid_software", O_RDWR | O_CLOEXEC);
	struct ioasid_attachment_entry entries[3];
	__u64 copied;

	ASSERT_LE(0, other);
	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, 2 * SIZE,
				  IOASID_READ | IOASID_WRITE));
	ASSERT_EQ(0, attach(self->device, self->space));
	ASSERT_EQ(0, attach(other, self->space));
	EXPECT_EQ(1, space_cut(self->space, 1));
	ASSERT_EQ(2, space_list(self->space, 0, entries, 3));
	EXPECT_EQ(IOASID_ATTACHMENT_CUT, entries[0].flags);
	EXPECT_EQ(0, entries[1].flags);
	EXPECT_STREQ("", entries[0].device);
	EXPECT_EQ(getpid(), entries[0].pid);
	EXPECT_EQ(-ESTALE, copy(self->device, PLACE, PLACE, 1, &copied));
	EXPECT_EQ(0, copied);
	EXPECT_EQ(0, copy(other, PLACE + SIZE, PLACE, SIZE, &copied));
	EXPECT_TRUE(pattern_holds(self->mem + SIZE, SIZE, 5));
	EXPECT_EQ(-EALREADY, space_cut(self->space, 1));
	close(other);
}

TEST_F(software, cut_and_attached_again)
{
	__u64 copied;

	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, 2 * SIZE,
				  IOASID_READ | IOASID_WRITE));
	ASSERT_EQ(0, attach(self->device, self->space));
	ASSERT_EQ(1, space_cut(self->space, 1));
	EXPECT_EQ(-EEXIST, attach(self->device, self->space));
	close(self->device);
	self->device = open("/dev/ioasid_software", O_RDWR | O_CLOEXEC);
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->space));
	ASSERT_EQ(0, attach(self->device, self->space));
	EXPECT_EQ(0, copy(self->device, PLACE + SIZE, PLACE, SIZE, &copied));
	EXPECT_TRUE(pattern_holds(self->mem + SIZE, SIZE, 5));
}

struct copier {
	int device;
	char *mem;
	int rc;
};

/* Copies for as long as it may, and then knows why it may no longer. */
static void *copy_until_refused(void *arg)
{
	struct copier *copier = arg;
	__u64 from = (__u64)copier->mem, copied;

	do {
		copier->rc = copy(copier->device, from + SIZE, from, SIZE,
				  &copied);
	} while (!copier->rc);
	return NULL;
}

/* When CUT returns, not one byte is moved any more. */
TEST_F(software, cut_while_it_copies)
{
	struct copier copier = { .mem = self->mem };
	pthread_t thread;
	int round, space;

	for (round = 0; round < ROUNDS; round++) {
		copier.device = self->device;
		space = space_alloc(NULL);
		ASSERT_LE(0, space);
		ASSERT_EQ(0, attach(self->device, space));
		memset(self->mem + SIZE, 0, SIZE);
		ASSERT_EQ(0, pthread_create(&thread, NULL, copy_until_refused,
					    &copier));
		while (!__atomic_load_n(self->mem + SIZE, __ATOMIC_ACQUIRE))
			sched_yield();
		ASSERT_EQ(1, space_cut(space, 1));
		memset(self->mem + SIZE, round, SIZE);
		pthread_join(thread, NULL);
		EXPECT_EQ(-ESTALE, copier.rc);
		EXPECT_TRUE(bytes_are(self->mem + SIZE, SIZE, round));
		close(space);
		close(self->device);
		self->device = open("/dev/ioasid_software",
				    O_RDWR | O_CLOEXEC);
	}
}

TEST_HARNESS_MAIN
