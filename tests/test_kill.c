// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes that end in the middle of a transfer, by signal, exit or execve, on
 * either side.
 *
 * The other side learns of it, the device reaches nothing any more, and what
 * the process held is given back: attachments, spaces and, by the reference
 * counts of the modules, files.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"

#define EXEC_AND_WAIT	"--wait"
#define CORE_REFS	"/sys/module/ioasid/refcnt"
#define SIM_REFS	"/sys/module/ioasid_sim/refcnt"

struct refs {
	unsigned long core;
	unsigned long sim;
};

static int count_refs(struct refs *refs)
{
	int rc = read_number(CORE_REFS, &refs->core);

	return rc ? rc : read_number(SIM_REFS, &refs->sim);
}

/* Files are let go of a moment after the process that had them. */
static bool refs_return_to(const struct refs *expected)
{
	__s64 deadline = now_ms() + PATIENCE_MS;
	struct refs refs;

	do {
		if (count_refs(&refs))
			return false;
		if (refs.core == expected->core && refs.sim == expected->sim)
			return true;
		sched_yield();
	} while (now_ms() < deadline);
	return false;
}

/* Has the device begun to work on the space? */
static bool wait_for_first_fault(int space)
{
	__s64 deadline = now_ms() + PATIENCE_MS;
	struct ioasid_status status;

	do {
		if (space_status(space, &status))
			return false;
		if (status.out_faults)
			return true;
		sched_yield();
	} while (now_ms() < deadline);
	return false;
}

/* How a process ends. */
enum ending {
	END_KILL,
	END_EXIT,
	END_EXEC,
};

FIXTURE(ending)
{
	struct refs refs;
	/* Built before the fork, so it is in the memory of both. */
	struct long_job long_job;
};

FIXTURE_VARIANT(ending)
{
	enum ending ending;
	int status;
};

FIXTURE_VARIANT_ADD(ending, kill)
{
	.ending = END_KILL,
	.status = 128 + SIGKILL,
};

FIXTURE_VARIANT_ADD(ending, exit)
{
	.ending = END_EXIT,
};

FIXTURE_VARIANT_ADD(ending, exec)
{
	.ending = END_EXEC,
};

FIXTURE_SETUP(ending)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, count_refs(&self->refs));
	ASSERT_EQ(0, long_job_init(&self->long_job, 0));
}

FIXTURE_TEARDOWN(ending)
{
	EXPECT_TRUE(refs_return_to(&self->refs));
}

/* Ends as told by the byte that comes. Returns only if it cannot. */
static int end(int socket)
{
	char text[16];

	switch (receive_byte(socket)) {
	case END_KILL:
		raise(SIGKILL);
		return 1;
	case END_EXIT:
		return 0;
	case END_EXEC:
		fcntl(socket, F_SETFD, 0);
		snprintf(text, sizeof(text), "%d", socket);
		execl("/proc/self/exe", "end", EXEC_AND_WAIT, text, NULL);
		return 2;
	default:
		return 3;
	}
}

static int client(int socket, void *arg)
{
	int space = space_alloc(NULL);

	if (send_fd(socket, space))
		return 4;
	/* The client's memory ends, not its fd: the service has one. */
	return end(socket);
}

TEST_F(ending, client)
{
	struct ioasid_sim_error error;
	struct ioasid_status status;
	struct child child;
	int queue, space;
	__u32 pasid;

	ASSERT_EQ(0, child_start(&child, client, NULL));
	space = receive_fd(child.socket);
	ASSERT_LE(0, space);
	queue = queue_open(0, O_RDWR);
	ASSERT_LE(0, queue);
	ASSERT_EQ(0, queue_attach(queue, space, &pasid));
	self->long_job.batch.desc.pasid = pasid;
	ASSERT_EQ(0, job_submit(queue, &self->long_job.batch));
	ASSERT_TRUE(wait_for_first_fault(space));
	ASSERT_EQ(0, send_byte(child.socket, variant->ending));

	EXPECT_EQ(POLLHUP, fd_events(space, 0, PATIENCE_MS));
	EXPECT_EQ(POLLERR, fd_events(queue, 0, PATIENCE_MS));
	EXPECT_EQ(0, queue_error(queue, &error));
	EXPECT_EQ(DSA_COMP_CRA_XLAT, error.out_error);
	EXPECT_EQ(DSA_OPCODE_BATCH, error.out_opcode);
	EXPECT_NE(DSA_COMP_SUCCESS, error.out_status);
	ASSERT_EQ(0, space_status(space, &status));
	EXPECT_EQ(IOASID_STATUS_MM_GONE, status.out_flags);
	EXPECT_EQ(0, status.out_mapped);
	EXPECT_EQ(1, status.out_attachments);
	EXPECT_EQ(0, queue_detach(queue, pasid));
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(space));
	EXPECT_EQ(variant->status, child_wait(&child));
	close(queue);
	close(space);
}

/* The service works on our memory, with a queue of its own. */
static int service(int socket, void *arg)
{
	struct long_job *long_job = arg;
	int space = receive_fd(socket);
	int queue = queue_open(1, O_RDWR);
	__u32 pasid;

	if (space < 0 || queue < 0 || queue_attach(queue, space, &pasid))
		return 4;
	long_job->batch.desc.pasid = pasid;
	if (job_submit(queue, &long_job->batch) || send_byte(socket, 's'))
		return 5;
	return end(socket);
}

TEST_F(ending, service)
{
	__s64 deadline = now_ms() + PATIENCE_MS;
	int space = space_alloc(NULL);
	struct child child;

	ASSERT_LE(0, space);
	ASSERT_EQ(0, child_start(&child, service, &self->long_job));
	ASSERT_EQ(0, send_fd(child.socket, space));
	ASSERT_EQ('s', receive_byte(child.socket));
	ASSERT_TRUE(wait_for_first_fault(space));
	EXPECT_EQ(1, space_attachments(space));
	ASSERT_EQ(0, send_byte(child.socket, variant->ending));
	while (space_attachments(space) && now_ms() < deadline)
		sched_yield();
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(space));
	EXPECT_EQ(0, space_flags(space));
	EXPECT_EQ(0, fd_events(space, 0, 0));
	EXPECT_EQ(variant->status, child_wait(&child));
	EXPECT_NE(DSA_COMP_SUCCESS, self->long_job.batch.record.status);
	close(space);
}

/* Client and service are one, and end with the space and the queue open. */
static int both(int socket, void *arg)
{
	struct long_job *long_job = arg;
	struct dma dma;

	if (dma_open(&dma, 0))
		return 4;
	long_job->batch.desc.pasid = dma.pasid;
	if (job_submit(dma.queue, &long_job->batch) ||
	    !wait_for_first_fault(dma.space) || send_byte(socket, 's'))
		return 5;
	return end(socket);
}

TEST_F(ending, both)
{
	struct child child;

	ASSERT_EQ(0, child_start(&child, both, &self->long_job));
	ASSERT_EQ('s', receive_byte(child.socket));
	ASSERT_EQ(0, send_byte(child.socket, variant->ending));
	EXPECT_EQ(variant->status, child_wait(&child));
}

FIXTURE(blocked)
{
	struct refs refs;
	struct long_job long_job;
	struct child child;
	int space;
};

FIXTURE_VARIANT(blocked)
{
	int (*body)(int socket, void *arg);
};

/* Makes the queue busy. Returns the queue. */
static int keep_busy(int socket, struct long_job *long_job)
{
	int space = receive_fd(socket);
	int queue = queue_open(0, O_RDWR);
	__u32 pasid;

	if (space < 0 || queue < 0 || queue_attach(queue, space, &pasid))
		return -1;
	long_job->batch.desc.pasid = pasid;
	close(space);
	return job_submit(queue, &long_job->batch) ? -1 : queue;
}

static int blocked_in_write(int socket, void *arg)
{
	struct long_job *long_job = arg;
	int queue = keep_busy(socket, long_job);
	struct job job;

	job_init(&job, long_job->batch.desc.pasid, DSA_OPCODE_NOOP);
	job.desc.flags = 0;
	job.desc.completion_addr = 0;
	send_byte(socket, 'b');
	while (!job_submit(queue, &job))
		;
	return 1;
}

static int blocked_in_detach(int socket, void *arg)
{
	struct long_job *long_job = arg;
	int queue = keep_busy(socket, long_job);

	send_byte(socket, 'b');
	return 1 + queue_detach(queue, long_job->batch.desc.pasid);
}

static int blocked_in_read(int socket, void *arg)
{
	int queue = keep_busy(socket, arg);
	__u64 count;

	send_byte(socket, 'b');
	return read(queue, &count, sizeof(count)) + 1;
}

static int blocked_in_poll(int socket, void *arg)
{
	int queue = keep_busy(socket, arg);

	send_byte(socket, 'b');
	return fd_events(queue, POLLIN, -1) + 1;
}

FIXTURE_VARIANT_ADD(blocked, in_write)
{
	.body = blocked_in_write,
};

FIXTURE_VARIANT_ADD(blocked, in_detach)
{
	.body = blocked_in_detach,
};

FIXTURE_VARIANT_ADD(blocked, in_read)
{
	.body = blocked_in_read,
};

FIXTURE_VARIANT_ADD(blocked, in_poll)
{
	.body = blocked_in_poll,
};

FIXTURE_SETUP(blocked)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, count_refs(&self->refs));
	ASSERT_EQ(0, long_job_init(&self->long_job, 0));
	ASSERT_EQ(0, child_start(&self->child, variant->body, &self->long_job));
	self->space = space_alloc(NULL);
	ASSERT_LE(0, self->space);
}

FIXTURE_TEARDOWN(blocked)
{
	close(self->space);
	EXPECT_TRUE(refs_return_to(&self->refs));
}

/* It dies at once, not when the device is done. */
TEST_F(blocked, killed)
{
	ASSERT_EQ(0, send_fd(self->child.socket, self->space));
	ASSERT_EQ('b', receive_byte(self->child.socket));
	ASSERT_EQ(0, wait_until_asleep(self->child.pid));
	EXPECT_EQ(1, space_attachments(self->space));
	EXPECT_EQ(128 + SIGKILL, child_kill(&self->child));
	EXPECT_EQ(0, space_attachments(self->space));
	EXPECT_NE(DSA_COMP_SUCCESS, self->long_job.batch.record.status);
}

/* Has all of our fds for as long as it lives. */
static int live_until_told(int socket, void *arg)
{
	return receive_byte(socket) != 'e';
}

TEST(inherited_fds_are_let_go_of)
{
	struct child child;
	struct refs refs;
	struct dma dma;

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, count_refs(&refs));
	ASSERT_EQ(0, dma_open(&dma, 0));
	ASSERT_EQ(0, child_start(&child, live_until_told, NULL));
	dma_close(&dma);
	ASSERT_EQ(0, send_byte(child.socket, 'e'));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_TRUE(refs_return_to(&refs));
}

/* Many short lives, which all end in the middle. */
TEST(a_hundred_killed)
{
	struct long_job long_job;
	struct refs refs;
	int round;

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, count_refs(&refs));
	ASSERT_EQ(0, long_job_init(&long_job, 0));
	for (round = 0; round < 100; round++) {
		struct child child;

		ASSERT_EQ(0, child_start(&child, both, &long_job));
		ASSERT_EQ('s', receive_byte(child.socket));
		ASSERT_EQ(128 + SIGKILL, child_kill(&child));
	}
	EXPECT_TRUE(refs_return_to(&refs));
}

/* All numbers come back: many more lives than a queue or a table could hold. */
TEST(pasids_come_back)
{
	__u32 pasid, highest = 0;
	int round, space;

	for (round = 0; round < 20000; round++) {
		space = space_alloc(&pasid);
		ASSERT_LE(0, space);
		if (pasid > highest)
			highest = pasid;
		close(space);
	}
	EXPECT_GT(20000, highest);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], EXEC_AND_WAIT))
		return receive_byte(atoi(argv[2])) != -EPIPE;
	return test_harness_run(argc, argv);
}
