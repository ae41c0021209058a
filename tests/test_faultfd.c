// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fault fd of an IOVA space: page requests that the test itself reads and
 * answers, rightly, late, wrongly or not at all; and everything that answers
 * them in its place.
 *
 * Each job here touches one page, so each page request is a group of its own.
 * A queue works on one job at a time, so many requests take many queues: number
 * n of them touches page n.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "iova.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "uffd.h"

#define PAGES		16
#define READ_WRITE	(IOASID_READ | IOASID_WRITE)
#define COOKIE		0xc00c1e5eed12345aull
#define WANTS_TO_WRITE	(IOASID_WRITE | IOASID_FAULT_LAST)

FIXTURE(fault)
{
	int space;
	int fd;
	struct iova_dma dma[PAGES];
	/* Page number n belongs to PLACE plus n pages. */
	char *mem;
	struct ioasid_fault faults[PAGES];
};

static int open_queues(struct iova_dma *dma, int space)
{
	struct ioasid_sim_attach attach = { .fd = space, .cookie = COOKIE };
	unsigned int page;
	int rc = 0;

	for (page = 0; page < PAGES && !rc; page++)
		rc = iova_dma_open_as(&dma[page], 0, &attach);
	return rc;
}

static void close_queues(struct iova_dma *dma)
{
	unsigned int page;

	for (page = 0; page < PAGES; page++) {
		if (dma[page].queue < 0)
			continue;
		iova_dma_close(&dma[page]);
		dma[page].queue = -1;
	}
}

FIXTURE_SETUP(fault)
{
	NEED_PAGE_REQUESTS(return);
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	self->fd = fault_open(self->space, 0);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, open_queues(self->dma, self->space));
	self->mem = anon_map(PAGES * PAGE);
	ASSERT_NE(NULL, self->mem);
}

FIXTURE_TEARDOWN(fault)
{
	close_queues(self->dma);
	close(self->fd);
	close(self->space);
}

static __u64 page_at(unsigned int page)
{
	return PLACE + page * PAGE;
}

static int map_page(int space, char *mem, unsigned int page)
{
	return space_map_at(space, page_at(page), mem + page * PAGE, PAGE,
			    READ_WRITE);
}

/* Has one of the queues fill its page. */
static int start(const struct iova_dma *dma, unsigned int page,
		 unsigned char value)
{
	return iova_start_fill(&dma[page], 0, page_at(page), value, PAGE);
}

static bool is_done(const struct iova_dma *dma, unsigned int page)
{
	return job_done(dma[page].jobs);
}

static int start_many(const struct iova_dma *dma, unsigned int nr)
{
	unsigned int page;
	int rc = 0;

	for (page = 0; page < nr && !rc; page++)
		rc = start(dma, page, 1);
	return rc;
}

/* The requests of so many jobs, in any order. */
static int read_many(int fd, struct ioasid_fault *faults, unsigned int nr)
{
	unsigned int got = 0;
	int count;

	while (got < nr) {
		count = fault_read(fd, faults + got, nr - got);
		if (count <= 0)
			return count;
		got += count;
	}
	return got;
}

static int status_of(const struct iova_dma *dma, unsigned int page)
{
	return iova_wait(&dma[page], dma[page].jobs);
}

static bool all_end_with(const struct iova_dma *dma, unsigned int nr,
			 int status)
{
	unsigned int page;

	for (page = 0; page < nr; page++)
		if (status_of(dma, page) != status)
			return false;
	return true;
}

#define ASSERT_ONE_FAULT() \
	ASSERT_EQ(1, fault_read(self->fd, self->faults, 1))

TEST_F(fault, request)
{
	struct ioasid_status status;

	ASSERT_EQ(0, space_status(self->space, &status));
	ASSERT_EQ(0, start(self->dma, 3, 1));
	ASSERT_ONE_FAULT();
	EXPECT_EQ(WANTS_TO_WRITE, self->faults[0].flags & ~IOASID_READ);
	EXPECT_EQ(page_at(3), self->faults[0].iova);
	EXPECT_EQ(status.out_id, self->faults[0].ioasid);
	EXPECT_EQ(COOKIE, self->faults[0].cookie);
	EXPECT_FALSE(is_done(self->dma, 3));
}

TEST_F(fault, request_to_read)
{
	struct job *job = self->dma->jobs;

	job_compval(job, self->dma->pasid, NULL, 0, 8);
	job->desc.src_addr = PLACE + 100;
	ASSERT_EQ(0, iova_submit(self->dma, job));
	ASSERT_ONE_FAULT();
	EXPECT_EQ(IOASID_READ | IOASID_FAULT_LAST, self->faults[0].flags);
	EXPECT_EQ(PLACE, self->faults[0].iova);
	ASSERT_EQ(0, map_page(self->space, self->mem, 0));
	EXPECT_EQ(0, fault_answer(self->fd, self->faults[0].group,
				  IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, status_of(self->dma, 0));
}

TEST_F(fault, map_and_retry)
{
	struct ioasid_status status;

	ASSERT_EQ(0, start(self->dma, 0, 7));
	ASSERT_ONE_FAULT();
	ASSERT_EQ(0, map_page(self->space, self->mem, 0));
	EXPECT_FALSE(is_done(self->dma, 0));
	EXPECT_EQ(0, fault_answer(self->fd, self->faults[0].group,
				  IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, status_of(self->dma, 0));
	EXPECT_TRUE(bytes_are(self->mem, PAGE, 7));
	ASSERT_EQ(0, space_status(self->space, &status));
	EXPECT_EQ(1, status.out_faults);
	EXPECT_EQ(0, status.out_faults_failed);
}

TEST_F(fault, fail)
{
	struct ioasid_status status;

	ASSERT_EQ(0, start(self->dma, 0, 7));
	ASSERT_ONE_FAULT();
	EXPECT_EQ(0, fault_answer(self->fd, self->faults[0].group,
				  IOASID_FAULT_FAIL));
	EXPECT_EQ(NOTHING_TO_WRITE, status_of(self->dma, 0));
	EXPECT_EQ(page_at(0), self->dma->jobs->record.fault_addr);
	ASSERT_EQ(0, space_status(self->space, &status));
	EXPECT_EQ(0, status.out_faults);
	EXPECT_EQ(1, status.out_faults_failed);
}

/* The device finds that nothing has changed, and asks again. */
TEST_F(fault, retry_without_map)
{
	__u32 last_group;
	int round;

	ASSERT_EQ(0, start(self->dma, 0, 7));
	ASSERT_ONE_FAULT();
	for (round = 0; round < 10; round++) {
		last_group = self->faults[0].group;
		ASSERT_EQ(0, fault_answer(self->fd, last_group,
					  IOASID_FAULT_RETRY));
		ASSERT_ONE_FAULT();
		EXPECT_EQ(PLACE, self->faults[0].iova);
		EXPECT_NE(last_group, self->faults[0].group);
		EXPECT_EQ(-ENOENT, fault_answer(self->fd, last_group,
						IOASID_FAULT_RETRY));
	}
	EXPECT_EQ(0, fault_answer(self->fd, self->faults[0].group,
				  IOASID_FAULT_FAIL));
	EXPECT_EQ(NOTHING_TO_WRITE, status_of(self->dma, 0));
}

TEST_F(fault, write_to_read_only_map)
{
	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, PAGE,
				  IOASID_READ));
	ASSERT_EQ(0, start(self->dma, 0, 7));
	ASSERT_ONE_FAULT();
	EXPECT_EQ(WANTS_TO_WRITE, self->faults[0].flags & ~IOASID_READ);
	ASSERT_EQ(PAGE, space_unmap(self->space, PLACE, PAGE));
	ASSERT_EQ(0, map_page(self->space, self->mem, 0));
	EXPECT_EQ(0, fault_answer(self->fd, self->faults[0].group,
				  IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, status_of(self->dma, 0));
	EXPECT_TRUE(bytes_are(self->mem, PAGE, 7));
}

TEST_F(fault, mapped_pages_are_not_asked_for)
{
	ASSERT_EQ(0, map_page(self->space, self->mem, 0));
	ASSERT_EQ(0, start(self->dma, 0, 7));
	EXPECT_EQ(DSA_COMP_SUCCESS, status_of(self->dma, 0));
	EXPECT_EQ(POLLOUT, fd_events(self->fd, POLLIN | POLLOUT, 0));
}

/* Who maps more than was asked for does not have to answer the rest. */
TEST_F(fault, mapped_before_poll)
{
	ASSERT_EQ(0, start(self->dma, 0, 1));
	ASSERT_ONE_FAULT();
	ASSERT_EQ(0, start(self->dma, 1, 2));
	ASSERT_EQ(POLLIN, fd_events(self->fd, POLLIN, PATIENCE_MS));
	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, 2 * PAGE,
				  READ_WRITE));
	EXPECT_EQ(0, fd_events(self->fd, POLLIN, 0));
	EXPECT_EQ(DSA_COMP_SUCCESS, status_of(self->dma, 1));
	EXPECT_TRUE(bytes_are(self->mem + PAGE, PAGE, 2));
	EXPECT_FALSE(is_done(self->dma, 0));
	EXPECT_EQ(0, fault_answer(self->fd, self->faults[0].group,
				  IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, status_of(self->dma, 0));
}

TEST_F(fault, mapped_before_read)
{
	ASSERT_EQ(0, start(self->dma, 0, 1));
	ASSERT_EQ(0, start(self->dma, 1, 2));
	ASSERT_EQ(POLLIN, fd_events(self->fd, POLLIN, PATIENCE_MS));
	ASSERT_EQ(0, map_page(self->space, self->mem, 0));
	ASSERT_ONE_FAULT();
	EXPECT_EQ(page_at(1), self->faults[0].iova);
	EXPECT_EQ(DSA_COMP_SUCCESS, status_of(self->dma, 0));
	EXPECT_TRUE(bytes_are(self->mem, PAGE, 1));
	EXPECT_FALSE(is_done(self->dma, 1));
	EXPECT_EQ(0, fault_answer(self->fd, self->faults[0].group,
				  IOASID_FAULT_FAIL));
	EXPECT_EQ(NOTHING_TO_WRITE, status_of(self->dma, 1));
}

TEST_F(fault, fd)
{
	char byte = 0, path[32], target[64] = "";

	EXPECT_EQ(FD_CLOEXEC, fcntl(self->fd, F_GETFD));
	EXPECT_EQ(O_RDWR, fcntl(self->fd, F_GETFL) & O_ACCMODE);
	EXPECT_EQ(-1, lseek(self->fd, 0, SEEK_SET));
	EXPECT_EQ(ESPIPE, errno);
	EXPECT_EQ(-1, pread(self->fd, &byte, 1, 0));
	EXPECT_EQ(ESPIPE, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, self->fd,
				   0));
	EXPECT_EQ(ENODEV, errno);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->fd);
	EXPECT_LT(0, readlink(path, target, sizeof(target) - 1));
	EXPECT_STREQ("anon_inode:[ioasid-fault]", target);
}

TEST_F(fault, open_again)
{
	int fds = count_fds();

	EXPECT_EQ(-EBUSY, fault_open(self->space, 0));
	EXPECT_EQ(-EINVAL, fault_open(self->space,
				      IOASID_FAULT_DEPTH_MAX + 1));
	EXPECT_EQ(-EINVAL, fault_open(self->space, -1));
	EXPECT_EQ(fds, count_fds());
	close(self->fd);
	self->fd = fault_open(self->space, IOASID_FAULT_DEPTH_MAX);
	EXPECT_LE(0, self->fd);
	close(self->fd);
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	self->fd = fault_open(self->space, 0);
	EXPECT_EQ(-ESTALE, self->fd);
}

TEST_F(fault, open_without_fds)
{
	struct rlimit old, limit;

	close(self->fd);
	self->fd = -1;
	ASSERT_EQ(0, getrlimit(RLIMIT_NOFILE, &old));
	limit = old;
	limit.rlim_cur = 0;
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	EXPECT_EQ(-EMFILE, fault_open(self->space, 0));
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &old));
	self->fd = fault_open(self->space, 0);
	EXPECT_LE(0, self->fd);
}

/* Attaching after the fd was opened or before makes no difference. */
TEST_F(fault, open_after_attach)
{
	close(self->fd);
	EXPECT_TRUE(iova_cannot_write(self->dma, PLACE));
	self->fd = fault_open(self->space, 0);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, start(self->dma, 0, 1));
	ASSERT_ONE_FAULT();
	EXPECT_EQ(PLACE, self->faults[0].iova);
}

TEST_F(fault, many_at_once)
{
	struct ioasid_fault_answer answers[PAGES];
	unsigned int i;

	ASSERT_EQ(0, start_many(self->dma, PAGES));
	ASSERT_EQ(PAGES, read_many(self->fd, self->faults, PAGES));
	EXPECT_EQ(POLLOUT, fd_events(self->fd, POLLIN | POLLOUT, 0));
	for (i = 0; i < PAGES; i++) {
		answers[i].group = self->faults[i].group;
		answers[i].code = IOASID_FAULT_RETRY;
		ASSERT_EQ(0, map_page(self->space, self->mem, i));
	}
	EXPECT_EQ(sizeof(answers), write(self->fd, answers, sizeof(answers)));
	EXPECT_TRUE(all_end_with(self->dma, PAGES, DSA_COMP_SUCCESS));
	EXPECT_TRUE(bytes_are(self->mem, PAGES * PAGE, 1));
}

/* In the order that the owner likes, and each by itself. */
TEST_F(fault, answered_backwards)
{
	unsigned int i;

	ASSERT_EQ(0, start_many(self->dma, 8));
	ASSERT_EQ(8, read_many(self->fd, self->faults, 8));
	for (i = 8; i--; ) {
		unsigned int page = (self->faults[i].iova - PLACE) / PAGE;

		ASSERT_EQ(0, map_page(self->space, self->mem, page));
		EXPECT_FALSE(is_done(self->dma, page));
		EXPECT_EQ(0, fault_answer(self->fd, self->faults[i].group,
					  IOASID_FAULT_RETRY));
		EXPECT_EQ(DSA_COMP_SUCCESS, status_of(self->dma, page));
	}
}

TEST_F(fault, read_with_little_room)
{
	char buffer[2 * sizeof(struct ioasid_fault) - 1];
	size_t size;

	ASSERT_EQ(0, start_many(self->dma, 2));
	EXPECT_EQ(POLLIN, fd_events(self->fd, POLLIN, PATIENCE_MS));
	for (size = 0; size < sizeof(struct ioasid_fault); size++) {
		EXPECT_EQ(-1, read(self->fd, buffer, size));
		EXPECT_EQ(EINVAL, errno);
	}
	EXPECT_EQ(sizeof(struct ioasid_fault),
		  read(self->fd, buffer, sizeof(buffer)));
	EXPECT_EQ(sizeof(struct ioasid_fault),
		  read(self->fd, buffer, sizeof(struct ioasid_fault)));
}

TEST_F(fault, read_nothing)
{
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_NONBLOCK));
	EXPECT_EQ(-EAGAIN, fault_read(self->fd, self->faults, 1));
	EXPECT_EQ(-1, read(self->fd, self->faults, 8));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_EQ(0, start(self->dma, 0, 1));
	EXPECT_EQ(POLLIN, fd_events(self->fd, POLLIN, PATIENCE_MS));
	EXPECT_EQ(1, fault_read(self->fd, self->faults, PAGES));
	EXPECT_EQ(-EAGAIN, fault_read(self->fd, self->faults, PAGES));
}

/* What could not be given is there for the next read. */
TEST_F(fault, read_to_bad_memory)
{
	struct ioasid_fault *end = end_of_memory();
	unsigned int i, seen = 0;

	ASSERT_NE(NULL, end);
	ASSERT_EQ(0, start_many(self->dma, 4));
	for (i = 0; i < 10; i++)
		EXPECT_EQ(-EFAULT, fault_read(self->fd, (void *)8, 4));
	EXPECT_EQ(-EFAULT, fault_read(self->fd, end, 4));
	EXPECT_EQ(-1, read(self->fd, (char *)(end - 1) + 8, 64));
	EXPECT_EQ(EFAULT, errno);
	ASSERT_EQ(4, read_many(self->fd, self->faults, 4));
	for (i = 0; i < 4; i++)
		seen |= 1u << (self->faults[i].iova - PLACE) / PAGE;
	EXPECT_EQ(0xf, seen);
}

/* Room for some, and then memory that is not there. */
TEST_F(fault, read_to_memory_that_ends)
{
	struct ioasid_fault *end = end_of_memory();
	unsigned int seen = 0;
	int count;

	ASSERT_NE(NULL, end);
	ASSERT_EQ(0, start_many(self->dma, 4));
	while (seen != 0xf) {
		count = fault_read(self->fd, end - 1, 4);
		ASSERT_LE(-EFAULT, count);
		if (count < 0)
			count = fault_read(self->fd, end - 1, 1);
		ASSERT_EQ(1, count);
		seen |= 1u << (end[-1].iova - PLACE) / PAGE;
		EXPECT_EQ(0, fault_answer(self->fd, end[-1].group,
					  IOASID_FAULT_FAIL));
	}
}

struct reader {
	int fd;
	pid_t tid;
	int rc;
	struct ioasid_fault fault;
	struct ioasid_fault *to;
};

static void *read_one(void *arg)
{
	struct reader *reader = arg;

	__atomic_store_n(&reader->tid, gettid(), __ATOMIC_RELEASE);
	reader->rc = fault_read(reader->fd, reader->to, 1);
	return NULL;
}

static int start_reader(struct reader *reader, pthread_t *thread)
{
	pid_t tid;

	if (!reader->to)
		reader->to = &reader->fault;
	if (pthread_create(thread, NULL, read_one, reader))
		return -EAGAIN;
	while (!(tid = __atomic_load_n(&reader->tid, __ATOMIC_ACQUIRE)))
		sched_yield();
	return wait_until_asleep(tid);
}

static void interrupt(int signal)
{
}

TEST_F(fault, read_waits)
{
	struct reader reader = { .fd = self->fd };
	pthread_t thread;

	ASSERT_EQ(0, start_reader(&reader, &thread));
	ASSERT_EQ(0, start(self->dma, 5, 1));
	pthread_join(thread, NULL);
	EXPECT_EQ(1, reader.rc);
	EXPECT_EQ(page_at(5), reader.fault.iova);
}

TEST_F(fault, signal_ends_read)
{
	const struct sigaction action = { .sa_handler = interrupt };
	struct reader reader = { .fd = self->fd };
	pthread_t thread;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	ASSERT_EQ(0, start_reader(&reader, &thread));
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);
	EXPECT_EQ(-EINTR, reader.rc);
}

TEST_F(fault, free_ends_read)
{
	struct reader reader = { .fd = self->fd };
	pthread_t thread;

	ASSERT_EQ(0, start_reader(&reader, &thread));
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	pthread_join(thread, NULL);
	EXPECT_EQ(0, reader.rc);
	EXPECT_EQ(0, fault_read(self->fd, self->faults, 1));
}

/* Two that wait, and each request goes to one of them. */
TEST_F(fault, two_readers)
{
	struct reader reader[2] = { { .fd = self->fd }, { .fd = self->fd } };
	pthread_t thread[2];

	ASSERT_EQ(0, start_reader(&reader[0], &thread[0]));
	ASSERT_EQ(0, start_reader(&reader[1], &thread[1]));
	ASSERT_EQ(0, start_many(self->dma, 2));
	pthread_join(thread[0], NULL);
	pthread_join(thread[1], NULL);
	EXPECT_EQ(1, reader[0].rc);
	EXPECT_EQ(1, reader[1].rc);
	EXPECT_EQ(2 * PLACE + PAGE,
		  reader[0].fault.iova + reader[1].fault.iova);
	EXPECT_NE(reader[0].fault.group, reader[1].fault.group);
}

/*
 * A reader whose memory somebody keeps from it for ever. It holds up nobody who
 * takes the space back, and what it has not got is answered nevertheless.
 */
TEST_F(fault, reader_is_held_up)
{
	char *watched = anon_map(PAGE);
	struct reader reader = { .fd = self->fd, .to = (void *)watched };
	int uffd = uffd_watch(watched, PAGE, UFFDIO_REGISTER_MODE_MISSING);
	static const char zeroes[PAGE];
	pthread_t thread;
	int status;

	if (uffd < 0)
		SKIP(return, "no userfaultfd");
	ASSERT_EQ(0, start(self->dma, 0, 1));
	EXPECT_EQ(POLLIN, fd_events(self->fd, POLLIN, PATIENCE_MS));
	ASSERT_EQ(0, start_reader(&reader, &thread));
	ASSERT_EQ(address_of(watched), uffd_wait(uffd));
	ASSERT_EQ(0, map_page(self->space, self->mem, 1));
	EXPECT_EQ(PAGE, space_unmap(self->space, page_at(1), PAGE));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	/* Whether the record was still there to be written is a race. */
	status = status_of(self->dma, 0);
	EXPECT_TRUE(status == -EFAULT || status == NOTHING_TO_WRITE);
	EXPECT_EQ(0, queue_detach(self->dma->queue, self->dma->pasid));
	ASSERT_EQ(0, uffd_provide(uffd, address_of(watched), zeroes));
	pthread_join(thread, NULL);
	EXPECT_LE(0, reader.rc);
	close(uffd);
}

TEST_F(fault, detach_while_reader_is_held_up)
{
	char *watched = anon_map(PAGE);
	struct reader reader = { .fd = self->fd, .to = (void *)watched };
	int uffd = uffd_watch(watched, PAGE, UFFDIO_REGISTER_MODE_MISSING);
	static const char zeroes[PAGE];
	pthread_t thread;

	if (uffd < 0)
		SKIP(return, "no userfaultfd");
	ASSERT_EQ(0, start(self->dma, 0, 1));
	EXPECT_EQ(POLLIN, fd_events(self->fd, POLLIN, PATIENCE_MS));
	ASSERT_EQ(0, start_reader(&reader, &thread));
	ASSERT_EQ(address_of(watched), uffd_wait(uffd));
	close_queues(self->dma);
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->space));
	EXPECT_EQ(IOASID_STATE_FREE, space_free(self->space));
	ASSERT_EQ(0, uffd_provide(uffd, address_of(watched), zeroes));
	pthread_join(thread, NULL);
	EXPECT_LE(0, reader.rc);
	close(uffd);
}

TEST_F(fault, write_in_odd_sizes)
{
	struct ioasid_fault_answer answers[4] = {};
	size_t size;

	ASSERT_EQ(0, start(self->dma, 0, 1));
	ASSERT_ONE_FAULT();
	answers[0].group = self->faults[0].group;
	answers[0].code = IOASID_FAULT_FAIL;
	for (size = 0; size < sizeof(answers); size++) {
		if (size && size % sizeof(answers[0]) == 0)
			continue;
		EXPECT_EQ(-1, write(self->fd, answers, size)) {
			TH_LOG("size %zu", size);
		}
		EXPECT_EQ(EINVAL, errno);
	}
	EXPECT_FALSE(is_done(self->dma, 0));
	EXPECT_EQ(sizeof(answers[0]),
		  write(self->fd, answers, sizeof(answers[0])));
	EXPECT_EQ(NOTHING_TO_WRITE, status_of(self->dma, 0));
}

TEST_F(fault, codes_that_are_none)
{
	static const __u32 codes[] = { 0, 3, 4, 0x80000001, -1 };
	unsigned int i;

	ASSERT_EQ(0, start(self->dma, 0, 1));
	ASSERT_ONE_FAULT();
	for (i = 0; i < ARRAY_SIZE(codes); i++)
		EXPECT_EQ(-EINVAL,
			  fault_answer(self->fd, self->faults[0].group,
				       codes[i]));
	EXPECT_FALSE(is_done(self->dma, 0));
	EXPECT_EQ(0, fault_answer(self->fd, self->faults[0].group,
				  IOASID_FAULT_FAIL));
}

TEST_F(fault, groups_that_are_none)
{
	__u32 group;

	ASSERT_EQ(0, start(self->dma, 0, 1));
	ASSERT_ONE_FAULT();
	group = self->faults[0].group;
	EXPECT_EQ(-ENOENT, fault_answer(self->fd, group + 1,
					IOASID_FAULT_RETRY));
	EXPECT_EQ(-ENOENT, fault_answer(self->fd, group - 1,
					IOASID_FAULT_RETRY));
	EXPECT_EQ(-ENOENT, fault_answer(self->fd, group ^ 1u << 31,
					IOASID_FAULT_RETRY));
	EXPECT_EQ(0, fault_answer(self->fd, group, IOASID_FAULT_FAIL));
	EXPECT_EQ(-ENOENT, fault_answer(self->fd, group, IOASID_FAULT_FAIL));
	EXPECT_EQ(NOTHING_TO_WRITE, status_of(self->dma, 0));
}

/* A number can be guessed, but not before the group was read. */
TEST_F(fault, answer_before_read)
{
	__u32 group;

	ASSERT_EQ(0, start_many(self->dma, 2));
	EXPECT_EQ(POLLIN, fd_events(self->fd, POLLIN, PATIENCE_MS));
	for (group = 0; group < 300; group++)
		EXPECT_GT(0, fault_answer(self->fd, group, IOASID_FAULT_FAIL));
	EXPECT_FALSE(is_done(self->dma, 0));
	EXPECT_FALSE(is_done(self->dma, 1));
	ASSERT_EQ(2, read_many(self->fd, self->faults, 2));
}

TEST_F(fault, answer_before_read_is_told)
{
	__u32 next;

	ASSERT_EQ(0, start(self->dma, 0, 1));
	ASSERT_ONE_FAULT();
	ASSERT_EQ(0, start(self->dma, 1, 1));
	EXPECT_EQ(POLLIN, fd_events(self->fd, POLLIN, PATIENCE_MS));
	/* Numbers go up one by one, or this finds nothing to say. */
	next = self->faults[0].group + 1;
	EXPECT_EQ(-EINVAL, fault_answer(self->fd, next, IOASID_FAULT_FAIL));
	EXPECT_FALSE(is_done(self->dma, 1));
	ASSERT_ONE_FAULT();
	EXPECT_EQ(next, self->faults[0].group);
}

TEST_F(fault, answers_of_another_space)
{
	struct ioasid_fault fault;
	struct iova_dma other;
	int space = space_alloc_iova(NULL);
	int fd = fault_open(space, 0);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, iova_dma_open(&other, 0, space));
	ASSERT_EQ(0, start(self->dma, 0, 1));
	ASSERT_ONE_FAULT();
	ASSERT_EQ(0, fcntl(fd, F_SETFL, O_NONBLOCK));
	EXPECT_EQ(-EAGAIN, fault_read(fd, &fault, 1));
	EXPECT_EQ(-ENOENT, fault_answer(fd, self->faults[0].group,
					IOASID_FAULT_FAIL));
	EXPECT_FALSE(is_done(self->dma, 0));
	iova_dma_close(&other);
	close(fd);
	close(space);
}

/* What was carried out before the refused one stays so, and is counted. */
TEST_F(fault, some_answers_refused)
{
	struct ioasid_fault_answer answers[4];
	unsigned int i;

	ASSERT_EQ(0, start_many(self->dma, 4));
	ASSERT_EQ(4, read_many(self->fd, self->faults, 4));
	for (i = 0; i < 4; i++) {
		answers[i].group = self->faults[i].group;
		answers[i].code = i == 2 ? 99 : IOASID_FAULT_FAIL;
	}
	EXPECT_EQ(2 * sizeof(answers[0]),
		  write(self->fd, answers, sizeof(answers)));
	EXPECT_EQ(-1, write(self->fd, answers + 2, 2 * sizeof(answers[0])));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, write(self->fd, answers, sizeof(answers)));
	EXPECT_EQ(ENOENT, errno);
	answers[2].code = IOASID_FAULT_FAIL;
	EXPECT_EQ(2 * sizeof(answers[0]),
		  write(self->fd, answers + 2, 2 * sizeof(answers[0])));
	EXPECT_TRUE(all_end_with(self->dma, 4, NOTHING_TO_WRITE));
}

TEST_F(fault, answers_from_bad_memory)
{
	struct ioasid_fault_answer *end = end_of_memory();
	void *nowhere = anon_map(PAGE);

	ASSERT_NE(NULL, end);
	ASSERT_EQ(0, munmap(nowhere, PAGE));
	ASSERT_EQ(0, start(self->dma, 0, 1));
	ASSERT_ONE_FAULT();
	end[-1].group = self->faults[0].group;
	end[-1].code = IOASID_FAULT_FAIL;
	EXPECT_EQ(-1, write(self->fd, nowhere, sizeof(*end)));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, write(self->fd, end, sizeof(*end)));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(sizeof(*end), write(self->fd, end - 1, 3 * sizeof(*end)));
	EXPECT_EQ(NOTHING_TO_WRITE, status_of(self->dma, 0));
}

/* An owner that writes anything, and then goes. */
TEST_F(fault, random_answers)
{
	static char garbage[PAGE];
	unsigned int round;
	ssize_t count;

	ASSERT_EQ(0, start_many(self->dma, 16));
	ASSERT_EQ(8, read_many(self->fd, self->faults, 8));
	for (round = 0; round < 500; round++) {
		pattern_fill(garbage, PAGE, round);
		count = write(self->fd, garbage, 8 * (round % 512 + 1));
		EXPECT_LE(-1, count);
		EXPECT_GT(8 * (int)(round % 512 + 1), count);
	}
	for (round = 0; round < 16; round++)
		EXPECT_FALSE(is_done(self->dma, round));
	close(self->fd);
	self->fd = -1;
	EXPECT_TRUE(all_end_with(self->dma, 16, NOTHING_TO_WRITE));
}

TEST_F(fault, poll)
{
	const short both = POLLIN | POLLOUT;

	EXPECT_EQ(POLLOUT, fd_events(self->fd, both, 0));
	ASSERT_EQ(0, start(self->dma, 0, 1));
	EXPECT_EQ(POLLIN, fd_events(self->fd, POLLIN, PATIENCE_MS));
	EXPECT_EQ(both, fd_events(self->fd, both, 0));
	ASSERT_ONE_FAULT();
	EXPECT_EQ(POLLOUT, fd_events(self->fd, both, 0));
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	EXPECT_EQ(POLLHUP, fd_events(self->fd, 0, 0));
	EXPECT_EQ(POLLHUP | POLLOUT, fd_events(self->fd, POLLOUT, 0));
}

TEST_F(fault, epoll)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	ASSERT_LE(0, epoll);
	ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_ADD, self->fd, &event));
	EXPECT_EQ(0, epoll_wait(epoll, &event, 1, 0));
	ASSERT_EQ(0, start(self->dma, 0, 1));
	EXPECT_EQ(1, epoll_wait(epoll, &event, 1, PATIENCE_MS));
	EXPECT_EQ(EPOLLIN, event.events);
	/* Edges: the next request is one, also if the first was not read. */
	ASSERT_EQ(0, start(self->dma, 1, 1));
	EXPECT_EQ(1, epoll_wait(epoll, &event, 1, PATIENCE_MS));
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	EXPECT_EQ(1, epoll_wait(epoll, &event, 1, PATIENCE_MS));
	EXPECT_TRUE(event.events & EPOLLHUP);
	close(epoll);
}

static long fdinfo_number(int fd, const char *name)
{
	char value[32];

	if (fdinfo_value(getpid(), fd, name, value, sizeof(value)))
		return -1;
	return strtol(value, NULL, 10);
}

TEST_F(fault, fdinfo)
{
	struct ioasid_status status;

	ASSERT_EQ(0, space_status(self->space, &status));
	EXPECT_EQ(status.out_id, fdinfo_number(self->fd, "ioasid"));
	EXPECT_EQ(IOASID_FAULT_DEPTH_DEFAULT, fdinfo_number(self->fd, "depth"));
	EXPECT_EQ(0, fdinfo_number(self->fd, "queued"));
	EXPECT_EQ(0, fdinfo_number(self->fd, "waiting"));
	ASSERT_EQ(0, start(self->dma, 0, 1));
	EXPECT_EQ(POLLIN, fd_events(self->fd, POLLIN, PATIENCE_MS));
	EXPECT_EQ(1, fdinfo_number(self->fd, "queued"));
	EXPECT_EQ(0, fdinfo_number(self->fd, "waiting"));
	ASSERT_ONE_FAULT();
	EXPECT_EQ(0, fdinfo_number(self->fd, "queued"));
	EXPECT_EQ(1, fdinfo_number(self->fd, "waiting"));
	EXPECT_EQ(0, fault_answer(self->fd, self->faults[0].group,
				  IOASID_FAULT_FAIL));
	EXPECT_EQ(0, fdinfo_number(self->fd, "waiting"));
}

TEST_F(fault, deeper_than_allowed)
{
	unsigned int failed = 0, page;

	close(self->fd);
	self->fd = fault_open(self->space, 4);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(4, fdinfo_number(self->fd, "depth"));
	for (page = 0; page < 4; page++) {
		ASSERT_EQ(0, start(self->dma, page, 1));
		ASSERT_EQ(1, fault_read(self->fd, &self->faults[page], 1));
	}
	/* Whether read or not, they wait for an answer. */
	for (page = 4; page < 12; page++) {
		ASSERT_EQ(0, start(self->dma, page, 1));
		failed += status_of(self->dma, page) == NOTHING_TO_WRITE;
	}
	EXPECT_EQ(8, failed);
	ASSERT_EQ(0, map_page(self->space, self->mem, 0));
	EXPECT_EQ(0, fault_answer(self->fd, self->faults[0].group,
				  IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, status_of(self->dma, 0));
	ASSERT_EQ(0, start(self->dma, 12, 1));
	ASSERT_ONE_FAULT();
	EXPECT_EQ(page_at(12), self->faults[0].iova);
}

/* What ends all requests of a space, some read and some not. */
FIXTURE(ending)
{
	int space;
	int fd;
	struct iova_dma dma[PAGES];
	struct ioasid_fault faults[4];
};

FIXTURE_SETUP(ending)
{
	NEED_PAGE_REQUESTS(return);
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	self->fd = fault_open(self->space, 0);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, open_queues(self->dma, self->space));
	ASSERT_EQ(0, start_many(self->dma, 8));
	ASSERT_EQ(4, read_many(self->fd, self->faults, 4));
}

FIXTURE_TEARDOWN(ending)
{
	close_queues(self->dma);
	close(self->fd);
	close(self->space);
}

TEST_F(ending, close)
{
	close(self->fd);
	self->fd = -1;
	EXPECT_TRUE(all_end_with(self->dma, 8, NOTHING_TO_WRITE));
	EXPECT_TRUE(iova_cannot_write(self->dma, PLACE));
}

TEST_F(ending, close_of_one_of_two)
{
	int copy = dup(self->fd);

	ASSERT_LE(0, copy);
	close(copy);
	EXPECT_EQ(0, fault_answer(self->fd, self->faults[0].group,
				  IOASID_FAULT_FAIL));
	EXPECT_EQ(4, read_many(self->fd, self->faults, 4));
}

/* Numbers of another life mean nothing to the next one. */
TEST_F(ending, close_and_open)
{
	close(self->fd);
	self->fd = fault_open(self->space, 0);
	ASSERT_LE(0, self->fd);
	EXPECT_TRUE(all_end_with(self->dma, 8, NOTHING_TO_WRITE));
	EXPECT_EQ(-ENOENT, fault_answer(self->fd, self->faults[0].group,
					IOASID_FAULT_RETRY));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_NONBLOCK));
	EXPECT_EQ(-EAGAIN, fault_read(self->fd, self->faults, 1));
}

TEST_F(ending, free)
{
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	EXPECT_EQ(0, fault_read(self->fd, self->faults, 4));
	EXPECT_EQ(-ENOENT, fault_answer(self->fd, self->faults[0].group,
					IOASID_FAULT_RETRY));
	close_queues(self->dma);
	EXPECT_EQ(IOASID_STATE_FREE, space_state(self->space));
	EXPECT_EQ(0, fault_read(self->fd, self->faults, 4));
}

/* The fault fd holds neither the space nor its devices. */
TEST_F(ending, close_of_the_space)
{
	close(self->space);
	self->space = -1;
	EXPECT_EQ(POLLHUP, fd_events(self->fd, 0, PATIENCE_MS));
	EXPECT_EQ(0, fault_read(self->fd, self->faults, 4));
	EXPECT_EQ(POLLPRI,
		  fd_events(self->dma->queue, POLLPRI, PATIENCE_MS) & POLLPRI);
}

TEST_F(ending, close_of_the_queues)
{
	close_queues(self->dma);
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->space));
	EXPECT_EQ(POLLOUT, fd_events(self->fd, POLLIN | POLLOUT, 0));
	EXPECT_EQ(-ENOENT, fault_answer(self->fd, self->faults[0].group,
					IOASID_FAULT_RETRY));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_NONBLOCK));
	EXPECT_EQ(-EAGAIN, fault_read(self->fd, self->faults, 1));
	EXPECT_EQ(0, fdinfo_number(self->fd, "queued"));
	EXPECT_EQ(0, fdinfo_number(self->fd, "waiting"));
}

/* Only the requests of the device that goes. */
TEST_F(ending, close_of_one_device_of_two)
{
	struct ioasid_fault fault;
	struct iova_dma other;

	ASSERT_EQ(0, iova_dma_open(&other, 1, self->space));
	ASSERT_EQ(0, iova_start_fill(&other, 0, page_at(20), 1, PAGE));
	close_queues(self->dma);
	do {
		ASSERT_EQ(1, fault_read(self->fd, &fault, 1));
	} while (fault.iova != page_at(20));
	EXPECT_EQ(-ENOENT, fault_answer(self->fd, self->faults[0].group,
					IOASID_FAULT_RETRY));
	EXPECT_EQ(0, fault_answer(self->fd, fault.group, IOASID_FAULT_FAIL));
	EXPECT_EQ(NOTHING_TO_WRITE, iova_wait(&other, other.jobs));
	iova_dma_close(&other);
}

/* An owner in a process of its own: serves some requests, then hangs. */
struct owner {
	int space;
	int fd;
	char *mem;
};

static bool serve(const struct owner *owner)
{
	struct ioasid_fault fault;
	unsigned int page;

	if (fault_read(owner->fd, &fault, 1) != 1)
		return false;
	page = (fault.iova - PLACE) / PAGE;
	memset(owner->mem + page * PAGE, 0, PAGE);
	return !map_page(owner->space, owner->mem, page) &&
	       !fault_answer(owner->fd, fault.group, IOASID_FAULT_RETRY);
}

static int serve_eight_and_hang(int socket, void *arg)
{
	struct ioasid_fault faults[PAGES];
	struct owner *owner = arg;
	int served;

	for (served = 0; served < 8; served++)
		if (!serve(owner))
			return 1;
	if (fault_read(owner->fd, faults, 4) < 1)
		return 2;
	return send_byte(socket, 'h') || receive_byte(socket) < 0;
}

static unsigned int count_ends(const struct iova_dma *dma, unsigned int nr,
			       int status)
{
	unsigned int page, count = 0;

	for (page = 0; page < nr; page++)
		count += status_of(dma, page) == status;
	return count;
}

TEST_F(fault, owner_is_killed)
{
	struct owner owner = { self->space, self->fd, self->mem };
	struct child child;

	ASSERT_EQ(0, start_many(self->dma, 16));
	ASSERT_EQ(0, child_start(&child, serve_eight_and_hang, &owner));
	close(self->fd);
	self->fd = -1;
	ASSERT_EQ('h', receive_byte(child.socket));
	EXPECT_EQ(128 + SIGKILL, child_kill(&child));
	EXPECT_EQ(8, count_ends(self->dma, 16, DSA_COMP_SUCCESS));
	EXPECT_EQ(8, count_ends(self->dma, 16, NOTHING_TO_WRITE));
	/* What it has mapped of its memory is still there. */
	EXPECT_EQ(8 * PAGE, space_unmap(self->space, PLACE, PAGES * PAGE));
}

TEST_F(fault, slow_owner_hurts_nobody_else)
{
	int space = space_alloc_iova(NULL), fd = fault_open(space, 0);
	struct owner owner = { space, fd, self->mem };
	struct iova_dma other;
	unsigned int page;
	struct dma sva;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, start_many(self->dma, PAGES));
	ASSERT_EQ(0, iova_dma_open(&other, 0, space));
	for (page = 0; page < 8; page++) {
		ASSERT_EQ(0, iova_start_fill(&other, 0, page_at(page), 3,
					     PAGE));
		ASSERT_TRUE(serve(&owner));
		EXPECT_EQ(DSA_COMP_SUCCESS, iova_wait(&other, other.jobs));
	}
	ASSERT_EQ(0, dma_open(&sva, 0));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_fill(&sva, self->mem + 16 * PAGE, 1, PAGE));
	EXPECT_FALSE(is_done(self->dma, 0));
	dma_close(&sva);
	iova_dma_close(&other);
	close(fd);
	close(space);
}

/* Nor itself: the map can be changed while requests wait. */
TEST_F(fault, map_changes_while_requests_wait)
{
	ASSERT_EQ(0, start(self->dma, 0, 1));
	ASSERT_ONE_FAULT();
	ASSERT_EQ(0, map_page(self->space, self->mem, 0));
	EXPECT_EQ(PAGE, space_unmap(self->space, PLACE, PAGE));
	ASSERT_EQ(0, map_page(self->space, self->mem, 0));
	EXPECT_EQ(0, fault_answer(self->fd, self->faults[0].group,
				  IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, status_of(self->dma, 0));
}

TEST_F(fault, cookies)
{
	struct ioasid_sim_attach attach = { .fd = self->space };
	struct iova_dma same, other;

	attach.cookie = 1;
	ASSERT_EQ(0, iova_dma_open_as(&same, 0, &attach));
	attach.cookie = 2;
	ASSERT_EQ(0, iova_dma_open_as(&other, 1, &attach));
	ASSERT_EQ(0, iova_start_fill(&same, 0, page_at(0), 1, PAGE));
	ASSERT_ONE_FAULT();
	EXPECT_EQ(COOKIE, self->faults[0].cookie);
	ASSERT_EQ(0, iova_start_fill(&other, 0, page_at(1), 1, PAGE));
	ASSERT_ONE_FAULT();
	EXPECT_EQ(2, self->faults[0].cookie);
	iova_dma_close(&same);
	iova_dma_close(&other);
}

static void *serve_until_hangup(void *arg)
{
	while (serve(arg))
		;
	return NULL;
}

TEST_F(fault, storm)
{
	struct owner owner = { self->space, self->fd, self->mem };
	struct iova_dma other;
	pthread_t thread;
	int round;

	ASSERT_EQ(0, iova_dma_open(&other, 1, self->space));
	ASSERT_EQ(0, pthread_create(&thread, NULL, serve_until_hangup,
				    &owner));
	for (round = 0; round < 20; round++) {
		ASSERT_EQ(0, start_many(self->dma, PAGES / 2));
		ASSERT_EQ(0, iova_start_fill(&other, 0, page_at(PAGES - 1),
					     round, PAGE));
		EXPECT_TRUE(all_end_with(self->dma, PAGES / 2,
					 DSA_COMP_SUCCESS));
		EXPECT_EQ(DSA_COMP_SUCCESS, iova_wait(&other, other.jobs));
		EXPECT_TRUE(bytes_are(self->mem, PAGES / 2 * PAGE, 1));
		EXPECT_EQ((PAGES / 2 + 1) * PAGE,
			  space_unmap(self->space, PLACE, PAGES * PAGE));
	}
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	pthread_join(thread, NULL);
	iova_dma_close(&other);
}

/* Requests that are gone are no reason to stop. */
static void *serve_what_is_left(void *arg)
{
	const struct owner *owner = arg;
	struct ioasid_fault fault;

	while (fault_read(owner->fd, &fault, 1) == 1) {
		map_page(owner->space, owner->mem,
			 (fault.iova - PLACE) / PAGE);
		fault_answer(owner->fd, fault.group, IOASID_FAULT_RETRY);
	}
	return NULL;
}

/* Devices that come and go while requests wait, are read and answered. */
TEST_F(fault, attach_and_detach_in_a_storm)
{
	struct owner owner = { self->space, self->fd, self->mem };
	struct iova_dma other[2];
	pthread_t thread;
	int round;

	ASSERT_EQ(0, pthread_create(&thread, NULL, serve_what_is_left,
				    &owner));
	for (round = 0; round < 30; round++) {
		ASSERT_EQ(0, iova_dma_open(&other[0], 0, self->space));
		ASSERT_EQ(0, iova_dma_open(&other[1], 1, self->space));
		ASSERT_EQ(0, start_many(other, 2));
		iova_dma_close(&other[0]);
		iova_dma_close(&other[1]);
		space_unmap(self->space, PLACE, PAGES * PAGE);
	}
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	pthread_join(thread, NULL);
	EXPECT_EQ(0, space_pinned(self->space));
}

TEST_HARNESS_MAIN
