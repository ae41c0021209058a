// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rights: what an IOASID fd may do with its space, and that there is no way to
 * have more.
 *
 * Which ioctl takes which right is for test_abi. Here is where fds with fewer
 * rights come from, everything else that takes a right, and what becomes of the
 * space when some of its fds are closed.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "iova.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "repeater.h"

#define EXEC_RIGHTS	"--rights"
#define SETS		(IOASID_RIGHT_ALL + 1)
#define SIZE		(4 * PAGE)
#define RACE_MS		1500

/* Returns IOASID_RIGHT_* bits. */
static int fd_rights(int fd)
{
	struct ioasid_status status;
	int rc = space_status(fd, &status);

	return rc ? rc : (int)status.out_rights;
}

static int nr_fds(int fd)
{
	struct ioasid_status status;
	int rc = space_status(fd, &status);

	return rc ? rc : (int)status.out_fds;
}

FIXTURE(rights)
{
	int space;
	int queue;
	__u32 pasid;
	char *mem;
};

FIXTURE_SETUP(rights)
{
	self->space = space_alloc(&self->pasid);
	ASSERT_LE(0, self->space);
	self->queue = queue_open(0, O_RDWR);
	ASSERT_LE(0, self->queue);
	self->mem = anon_map(2 * SIZE);
	ASSERT_NE(NULL, self->mem);
}

FIXTURE_TEARDOWN(rights)
{
	close(self->space);
	close(self->queue);
}

TEST_F(rights, creator_has_all)
{
	EXPECT_EQ(IOASID_RIGHT_ALL, fd_rights(self->space));
	EXPECT_EQ(1, nr_fds(self->space));
}

TEST_F(rights, every_subset)
{
	struct ioasid_status status, share_status;
	__u32 rights;
	int fd;

	ASSERT_EQ(0, space_status(self->space, &status));
	for (rights = 0; rights < SETS; rights++) {
		fd = space_share(self->space, rights);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, space_status(fd, &share_status));
		EXPECT_EQ(rights, share_status.out_rights);
		EXPECT_EQ(2, share_status.out_fds);
		EXPECT_EQ(status.out_id, share_status.out_id);
		EXPECT_EQ(status.out_pasid, share_status.out_pasid);
		EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
		close(fd);
	}
	EXPECT_EQ(IOASID_RIGHT_ALL, fd_rights(self->space));
	EXPECT_EQ(1, nr_fds(self->space));
}

static int expected_share(__u32 has, __u32 wants)
{
	if (!(has & IOASID_RIGHT_MANAGE))
		return -EPERM;
	return wants & ~has ? -EACCES : (int)wants;
}

/* Shares once more, and returns the rights of that. */
static int share_of_share(int fd, __u32 wants)
{
	int other = space_share(fd, wants);
	int rights;

	if (other < 0)
		return other;
	rights = fd_rights(other);
	close(other);
	return rights;
}

TEST_F(rights, never_more_than_the_maker)
{
	__u32 has, wants;
	int fd;

	for (has = 0; has < SETS; has++) {
		fd = space_share(self->space, has);
		ASSERT_LE(0, fd);
		for (wants = 0; wants < SETS; wants++)
			EXPECT_EQ(expected_share(has, wants),
				  share_of_share(fd, wants)) {
				TH_LOG("%#x of %#x", wants, has);
			}
		EXPECT_EQ(has, fd_rights(fd));
		close(fd);
	}
}

TEST_F(rights, unknown_bits)
{
	int fd = space_share(self->space, IOASID_RIGHT_MANAGE);
	__u32 right;

	ASSERT_LE(0, fd);
	for (right = SETS; right; right <<= 1) {
		EXPECT_EQ(-EOPNOTSUPP, space_share(self->space, right));
		EXPECT_EQ(-EOPNOTSUPP,
			  space_share(fd, right | IOASID_RIGHT_ALL));
	}
	EXPECT_EQ(2, nr_fds(fd));
	close(fd);
}

TEST_F(rights, freed_space_is_not_shared)
{
	int fd = space_share(self->space, IOASID_RIGHT_MANAGE);
	int fds = count_fds();
	__u32 rights;

	ASSERT_LE(0, fd);
	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->space));
	for (rights = 0; rights < SETS; rights++)
		EXPECT_EQ(-ESTALE, space_share(self->space, rights));
	EXPECT_EQ(-EACCES, space_share(fd, IOASID_RIGHT_MAP));
	EXPECT_EQ(-EOPNOTSUPP, space_share(fd, SETS));
	EXPECT_EQ(fds, count_fds());
	EXPECT_EQ(2, nr_fds(self->space));
	close(fd);
}

/* It sees how the space fares, and when it ends, and does nothing else. */
TEST_F(rights, none_at_all)
{
	int fd = space_share(self->space, 0);
	char value[16];

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EACCES, queue_attach(self->queue, fd, NULL));
	EXPECT_EQ(-EPERM, space_free(fd));
	EXPECT_EQ(-EPERM, space_cut(fd, 1));
	EXPECT_EQ(-EPERM, space_list(fd, 0, NULL, 0));
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(fd));
	EXPECT_EQ(0, fd_events(fd, POLLIN | POLLOUT | POLLPRI, 0));
	ASSERT_EQ(0, queue_attach(self->queue, self->space, NULL));
	EXPECT_EQ(IOASID_STATE_ACTIVE, space_state(fd));
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	EXPECT_EQ(POLLHUP, fd_events(fd, POLLPRI, 0));
	EXPECT_EQ(0, fdinfo_value(getpid(), fd, "state", value, sizeof(value)));
	EXPECT_STREQ("free-pending", value);
	ASSERT_EQ(0, queue_detach(self->queue, self->pasid));
	EXPECT_EQ(POLLHUP | POLLPRI, fd_events(fd, POLLPRI, 0));
	close(fd);
}

static void name_rights(__u32 rights, char *text)
{
	static const char * const names[] = {
		"attach", "map", "access", "fault", "manage",
	};
	unsigned int i;

	*text = 0;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!(rights >> i & 1))
			continue;
		if (*text)
			strcat(text, " ");
		strcat(text, names[i]);
	}
}

TEST_F(rights, fdinfo)
{
	char value[64], expected[64];
	__u32 rights;
	int fd;

	for (rights = 0; rights < SETS; rights++) {
		fd = space_share(self->space, rights);
		ASSERT_LE(0, fd);
		name_rights(rights, expected);
		EXPECT_EQ(0, fdinfo_value(getpid(), fd, "rights", value,
					  sizeof(value)));
		EXPECT_STREQ(expected, value);
		EXPECT_EQ(0, fdinfo_value(getpid(), fd, "fds", value,
					  sizeof(value)));
		EXPECT_STREQ("2", value);
		close(fd);
	}
}

TEST_F(rights, fds_are_counted)
{
	int share = space_share(self->space, 0), copy = dup(self->space);
	struct ioasid_free freed = { .size = sizeof(freed) };

	EXPECT_EQ(2, nr_fds(self->space));
	close(copy);
	EXPECT_EQ(2, nr_fds(self->space));
	ASSERT_EQ(0, fd_ioctl(self->space, IOASID_FREE, &freed));
	EXPECT_EQ(2, freed.out_fds);
	close(share);
	EXPECT_EQ(1, nr_fds(self->space));
	ASSERT_EQ(0, fd_ioctl(self->space, IOASID_FREE, &freed));
	EXPECT_EQ(1, freed.out_fds);
}

/* Every way to another fd of the same file. */
static int by_dup2(int fd)
{
	int other = open("/dev/null", O_RDWR | O_CLOEXEC);

	return dup2(fd, other);
}

static int by_fcntl(int fd)
{
	return fcntl(fd, F_DUPFD, 0);
}

static int by_pidfd(int fd)
{
	int pidfd = syscall(SYS_pidfd_open, getpid(), 0);
	int copy = syscall(SYS_pidfd_getfd, pidfd, fd, 0);

	close(pidfd);
	return copy;
}

static int by_socket(int fd)
{
	int end[2], copy;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, end))
		return -1;
	copy = send_fd(end[0], fd) ? -1 : receive_fd(end[1]);
	close(end[0]);
	close(end[1]);
	return copy;
}

/* May do what its rights say, judged by what takes each of two of them. */
static bool has_just(int fd, __u32 rights)
{
	bool manages = rights & IOASID_RIGHT_MANAGE;
	bool reads = rights & IOASID_RIGHT_ACCESS;
	char here = 'h', byte = 0;

	return fd_rights(fd) == (int)rights &&
	       space_list(fd, 0, NULL, 0) == (manages ? 0 : -EPERM) &&
	       pread(fd, &byte, 1, (off_t)&here) == (reads ? 1 : -1) &&
	       byte == (reads ? here : 0);
}

TEST_F(rights, no_duplicate_has_more)
{
	int (*const duplicate[])(int fd) = {
		dup, by_dup2, by_fcntl, by_pidfd, by_socket,
	};
	unsigned int i;
	__u32 rights;
	int fd, copy;

	for (rights = 0; rights < SETS; rights++) {
		fd = space_share(self->space, rights);
		ASSERT_LE(0, fd);
		EXPECT_TRUE(has_just(fd, rights));
		for (i = 0; i < ARRAY_SIZE(duplicate); i++) {
			copy = duplicate[i](fd);
			ASSERT_LE(0, copy);
			EXPECT_TRUE(has_just(copy, rights));
			close(copy);
		}
		close(fd);
	}
}

static int report_rights(int socket, void *arg)
{
	return fd_rights(*(int *)arg);
}

static int exec_and_report_rights(int socket, void *arg)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", *(int *)arg);
	execl("/proc/self/exe", "rights", EXEC_RIGHTS, text, NULL);
	return 255;
}

TEST_F(rights, no_process_has_more)
{
	int fd = space_share(self->space, IOASID_RIGHT_ATTACH);
	struct child child;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fcntl(fd, F_SETFD, 0));
	ASSERT_EQ(0, child_start(&child, report_rights, &fd));
	EXPECT_EQ(IOASID_RIGHT_ATTACH, child_wait(&child));
	ASSERT_EQ(0, child_start(&child, exec_and_report_rights, &fd));
	EXPECT_EQ(IOASID_RIGHT_ATTACH, child_wait(&child));
	close(fd);
}

static int open_through_proc(pid_t pid, int fd, int flags)
{
	char path[64];
	int other;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	other = open(path, flags | O_CLOEXEC);
	return other < 0 ? -errno : other;
}

static bool cannot_be_opened(pid_t pid, int fd)
{
	static const int modes[] = { O_RDONLY, O_WRONLY, O_RDWR };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++)
		if (open_through_proc(pid, fd, modes[i]) != -ENXIO)
			return false;
	return true;
}

static int open_of_parent(int socket, void *arg)
{
	return !cannot_be_opened(getppid(), *(int *)arg);
}

TEST_F(rights, cannot_be_opened_again)
{
	int fd = space_share(self->space, 0);
	struct child child;

	ASSERT_LE(0, fd);
	EXPECT_TRUE(cannot_be_opened(getpid(), fd));
	EXPECT_TRUE(cannot_be_opened(getpid(), self->space));
	ASSERT_EQ(0, child_start(&child, open_of_parent, &fd));
	EXPECT_EQ(0, child_wait(&child));
	close(fd);
}

/* A path is not the file: nothing can be done with it. */
TEST_F(rights, path_opens_nothing)
{
	int fd = open_through_proc(getpid(), self->space, O_PATH);
	char byte;

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBADF, fd_rights(fd));
	EXPECT_EQ(-EBADF, space_share(fd, 0));
	EXPECT_EQ(-EBADF, queue_attach(self->queue, fd, NULL));
	EXPECT_EQ(-1, pread(fd, &byte, 1, (off_t)self->mem));
	EXPECT_EQ(EBADF, errno);
	EXPECT_TRUE(cannot_be_opened(getpid(), fd));
	close(fd);
}

TEST_F(rights, file_flags_change_nothing)
{
	static const int flags[] = {
		0, O_RDONLY, O_WRONLY, O_RDWR, O_APPEND, O_NONBLOCK, O_ASYNC,
	};
	int fd = space_share(self->space, IOASID_RIGHT_ATTACH);
	unsigned int i;

	ASSERT_LE(0, fd);
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		fcntl(fd, F_SETFL, flags[i]);
		EXPECT_TRUE(has_just(fd, IOASID_RIGHT_ATTACH));
	}
	close(fd);
}

/* Tries each system call that moves bytes. Returns how many did. */
static int moves(int fd, char *mem)
{
	char byte = 0;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	int moved = 0;

	moved += pread(fd, &byte, 1, (off_t)mem) == 1;
	moved += pwrite(fd, &byte, 1, (off_t)mem) == 1;
	moved += preadv(fd, &iov, 1, (off_t)mem) == 1;
	moved += pwritev(fd, &iov, 1, (off_t)mem) == 1;
	lseek(fd, (off_t)mem, SEEK_SET);
	moved += read(fd, &byte, 1) == 1;
	moved += write(fd, &byte, 1) == 1;
	return moved;
}

TEST_F(rights, access)
{
	__u32 rights;
	char byte;
	int fd;

	for (rights = 0; rights < SETS; rights++) {
		fd = space_share(self->space, rights);
		ASSERT_LE(0, fd);
		if (rights & IOASID_RIGHT_ACCESS) {
			EXPECT_EQ(6, moves(fd, self->mem));
		} else {
			EXPECT_EQ(0, moves(fd, self->mem));
			EXPECT_EQ(-1, pread(fd, &byte, 1, (off_t)self->mem));
			EXPECT_EQ(EPERM, errno);
			EXPECT_EQ(-1, pwrite(fd, &byte, 1, (off_t)self->mem));
			EXPECT_EQ(EPERM, errno);
		}
		close(fd);
	}
}

/* Before everything else that can be wrong with an access. */
TEST_F(rights, access_to_freed_space)
{
	int fd = space_share(self->space,
			     IOASID_RIGHT_ALL & ~IOASID_RIGHT_ACCESS);

	ASSERT_LE(0, fd);
	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->space));
	EXPECT_EQ(-1, pread(fd, self->mem, 1, 0));
	EXPECT_EQ(EPERM, errno);
	EXPECT_EQ(-1, pread(self->space, self->mem, 1, 0));
	EXPECT_EQ(ESTALE, errno);
	close(fd);
}

TEST_F(rights, attach)
{
	__u32 rights;
	int fd;

	for (rights = 0; rights < SETS; rights++) {
		fd = space_share(self->space, rights);
		ASSERT_LE(0, fd);
		if (rights & IOASID_RIGHT_ATTACH) {
			EXPECT_EQ(0, queue_attach(self->queue, fd, NULL));
			EXPECT_EQ(0, queue_detach(self->queue, self->pasid));
		} else {
			EXPECT_EQ(-EACCES, queue_attach(self->queue, fd, NULL));
		}
		EXPECT_EQ(IOASID_STATE_IDLE, space_state(self->space));
		close(fd);
	}
}

TEST_F(rights, attach_freed_space)
{
	int fd = space_share(self->space,
			     IOASID_RIGHT_ALL & ~IOASID_RIGHT_ATTACH);

	ASSERT_LE(0, fd);
	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->space));
	EXPECT_EQ(-EACCES, queue_attach(self->queue, fd, NULL));
	EXPECT_EQ(-ESTALE, queue_attach(self->queue, self->space, NULL));
	close(fd);
}

/* Who maps what a space has can keep it: that takes as much as mapping. */
TEST_F(rights, map_from_another_space)
{
	int from = space_alloc_iova(NULL), to = space_alloc_iova(NULL);
	__u32 rights;
	int fd, expected;

	ASSERT_LE(0, from);
	ASSERT_LE(0, to);
	pattern_fill(self->mem, SIZE, 3);
	ASSERT_EQ(0, space_map_at(from, PLACE, self->mem, SIZE,
				  IOASID_READ | IOASID_WRITE));
	for (rights = 0; rights < SETS; rights++) {
		fd = space_share(from, rights);
		ASSERT_LE(0, fd);
		expected = rights & IOASID_RIGHT_MAP ? 0 : -EACCES;
		EXPECT_EQ(expected, space_map_space(to, PLACE, fd, PLACE, SIZE,
						    IOASID_READ));
		EXPECT_EQ(expected ? 0 : SIZE, space_unmap_all(to));
		close(fd);
	}
	close(from);
	close(to);
}

TEST_F(rights, mapped_through_a_share)
{
	int from = space_alloc_iova(NULL), to = space_alloc_iova(NULL);
	int maker = space_share(from, IOASID_RIGHT_MAP);
	int source = space_share(from, IOASID_RIGHT_MAP);

	ASSERT_LE(0, maker);
	ASSERT_LE(0, source);
	pattern_fill(self->mem, SIZE, 4);
	ASSERT_EQ(0, space_map_at(maker, PLACE, self->mem, SIZE, IOASID_READ));
	ASSERT_EQ(0, space_map_space(to, 2 * PLACE, source, PLACE, SIZE,
				     IOASID_READ));
	EXPECT_EQ(SIZE, pread(to, self->mem + SIZE, SIZE, 2 * PLACE));
	EXPECT_TRUE(pattern_holds(self->mem + SIZE, SIZE, 4));
	EXPECT_EQ(SIZE, space_unmap(maker, PLACE, SIZE));
	close(from);
	close(to);
	close(maker);
	close(source);
}

/* Whoever got a map to read does not come to write by mapping it again. */
TEST_F(rights, map_that_is_for_reading)
{
	int from = space_alloc_iova(NULL), middle = space_alloc_iova(NULL);
	int to = space_alloc_iova(NULL);

	ASSERT_EQ(0, space_map_at(from, PLACE, self->mem, SIZE,
				  IOASID_READ | IOASID_WRITE));
	ASSERT_EQ(0, space_map_space(middle, PLACE, from, PLACE, SIZE,
				     IOASID_READ));
	EXPECT_EQ(-EACCES, space_map_space(to, PLACE, middle, PLACE, SIZE,
					   IOASID_WRITE));
	EXPECT_EQ(-EACCES, space_map_space(middle, 2 * PLACE, middle, PLACE,
					   SIZE, IOASID_READ | IOASID_WRITE));
	EXPECT_EQ(0, space_map_space(to, PLACE, middle, PLACE, SIZE,
				     IOASID_READ));
	EXPECT_EQ(0, space_map_space(to, 2 * PLACE, from, PLACE, SIZE,
				     IOASID_WRITE));
	close(from);
	close(middle);
	close(to);
}

/* A space lives as long as any of its fds, whatever that may do. */
TEST_F(rights, last_close_of_any_frees)
{
	struct dma dma = { self->queue, self->space, self->pasid };
	int share = space_share(self->space, IOASID_RIGHT_ATTACH);

	NEED_PAGE_REQUESTS(return);
	ASSERT_LE(0, share);
	ASSERT_EQ(0, queue_attach(self->queue, share, NULL));
	close(self->space);
	self->space = -1;
	EXPECT_EQ(IOASID_STATE_ACTIVE, space_state(share));
	EXPECT_EQ(1, nr_fds(share));
	EXPECT_EQ(0, fd_events(self->queue, POLLPRI, 0));
	pattern_fill(self->mem, SIZE, 5);
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_copy(&dma, self->mem + SIZE, self->mem, SIZE));
	EXPECT_TRUE(pattern_holds(self->mem + SIZE, SIZE, 5));
	close(share);
	EXPECT_EQ(POLLPRI, fd_events(self->queue, POLLPRI, PATIENCE_MS));
}

TEST_F(rights, first_close_frees_nothing)
{
	struct dma dma = { self->queue, self->space, self->pasid };
	int share = space_share(self->space, 0);

	NEED_PAGE_REQUESTS(return);
	ASSERT_LE(0, share);
	ASSERT_EQ(0, queue_attach(self->queue, self->space, NULL));
	close(share);
	EXPECT_EQ(IOASID_STATE_ACTIVE, space_state(self->space));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  dma_copy(&dma, self->mem, self->mem + SIZE, SIZE));
}

/* A service that has no more than it needs, and tries to get more. */
struct service {
	struct job *job;
	unsigned char *mem;
};

static bool has_only_attach(int space)
{
	return fd_rights(space) == IOASID_RIGHT_ATTACH &&
	       space_share(space, IOASID_RIGHT_ATTACH) == -EPERM &&
	       space_free(space) == -EPERM && space_cut(space, 1) == -EPERM;
}

static int serve(int socket, void *arg)
{
	struct service *service = arg;
	int queue = queue_open(1, O_RDWR), space = receive_fd(socket);
	struct job job;
	__u32 pasid;

	if (!has_only_attach(space) || queue_attach(queue, space, &pasid))
		return 1;
	job_memfill(&job, pasid, service->mem, -1, SIZE);
	job.desc.completion_addr = (__u64)&service->job->record;
	if (job_submit(queue, &job) || receive_byte(socket) != 'f')
		return 2;
	if (fd_events(queue, POLLPRI, 0) != POLLPRI)
		return 3;
	if (job_submit(queue, &job) ||
	    fd_events(queue, POLLERR, PATIENCE_MS) != POLLERR)
		return 4;
	if (space_state(space) != IOASID_STATE_FREE_PENDING)
		return 5;
	if (queue_detach(queue, pasid) ||
	    space_state(space) != IOASID_STATE_FREE)
		return 6;
	return queue_attach(queue, space, NULL) != -ESTALE;
}

TEST_F(rights, owner_takes_back_from_a_service)
{
	struct service service = {
		.job = anon_map(PAGE),
		.mem = (unsigned char *)self->mem,
	};
	int share = space_share(self->space, IOASID_RIGHT_ATTACH);
	struct child child;

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, service.job);
	ASSERT_LE(0, share);
	ASSERT_EQ(0, child_start(&child, serve, &service));
	ASSERT_EQ(0, send_fd(child.socket, share));
	close(share);
	EXPECT_EQ(DSA_COMP_SUCCESS, job_wait(service.job));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 0xff));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	memset(self->mem, 1, SIZE);
	ASSERT_EQ(0, send_byte(child.socket, 'f'));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 1));
	EXPECT_EQ(IOASID_STATE_FREE, space_state(self->space));
}

/* Shares an fd that somebody else frees or closes meanwhile. */
static bool share_and_close(void *arg)
{
	int fd = space_share(*(int *)arg, IOASID_RIGHT_ALL);

	if (fd >= 0)
		return !close(fd);
	return fd == -ESTALE || fd == -EBADF;
}

static void race(struct repeater *repeater, unsigned int nr, int *fd)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		repeater_start(&repeater[i], share_and_close, fd);
}

TEST(share_while_it_is_freed)
{
	__s64 deadline = now_ms() + RACE_MS;
	struct repeater repeater[2];
	unsigned int i;
	int space;

	while (now_ms() < deadline) {
		space = space_alloc(NULL);
		ASSERT_LE(0, space);
		race(repeater, ARRAY_SIZE(repeater), &space);
		sched_yield();
		EXPECT_EQ(IOASID_STATE_FREE, space_free(space));
		EXPECT_EQ(-ESTALE, space_share(space, 0));
		for (i = 0; i < ARRAY_SIZE(repeater); i++) {
			repeater_stop(&repeater[i]);
			EXPECT_FALSE(repeater[i].failed);
		}
		EXPECT_EQ(1, nr_fds(space));
		close(space);
	}
}

/* Whoever closes last, the space ends, and its device learns of it. */
TEST(share_while_it_is_closed)
{
	__s64 deadline = now_ms() + RACE_MS;
	struct repeater repeater[2];
	int queue, space;
	unsigned int i;

	while (now_ms() < deadline) {
		queue = queue_open(0, O_RDWR);
		space = space_alloc(NULL);
		ASSERT_EQ(0, queue_attach(queue, space, NULL));
		race(repeater, ARRAY_SIZE(repeater), &space);
		sched_yield();
		close(space);
		for (i = 0; i < ARRAY_SIZE(repeater); i++) {
			repeater_stop(&repeater[i]);
			EXPECT_FALSE(repeater[i].failed);
		}
		EXPECT_EQ(POLLPRI, fd_events(queue, POLLPRI, PATIENCE_MS));
		close(queue);
	}
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], EXEC_RIGHTS))
		return fd_rights(atoi(argv[2]));
	return test_harness_run(argc, argv);
}
