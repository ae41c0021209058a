// SPDX-License-Identifier: GPL-2.0-only
/*
 * An accelerator that is taken from its driver through sysfs, as if it were
 * pulled out: with queues open, spaces attached and work going on.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"

#define DRIVER	"/sys/bus/platform/drivers/ioasid_sim_accel/"
#define DEVICE	"ioasid_sim_accel.1"

static int unbind(void)
{
	return write_text(DRIVER "unbind", DEVICE);
}

static int bind(void)
{
	return write_text(DRIVER "bind", DEVICE);
}

FIXTURE(unbind)
{
	struct dma dma;
	/* On the accelerator that stays. */
	struct dma other;
	struct long_job long_job;
	struct job job;
	bool is_unbound;
};

FIXTURE_SETUP(unbind)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&self->dma, 1));
	ASSERT_EQ(0, dma_open(&self->other, 0));
	ASSERT_EQ(0, queue_attach(self->other.queue, self->dma.space, NULL));
	ASSERT_EQ(0, long_job_init(&self->long_job, self->dma.pasid));
	job_init(&self->job, self->dma.pasid, DSA_OPCODE_NOOP);
}

FIXTURE_TEARDOWN(unbind)
{
	dma_close(&self->dma);
	dma_close(&self->other);
	if (self->is_unbound)
		EXPECT_EQ(0, bind());
}

#define ASSERT_UNBIND() do {			\
	ASSERT_EQ(0, unbind());			\
	self->is_unbound = true;		\
} while (0)

TEST_F(unbind, queue_is_dead)
{
	struct ioasid_sim_error error;
	__u64 count;
	int space;

	space = space_alloc(NULL);
	ASSERT_LE(0, space);
	ASSERT_UNBIND();
	EXPECT_EQ(-ENODEV, job_submit(self->dma.queue, &self->job));
	EXPECT_EQ(-ENODEV, queue_attach(self->dma.queue, space, NULL));
	EXPECT_EQ(-ENODEV, queue_detach(self->dma.queue, self->dma.pasid));
	EXPECT_EQ(-ENODEV, queue_error(self->dma.queue, &error));
	EXPECT_EQ(-1, read(self->dma.queue, &count, sizeof(count)));
	EXPECT_EQ(ENODEV, errno);
	EXPECT_EQ(POLLHUP | POLLERR, fd_events(self->dma.queue, 0, 0));
	EXPECT_EQ(-ENOENT, queue_open(1, O_RDWR));
	close(space);
}

TEST_F(unbind, attachments_are_gone)
{
	EXPECT_EQ(2, space_attachments(self->dma.space));
	ASSERT_UNBIND();
	EXPECT_EQ(1, space_attachments(self->dma.space));
	self->job.desc.pasid = self->dma.pasid;
	EXPECT_EQ(DSA_COMP_SUCCESS, job_run(self->other.queue, &self->job));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->dma.space));
}

/* What was under way has ended when unbind returns, and touches nothing. */
TEST_F(unbind, in_the_middle_of_work)
{
	char *mem = anon_map(256 * PAGE);
	struct job fill;

	ASSERT_NE(NULL, mem);
	job_memfill(&fill, self->dma.pasid, mem, -1, 256 * PAGE);
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->long_job.batch));
	ASSERT_EQ(0, job_submit(self->dma.queue, &fill));
	ASSERT_UNBIND();
	EXPECT_NE(DSA_COMP_SUCCESS, self->long_job.batch.record.status);
	memset(mem, 1, 256 * PAGE);
	memset(&self->long_job.batch.record, 0, 32);
	close(self->dma.queue);
	EXPECT_TRUE(bytes_are(mem, 256 * PAGE, 1));
	EXPECT_FALSE(job_done(&self->long_job.batch));
	self->dma.queue = -1;
}

struct waiter {
	int queue;
	pid_t tid;
	int events;
	int error;
};

static void start_waiting(struct waiter *waiter)
{
	__atomic_store_n(&waiter->tid, gettid(), __ATOMIC_RELEASE);
}

static void *wait_in_poll(void *arg)
{
	struct waiter *waiter = arg;

	start_waiting(waiter);
	waiter->events = fd_events(waiter->queue, POLLIN, PATIENCE_MS);
	return NULL;
}

static void *wait_in_read(void *arg)
{
	struct waiter *waiter = arg;
	__u64 count;

	start_waiting(waiter);
	if (read(waiter->queue, &count, sizeof(count)) < 0)
		waiter->error = errno;
	return NULL;
}

/* Fills the queue until write() has to wait. */
static void *wait_in_write(void *arg)
{
	struct waiter *waiter = arg;
	struct job job;

	job_init(&job, 0, DSA_OPCODE_NOOP);
	job.desc.flags = 0;
	job.desc.completion_addr = 0;
	start_waiting(waiter);
	while (!waiter->error)
		waiter->error = -job_submit(waiter->queue, &job);
	return NULL;
}

static int start_waiter(pthread_t *thread, struct waiter *waiter,
			void *(*body)(void *arg))
{
	pid_t tid;

	if (pthread_create(thread, NULL, body, waiter))
		return -EAGAIN;
	while (!(tid = __atomic_load_n(&waiter->tid, __ATOMIC_ACQUIRE)))
		sched_yield();
	return wait_until_asleep(tid);
}

TEST_F(unbind, wakes_all_who_wait)
{
	struct waiter poller = { .queue = self->dma.queue };
	struct waiter reader = { .queue = self->dma.queue };
	struct waiter writer = { .queue = self->dma.queue };
	pthread_t thread[3];
	int i;

	ASSERT_EQ(0, job_submit(self->dma.queue, &self->long_job.batch));
	ASSERT_EQ(0, start_waiter(&thread[0], &poller, wait_in_poll));
	ASSERT_EQ(0, start_waiter(&thread[1], &reader, wait_in_read));
	ASSERT_EQ(0, start_waiter(&thread[2], &writer, wait_in_write));
	ASSERT_UNBIND();
	for (i = 0; i < 3; i++)
		pthread_join(thread[i], NULL);
	EXPECT_EQ(POLLHUP | POLLERR, poller.events);
	EXPECT_EQ(ENODEV, reader.error);
	EXPECT_EQ(ENODEV, writer.error);
}

TEST_F(unbind, bound_again)
{
	struct dma again = { .space = self->dma.space };
	int round;

	for (round = 0; round < 10; round++) {
		ASSERT_EQ(0, unbind());
		ASSERT_EQ(0, bind());
		again.queue = queue_open(1, O_RDWR);
		ASSERT_LE(0, again.queue);
		ASSERT_EQ(0, queue_attach(again.queue, again.space,
					  &again.pasid));
		EXPECT_EQ(DSA_COMP_SUCCESS,
			  job_run(again.queue, &self->job));
		/* The old queue does not come back to life. */
		EXPECT_EQ(-ENODEV, job_submit(self->dma.queue, &self->job));
		close(again.queue);
	}
}

TEST_HARNESS_MAIN
