// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which device reaches which space: attach and detach, every way to be refused,
 * several of each at once, and that a PASID opens nothing on a queue to which
 * its space is not attached.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "uffd.h"

#define SIZE	(3 * PAGE)

FIXTURE(attach)
{
	int queue;
	int space;
	__u32 pasid;
};

FIXTURE_SETUP(attach)
{
	self->queue = queue_open(0, O_RDWR);
	ASSERT_LE(0, self->queue);
	self->space = space_alloc(&self->pasid);
	ASSERT_LE(0, self->space);
}

FIXTURE_TEARDOWN(attach)
{
	close(self->queue);
	close(self->space);
}

TEST_F(attach, returns_pasid_of_space)
{
	__u32 pasid = 0;

	ASSERT_EQ(0, queue_attach(self->queue, self->space, &pasid));
	EXPECT_EQ(self->pasid, pasid);
}

TEST_F(attach, fd_that_is_not_open)
{
	int closed = dup(self->space);

	ASSERT_LE(0, closed);
	close(closed);
	EXPECT_EQ(-EBADF, queue_attach(self->queue, closed, NULL));
	EXPECT_EQ(-EBADF, queue_attach(self->queue, -1, NULL));
	EXPECT_EQ(-EBADF, queue_attach(self->queue, -100, NULL));
	EXPECT_EQ(-EBADF, queue_attach(self->queue, 0x7fffffff, NULL));
}

TEST_F(attach, fd_of_something_else)
{
	int pipe_fd[2], system_fd = system_open(O_RDWR);

	ASSERT_LE(0, system_fd);
	ASSERT_EQ(0, pipe2(pipe_fd, O_CLOEXEC));
	EXPECT_EQ(-EBADFD, queue_attach(self->queue, system_fd, NULL));
	EXPECT_EQ(-EBADFD, queue_attach(self->queue, self->queue, NULL));
	EXPECT_EQ(-EBADFD, queue_attach(self->queue, pipe_fd[0], NULL));
	EXPECT_EQ(-EBADFD, queue_attach(self->queue, pipe_fd[1], NULL));
	close(system_fd);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
}

TEST_F(attach, twice)
{
	int copy = dup(self->space);

	ASSERT_EQ(0, queue_attach(self->queue, self->space, NULL));
	EXPECT_EQ(-EEXIST, queue_attach(self->queue, self->space, NULL));
	EXPECT_EQ(-EEXIST, queue_attach(self->queue, copy, NULL));
	EXPECT_EQ(1, space_attachments(self->space));
	close(copy);
}

TEST_F(attach, detach_what_is_not_attached)
{
	EXPECT_EQ(-ENOENT, queue_detach(self->queue, self->pasid));
	ASSERT_EQ(0, queue_attach(self->queue, self->space, NULL));
	EXPECT_EQ(-ENOENT, queue_detach(self->queue, 0));
	EXPECT_EQ(-ENOENT, queue_detach(self->queue, self->pasid + 1));
	EXPECT_EQ(-ENOENT, queue_detach(self->queue, self->pasid | 1 << 20));
	EXPECT_EQ(-ENOENT, queue_detach(self->queue, -1));
	ASSERT_EQ(0, queue_detach(self->queue, self->pasid));
	EXPECT_EQ(-ENOENT, queue_detach(self->queue, self->pasid));
}

TEST_F(attach, again_after_detach)
{
	struct dma dma = { self->queue, self->space, self->pasid };
	char *mem = anon_map(2 * SIZE);
	int round;

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, mem);
	for (round = 0; round < 20; round++) {
		pattern_fill(mem, SIZE, round);
		ASSERT_EQ(0, queue_attach(self->queue, self->space, NULL));
		EXPECT_EQ(DSA_COMP_SUCCESS,
			  dma_copy(&dma, mem + SIZE, mem, SIZE));
		ASSERT_EQ(0, queue_detach(self->queue, self->pasid));
		EXPECT_TRUE(pattern_holds(mem + SIZE, SIZE, round));
		EXPECT_EQ(-EACCES, dma_copy(&dma, mem, mem + SIZE, SIZE));
	}
}

TEST_F(attach, freed_space)
{
	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->space));
	EXPECT_EQ(-ESTALE, queue_attach(self->queue, self->space, NULL));
	EXPECT_EQ(0, space_attachments(self->space));
	EXPECT_EQ(IOASID_STATE_FREE, space_state(self->space));
}

static int send_space(int socket, void *arg)
{
	int rc = send_fd(socket, space_alloc(NULL));

	return rc || receive_byte(socket) < 0;
}

TEST_F(attach, space_of_dead_process)
{
	struct child child;
	int space;

	ASSERT_EQ(0, child_start(&child, send_space, NULL));
	space = receive_fd(child.socket);
	ASSERT_LE(0, space);
	ASSERT_EQ(0, send_byte(child.socket, 'e'));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_EQ(-ESRCH, queue_attach(self->queue, space, NULL));
	EXPECT_EQ(0, space_attachments(space));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(space));
	EXPECT_EQ(-ESTALE, queue_attach(self->queue, space, NULL));
	close(space);
}

/* Several queues, on one accelerator and on two, share a space. */
TEST_F(attach, one_space_on_many_queues)
{
	char *mem = anon_map(2 * SIZE);
	struct dma dma[6];
	unsigned int i;

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, mem);
	for (i = 0; i < ARRAY_SIZE(dma); i++) {
		dma[i].queue = queue_open(i % 2, O_RDWR);
		ASSERT_LE(0, dma[i].queue);
		ASSERT_EQ(0, queue_attach(dma[i].queue, self->space,
					  &dma[i].pasid));
		EXPECT_EQ(self->pasid, dma[i].pasid);
		EXPECT_EQ(i + 1, space_attachments(self->space));
	}
	for (i = 0; i < ARRAY_SIZE(dma); i++) {
		pattern_fill(mem, SIZE, i);
		EXPECT_EQ(DSA_COMP_SUCCESS,
			  dma_copy(&dma[i], mem + SIZE, mem, SIZE));
		EXPECT_TRUE(pattern_holds(mem + SIZE, SIZE, i));
	}
	ASSERT_EQ(0, queue_detach(dma[0].queue, self->pasid));
	close(dma[1].queue);
	EXPECT_EQ(ARRAY_SIZE(dma) - 2, space_attachments(self->space));
	EXPECT_EQ(-EACCES, dma_copy(&dma[0], mem, mem + SIZE, SIZE));
	for (i = 2; i < ARRAY_SIZE(dma); i++)
		EXPECT_EQ(DSA_COMP_SUCCESS,
			  dma_copy(&dma[i], mem, mem + SIZE, SIZE));
	close(dma[0].queue);
	for (i = 2; i < ARRAY_SIZE(dma); i++)
		close(dma[i].queue);
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->space));
}

/* Waits, then tells whether its memory holds the byte it was given. */
static int owner(int socket, void *arg)
{
	unsigned char *mem = arg;
	int expected;

	if (send_fd(socket, space_alloc(NULL)))
		return 1;
	expected = receive_byte(socket);
	return expected < 0 ? 2 : !bytes_are(mem, SIZE, expected);
}

#define OWNERS	3

/* One address means another process's memory under each PASID. */
TEST_F(attach, pasid_selects_memory)
{
	struct child child[OWNERS];
	int space[OWNERS], i;
	__u32 pasid[OWNERS];
	char *mem = anon_map(SIZE + PAGE);
	struct job job;

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, mem);
	for (i = 0; i < OWNERS; i++) {
		ASSERT_EQ(0, child_start(&child[i], owner, mem));
		space[i] = receive_fd(child[i].socket);
		ASSERT_LE(0, space[i]);
		ASSERT_EQ(0, queue_attach(self->queue, space[i], &pasid[i]));
	}
	for (i = 0; i < OWNERS; i++) {
		job_memfill(&job, pasid[i], mem,
			    0x0101010101010101ull * ('a' + i), SIZE);
		job.desc.completion_addr = (__u64)mem + SIZE;
		ASSERT_EQ(0, job_submit(self->queue, &job));
	}
	for (i = 0; i < OWNERS; i++) {
		ASSERT_EQ(0, queue_detach(self->queue, pasid[i]));
		ASSERT_EQ(0, send_byte(child[i].socket, 'a' + i));
		EXPECT_EQ(0, child_wait(&child[i]));
		close(space[i]);
	}
	EXPECT_TRUE(bytes_are(mem, SIZE + PAGE, 0));
}

TEST_F(attach, pasid_of_other_queue)
{
	int other = queue_open(0, O_RDWR), third = queue_open(1, O_RDWR);
	struct dma dma = { self->queue, self->space, self->pasid };
	char *mem = anon_map(2 * PAGE);

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, mem);
	ASSERT_LE(0, other);
	ASSERT_LE(0, third);
	ASSERT_EQ(0, queue_attach(self->queue, self->space, NULL));
	memset(mem, 1, PAGE);
	dma.queue = other;
	EXPECT_EQ(-EACCES, dma_copy(&dma, mem + PAGE, mem, PAGE));
	dma.queue = third;
	EXPECT_EQ(-EACCES, dma_copy(&dma, mem + PAGE, mem, PAGE));
	EXPECT_TRUE(bytes_are(mem + PAGE, PAGE, 0));
	close(other);
	close(third);
}

TEST_F(attach, pasid_zero_means_the_only_one)
{
	struct dma dma = { self->queue, self->space, 0 };
	char *mem = anon_map(2 * PAGE);
	int space = space_alloc(NULL);
	__u32 pasid;

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, mem);
	ASSERT_LE(0, space);
	EXPECT_EQ(-EACCES, dma_copy(&dma, mem, mem + PAGE, PAGE));
	ASSERT_EQ(0, queue_attach(self->queue, self->space, NULL));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_copy(&dma, mem, mem + PAGE, PAGE));
	ASSERT_EQ(0, queue_attach(self->queue, space, &pasid));
	EXPECT_EQ(-EACCES, dma_copy(&dma, mem, mem + PAGE, PAGE));
	ASSERT_EQ(0, queue_detach(self->queue, self->pasid));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_copy(&dma, mem, mem + PAGE, PAGE));
	ASSERT_EQ(0, queue_detach(self->queue, pasid));
	EXPECT_EQ(-EACCES, dma_copy(&dma, mem, mem + PAGE, PAGE));
	close(space);
}

TEST_F(attach, two_spaces_of_one_process)
{
	struct dma dma = { self->queue, self->space, self->pasid };
	char *mem = anon_map(2 * SIZE);
	int space = space_alloc(NULL);
	__u32 pasid;

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, mem);
	ASSERT_LE(0, space);
	ASSERT_EQ(0, queue_attach(self->queue, self->space, NULL));
	ASSERT_EQ(0, queue_attach(self->queue, space, &pasid));
	EXPECT_NE(self->pasid, pasid);
	pattern_fill(mem, SIZE, 3);
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_copy(&dma, mem + SIZE, mem, SIZE));
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	memset(mem + SIZE, 0, SIZE);
	dma.pasid = pasid;
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_copy(&dma, mem + SIZE, mem, SIZE));
	EXPECT_TRUE(pattern_holds(mem + SIZE, SIZE, 3));
	close(space);
}

TEST_F(attach, no_more_than_the_limit)
{
	int space[IOASID_SIM_MAX_SPACES], i;
	__u32 pasid[IOASID_SIM_MAX_SPACES];

	for (i = 0; i < IOASID_SIM_MAX_SPACES; i++) {
		space[i] = space_alloc(NULL);
		ASSERT_LE(0, space[i]);
		ASSERT_EQ(0, queue_attach(self->queue, space[i], &pasid[i]));
	}
	EXPECT_EQ(-EMFILE, queue_attach(self->queue, self->space, NULL));
	EXPECT_EQ(0, space_attachments(self->space));
	EXPECT_EQ(-EEXIST, queue_attach(self->queue, space[0], NULL));
	ASSERT_EQ(0, queue_detach(self->queue, pasid[7]));
	EXPECT_EQ(0, queue_attach(self->queue, self->space, NULL));
	EXPECT_EQ(-EMFILE, queue_attach(self->queue, space[7], NULL));
	for (i = 0; i < IOASID_SIM_MAX_SPACES; i++)
		close(space[i]);
}

TEST_F(attach, revoke_is_told_until_detach)
{
	struct dma dma;

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&dma, 1));
	ASSERT_EQ(0, queue_attach(dma.queue, self->space, NULL));
	ASSERT_EQ(0, queue_attach(self->queue, self->space, NULL));
	EXPECT_EQ(0, fd_events(self->queue, POLLPRI, 0));
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	EXPECT_EQ(POLLPRI, fd_events(self->queue, POLLPRI, 0));
	EXPECT_EQ(POLLPRI, fd_events(dma.queue, POLLPRI, 0));
	EXPECT_EQ(POLLPRI, fd_events(dma.queue, POLLPRI, 0));
	ASSERT_EQ(0, queue_detach(self->queue, self->pasid));
	EXPECT_EQ(0, fd_events(self->queue, POLLPRI, 0));
	EXPECT_EQ(POLLPRI, fd_events(dma.queue, POLLPRI, 0));
	ASSERT_EQ(0, queue_detach(dma.queue, self->pasid));
	EXPECT_EQ(0, fd_events(dma.queue, POLLPRI, 0));
	dma_close(&dma);
}

/* The others on the queue do not suffer. */
TEST_F(attach, revoke_of_one_of_two)
{
	char *mem = anon_map(2 * SIZE);
	struct ioasid_sim_error error;
	struct dma dma;
	struct job job;

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, mem);
	ASSERT_EQ(0, dma_open(&dma, 0));
	ASSERT_EQ(0, queue_attach(dma.queue, self->space, NULL));
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	job_memfill(&job, self->pasid, mem, -1, SIZE);
	EXPECT_EQ(0, job_submit(dma.queue, &job));
	EXPECT_EQ(POLLERR, fd_events(dma.queue, 0, PATIENCE_MS));
	EXPECT_EQ(0, queue_error(dma.queue, &error));
	EXPECT_EQ(DSA_COMP_CRA_XLAT, error.out_error);
	EXPECT_EQ(self->pasid, error.out_pasid);
	EXPECT_EQ(DSA_OPCODE_MEMFILL, error.out_opcode);
	EXPECT_EQ((__u64)&job.record, error.out_completion_addr);
	EXPECT_EQ(1, error.out_count);
	EXPECT_EQ(0, job.record.status);
	EXPECT_TRUE(bytes_are(mem, SIZE, 0));
	memset(mem, 7, SIZE);
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_copy(&dma, mem + SIZE, mem, SIZE));
	EXPECT_TRUE(bytes_are(mem + SIZE, SIZE, 7));
	dma_close(&dma);
}

/* When detach has returned, everything accepted before it is complete. */
TEST_F(attach, detach_waits_for_accepted)
{
	const size_t size = 256 * PAGE;
	char *mem = anon_map(2 * size);
	static struct job job[32];
	unsigned int i;

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, mem);
	ASSERT_EQ(0, queue_attach(self->queue, self->space, NULL));
	for (i = 0; i < ARRAY_SIZE(job); i++) {
		job_memmove(&job[i], self->pasid, mem + size, mem, size);
		ASSERT_EQ(0, job_submit(self->queue, &job[i]));
	}
	ASSERT_EQ(0, queue_detach(self->queue, self->pasid));
	for (i = 0; i < ARRAY_SIZE(job); i++)
		EXPECT_EQ(DSA_COMP_SUCCESS, job[i].record.status);
}

/* Attaches, and then at once uses what it was told is attached. */
struct latecomer {
	pthread_t thread;
	pid_t tid;
	struct dma dma;
	char *buffer;
	int attached;
	int copied;
};

static void *come_late(void *arg)
{
	struct latecomer *late = arg;
	const struct dma *dma = &late->dma;

	__atomic_store_n(&late->tid, gettid(), __ATOMIC_RELEASE);
	late->attached = queue_attach(dma->queue, dma->space, NULL);
	late->copied = dma_copy(dma, late->buffer + SIZE, late->buffer, SIZE);
	return NULL;
}

static void *attach_first(void *arg)
{
	const struct latecomer *late = arg;

	return (void *)(long)ioctl(late->dma.queue, IOASID_SIM_ATTACH,
				   late->buffer + 2 * SIZE);
}

/*
 * Two threads attach the same space to the same queue, and the first one does
 * not come to an end, because what it has to say cannot be written.
 */
FIXTURE(stuck)
{
	struct latecomer late;
	pthread_t first;
	int uffd;
};

FIXTURE_SETUP(stuck)
{
	struct latecomer *late = &self->late;
	struct ioasid_sim_attach *arg;

	NEED_PAGE_REQUESTS(return);
	late->dma.queue = queue_open(0, O_RDWR);
	ASSERT_LE(0, late->dma.queue);
	late->dma.space = space_alloc(&late->dma.pasid);
	ASSERT_LE(0, late->dma.space);
	late->buffer = anon_map(3 * SIZE);
	ASSERT_NE(NULL, late->buffer);
	arg = (void *)(late->buffer + 2 * SIZE);
	*arg = (struct ioasid_sim_attach){
		.size = sizeof(*arg),
		.fd = late->dma.space,
	};
	self->uffd = uffd_watch(arg, PAGE, UFFDIO_REGISTER_MODE_WP);
	if (self->uffd < 0)
		SKIP(return, "no write protection by userfaultfd");
	ASSERT_EQ(0, uffd_protect(self->uffd, arg, PAGE));
	ASSERT_EQ(0, pthread_create(&self->first, NULL, attach_first, late));
	ASSERT_EQ((__u64)arg, uffd_wait(self->uffd));
	ASSERT_EQ(0, pthread_create(&late->thread, NULL, come_late, late));
	while (!__atomic_load_n(&late->tid, __ATOMIC_ACQUIRE))
		sched_yield();
	wait_until_asleep(late->tid);
}

FIXTURE_TEARDOWN(stuck)
{
	close(self->uffd);
	close(self->late.dma.space);
	close(self->late.dma.queue);
}

static void *let_go_on(int uffd, const struct latecomer *late, pthread_t first)
{
	void *rc = (void *)-1L;

	uffd_unprotect(uffd, late->buffer + 2 * SIZE, PAGE);
	pthread_join(first, &rc);
	return rc;
}

TEST_F(stuck, attached_means_usable)
{
	struct latecomer *late = &self->late;

	EXPECT_EQ(NULL, let_go_on(self->uffd, late, self->first));
	pthread_join(late->thread, NULL);
	EXPECT_EQ(-EEXIST, late->attached);
	EXPECT_EQ(DSA_COMP_SUCCESS, late->copied);
}

static void interrupted(int signal)
{
}

TEST_F(stuck, latecomer_is_interrupted)
{
	const struct sigaction action = { .sa_handler = interrupted };
	struct latecomer *late = &self->late;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	ASSERT_EQ(0, pthread_kill(late->thread, SIGUSR1));
	pthread_join(late->thread, NULL);
	EXPECT_EQ(-EINTR, late->attached);
	EXPECT_EQ(-EACCES, late->copied);
	EXPECT_EQ(NULL, let_go_on(self->uffd, late, self->first));
}

TEST_HARNESS_MAIN
