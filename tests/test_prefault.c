// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of a process that is made ready for devices, and pinned for them.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "job.h"
#include "memory.h"
#include "process.h"
#include "uapi.h"

#define PAGES		32
#define SIZE		(PAGES * PAGE)
#define READ_WRITE	(IOASID_READ | IOASID_WRITE)
#define PIN		(READ_WRITE | IOASID_PREFAULT_PIN)

FIXTURE(prefault)
{
	int space;
	int queue;
	__u32 pasid;
	char *mem;
};

FIXTURE_SETUP(prefault)
{
	self->space = space_alloc(NULL);
	ASSERT_LE(0, self->space);
	self->queue = queue_open(0, O_RDWR);
	ASSERT_LE(0, self->queue);
	ASSERT_EQ(0, queue_attach(self->queue, self->space, &self->pasid));
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->mem);
}

FIXTURE_TEARDOWN(prefault)
{
	close(self->queue);
	close(self->space);
}

/* How many pages from the start are present for the device, for writing. */
static unsigned int pages_present(int space, const char *mem)
{
	struct ioasid_translate answer;
	unsigned int page;

	for (page = 0; page < PAGES; page++)
		if (space_translate(space, (__u64)(mem + page * PAGE),
				    &answer) ||
		    !(answer.out_flags & IOASID_PRESENT))
			break;
	return page;
}

static __u64 pinned(int space)
{
	struct ioasid_status status;

	return space_status(space, &status) ? ~0ull : status.out_pinned;
}

TEST_F(prefault, makes_present)
{
	EXPECT_EQ(0, pages_present(self->space, self->mem));
	EXPECT_EQ(SIZE, space_prefault(self->space, self->mem, SIZE,
				       READ_WRITE));
	EXPECT_EQ(PAGES, pages_present(self->space, self->mem));
	EXPECT_EQ(0, pinned(self->space));
}

TEST_F(prefault, stops_at_a_hole)
{
	ASSERT_EQ(0, munmap(self->mem + 5 * PAGE, PAGE));
	EXPECT_EQ(5 * PAGE, space_prefault(self->space, self->mem, SIZE,
					   READ_WRITE));
	EXPECT_EQ(-EFAULT, space_prefault(self->space, self->mem + 5 * PAGE,
					  PAGE, READ_WRITE));
	EXPECT_EQ(-EFAULT, space_prefault(self->space, self->mem, SIZE, PIN));
	EXPECT_EQ(0, pinned(self->space));
}

TEST_F(prefault, without_permission)
{
	ASSERT_EQ(0, mprotect(self->mem, SIZE, PROT_READ));
	EXPECT_EQ(-EACCES, space_prefault(self->space, self->mem, SIZE,
					  IOASID_WRITE));
	EXPECT_EQ(SIZE, space_prefault(self->space, self->mem, SIZE,
				       IOASID_READ));
}

TEST_F(prefault, bad_ranges)
{
	EXPECT_EQ(-EINVAL, space_prefault(self->space, self->mem, 0,
					  IOASID_READ));
	EXPECT_EQ(-EINVAL, space_prefault(self->space, self->mem + 1, PAGE,
					  IOASID_READ));
	EXPECT_EQ(-EINVAL, space_prefault(self->space, self->mem, PAGE + 1,
					  IOASID_READ));
	EXPECT_EQ(-EINVAL, space_prefault(self->space, self->mem, PAGE, 0));
	EXPECT_EQ(-EOVERFLOW, space_prefault(self->space, (void *)-PAGE,
					     2 * PAGE, IOASID_READ));
}

TEST_F(prefault, freed)
{
	ASSERT_EQ(SIZE, space_prefault(self->space, self->mem, SIZE, PIN));
	space_free(self->space);
	EXPECT_EQ(0, pinned(self->space));
	EXPECT_EQ(-ESTALE, space_prefault(self->space, self->mem, SIZE,
					  IOASID_READ));
}

TEST_F(prefault, pin_and_unpin)
{
	struct ioasid_status status;

	ASSERT_EQ(SIZE, space_prefault(self->space, self->mem, SIZE, PIN));
	ASSERT_EQ(0, space_status(self->space, &status));
	EXPECT_EQ(SIZE, status.out_pinned);
	EXPECT_EQ(1, status.out_maps);
	EXPECT_EQ(-EBUSY, space_unpin(self->space, self->mem, PAGE));
	EXPECT_EQ(-ENOENT, space_unpin(self->space, self->mem + SIZE, PAGE));
	EXPECT_EQ(SIZE, space_unpin(self->space, self->mem, SIZE));
	EXPECT_EQ(0, pinned(self->space));
	EXPECT_EQ(-ENOENT, space_unpin(self->space, self->mem, SIZE));
	EXPECT_EQ(0, space_unpin_all(self->space));
}

TEST_F(prefault, pinned_twice)
{
	ASSERT_EQ(SIZE, space_prefault(self->space, self->mem, SIZE, PIN));
	ASSERT_EQ(PAGE, space_prefault(self->space, self->mem, PAGE, PIN));
	EXPECT_EQ(SIZE + PAGE, pinned(self->space));
	EXPECT_EQ(SIZE + PAGE, space_unpin_all(self->space));
}

static void fork_and_wait(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
}

TEST_F(prefault, pinned_pages_stay_in_a_fork)
{
	ASSERT_EQ(SIZE, space_prefault(self->space, self->mem, SIZE, PIN));
	fork_and_wait();
	EXPECT_EQ(PAGES, pages_present(self->space, self->mem));
	memset(self->mem, 3, SIZE);
	EXPECT_EQ(PAGES, pages_present(self->space, self->mem));
	ASSERT_EQ(SIZE, space_unpin_all(self->space));
	fork_and_wait();
	EXPECT_EQ(0, pages_present(self->space, self->mem));
}

TEST_F(prefault, munmap_takes_pinned_pages_out)
{
	ASSERT_EQ(SIZE, space_prefault(self->space, self->mem, SIZE, PIN));
	ASSERT_EQ(0, munmap(self->mem, SIZE));
	EXPECT_EQ(0, pages_present(self->space, self->mem));
	EXPECT_EQ(SIZE, pinned(self->space));
	EXPECT_EQ(SIZE, space_unpin_all(self->space));
}

TEST_F(prefault, without_a_device)
{
	close(self->queue);
	self->queue = -1;
	EXPECT_EQ(SIZE, space_prefault(self->space, self->mem, SIZE, PIN));
	EXPECT_EQ(SIZE, pinned(self->space));
}

TEST_HARNESS_MAIN
