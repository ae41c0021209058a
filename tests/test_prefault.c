// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of a process that is made ready for devices before they touch it, and
 * that is pinned for those that could not ask for it again.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"

#define SIZE		(16 * PAGE)
#define READ		IOASID_READ
#define WRITE		IOASID_WRITE
#define PIN		(IOASID_PREFAULT_PIN | IOASID_READ | IOASID_WRITE)
#define ORDINARY_USER	65534

FIXTURE(prefault)
{
	struct dma dma;
	char *mem;
};

FIXTURE_SETUP(prefault)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&self->dma, 0));
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->mem);
}

FIXTURE_TEARDOWN(prefault)
{
	dma_close(&self->dma);
}

static __u32 flags_at(int space, const void *mem)
{
	struct ioasid_translate answer;

	return space_translate(space, (__u64)mem, &answer) ?
	       0 : answer.out_flags;
}

/* Do all pages have what devices want? */
static bool are_ready(int space, const char *mem, size_t size)
{
	size_t at;

	for (at = 0; at < size; at += PAGE)
		if (!(flags_at(space, mem + at) & IOASID_PRESENT))
			return false;
	return true;
}

static bool is_one_ready(int space, const char *mem, size_t size)
{
	size_t at;

	for (at = 0; at < size; at += PAGE)
		if (flags_at(space, mem + at) & IOASID_PRESENT)
			return true;
	return false;
}

static __s64 faults(int space)
{
	struct ioasid_status status;

	return space_status(space, &status) ? -1 : status.out_faults;
}

/* Fills the memory; returns how many page requests that took. */
static __s64 fill_and_count(const struct dma *dma, char *mem, size_t size)
{
	struct job *job = anon_map(PAGE);
	__s64 before;

	if (space_prefault(dma->space, job, PAGE, WRITE) != PAGE)
		return -1;
	before = faults(dma->space);
	job_memfill(job, dma->pasid, mem, -1, size);
	if (job_run(dma->queue, job) != DSA_COMP_SUCCESS)
		return -1;
	return faults(dma->space) - before;
}

TEST_F(prefault, to_write)
{
	EXPECT_FALSE(is_one_ready(self->dma.space, self->mem, SIZE));
	EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE,
				       WRITE));
	EXPECT_TRUE(are_ready(self->dma.space, self->mem, SIZE));
	EXPECT_EQ(0, fill_and_count(&self->dma, self->mem, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0xff));
	EXPECT_EQ(0, space_pinned(self->dma.space));
}

TEST_F(prefault, to_read)
{
	memset(self->mem, 1, SIZE);
	EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE, READ));
	EXPECT_TRUE(are_ready(self->dma.space, self->mem, SIZE));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 1, SIZE));
}

TEST_F(prefault, again)
{
	int round;

	for (round = 0; round < 5; round++) {
		EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE,
					       READ));
		EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE,
					       READ | WRITE));
	}
	EXPECT_EQ(0, fill_and_count(&self->dma, self->mem, SIZE));
}

TEST_F(prefault, huge)
{
	char *mem = anon_map_huge(4 * HUGE);

	ASSERT_NE(NULL, mem);
	madvise(mem, 2 * HUGE, MADV_HUGEPAGE);
	EXPECT_EQ(3 * HUGE, space_prefault(self->dma.space, mem, 3 * HUGE,
					   WRITE));
	EXPECT_EQ(0, fill_and_count(&self->dma, mem, 3 * HUGE));
	EXPECT_TRUE(bytes_are(mem, 3 * HUGE, 0xff));
	EXPECT_TRUE(bytes_are(mem + 3 * HUGE, HUGE, 0));
}

/* Of two devices both have it; who comes later does not. */
TEST_F(prefault, two_devices)
{
	struct dma other = { .space = self->dma.space };

	other.queue = queue_open(1, O_RDWR);
	ASSERT_LE(0, other.queue);
	ASSERT_EQ(0, queue_attach(other.queue, other.space, &other.pasid));
	EXPECT_EQ(SIZE, space_prefault(other.space, self->mem, SIZE, WRITE));
	EXPECT_EQ(0, fill_and_count(&self->dma, self->mem, SIZE));
	EXPECT_EQ(0, fill_and_count(&other, self->mem, SIZE));
	close(other.queue);
}

TEST_F(prefault, without_device)
{
	ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE,
				       WRITE));
	EXPECT_FALSE(is_one_ready(self->dma.space, self->mem, SIZE));
}

/* A device that was cut off wants nothing any more. */
TEST_F(prefault, after_a_cut)
{
	struct dma other = { .space = self->dma.space };

	ASSERT_EQ(1, space_cut(other.space, 1));
	EXPECT_EQ(SIZE, space_prefault(other.space, self->mem, SIZE, WRITE));
	EXPECT_FALSE(is_one_ready(other.space, self->mem, SIZE));
	other.queue = queue_open(1, O_RDWR);
	ASSERT_LE(0, other.queue);
	ASSERT_EQ(0, queue_attach(other.queue, other.space, &other.pasid));
	EXPECT_EQ(SIZE, space_prefault(other.space, self->mem, SIZE, WRITE));
	EXPECT_TRUE(are_ready(other.space, self->mem, SIZE));
	EXPECT_EQ(0, fill_and_count(&other, self->mem, SIZE));
	close(other.queue);
}

TEST_F(prefault, hole)
{
	ASSERT_EQ(0, munmap(self->mem + 5 * PAGE, PAGE));
	EXPECT_EQ(5 * PAGE, space_prefault(self->dma.space, self->mem, SIZE,
					   WRITE));
	EXPECT_TRUE(are_ready(self->dma.space, self->mem, 5 * PAGE));
	EXPECT_EQ(-EFAULT, space_prefault(self->dma.space, self->mem + 5 * PAGE,
					  SIZE - 5 * PAGE, WRITE));
	EXPECT_EQ(SIZE - 6 * PAGE,
		  space_prefault(self->dma.space, self->mem + 6 * PAGE,
				 SIZE - 6 * PAGE, WRITE));
}

TEST_F(prefault, read_only)
{
	ASSERT_EQ(0, mprotect(self->mem + 5 * PAGE, SIZE - 5 * PAGE,
			      PROT_READ));
	EXPECT_EQ(5 * PAGE, space_prefault(self->dma.space, self->mem, SIZE,
					   READ | WRITE));
	EXPECT_EQ(-EACCES, space_prefault(self->dma.space, self->mem + 5 * PAGE,
					  PAGE, WRITE));
	EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE, READ));
	EXPECT_EQ(READ | IOASID_MAPPED | IOASID_PRESENT,
		  flags_at(self->dma.space, self->mem + 5 * PAGE));
}

TEST_F(prefault, no_access)
{
	ASSERT_EQ(0, mprotect(self->mem, SIZE, PROT_NONE));
	EXPECT_EQ(-EACCES, space_prefault(self->dma.space, self->mem, SIZE,
					  READ));
	EXPECT_EQ(-EACCES, space_prefault(self->dma.space, self->mem, SIZE,
					  PIN));
	EXPECT_EQ(0, space_pinned(self->dma.space));
}

TEST_F(prefault, memory_of_a_device)
{
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);
	void *mem;

	if (fd < 0)
		SKIP(return, "there is no /dev/mem");
	mem = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0xf0000);
	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_EQ(-ENODEV, space_prefault(self->dma.space, mem, PAGE, READ));
	EXPECT_EQ(-ENODEV, space_prefault(self->dma.space, mem, PAGE,
					  READ | IOASID_PREFAULT_PIN));
	close(fd);
}

TEST_F(prefault, refused)
{
	const struct {
		int error;
		char *mem;
		size_t size;
		__u32 flags;
	} cases[] = {
		{ EINVAL, self->mem, 0, READ },
		{ EINVAL, self->mem, 1, READ },
		{ EINVAL, self->mem, PAGE + 1, READ },
		{ EINVAL, self->mem + 1, PAGE, READ },
		{ EINVAL, self->mem, PAGE, 0 },
		{ EINVAL, self->mem, PAGE, IOASID_PREFAULT_PIN },
		{ EOVERFLOW, self->mem, -PAGE, READ },
		{ EOVERFLOW, (char *)-PAGE, 2 * PAGE, READ },
		{ EFAULT, (char *)0, PAGE, READ },
		{ EFAULT, (char *)0x800000000000, PAGE, READ },
		{ EFAULT, (char *)0x800000000000, PAGE, PIN },
		{ EFAULT, (char *)0xffffffff81000000, PAGE, READ },
		{ EFAULT, (char *)PAGE, 1ul << 62, READ },
		{ EFAULT, (char *)PAGE, 1ul << 62, PIN },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		EXPECT_EQ(-cases[i].error,
			  space_prefault(self->dma.space, cases[i].mem,
					 cases[i].size, cases[i].flags)) {
			TH_LOG("case %u", i);
		}
	}
}

TEST_F(prefault, freed)
{
	ASSERT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE, PIN));
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->dma.space));
	EXPECT_EQ(0, space_pinned(self->dma.space));
	EXPECT_EQ(-ESTALE, space_prefault(self->dma.space, self->mem, SIZE,
					  READ));
	EXPECT_EQ(-ESTALE, space_unpin(self->dma.space, self->mem, SIZE));
	EXPECT_EQ(-ESTALE, space_unpin_all(self->dma.space));
}

static int pin_and_offer(int socket, void *arg)
{
	int space = space_alloc(NULL);

	if (space_prefault(space, arg, SIZE, PIN) != SIZE)
		return 1;
	return send_fd(socket, space) || receive_byte(socket) < 0;
}

/* The process is gone, and what was pinned of it too. */
TEST_F(prefault, dead_process)
{
	struct child child;
	int space;

	ASSERT_EQ(0, child_start(&child, pin_and_offer, self->mem));
	space = receive_fd(child.socket);
	ASSERT_LE(0, space);
	EXPECT_EQ(SIZE, space_pinned(space));
	/* By whoever has the fd, of the process that it belongs to. */
	EXPECT_EQ(SIZE, space_prefault(space, self->mem, SIZE, READ));
	EXPECT_EQ(128 + SIGKILL, child_kill(&child));
	EXPECT_EQ(POLLHUP, fd_events(space, 0, PATIENCE_MS));
	EXPECT_EQ(-ESRCH, space_prefault(space, self->mem, SIZE, READ));
	EXPECT_EQ(-ESRCH, space_prefault(space, self->mem, SIZE, PIN));
	close(space);
}

/* Whose memory it is, not who asks, says what is pinned. */
TEST_F(prefault, pin_for_another_process)
{
	struct child child;
	int space;

	ASSERT_EQ(0, child_start(&child, pin_and_offer, self->mem));
	space = receive_fd(child.socket);
	ASSERT_LE(0, space);
	ASSERT_EQ(0, munmap(self->mem, SIZE));
	EXPECT_EQ(SIZE, space_prefault(space, self->mem, SIZE, PIN));
	EXPECT_EQ(2 * SIZE, space_pinned(space));
	EXPECT_EQ(2 * SIZE, space_unpin_all(space));
	send_byte(child.socket, 'e');
	EXPECT_EQ(0, child_wait(&child));
	close(space);
}

/* A hint only: the process goes on doing as it likes. */
TEST_F(prefault, taken_out_again)
{
	memset(self->mem, 1, SIZE);
	EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE,
				       WRITE));
	ASSERT_EQ(0, madvise(self->mem, SIZE, MADV_DONTNEED));
	EXPECT_FALSE(is_one_ready(self->dma.space, self->mem, SIZE));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 0, SIZE));
}

TEST_F(prefault, pin)
{
	struct ioasid_status status;

	EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE, PIN));
	EXPECT_TRUE(are_ready(self->dma.space, self->mem, SIZE));
	ASSERT_EQ(0, space_status(self->dma.space, &status));
	EXPECT_EQ(SIZE, status.out_pinned);
	EXPECT_EQ(1, status.out_maps);
	EXPECT_EQ(0, fill_and_count(&self->dma, self->mem, SIZE));
	EXPECT_EQ(SIZE, space_unpin(self->dma.space, self->mem, SIZE));
	ASSERT_EQ(0, space_status(self->dma.space, &status));
	EXPECT_EQ(0, status.out_pinned);
	EXPECT_EQ(0, status.out_maps);
	/* Devices reach it as before. */
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 2, SIZE));
}

TEST_F(prefault, pinned_stays)
{
	memset(self->mem, 1, SIZE);
	EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE, PIN));
	EXPECT_EQ(0, madvise(self->mem, SIZE, MADV_PAGEOUT));
	EXPECT_EQ(0, write_text("/proc/sys/vm/compact_memory", "1"));
	EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE,
				       WRITE));
	EXPECT_EQ(0, fill_and_count(&self->dma, self->mem, SIZE));
}

static int do_nothing(int socket, void *arg)
{
	return 0;
}

TEST_F(prefault, pinned_stays_through_fork)
{
	struct child child;

	memset(self->mem, 1, SIZE);
	EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE, PIN));
	ASSERT_EQ(0, child_start(&child, do_nothing, NULL));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_TRUE(are_ready(self->dma.space, self->mem, SIZE));
	EXPECT_EQ(0, fill_and_count(&self->dma, self->mem, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0xff));
	/* Not pinned, it becomes copy-on-write. */
	ASSERT_EQ(SIZE, space_unpin_all(self->dma.space));
	ASSERT_EQ(0, child_start(&child, do_nothing, NULL));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_FALSE(is_one_ready(self->dma.space, self->mem, SIZE));
}

static int look_later(int socket, void *mem)
{
	return receive_byte(socket) < 0 || !bytes_are(mem, SIZE, 1);
}

/* The rest becomes copy-on-write, on both sides of what is pinned. */
TEST_F(prefault, pinned_in_the_middle_stays_through_fork)
{
	char *middle = self->mem + 6 * PAGE, *behind = middle + 4 * PAGE;
	struct child child;

	memset(self->mem, 1, SIZE);
	EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE,
				       WRITE));
	EXPECT_EQ(4 * PAGE, space_prefault(self->dma.space, middle, 4 * PAGE,
					   PIN));
	ASSERT_EQ(0, child_start(&child, look_later, self->mem));
	EXPECT_FALSE(is_one_ready(self->dma.space, self->mem, 6 * PAGE));
	EXPECT_TRUE(are_ready(self->dma.space, middle, 4 * PAGE));
	EXPECT_FALSE(is_one_ready(self->dma.space, behind, 6 * PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&self->dma, self->mem, 2, SIZE));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 2));
	send_byte(child.socket, 'l');
	EXPECT_EQ(0, child_wait(&child));
}

/* Pinned or not, what the process unmaps is out of reach. */
TEST_F(prefault, pinned_is_unmapped)
{
	EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE, PIN));
	ASSERT_EQ(0, munmap(self->mem, SIZE));
	EXPECT_TRUE(dma_cannot_write(&self->dma, self->mem));
	EXPECT_TRUE(dma_cannot_read(&self->dma, self->mem));
	EXPECT_EQ(SIZE, space_pinned(self->dma.space));
	EXPECT_EQ(SIZE, space_unpin_all(self->dma.space));
	EXPECT_EQ(0, space_pinned(self->dma.space));
}

/* Too much to be taken out in one go. */
TEST_F(prefault, much_is_unmapped)
{
	const size_t size = 10 * HUGE;
	char *mem = anon_map(size);
	size_t at;

	ASSERT_NE(NULL, mem);
	ASSERT_EQ(size, space_prefault(self->dma.space, mem, size, WRITE));
	ASSERT_EQ(0, munmap(mem, size));
	for (at = 0; at < size; at += HUGE)
		EXPECT_TRUE(dma_cannot_write(&self->dma, mem + at));
}

TEST_F(prefault, pinned_is_protected)
{
	EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE, PIN));
	ASSERT_EQ(0, mprotect(self->mem, SIZE, PROT_READ));
	EXPECT_TRUE(dma_cannot_write(&self->dma, self->mem));
	EXPECT_TRUE(dma_sees(&self->dma, self->mem, 0, SIZE));
}

TEST_F(prefault, pin_of_hole)
{
	ASSERT_EQ(0, munmap(self->mem + 5 * PAGE, PAGE));
	EXPECT_EQ(-EFAULT, space_prefault(self->dma.space, self->mem, SIZE,
					  PIN));
	EXPECT_EQ(0, space_pinned(self->dma.space));
	ASSERT_EQ(0, mprotect(self->mem, PAGE, PROT_READ));
	EXPECT_EQ(-EACCES, space_prefault(self->dma.space, self->mem, 2 * PAGE,
					  PIN));
	EXPECT_EQ(0, space_pinned(self->dma.space));
}

TEST_F(prefault, pin_without_device)
{
	ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE, PIN));
	EXPECT_EQ(SIZE, space_pinned(self->dma.space));
	ASSERT_EQ(0, queue_attach(self->dma.queue, self->dma.space, NULL));
	EXPECT_EQ(SIZE, space_prefault(self->dma.space, self->mem, SIZE,
				       WRITE));
	EXPECT_EQ(0, fill_and_count(&self->dma, self->mem, SIZE));
}

/* Three ranges: pages 0 to 4, 4 to 8, and 8 to 12. */
static int pin_three(int space, const char *mem)
{
	int i;

	for (i = 0; i < 3; i++)
		if (space_prefault(space, mem + 4 * i * PAGE, 4 * PAGE, PIN) !=
		    4 * PAGE)
			return -EIO;
	return 0;
}

TEST_F(prefault, unpin)
{
	const int space = self->dma.space;

	ASSERT_EQ(0, pin_three(space, self->mem));
	EXPECT_EQ(12 * PAGE, space_pinned(space));
	EXPECT_EQ(-EBUSY, space_unpin(space, self->mem, 3 * PAGE));
	EXPECT_EQ(-EBUSY, space_unpin(space, self->mem, 6 * PAGE));
	EXPECT_EQ(-EBUSY, space_unpin(space, self->mem + PAGE, 8 * PAGE));
	EXPECT_EQ(12 * PAGE, space_pinned(space));
	EXPECT_EQ(4 * PAGE, space_unpin(space, self->mem + 4 * PAGE, 4 * PAGE));
	EXPECT_EQ(-ENOENT, space_unpin(space, self->mem + 4 * PAGE, 4 * PAGE));
	EXPECT_EQ(8 * PAGE, space_unpin(space, self->mem, SIZE));
	EXPECT_EQ(-ENOENT, space_unpin(space, self->mem, SIZE));
	EXPECT_EQ(0, space_pinned(space));
}

TEST_F(prefault, unpin_all)
{
	ASSERT_EQ(0, pin_three(self->dma.space, self->mem));
	EXPECT_EQ(12 * PAGE, space_unpin_all(self->dma.space));
	EXPECT_EQ(0, space_unpin_all(self->dma.space));
}

TEST_F(prefault, refused_unpins)
{
	static const struct {
		int error;
		struct ioasid_unpin arg;
	} cases[] = {
		{ EINVAL, { .iova = PAGE } },
		{ EINVAL, { .flags = IOASID_UNMAP_ALL, .iova = PAGE } },
		{ EINVAL, { .flags = IOASID_UNMAP_ALL, .length = PAGE } },
		{ EOVERFLOW, { .iova = PAGE, .length = -1 } },
		{ ENOENT, { .iova = PAGE, .length = PAGE } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ioasid_unpin arg = cases[i].arg;

		arg.size = sizeof(arg);
		EXPECT_EQ(-cases[i].error,
			  fd_ioctl(self->dma.space, IOASID_UNPIN, &arg)) {
			TH_LOG("case %u", i);
		}
	}
}

/* The same range twice is two. */
TEST_F(prefault, pin_twice)
{
	struct ioasid_status status;
	const int space = self->dma.space;

	EXPECT_EQ(SIZE, space_prefault(space, self->mem, SIZE, PIN));
	EXPECT_EQ(SIZE, space_prefault(space, self->mem, SIZE, PIN));
	ASSERT_EQ(0, space_status(space, &status));
	EXPECT_EQ(2 * SIZE, status.out_pinned);
	EXPECT_EQ(2, status.out_maps);
	EXPECT_EQ(2 * SIZE, space_unpin(space, self->mem, SIZE));
	EXPECT_EQ(0, space_pinned(space));
}

/* RLIMIT_MEMLOCK of the creator, as for a map. */
TEST(limit)
{
	struct rlimit limit = { .rlim_cur = 8 * PAGE, .rlim_max = 8 * PAGE };
	char *mem = anon_map(SIZE);
	int space, map;

	ASSERT_EQ(0, setrlimit(RLIMIT_MEMLOCK, &limit));
	ASSERT_EQ(0, setresuid(ORDINARY_USER, ORDINARY_USER, ORDINARY_USER));
	space = space_alloc(NULL);
	map = space_alloc_iova(NULL);
	ASSERT_LE(0, space);
	EXPECT_EQ(-EDQUOT, space_prefault(space, mem, 9 * PAGE, PIN));
	EXPECT_EQ(8 * PAGE, space_prefault(space, mem, 8 * PAGE, PIN));
	EXPECT_EQ(-EDQUOT, space_prefault(space, mem, PAGE, PIN));
	EXPECT_EQ(-EDQUOT, space_map_anywhere(map, mem, PAGE));
	EXPECT_EQ(SIZE, space_prefault(space, mem, SIZE, WRITE));
	EXPECT_EQ(8 * PAGE, space_unpin_all(space));
	EXPECT_LT(0, space_map_anywhere(map, mem, 8 * PAGE));
	EXPECT_EQ(-EDQUOT, space_prefault(space, mem, PAGE, PIN));
	close(map);
	EXPECT_EQ(8 * PAGE, space_prefault(space, mem, 8 * PAGE, PIN));
	close(space);
}

TEST_F(prefault, translate_without_device)
{
	struct ioasid_translate answer;
	const char *mem = self->mem;

	ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	EXPECT_EQ(READ | WRITE | IOASID_MAPPED,
		  flags_at(self->dma.space, mem));
	ASSERT_EQ(0, munmap(self->mem, SIZE));
	ASSERT_EQ(0, space_translate(self->dma.space, (__u64)mem, &answer));
	EXPECT_EQ(0, answer.out_flags);
	EXPECT_LE(answer.out_iova, (__u64)mem);
	EXPECT_LE((__u64)mem + SIZE, answer.out_iova + answer.out_length);
	ASSERT_EQ(0, space_translate(self->dma.space, 0, &answer));
	EXPECT_EQ(0, answer.out_flags);
	EXPECT_EQ(0, answer.out_iova);
	EXPECT_LT(0, answer.out_length);
	ASSERT_EQ(0, space_translate(self->dma.space, -1, &answer));
	EXPECT_EQ(0, answer.out_flags);
	EXPECT_EQ(0, answer.out_iova + answer.out_length);
}

TEST_F(prefault, translate)
{
	struct ioasid_translate answer;

	ASSERT_EQ(0, space_translate(self->dma.space, (__u64)self->mem + 100,
				     &answer));
	EXPECT_EQ(READ | WRITE | IOASID_MAPPED, answer.out_flags);
	EXPECT_EQ((__u64)self->mem, answer.out_iova);
	EXPECT_EQ(PAGE, answer.out_length);
	EXPECT_EQ(0, answer.out_page_size);
	EXPECT_EQ(0, answer.out_phys);
	ASSERT_EQ(PAGE, space_prefault(self->dma.space, self->mem, PAGE,
				       WRITE));
	ASSERT_EQ(0, space_translate(self->dma.space, (__u64)self->mem + 100,
				     &answer));
	EXPECT_EQ(READ | WRITE | IOASID_MAPPED | IOASID_PRESENT,
		  answer.out_flags);
	EXPECT_EQ(PAGE, answer.out_page_size);
	EXPECT_NE(0, answer.out_phys);
	ASSERT_EQ(0, setresuid(ORDINARY_USER, ORDINARY_USER, ORDINARY_USER));
	ASSERT_EQ(0, space_translate(self->dma.space, (__u64)self->mem,
				     &answer));
	EXPECT_EQ(0, answer.out_phys);
}

TEST_F(prefault, translate_permissions)
{
	ASSERT_EQ(0, mprotect(self->mem, PAGE, PROT_NONE));
	EXPECT_EQ(IOASID_MAPPED, flags_at(self->dma.space, self->mem));
	ASSERT_EQ(0, mprotect(self->mem, PAGE, PROT_READ));
	EXPECT_EQ(IOASID_MAPPED | READ, flags_at(self->dma.space, self->mem));
}

TEST_HARNESS_MAIN
