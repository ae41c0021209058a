// SPDX-License-Identifier: GPL-2.0-only
/*
 * The life of one space, seen through its fd: creation, status, free, poll,
 * fdinfo, the end of the memory it is bound to, and what the fd cannot do.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"

#define EXEC_AND_WAIT	"--wait"
#define MANY		1000

FIXTURE(space)
{
	int fd;
	__u32 pasid;
};

FIXTURE_SETUP(space)
{
	self->fd = space_alloc(&self->pasid);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(space)
{
	close(self->fd);
}

TEST_F(space, fresh)
{
	struct ioasid_status status;

	ASSERT_EQ(0, space_status(self->fd, &status));
	EXPECT_EQ(sizeof(status), status.size);
	EXPECT_EQ(0, status.flags);
	EXPECT_EQ(IOASID_TYPE_SVA, status.out_type);
	EXPECT_EQ(IOASID_STATE_IDLE, status.out_state);
	EXPECT_EQ(self->pasid, status.out_pasid);
	EXPECT_NE(0, status.out_pasid);
	EXPECT_GT(1 << 20, status.out_pasid);
	EXPECT_EQ(0, status.out_flags);
	EXPECT_EQ(0, status.out_attachments);
	EXPECT_EQ(0, status.__reserved);
	EXPECT_LE(1, status.out_id);
	EXPECT_EQ(0, status.out_faults);
	EXPECT_EQ(0, status.out_faults_failed);
	EXPECT_EQ(0, status.out_mapped);
}

TEST_F(space, fd_is_cloexec_and_read_write)
{
	EXPECT_EQ(FD_CLOEXEC, fcntl(self->fd, F_GETFD));
	EXPECT_EQ(O_RDWR, fcntl(self->fd, F_GETFL) & O_ACCMODE);
}

TEST_F(space, id_is_never_used_twice)
{
	struct ioasid_status status;
	__u64 last_id;
	int round, fd;

	ASSERT_EQ(0, space_status(self->fd, &status));
	for (round = 0; round < 50; round++) {
		last_id = status.out_id;
		fd = space_alloc(NULL);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, space_status(fd, &status));
		EXPECT_LT(last_id, status.out_id);
		close(fd);
	}
}

/* A number that a device may still use must not hit somebody else's memory. */
TEST_F(space, pasid_rests_after_close)
{
	__u32 last_pasid = self->pasid, pasid;
	int round, fd;

	for (round = 0; round < 50; round++) {
		fd = space_alloc(&pasid);
		ASSERT_LE(0, fd);
		ASSERT_NE(last_pasid, pasid);
		last_pasid = pasid;
		close(fd);
	}
}

TEST_F(space, free_is_final)
{
	struct ioasid_status status;
	int round;

	for (round = 0; round < 3; round++) {
		EXPECT_EQ(IOASID_STATE_FREE, space_free(self->fd));
		ASSERT_EQ(0, space_status(self->fd, &status));
		EXPECT_EQ(IOASID_STATE_FREE, status.out_state);
		EXPECT_EQ(self->pasid, status.out_pasid);
		EXPECT_EQ(0, status.out_mapped);
	}
}

TEST_F(space, pasid_is_kept_while_freed_fd_is_open)
{
	int fd[200];
	unsigned int i;
	__u32 pasid;

	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->fd));
	for (i = 0; i < ARRAY_SIZE(fd); i++) {
		fd[i] = space_alloc(&pasid);
		ASSERT_LE(0, fd[i]);
		EXPECT_NE(self->pasid, pasid);
	}
	for (i = 0; i < ARRAY_SIZE(fd); i++)
		close(fd[i]);
}

TEST_F(space, states)
{
	struct ioasid_free freed = { .size = sizeof(freed) };
	int queue = queue_open(0, O_RDWR);

	ASSERT_LE(0, queue);
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->fd));
	ASSERT_EQ(0, queue_attach(queue, self->fd, NULL));
	EXPECT_EQ(IOASID_STATE_ACTIVE, space_state(self->fd));
	ASSERT_EQ(0, queue_detach(queue, self->pasid));
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->fd));
	ASSERT_EQ(0, queue_attach(queue, self->fd, NULL));
	ASSERT_EQ(0, ioctl(self->fd, IOASID_FREE, &freed));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, freed.out_state);
	EXPECT_EQ(1, freed.out_attachments);
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->fd));
	EXPECT_EQ(1, space_attachments(self->fd));
	ASSERT_EQ(0, queue_detach(queue, self->pasid));
	EXPECT_EQ(IOASID_STATE_FREE, space_state(self->fd));
	EXPECT_EQ(0, space_attachments(self->fd));
	EXPECT_EQ(IOASID_STATE_FREE, space_free(self->fd));
	close(queue);
}

TEST_F(space, closing_queue_lets_go)
{
	int queue = queue_open(0, O_RDWR);

	ASSERT_LE(0, queue);
	ASSERT_EQ(0, queue_attach(queue, self->fd, NULL));
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->fd));
	close(queue);
	EXPECT_EQ(IOASID_STATE_FREE, space_state(self->fd));
}

TEST_F(space, poll_is_silent_until_free)
{
	const short all = POLLIN | POLLOUT | POLLPRI | POLLRDHUP | POLLRDNORM |
			  POLLWRNORM | POLLRDBAND | POLLWRBAND;

	EXPECT_EQ(0, fd_events(self->fd, all, 0));
	EXPECT_EQ(0, fd_events(self->fd, 0, 0));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->fd));
	EXPECT_EQ(POLLHUP | POLLPRI, fd_events(self->fd, all, 0));
	EXPECT_EQ(POLLHUP | POLLPRI, fd_events(self->fd, all, 0));
	EXPECT_EQ(POLLHUP, fd_events(self->fd, 0, 0));
}

/* POLLPRI waits for the last that holds an attachment, and no longer. */
TEST_F(space, poll_tells_when_all_have_let_go)
{
	int queue[2] = { queue_open(0, O_RDWR), queue_open(1, O_RDWR) };
	int i;

	for (i = 0; i < 2; i++) {
		ASSERT_LE(0, queue[i]);
		ASSERT_EQ(0, queue_attach(queue[i], self->fd, NULL));
	}
	EXPECT_EQ(0, fd_events(self->fd, POLLPRI, 0));
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->fd));
	EXPECT_EQ(POLLHUP, fd_events(self->fd, POLLPRI, 0));
	ASSERT_EQ(0, queue_detach(queue[0], self->pasid));
	EXPECT_EQ(POLLHUP, fd_events(self->fd, POLLPRI, 0));
	close(queue[1]);
	EXPECT_EQ(POLLHUP | POLLPRI, fd_events(self->fd, POLLPRI, 0));
	close(queue[0]);
}

TEST_F(space, poll_is_silent_on_attach_and_detach)
{
	int queue = queue_open(0, O_RDWR);

	ASSERT_LE(0, queue);
	ASSERT_EQ(0, queue_attach(queue, self->fd, NULL));
	EXPECT_EQ(0, fd_events(self->fd, POLLIN | POLLOUT, 0));
	ASSERT_EQ(0, queue_detach(queue, self->pasid));
	EXPECT_EQ(0, fd_events(self->fd, POLLIN | POLLOUT, 0));
	close(queue);
}

struct poller {
	int fd;
	pid_t tid;
	int events;
};

static void *poll_forever(void *arg)
{
	struct poller *poller = arg;

	__atomic_store_n(&poller->tid, gettid(), __ATOMIC_RELEASE);
	poller->events = fd_events(poller->fd, 0, PATIENCE_MS);
	return NULL;
}

TEST_F(space, free_wakes_poll)
{
	struct poller poller = { .fd = self->fd };
	pthread_t thread;
	pid_t tid;

	ASSERT_EQ(0, pthread_create(&thread, NULL, poll_forever, &poller));
	while (!(tid = __atomic_load_n(&poller.tid, __ATOMIC_ACQUIRE)))
		sched_yield();
	ASSERT_EQ(0, wait_until_asleep(tid));
	EXPECT_EQ(IOASID_STATE_FREE, space_free(self->fd));
	pthread_join(thread, NULL);
	EXPECT_EQ(POLLHUP, poller.events);
}

TEST_F(space, free_wakes_epoll)
{
	struct epoll_event event = { .events = EPOLLET };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	ASSERT_LE(0, epoll);
	ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_ADD, self->fd, &event));
	EXPECT_EQ(0, epoll_wait(epoll, &event, 1, 0));
	EXPECT_EQ(IOASID_STATE_FREE, space_free(self->fd));
	EXPECT_EQ(1, epoll_wait(epoll, &event, 1, PATIENCE_MS));
	EXPECT_EQ(EPOLLHUP, event.events);
	close(epoll);
}

#define EXPECT_FDINFO(name, expected) do {				\
	char value[64] = "";						\
									\
	EXPECT_EQ(0, fdinfo_value(getpid(), self->fd, name, value,	\
				  sizeof(value)));			\
	EXPECT_STREQ(expected, value);					\
} while (0)

TEST_F(space, fdinfo)
{
	struct ioasid_status status;
	char id[32], pasid[32];

	ASSERT_EQ(0, space_status(self->fd, &status));
	snprintf(id, sizeof(id), "%llu", status.out_id);
	snprintf(pasid, sizeof(pasid), "%u", self->pasid);
	EXPECT_FDINFO("ioasid", id);
	EXPECT_FDINFO("type", "sva");
	EXPECT_FDINFO("state", "idle");
	EXPECT_FDINFO("pasid", pasid);
	EXPECT_FDINFO("mm", "live");
	EXPECT_FDINFO("attachments", "0");
	EXPECT_FDINFO("faults", "0");
	EXPECT_FDINFO("faults-failed", "0");
	EXPECT_FDINFO("mapped", "0");
	EXPECT_EQ(-ENOENT, fdinfo_value(getpid(), self->fd, "device", id,
					sizeof(id)));
}

TEST_F(space, fdinfo_follows_state)
{
	int queue = queue_open(1, O_RDWR);

	ASSERT_LE(0, queue);
	ASSERT_EQ(0, queue_attach(queue, self->fd, NULL));
	EXPECT_FDINFO("state", "active");
	EXPECT_FDINFO("attachments", "1");
	EXPECT_FDINFO("device", "ioasid_sim_accel.1");
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->fd));
	EXPECT_FDINFO("state", "free-pending");
	close(queue);
	EXPECT_FDINFO("state", "free");
	EXPECT_FDINFO("attachments", "0");
}

TEST_F(space, faults_and_mapped_are_counted)
{
	struct ioasid_status status;
	struct dma dma = { .space = self->fd, .pasid = self->pasid };
	char *mem = anon_map(4 * PAGE);
	char faults[32];

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, mem);
	dma.queue = queue_open(0, O_RDWR);
	ASSERT_LE(0, dma.queue);
	ASSERT_EQ(0, queue_attach(dma.queue, self->fd, NULL));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_copy(&dma, mem, mem + PAGE, PAGE));
	ASSERT_EQ(0, space_status(self->fd, &status));
	EXPECT_LE(1, status.out_faults);
	EXPECT_EQ(0, status.out_faults_failed);
	EXPECT_LE(2 * PAGE, status.out_mapped);
	snprintf(faults, sizeof(faults), "%llu", status.out_faults);
	EXPECT_FDINFO("faults", faults);

	ASSERT_EQ(0, munmap(mem, 4 * PAGE));
	EXPECT_EQ(DSA_COMP_PAGE_FAULT_IR,
		  dma_copy(&dma, mem, mem + PAGE, PAGE) & DSA_COMP_STATUS_MASK);
	ASSERT_EQ(0, space_status(self->fd, &status));
	EXPECT_LE(1, status.out_faults_failed);
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->fd));
	ASSERT_EQ(0, space_status(self->fd, &status));
	EXPECT_EQ(0, status.out_mapped);
	close(dma.queue);
}

/* Sends a space of its own, then does what @arg says when told. */
enum ending { END_EXIT, END_EXEC, END_SIGNAL };

static int owner(int socket, void *arg)
{
	enum ending *ending = arg;
	char fd_text[16];

	if (send_fd(socket, space_alloc(NULL)) || receive_byte(socket) < 0)
		return 1;
	switch (*ending) {
	case END_EXEC:
		fcntl(socket, F_SETFD, 0);
		snprintf(fd_text, sizeof(fd_text), "%d", socket);
		execl("/proc/self/exe", "owner", EXEC_AND_WAIT, fd_text, NULL);
		return 2;
	case END_SIGNAL:
		raise(SIGKILL);
		return 3;
	default:
		return 0;
	}
}

FIXTURE(owner)
{
	struct child child;
	enum ending ending;
	int space;
};

FIXTURE_VARIANT(owner)
{
	enum ending ending;
	int status;
};

FIXTURE_VARIANT_ADD(owner, exits)
{
	.ending = END_EXIT,
};

FIXTURE_VARIANT_ADD(owner, execs)
{
	.ending = END_EXEC,
};

FIXTURE_VARIANT_ADD(owner, is_killed)
{
	.ending = END_SIGNAL,
	.status = 128 + SIGKILL,
};

FIXTURE_SETUP(owner)
{
	self->ending = variant->ending;
	ASSERT_EQ(0, child_start(&self->child, owner, &self->ending));
	self->space = receive_fd(self->child.socket);
	ASSERT_LE(0, self->space);
}

FIXTURE_TEARDOWN(owner)
{
	EXPECT_EQ(variant->status, child_wait(&self->child));
	close(self->space);
}

TEST_F(owner, mm_gone)
{
	char value[16];

	EXPECT_EQ(0, space_flags(self->space));
	EXPECT_EQ(0, fd_events(self->space, 0, 0));
	ASSERT_EQ(0, send_byte(self->child.socket, 'e'));
	EXPECT_EQ(POLLHUP, fd_events(self->space, 0, PATIENCE_MS));
	EXPECT_EQ(IOASID_STATUS_MM_GONE, space_flags(self->space));
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->space));
	EXPECT_EQ(0, fdinfo_value(getpid(), self->space, "mm", value,
				  sizeof(value)));
	EXPECT_STREQ("gone", value);
	EXPECT_EQ(IOASID_STATE_FREE, space_free(self->space));
	EXPECT_EQ(POLLHUP, fd_events(self->space, 0, 0));
}

TEST_F(owner, mm_gone_while_attached)
{
	int queue = queue_open(0, O_RDWR);
	struct ioasid_status status;

	ASSERT_LE(0, queue);
	ASSERT_EQ(0, queue_attach(queue, self->space, NULL));
	ASSERT_EQ(0, send_byte(self->child.socket, 'e'));
	EXPECT_EQ(POLLHUP, fd_events(self->space, 0, PATIENCE_MS));
	ASSERT_EQ(0, space_status(self->space, &status));
	EXPECT_EQ(IOASID_STATUS_MM_GONE, status.out_flags);
	EXPECT_EQ(IOASID_STATE_ACTIVE, status.out_state);
	EXPECT_EQ(0, status.out_mapped);
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	close(queue);
	EXPECT_EQ(IOASID_STATE_FREE, space_state(self->space));
}

/* A fork inherits the fd and not the binding. */
static int status_in_child(int socket, void *arg)
{
	int *fd = arg;

	return space_state(*fd) != IOASID_STATE_IDLE || space_flags(*fd);
}

TEST_F(space, child_that_exits_ends_nothing)
{
	struct child child;

	ASSERT_EQ(0, child_start(&child, status_in_child, &self->fd));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_EQ(0, space_flags(self->fd));
	EXPECT_EQ(0, fd_events(self->fd, 0, 0));
}

/* A process that shares our memory: its space is bound to that memory. */
static int alloc_in_shared_memory(void *arg)
{
	*(int *)arg = space_alloc(NULL);
	return 0;
}

TEST(memory_that_outlives_its_process)
{
	const int flags = CLONE_VM | CLONE_FILES | SIGCHLD;
	char *stack = anon_map(16 * PAGE);
	int space = -1;
	pid_t pid;

	ASSERT_NE(NULL, stack);
	pid = clone(alloc_in_shared_memory, stack + 16 * PAGE, flags, &space);
	ASSERT_LT(0, pid);
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	ASSERT_LE(0, space);
	EXPECT_EQ(0, space_flags(space));
	EXPECT_EQ(0, fd_events(space, 0, 0));
	close(space);
}

TEST(fd_limit)
{
	struct rlimit old, limit;
	int fds = count_fds();
	int system_fd;
	struct ioasid_alloc alloc = {
		.size = sizeof(alloc),
		.type = IOASID_TYPE_SVA,
	};

	ASSERT_EQ(0, getrlimit(RLIMIT_NOFILE, &old));
	system_fd = system_open(O_RDWR);
	ASSERT_LE(0, system_fd);
	limit = old;
	limit.rlim_cur = system_fd + 1;
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	EXPECT_EQ(-1, ioctl(system_fd, IOASID_ALLOC, &alloc));
	EXPECT_EQ(EMFILE, errno);
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &old));
	EXPECT_EQ(fds + 1, count_fds());
	EXPECT_EQ(0, ioctl(system_fd, IOASID_ALLOC, &alloc));
	close(alloc.out_fd);
	close(system_fd);
}

#define FILE_MAX	"/proc/sys/fs/file-max"

/* Opens whatever there is to open, when no more can be, and when it can. */
static int open_without_files(int socket, void *arg)
{
	struct ioasid_alloc alloc = {
		.size = sizeof(alloc),
		.type = IOASID_TYPE_IOVA,
	};
	int system_fd = system_open(O_RDWR);
	int space = space_alloc_iova(NULL);

	if (setresuid(65534, 65534, 65534) || send_byte(socket, 'r') ||
	    receive_byte(socket) < 0)
		return 1;
	if (fd_ioctl(system_fd, IOASID_ALLOC, &alloc) != -ENFILE)
		return 2;
	if (space_share(space, IOASID_RIGHT_ATTACH) != -ENFILE)
		return 3;
	if (fault_open(space, 0) != -ENFILE)
		return 4;
	if (send_byte(socket, 'd') || receive_byte(socket) < 0)
		return 5;
	return fd_ioctl(system_fd, IOASID_ALLOC, &alloc) ||
	       space_share(space, IOASID_RIGHT_ATTACH) < 0 ||
	       fault_open(space, 0) < 0;
}

/* All users together have more files open than there may be. */
TEST(file_limit)
{
	unsigned long file_max;
	struct child child;
	char text[24];

	ASSERT_EQ(0, read_number(FILE_MAX, &file_max));
	snprintf(text, sizeof(text), "%lu", file_max);
	ASSERT_EQ(0, child_start(&child, open_without_files, NULL));
	ASSERT_EQ('r', receive_byte(child.socket));
	ASSERT_EQ(0, write_text(FILE_MAX, "1"));
	send_byte(child.socket, 'f');
	EXPECT_EQ('d', receive_byte(child.socket));
	ASSERT_EQ(0, write_text(FILE_MAX, text));
	send_byte(child.socket, 'e');
	EXPECT_EQ(0, child_wait(&child));
}

TEST(many_at_once)
{
	struct rlimit limit = { .rlim_cur = MANY + 50, .rlim_max = MANY + 50 };
	static unsigned char seen[1 << 20];
	static int fd[MANY];
	__u32 pasid;
	int i;

	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	for (i = 0; i < MANY; i++) {
		fd[i] = space_alloc(&pasid);
		ASSERT_LE(0, fd[i]);
		ASSERT_EQ(0, seen[pasid]++);
	}
	for (i = 0; i < MANY; i += 2)
		EXPECT_EQ(IOASID_STATE_FREE, space_free(fd[i]));
	for (i = 0; i < MANY; i++)
		close(fd[i]);
}

TEST(by_ordinary_user)
{
	int space;

	ASSERT_EQ(0, setresgid(65534, 65534, 65534));
	ASSERT_EQ(0, setresuid(65534, 65534, 65534));
	space = space_alloc(NULL);
	EXPECT_LE(0, space);
	EXPECT_EQ(IOASID_STATE_FREE, space_free(space));
	EXPECT_EQ(-EACCES, queue_open(0, O_RDWR));
	close(space);
}

TEST_F(space, cannot_be_opened_again)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->fd);
	EXPECT_EQ(-1, open(path, O_RDWR | O_CLOEXEC));
	EXPECT_EQ(ENXIO, errno);
}

TEST_F(space, cannot_be_mmapped_or_truncated)
{
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, self->fd,
				   0));
	EXPECT_EQ(ENODEV, errno);
	EXPECT_EQ(-1, ftruncate(self->fd, 0));
}

TEST_F(space, system_fd_is_not_readable_or_writable)
{
	int fd = system_open(O_RDWR);
	char byte = 0;

	ASSERT_LE(0, fd);
	EXPECT_EQ(-1, read(fd, &byte, 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, write(fd, &byte, 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0));
	EXPECT_EQ(ENODEV, errno);
	close(fd);
}

TEST_F(space, shows_its_name)
{
	char path[32], target[64] = "";

	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->fd);
	EXPECT_LT(0, readlink(path, target, sizeof(target) - 1));
	EXPECT_STREQ("anon_inode:[ioasid]", target);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], EXEC_AND_WAIT))
		return receive_byte(atoi(argv[2])) != -EPIPE;
	return test_harness_run(argc, argv);
}
