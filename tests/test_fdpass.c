// SPDX-License-Identifier: GPL-2.0-only
/*
 * A space in other hands: sent over a socket, duplicated, inherited, taken with
 * pidfd_getfd, left in a socket, and let go of in every order.
 *
 * The memory stays that of the creator. The device works on it for whoever
 * holds the fd, until the last of these fds is closed.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"

#define EXEC_STATUS	"--status"
#define SIZE		(5 * PAGE)
#define FILL_BYTE	0x48
#define NOBODY		65534

/* What client and service agree on before they part. */
struct work {
	struct job *job;
	void *dst;
	const void *src;
};

FIXTURE(pass)
{
	struct work work;
	struct dma dma;
};

FIXTURE_SETUP(pass)
{
	self->work.job = anon_map(PAGE);
	self->work.dst = anon_map(SIZE);
	self->work.src = anon_map(SIZE);
	ASSERT_NE(NULL, self->work.job);
	ASSERT_NE(NULL, self->work.dst);
	ASSERT_NE(NULL, self->work.src);
	pattern_fill((void *)self->work.src, SIZE, 1);
	self->dma.space = space_alloc(&self->dma.pasid);
	ASSERT_LE(0, self->dma.space);
	self->dma.queue = queue_open(0, O_RDWR);
	ASSERT_LE(0, self->dma.queue);
}

FIXTURE_TEARDOWN(pass)
{
	dma_close(&self->dma);
}

/*
 * The service has its own copy of all memory, at the same addresses. It writes
 * its copy full first, so that the test sees which memory the device has used.
 */
static int service(int socket, void *arg)
{
	struct work *work = arg;
	int queue = queue_open(1, O_RDWR);
	int space = receive_fd(socket);
	struct job job;
	__u32 pasid;

	if (queue < 0 || space < 0)
		return 1;
	memset((void *)work->src, 0xee, SIZE);
	memset(work->dst, 0xee, SIZE);
	if (queue_attach(queue, space, &pasid))
		return 2;
	close(space);
	job_memmove(&job, pasid, work->dst, work->src, SIZE);
	job.desc.completion_addr = (__u64)&work->job->record;
	if (write(queue, &job.desc, sizeof(job.desc)) != sizeof(job.desc))
		return 3;
	if (receive_byte(socket) < 0)
		return 4;
	if (!bytes_are(work->dst, SIZE, 0xee))
		return 5;
	return queue_detach(queue, pasid) ? 6 : 0;
}

TEST_F(pass, service_works_on_memory_of_client)
{
	struct child child;

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, child_start(&child, service, &self->work));
	ASSERT_EQ(0, send_fd(child.socket, self->dma.space));
	EXPECT_EQ(DSA_COMP_SUCCESS, job_wait(self->work.job));
	EXPECT_TRUE(pattern_holds(self->work.dst, SIZE, 1));
	EXPECT_EQ(1, space_attachments(self->dma.space));
	ASSERT_EQ(0, send_byte(child.socket, 'd'));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_EQ(0, space_attachments(self->dma.space));
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->dma.space));
}

/* The other way round: the client is elsewhere, and its space comes here. */
static int client(int socket, void *arg)
{
	struct work *work = arg;
	int space;

	if (setresuid(NOBODY, NOBODY, NOBODY))
		return 1;
	space = space_alloc(NULL);
	if (send_fd(socket, space) || receive_byte(socket) < 0)
		return 2;
	if (!bytes_are(work->dst, SIZE, FILL_BYTE))
		return 3;
	if (space_free(space) != IOASID_STATE_FREE_PENDING)
		return 4;
	memset(work->dst, 0x55, SIZE);
	if (send_byte(socket, 'f') || receive_byte(socket) < 0)
		return 5;
	return !bytes_are(work->dst, SIZE, 0x55);
}

static int fill_client(int queue, __u32 pasid, const struct work *work)
{
	struct job job;

	job_memfill(&job, pasid, work->dst, FILL_BYTE * 0x0101010101010101ull,
		    SIZE);
	job.desc.completion_addr = (__u64)&work->job->record;
	return job_submit(queue, &job);
}

TEST_F(pass, client_without_privileges_takes_space_back)
{
	struct ioasid_sim_error error;
	struct child child;
	__u32 pasid;
	int space;

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, child_start(&child, client, &self->work));
	space = receive_fd(child.socket);
	ASSERT_LE(0, space);
	ASSERT_EQ(0, queue_attach(self->dma.queue, space, &pasid));
	/* A detach is how one waits for a record in other memory. */
	ASSERT_EQ(0, fill_client(self->dma.queue, pasid, &self->work));
	ASSERT_EQ(0, queue_detach(self->dma.queue, pasid));
	ASSERT_EQ(0, queue_attach(self->dma.queue, space, &pasid));
	close(space);
	ASSERT_EQ(0, send_byte(child.socket, 'd'));
	ASSERT_EQ('f', receive_byte(child.socket));
	EXPECT_EQ(POLLPRI, fd_events(self->dma.queue, POLLPRI, PATIENCE_MS));
	EXPECT_EQ(0, fill_client(self->dma.queue, pasid, &self->work));
	EXPECT_EQ(POLLERR, fd_events(self->dma.queue, 0, PATIENCE_MS));
	EXPECT_EQ(0, queue_error(self->dma.queue, &error));
	EXPECT_EQ(DSA_COMP_CRA_XLAT, error.out_error);
	EXPECT_EQ(pasid, error.out_pasid);
	ASSERT_EQ(0, send_byte(child.socket, 'c'));
	EXPECT_EQ(0, child_wait(&child));
}

static int dup_fcntl(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

static int dup_proc(int fd)
{
	int pidfd = syscall(SYS_pidfd_open, getpid(), 0);
	int copy = syscall(SYS_pidfd_getfd, pidfd, fd, 0);

	close(pidfd);
	return copy;
}

static int dup_socket(int fd)
{
	int end[2], copy;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, end))
		return -1;
	copy = send_fd(end[0], fd) ? -1 : receive_fd(end[1]);
	close(end[0]);
	close(end[1]);
	return copy;
}

TEST_F(pass, every_duplicate_is_the_same_space)
{
	int (*const duplicate[])(int fd) = {
		dup, dup_fcntl, dup_proc, dup_socket,
	};
	struct ioasid_status status, copy_status;
	unsigned int i;
	int copy;

	NEED_PAGE_REQUESTS(return);
	for (i = 0; i < ARRAY_SIZE(duplicate); i++) {
		ASSERT_EQ(0, space_status(self->dma.space, &status));
		copy = duplicate[i](self->dma.space);
		ASSERT_LE(0, copy);
		close(self->dma.space);
		ASSERT_EQ(0, space_status(copy, &copy_status));
		EXPECT_EQ(status.out_id, copy_status.out_id);
		EXPECT_EQ(IOASID_STATE_IDLE, copy_status.out_state);
		ASSERT_EQ(0, queue_attach(self->dma.queue, copy, NULL));
		EXPECT_EQ(DSA_COMP_SUCCESS,
			  dma_copy(&self->dma, self->work.dst, self->work.src,
				   SIZE));
		ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
		self->dma.space = copy;
	}
	EXPECT_TRUE(pattern_holds(self->work.dst, SIZE, 1));
}

TEST_F(pass, free_by_one_holder_is_seen_by_all)
{
	int copy = dup(self->dma.space);

	ASSERT_LE(0, copy);
	ASSERT_EQ(IOASID_STATE_FREE, space_free(copy));
	EXPECT_EQ(IOASID_STATE_FREE, space_state(self->dma.space));
	EXPECT_EQ(POLLHUP, fd_events(self->dma.space, 0, 0));
	close(copy);
}

TEST_F(pass, fd_in_flight_is_a_holder)
{
	int end[2];

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, end));
	ASSERT_EQ(0, queue_attach(self->dma.queue, self->dma.space, NULL));
	ASSERT_EQ(0, send_fd(end[0], self->dma.space));
	close(self->dma.space);
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_copy(&self->dma, self->work.dst,
					     self->work.src, SIZE));
	EXPECT_EQ(0, fd_events(self->dma.queue, POLLPRI, 0));
	self->dma.space = receive_fd(end[1]);
	ASSERT_LE(0, self->dma.space);
	EXPECT_EQ(IOASID_STATE_ACTIVE, space_state(self->dma.space));
	close(end[0]);
	close(end[1]);
}

TEST_F(pass, closing_socket_frees_fd_in_flight)
{
	int end[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, end));
	ASSERT_EQ(0, queue_attach(self->dma.queue, self->dma.space, NULL));
	ASSERT_EQ(0, send_fd(end[0], self->dma.space));
	close(self->dma.space);
	self->dma.space = -1;
	close(end[0]);
	EXPECT_EQ(0, fd_events(self->dma.queue, POLLPRI, 0));
	close(end[1]);
	EXPECT_EQ(POLLPRI, fd_events(self->dma.queue, POLLPRI, PATIENCE_MS));
}

/* Closes the last fds of a space that it did not make. */
static int close_inherited(int socket, void *arg)
{
	struct dma *dma = arg;

	if (receive_byte(socket) < 0)
		return 1;
	if (space_state(dma->space) != IOASID_STATE_ACTIVE)
		return 2;
	close(dma->space);
	return fd_events(dma->queue, POLLPRI, PATIENCE_MS) != POLLPRI;
}

TEST_F(pass, forked_child_closes_last)
{
	struct child child;

	ASSERT_EQ(0, queue_attach(self->dma.queue, self->dma.space, NULL));
	ASSERT_EQ(0, child_start(&child, close_inherited, &self->dma));
	close(self->dma.space);
	EXPECT_EQ(0, fd_events(self->dma.queue, POLLPRI, 0));
	ASSERT_EQ(0, send_byte(child.socket, 'c'));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_EQ(POLLPRI, fd_events(self->dma.queue, POLLPRI, 0));
}

/* Runs a program that reports the state of the fd it was left. */
static int exec_status(int socket, void *arg)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", *(int *)arg);
	execl("/proc/self/exe", "status", EXEC_STATUS, text, NULL);
	return 255;
}

TEST_F(pass, exec_keeps_fd_without_cloexec)
{
	struct child child;

	ASSERT_EQ(0, fcntl(self->dma.space, F_SETFD, 0));
	ASSERT_EQ(0, child_start(&child, exec_status, &self->dma.space));
	EXPECT_EQ(IOASID_STATE_IDLE, child_wait(&child));
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->dma.space));
}

TEST_F(pass, exec_closes_fd_with_cloexec)
{
	struct child child;

	ASSERT_EQ(0, child_start(&child, exec_status, &self->dma.space));
	EXPECT_EQ(EBADF, child_wait(&child));
}

/* The new program holds a space that is bound to the memory of the old one. */
static int exec_with_own_space(int socket, void *arg)
{
	int space = space_alloc(NULL);

	fcntl(space, F_SETFD, 0);
	return exec_status(socket, &space);
}

TEST_F(pass, exec_ends_own_space)
{
	struct child child;

	ASSERT_EQ(0, child_start(&child, exec_with_own_space, NULL));
	EXPECT_EQ(100 + IOASID_STATE_IDLE, child_wait(&child));
}

static int wait_to_quit(int socket, void *arg)
{
	return receive_byte(socket) != 'q';
}

TEST_F(pass, pidfd_getfd_from_child)
{
	struct ioasid_status status, copy_status;
	struct child child;
	int pidfd, copy;

	ASSERT_EQ(0, child_start(&child, wait_to_quit, NULL));
	pidfd = syscall(SYS_pidfd_open, child.pid, 0);
	ASSERT_LE(0, pidfd);
	copy = syscall(SYS_pidfd_getfd, pidfd, self->dma.space, 0);
	ASSERT_LE(0, copy);
	ASSERT_EQ(0, space_status(self->dma.space, &status));
	ASSERT_EQ(0, space_status(copy, &copy_status));
	EXPECT_EQ(status.out_id, copy_status.out_id);
	EXPECT_EQ(0, copy_status.out_flags);
	ASSERT_EQ(0, send_byte(child.socket, 'q'));
	EXPECT_EQ(0, child_wait(&child));
	close(copy);
	close(pidfd);
}

/*
 * Every close order. Four things are let go of: two fds of the space, the
 * attachment, the queue. What must hold after each step follows from which are
 * left.
 */
enum step {
	CLOSE_CLIENT_FD,
	CLOSE_SERVICE_FD,
	DETACH,
	CLOSE_QUEUE,
	STEPS,
};

struct holders {
	int fd[2];
	int queue;
	__u32 pasid;
	unsigned int gone;
};

static bool is_gone(const struct holders *holders, enum step step)
{
	return holders->gone & (1u << step);
}

static void take_step(struct holders *holders, enum step step)
{
	if (step == CLOSE_CLIENT_FD || step == CLOSE_SERVICE_FD)
		close(holders->fd[step]);
	if (step == DETACH && !is_gone(holders, CLOSE_QUEUE))
		queue_detach(holders->queue, holders->pasid);
	if (step == CLOSE_QUEUE)
		close(holders->queue);
	holders->gone |= 1u << step;
}

/* Does the device reach the memory exactly as it should? */
static bool reach_is_right(const struct holders *holders, struct job *job)
{
	bool freed = is_gone(holders, CLOSE_CLIENT_FD) &&
		     is_gone(holders, CLOSE_SERVICE_FD);
	bool attached = !is_gone(holders, DETACH);
	struct ioasid_sim_error error;
	int rc;

	if (is_gone(holders, CLOSE_QUEUE))
		return true;
	job_init(job, holders->pasid, DSA_OPCODE_NOOP);
	rc = job_submit(holders->queue, job);
	if (!attached)
		return rc == -EACCES;
	if (rc)
		return false;
	if (!freed)
		return job_wait(job) == DSA_COMP_SUCCESS;
	return fd_events(holders->queue, POLLPRI, 0) == (POLLPRI | POLLERR) &&
	       !queue_error(holders->queue, &error) &&
	       error.out_error == DSA_COMP_CRA_XLAT && !job_done(job);
}

static bool state_is_right(const struct holders *holders)
{
	bool attached = !is_gone(holders, DETACH) &&
			!is_gone(holders, CLOSE_QUEUE);
	int state = attached ? IOASID_STATE_ACTIVE : IOASID_STATE_IDLE;
	int i;

	for (i = 0; i < 2; i++)
		if (!is_gone(holders, i) &&
		    space_state(holders->fd[i]) != state)
			return false;
	return true;
}

static bool next_order(enum step *order)
{
	int i = STEPS - 2, j = STEPS - 1, k;
	enum step saved;

	while (i >= 0 && order[i] > order[i + 1])
		i--;
	if (i < 0)
		return false;
	while (order[j] < order[i])
		j--;
	saved = order[i];
	order[i] = order[j];
	order[j] = saved;
	for (j = i + 1, k = STEPS - 1; j < k; j++, k--) {
		saved = order[j];
		order[j] = order[k];
		order[k] = saved;
	}
	return true;
}

TEST(every_close_order)
{
	enum step order[STEPS] = { 0, 1, 2, 3 };
	struct holders holders;
	struct job *job = anon_map(PAGE);
	int orders = 0, step;

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, job);
	do {
		holders.gone = 0;
		holders.fd[0] = space_alloc(NULL);
		ASSERT_LE(0, holders.fd[0]);
		holders.fd[1] = dup_socket(holders.fd[0]);
		ASSERT_LE(0, holders.fd[1]);
		holders.queue = queue_open(0, O_RDWR);
		ASSERT_LE(0, holders.queue);
		ASSERT_EQ(0, queue_attach(holders.queue, holders.fd[0],
					  &holders.pasid));
		for (step = 0; step < STEPS; step++) {
			take_step(&holders, order[step]);
			EXPECT_TRUE(reach_is_right(&holders, job)) {
				TH_LOG("order %d%d%d%d, step %d", order[0],
				       order[1], order[2], order[3], step);
			}
			EXPECT_TRUE(state_is_right(&holders));
		}
		orders++;
	} while (next_order(order));
	EXPECT_EQ(24, orders);
}

/* The status of an inherited fd as an exit code. */
static int report_status(int space)
{
	int state = space_state(space);

	if (state < 0)
		return -state;
	return state + (space_flags(space) & IOASID_STATUS_MM_GONE ? 100 : 0);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], EXEC_STATUS))
		return report_status(atoi(argv[2]));
	return test_harness_run(argc, argv);
}
