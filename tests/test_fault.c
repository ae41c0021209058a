// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page requests that somebody takes long to answer.
 *
 * With userfaultfd the test itself provides the pages. It can keep a request
 * waiting for as long as it likes, and see what goes on meanwhile: others are
 * not held up, and whoever takes the space back does not wait.
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

#define SIZE	(4 * PAGE)

FIXTURE(fault)
{
	struct dma dma;
	struct job job;
	/* Its pages come from us alone. */
	char *mem;
	char *buffer;
	int uffd;
};

FIXTURE_SETUP(fault)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&self->dma, 0));
	self->mem = anon_map(SIZE);
	self->buffer = anon_map(SIZE);
	ASSERT_NE(NULL, self->mem);
	ASSERT_NE(NULL, self->buffer);
	pattern_fill(self->buffer, SIZE, 1);
	self->uffd = uffd_watch(self->mem, SIZE, UFFDIO_REGISTER_MODE_MISSING);
	if (self->uffd < 0)
		SKIP(return, "no userfaultfd");
	job_memmove(&self->job, self->dma.pasid, self->mem, self->buffer, 100);
}

FIXTURE_TEARDOWN(fault)
{
	close(self->uffd);
	dma_close(&self->dma);
}

TEST_F(fault, read_waits_for_page)
{
	char *target = anon_map(PAGE);

	ASSERT_NE(NULL, target);
	job_memmove(&self->job, self->dma.pasid, target, self->mem, PAGE);
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	ASSERT_EQ((__u64)self->mem, uffd_wait(self->uffd));
	EXPECT_FALSE(job_done(&self->job));
	ASSERT_EQ(0, uffd_provide(self->uffd, (__u64)self->mem, self->buffer));
	EXPECT_EQ(DSA_COMP_SUCCESS, job_wait(&self->job));
	EXPECT_TRUE(pattern_holds(target, PAGE, 1));
}

TEST_F(fault, write_waits_for_page)
{
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	ASSERT_EQ((__u64)self->mem, uffd_wait(self->uffd));
	EXPECT_FALSE(job_done(&self->job));
	memset(self->buffer + PAGE, 7, PAGE);
	ASSERT_EQ(0, uffd_provide(self->uffd, (__u64)self->mem,
				  self->buffer + PAGE));
	EXPECT_EQ(DSA_COMP_SUCCESS, job_wait(&self->job));
	EXPECT_TRUE(pattern_holds(self->mem, 100, 1));
	EXPECT_TRUE(bytes_are(self->mem + 100, PAGE - 100, 7));
}

TEST_F(fault, page_after_page)
{
	static const char zeroes[PAGE];
	unsigned int pages = 0;
	__u64 page;

	job_memmove(&self->job, self->dma.pasid, self->mem, self->buffer, SIZE);
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	while (pages < SIZE / PAGE) {
		page = uffd_wait(self->uffd);
		ASSERT_NE(0, page);
		EXPECT_FALSE(job_done(&self->job));
		ASSERT_EQ(0, uffd_provide(self->uffd, page, zeroes));
		pages++;
	}
	EXPECT_EQ(DSA_COMP_SUCCESS, job_wait(&self->job));
	EXPECT_TRUE(pattern_holds(self->mem, SIZE, 1));
}

/* When nobody watches any more, the kernel provides the page. */
TEST_F(fault, watcher_leaves)
{
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	ASSERT_NE(0, uffd_wait(self->uffd));
	EXPECT_FALSE(job_done(&self->job));
	close(self->uffd);
	self->uffd = -1;
	EXPECT_EQ(DSA_COMP_SUCCESS, job_wait(&self->job));
	EXPECT_TRUE(pattern_holds(self->mem, 100, 1));
}

/*
 * Does the job end with a fault at @addr? Where it says so depends on what is
 * cut off first: its page request, or its record.
 */
static bool ends_with_fault(int queue, const struct job *job, __u64 addr)
{
	const int status = DSA_COMP_PAGE_FAULT_IR | DSA_COMP_STATUS_WRITE;
	__s64 deadline = now_ms() + PATIENCE_MS;
	struct ioasid_sim_error error;

	while (!job_done(job) && !fd_events(queue, 0, 0)) {
		if (now_ms() > deadline)
			return false;
		sched_yield();
	}
	if (job_done(job))
		return job->record.status == status &&
		       job->record.fault_addr == addr;
	return !queue_error(queue, &error) &&
	       error.out_error == DSA_COMP_CRA_XLAT &&
	       error.out_status == status && error.out_fault_addr == addr;
}

TEST_F(fault, free_does_not_wait)
{
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	ASSERT_NE(0, uffd_wait(self->uffd));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->dma.space));
	EXPECT_TRUE(ends_with_fault(self->dma.queue, &self->job,
				    (__u64)self->mem));
	EXPECT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	EXPECT_EQ(IOASID_STATE_FREE, space_state(self->dma.space));
	/* The page comes late, and for nobody. */
	ASSERT_EQ(0, uffd_provide(self->uffd, (__u64)self->mem,
				  self->buffer + PAGE));
	EXPECT_EQ(0, memcmp(self->mem, self->buffer + PAGE, PAGE));
}

TEST_F(fault, last_close_does_not_wait)
{
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	ASSERT_NE(0, uffd_wait(self->uffd));
	close(self->dma.space);
	self->dma.space = -1;
	EXPECT_TRUE(ends_with_fault(self->dma.queue, &self->job,
				    (__u64)self->mem));
}

TEST_F(fault, closing_queue_does_not_wait)
{
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	ASSERT_NE(0, uffd_wait(self->uffd));
	close(self->dma.queue);
	self->dma.queue = -1;
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->dma.space));
	EXPECT_FALSE(job_done(&self->job));
}

/* Neither on the same accelerator nor on the same space. */
TEST_F(fault, others_are_not_held_up)
{
	struct dma other;

	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	ASSERT_NE(0, uffd_wait(self->uffd));
	ASSERT_EQ(0, dma_open(&other, 0));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_copy(&other, self->buffer + 2 * PAGE, self->buffer,
			   2 * PAGE));
	ASSERT_EQ(0, queue_attach(other.queue, self->dma.space, NULL));
	other.pasid = self->dma.pasid;
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_copy(&other, self->buffer + 2 * PAGE, self->buffer,
			   2 * PAGE));
	EXPECT_FALSE(job_done(&self->job));
	dma_close(&other);
	ASSERT_EQ(0, uffd_provide(self->uffd, (__u64)self->mem, self->buffer));
	EXPECT_EQ(DSA_COMP_SUCCESS, job_wait(&self->job));
}

/* The process can use its memory while the device waits for a page of it. */
TEST_F(fault, process_is_not_held_up)
{
	char *mem;

	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	ASSERT_NE(0, uffd_wait(self->uffd));
	mem = anon_map(SIZE);
	ASSERT_NE(NULL, mem);
	memset(mem, 1, SIZE);
	EXPECT_EQ(0, mprotect(mem, SIZE, PROT_READ));
	EXPECT_EQ(0, munmap(mem, SIZE));
	EXPECT_FALSE(job_done(&self->job));
	ASSERT_EQ(0, uffd_provide(self->uffd, (__u64)self->mem, self->buffer));
	EXPECT_EQ(DSA_COMP_SUCCESS, job_wait(&self->job));
}

struct detacher {
	const struct dma *dma;
	pid_t tid;
	int rc;
};

static void *detach(void *arg)
{
	struct detacher *detacher = arg;

	__atomic_store_n(&detacher->tid, gettid(), __ATOMIC_RELEASE);
	detacher->rc = queue_detach(detacher->dma->queue, detacher->dma->pasid);
	return NULL;
}

static int start_detach(struct detacher *detacher, pthread_t *thread)
{
	pid_t tid;

	detacher->tid = 0;
	if (pthread_create(thread, NULL, detach, detacher))
		return -EAGAIN;
	while (!(tid = __atomic_load_n(&detacher->tid, __ATOMIC_ACQUIRE)))
		sched_yield();
	return wait_until_asleep(tid);
}

static void interrupt(int signal)
{
}

TEST_F(fault, detach_waits)
{
	struct detacher detacher = { .dma = &self->dma };
	pthread_t thread;

	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	ASSERT_NE(0, uffd_wait(self->uffd));
	ASSERT_EQ(0, start_detach(&detacher, &thread));
	EXPECT_FALSE(job_done(&self->job));
	EXPECT_EQ(1, space_attachments(self->dma.space));
	ASSERT_EQ(0, uffd_provide(self->uffd, (__u64)self->mem, self->buffer));
	pthread_join(thread, NULL);
	EXPECT_EQ(0, detacher.rc);
	EXPECT_EQ(DSA_COMP_SUCCESS, self->job.record.status);
	EXPECT_EQ(0, space_attachments(self->dma.space));
}

/* Of two spaces, what is being detached does not count any more. */
TEST_F(fault, pasid_zero_while_one_is_detached)
{
	struct detacher detacher = { .dma = &self->dma };
	int other = space_alloc(NULL);
	pthread_t thread;
	struct job job;

	ASSERT_EQ(0, queue_attach(self->dma.queue, other, NULL));
	job_init(&job, 0, DSA_OPCODE_NOOP);
	EXPECT_EQ(-EACCES, job_submit(self->dma.queue, &job));
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	ASSERT_NE(0, uffd_wait(self->uffd));
	ASSERT_EQ(0, start_detach(&detacher, &thread));
	EXPECT_EQ(0, job_submit(self->dma.queue, &job));
	ASSERT_EQ(0, uffd_provide(self->uffd, (__u64)self->mem, self->buffer));
	pthread_join(thread, NULL);
	EXPECT_EQ(0, detacher.rc);
	EXPECT_EQ(DSA_COMP_SUCCESS, job_wait(&job));
	EXPECT_EQ(0, space_attachments(self->dma.space));
	EXPECT_EQ(1, space_attachments(other));
	close(other);
}

TEST_F(fault, signal_ends_detach)
{
	const struct sigaction action = { .sa_handler = interrupt };
	struct detacher detacher = { .dma = &self->dma };
	pthread_t thread;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	ASSERT_NE(0, uffd_wait(self->uffd));
	ASSERT_EQ(0, start_detach(&detacher, &thread));
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);
	EXPECT_EQ(-EINTR, detacher.rc);
	EXPECT_EQ(IOASID_STATE_ACTIVE, space_state(self->dma.space));
	EXPECT_FALSE(job_done(&self->job));
	ASSERT_EQ(0, uffd_provide(self->uffd, (__u64)self->mem, self->buffer));
	EXPECT_EQ(DSA_COMP_SUCCESS, job_wait(&self->job));
	EXPECT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
}

/* The owner takes the space back while the service waits to let go of it. */
TEST_F(fault, free_ends_detach)
{
	struct detacher detacher = { .dma = &self->dma };
	pthread_t thread;

	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	ASSERT_NE(0, uffd_wait(self->uffd));
	ASSERT_EQ(0, start_detach(&detacher, &thread));
	EXPECT_LE(IOASID_STATE_FREE_PENDING, space_free(self->dma.space));
	pthread_join(thread, NULL);
	EXPECT_EQ(0, detacher.rc);
	EXPECT_EQ(IOASID_STATE_FREE, space_state(self->dma.space));
}

/* Memory that the device may write already, and then must not any more. */
TEST_F(fault, write_protected_by_watcher)
{
	int uffd = uffd_watch(self->buffer, SIZE, UFFDIO_REGISTER_MODE_WP);

	if (uffd < 0)
		SKIP(return, "no write protection by userfaultfd");
	job_memfill(&self->job, self->dma.pasid, self->buffer, 0, SIZE);
	EXPECT_EQ(DSA_COMP_SUCCESS, job_run(self->dma.queue, &self->job));
	ASSERT_EQ(0, uffd_protect(uffd, self->buffer, SIZE));
	job_compval(&self->job, self->dma.pasid, self->buffer, 0, SIZE);
	EXPECT_EQ(DSA_COMP_SUCCESS, job_run(self->dma.queue, &self->job));
	EXPECT_EQ(0, self->job.record.result);

	job_memfill(&self->job, self->dma.pasid, self->buffer, -1, SIZE);
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	ASSERT_EQ((__u64)self->buffer, uffd_wait(uffd));
	EXPECT_FALSE(job_done(&self->job));
	EXPECT_TRUE(bytes_are(self->buffer, SIZE, 0));
	ASSERT_EQ(0, uffd_unprotect(uffd, self->buffer, SIZE));
	EXPECT_EQ(DSA_COMP_SUCCESS, job_wait(&self->job));
	EXPECT_TRUE(bytes_are(self->buffer, SIZE, 0xff));
	close(uffd);
}

/*
 * A client whose memory is watched by itself, or by us: it is killed while the
 * device waits for its page.
 */
static int watched_client(int socket, void *arg)
{
	int uffd = uffd_watch(arg, SIZE, UFFDIO_REGISTER_MODE_MISSING);

	if (uffd < 0 || send_fd(socket, space_alloc(NULL)) ||
	    send_fd(socket, uffd))
		return 1;
	return receive_byte(socket) < 0;
}

FIXTURE(watched)
{
	struct child client;
	int queue;
	int space;
	int uffd;
	__u32 pasid;
	struct job job;
};

FIXTURE_SETUP(watched)
{
	char *mem = anon_map(SIZE);

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, child_start(&self->client, watched_client, mem));
	self->queue = queue_open(0, O_RDWR);
	ASSERT_LE(0, self->queue);
	self->space = receive_fd(self->client.socket);
	if (self->space < 0)
		SKIP(return, "no userfaultfd");
	self->uffd = receive_fd(self->client.socket);
	ASSERT_LE(0, self->uffd);
	ASSERT_EQ(0, queue_attach(self->queue, self->space, &self->pasid));
	job_memfill(&self->job, self->pasid, mem, -1, SIZE);
	ASSERT_EQ(0, job_submit(self->queue, &self->job));
	ASSERT_EQ((__u64)mem, uffd_wait(self->uffd));
}

FIXTURE_TEARDOWN(watched)
{
	close(self->queue);
	close(self->space);
	close(self->uffd);
}

TEST_F(watched, client_is_killed)
{
	close(self->uffd);
	self->uffd = -1;
	EXPECT_EQ(128 + SIGKILL, child_kill(&self->client));
	EXPECT_EQ(POLLHUP, fd_events(self->space, 0, PATIENCE_MS));
	EXPECT_EQ(POLLERR, fd_events(self->queue, 0, PATIENCE_MS));
	EXPECT_EQ(0, queue_detach(self->queue, self->pasid));
}

/* We could keep its memory waiting for ever, but not those who let go of it. */
TEST_F(watched, client_is_killed_and_watcher_stays)
{
	EXPECT_EQ(128 + SIGKILL, child_kill(&self->client));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	EXPECT_EQ(0, queue_detach(self->queue, self->pasid));
	EXPECT_EQ(IOASID_STATE_FREE, space_state(self->space));
}

/* Both ends are gone, and only the watcher is left. */
TEST_F(watched, queue_is_closed_and_watcher_stays)
{
	close(self->queue);
	self->queue = -1;
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->space));
	EXPECT_EQ(128 + SIGKILL, child_kill(&self->client));
	EXPECT_EQ(IOASID_STATE_FREE, space_free(self->space));
}

TEST_HARNESS_MAIN
