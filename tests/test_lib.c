// SPDX-License-Identifier: GPL-2.0-only
/*
 * libioasid: what it promises beyond the ioctls. Above all: a peer that sends
 * the wrong descriptors leaves none behind, /proc and the space agree, and no
 * function touches errno. Of the ioctls themselves each is called once, so that
 * every member is seen to arrive.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

#include "memory.h"
#include "page_requests.h"

/* Not an errno of anything: what has to be there afterwards. */
#define UNTOUCHED	4711

#define MANY_FDS	250

struct message {
	char text[16];
};

static const struct message hello = { "hello" };

static int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

/* Sends @nr_fds times descriptor 0 and @size bytes. */
static int send_raw(int socket, size_t size, unsigned int nr_fds)
{
	static char bytes[2 * sizeof(struct message)];
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(MANY_FDS * sizeof(int))];
	} control = {};
	struct iovec iov = { .iov_base = bytes, .iov_len = size };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (nr_fds) {
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(nr_fds * sizeof(int));
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(nr_fds * sizeof(int));
	}
	return sendmsg(socket, &msg, 0) < 0 ? -errno : 0;
}

FIXTURE(pass)
{
	int sockets[2];
	struct message message;
	int nr_fds;
};

FIXTURE_SETUP(pass)
{
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, self->sockets));
	self->nr_fds = count_fds();
	errno = UNTOUCHED;
}

FIXTURE_TEARDOWN(pass)
{
	EXPECT_EQ(UNTOUCHED, errno);
	EXPECT_EQ(self->nr_fds, count_fds());
}

TEST_F(pass, arrives)
{
	int pipes[2], fd;
	char byte;

	ASSERT_EQ(0, pipe(pipes));
	ASSERT_EQ(0, ioasid_fd_send(self->sockets[0], pipes[1], &hello,
				    sizeof(hello)));
	close(pipes[1]);
	fd = ioasid_fd_recv(self->sockets[1], &self->message, sizeof(hello));
	ASSERT_LE(0, fd);
	EXPECT_STREQ("hello", self->message.text);
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
	EXPECT_EQ(1, write(fd, "x", 1));
	EXPECT_EQ(1, read(pipes[0], &byte, 1));
	close(fd);
	close(pipes[0]);
}

FIXTURE(refuse)
{
	int sockets[2];
	int nr_fds;
};

FIXTURE_VARIANT(refuse)
{
	size_t size;
	unsigned int nr_fds;
};

FIXTURE_VARIANT_ADD(refuse, no_fd) { sizeof(struct message), 0 };
FIXTURE_VARIANT_ADD(refuse, two_fds) { sizeof(struct message), 2 };
FIXTURE_VARIANT_ADD(refuse, many_fds) { sizeof(struct message), MANY_FDS };
FIXTURE_VARIANT_ADD(refuse, short_message) { sizeof(struct message) - 1, 1 };
FIXTURE_VARIANT_ADD(refuse, long_message) { sizeof(struct message) + 1, 1 };

FIXTURE_SETUP(refuse)
{
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, self->sockets));
	self->nr_fds = count_fds();
}

FIXTURE_TEARDOWN(refuse)
{
	EXPECT_EQ(self->nr_fds, count_fds());
}

TEST_F(refuse, and_keep_nothing)
{
	struct message message;

	ASSERT_EQ(0, send_raw(self->sockets[0], variant->size,
			      variant->nr_fds));
	errno = UNTOUCHED;
	EXPECT_EQ(-EBADMSG, ioasid_fd_recv(self->sockets[1], &message,
					   sizeof(message)));
	EXPECT_EQ(UNTOUCHED, errno);
}

TEST_F(pass, needs_a_socket)
{
	int file = open("/dev/null", O_RDWR);

	self->nr_fds++;
	EXPECT_EQ(-ENOTSOCK, ioasid_fd_recv(file, &self->message,
					    sizeof(hello)));
	EXPECT_EQ(-ENOTSOCK, ioasid_fd_send(file, 0, &hello, sizeof(hello)));
}

TEST_F(pass, peer_has_gone)
{
	close(self->sockets[0]);
	self->nr_fds--;
	EXPECT_EQ(-ENODATA, ioasid_fd_recv(self->sockets[1], &self->message,
					   sizeof(hello)));
	EXPECT_EQ(-EPIPE, ioasid_fd_send(self->sockets[1], 0, &hello,
					 sizeof(hello)));
}

FIXTURE(space)
{
	int system;
	int space;
	__u32 pasid;
};

FIXTURE_SETUP(space)
{
	errno = UNTOUCHED;
	self->system = ioasid_system_open();
	ASSERT_LE(0, self->system);
	self->space = ioasid_space_alloc_sva(self->system, &self->pasid);
	ASSERT_LE(0, self->space);
}

FIXTURE_TEARDOWN(space)
{
	EXPECT_EQ(UNTOUCHED, errno);
	close(self->space);
	close(self->system);
}

TEST_F(space, fdinfo_agrees_with_status)
{
	struct ioasid_fdinfo *info;
	struct ioasid_status status;

	ASSERT_EQ(0, ioasid_space_status(self->space, &status));
	ASSERT_EQ(0, ioasid_fdinfo_read(0, self->space, &info));
	EXPECT_EQ(status.out_id, info->id);
	EXPECT_EQ(self->pasid, info->pasid);
	EXPECT_STREQ(ioasid_type_name(status.out_type), info->type);
	EXPECT_STREQ(ioasid_state_name(status.out_state), info->state);
	EXPECT_FALSE(info->mm_gone);
	EXPECT_EQ(0, info->attachments);
	EXPECT_EQ(0, info->nr_devices);
	ioasid_fdinfo_free(info);
}

TEST_F(space, fdinfo_names_devices)
{
	int queue = ioasid_queue_open("/dev/ioasid_sim0", 0);
	struct ioasid_fdinfo *info;

	NEED_PAGE_REQUESTS(return);
	ASSERT_LE(0, queue);
	ASSERT_EQ(0, ioasid_queue_attach(queue, self->space, NULL));
	ASSERT_EQ(0, ioasid_fdinfo_read(getpid(), self->space, &info));
	EXPECT_EQ(1, info->attachments);
	ASSERT_EQ(1, info->nr_devices);
	EXPECT_STREQ("ioasid_sim_accel.0", info->devices[0]);
	ioasid_fdinfo_free(info);
	close(queue);
}

TEST_F(space, fdinfo_of_something_else)
{
	struct ioasid_fdinfo *info;

	EXPECT_EQ(-EBADFD, ioasid_fdinfo_read(0, self->system, &info));
	EXPECT_EQ(-ENOENT, ioasid_fdinfo_read(0, 0x7fffffff, &info));
	EXPECT_EQ(-ENOENT, ioasid_fdinfo_read(0x7fffffff, 0, &info));
	EXPECT_EQ(-ENOTTY, ioasid_space_free(self->system));
}

struct found {
	__u64 id;
	int count;
	struct ioasid_fdinfo *kept;
};

static int count_holder(struct ioasid_holder *holder, void *data)
{
	struct found *found = data;

	if (holder->pid != getpid() || holder->fdinfo->id != found->id)
		return 0;
	found->count++;
	if (!found->kept) {
		found->kept = holder->fdinfo;
		holder->fdinfo = NULL;
	}
	return 0;
}

static int stop(struct ioasid_holder *holder, void *data)
{
	return 42;
}

TEST_F(space, walk_sees_every_descriptor)
{
	struct ioasid_status status;
	struct found found = {};
	unsigned int hidden;
	int copy;

	ASSERT_EQ(0, ioasid_space_status(self->space, &status));
	found.id = status.out_id;
	copy = dup(self->space);
	ASSERT_EQ(0, ioasid_walk_holders(count_holder, &found, &hidden));
	EXPECT_EQ(2, found.count);
	EXPECT_EQ(0, hidden);
	ASSERT_NE(NULL, found.kept);
	EXPECT_EQ(self->pasid, found.kept->pasid);
	ioasid_fdinfo_free(found.kept);
	EXPECT_EQ(42, ioasid_walk_holders(stop, NULL, NULL));
	close(copy);
}

TEST_F(space, hangs_up_when_freed)
{
	EXPECT_EQ(-ETIMEDOUT, ioasid_space_wait_hangup(self->space, 0));
	EXPECT_EQ(IOASID_STATE_FREE, ioasid_space_free(self->space));
	EXPECT_EQ(0, ioasid_space_wait_hangup(self->space, -1));
	EXPECT_EQ(IOASID_STATE_FREE, ioasid_space_free(self->space));
}

TEST_F(space, shares_some_rights)
{
	struct ioasid_status status;
	int shared, manager;

	shared = ioasid_space_share(self->space, IOASID_RIGHT_ATTACH);
	ASSERT_LE(0, shared);
	EXPECT_EQ(FD_CLOEXEC, fcntl(shared, F_GETFD));
	ASSERT_EQ(0, ioasid_space_status(shared, &status));
	EXPECT_EQ(IOASID_RIGHT_ATTACH, status.out_rights);
	EXPECT_EQ(2, status.out_fds);
	EXPECT_EQ(-EPERM, ioasid_space_share(shared, 0));
	EXPECT_EQ(-EPERM, ioasid_space_free(shared));
	EXPECT_EQ(-EPERM, ioasid_space_cut(shared, 1));
	manager = ioasid_space_share(self->space, IOASID_RIGHT_MANAGE);
	ASSERT_LE(0, manager);
	EXPECT_EQ(-EACCES, ioasid_space_share(manager, IOASID_RIGHT_MAP));
	EXPECT_EQ(-EOPNOTSUPP, ioasid_space_share(manager, 1u << 31));
	EXPECT_EQ(IOASID_STATE_FREE, ioasid_space_free(manager));
	EXPECT_EQ(-ESTALE, ioasid_space_share(self->space, 0));
	close(shared);
	close(manager);
}

/* A service that is passed the space lets its device in, and can do no more. */
TEST_F(space, passes_the_right_to_attach)
{
	int queue = ioasid_queue_open("/dev/ioasid_sim0", 0);
	int nr_fds = count_fds();
	int sockets[2], passed;
	struct message message;

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets));
	ASSERT_EQ(0, ioasid_space_pass(sockets[0], self->space,
				       IOASID_RIGHT_ATTACH, &hello,
				       sizeof(hello)));
	EXPECT_EQ(nr_fds + 2, count_fds());
	passed = ioasid_fd_recv(sockets[1], &message, sizeof(message));
	ASSERT_LE(0, passed);
	EXPECT_STREQ("hello", message.text);
	EXPECT_EQ(0, ioasid_queue_attach(queue, passed, NULL));
	EXPECT_EQ(-EPERM, ioasid_space_free(passed));
	close(sockets[1]);
	EXPECT_EQ(-EPIPE, ioasid_space_pass(sockets[0], self->space, 0, &hello,
					    sizeof(hello)));
	EXPECT_EQ(-EPERM, ioasid_space_pass(sockets[0], passed, 0, &hello,
					    sizeof(hello)));
	close(sockets[0]);
	close(passed);
	EXPECT_EQ(nr_fds, count_fds());
	close(queue);
}

TEST_F(space, fdinfo_tells_rights_and_creator)
{
	int shared = ioasid_space_share(self->space, IOASID_RIGHT_ATTACH |
					IOASID_RIGHT_FAULT);
	struct ioasid_fdinfo *info;
	struct ioasid_status status;

	ASSERT_LE(0, shared);
	ASSERT_EQ(0, ioasid_space_status(shared, &status));
	ASSERT_EQ(0, ioasid_fdinfo_read(0, shared, &info));
	EXPECT_TRUE(info->has_rights);
	EXPECT_EQ(IOASID_RIGHT_ATTACH | IOASID_RIGHT_FAULT, info->rights);
	EXPECT_EQ(2, info->fds);
	EXPECT_EQ(getpid(), info->creator_pid);
	EXPECT_STREQ("test_lib", info->creator_comm);
	EXPECT_EQ(status.out_cgroup, info->cgroup);
	ioasid_fdinfo_free(info);
	ASSERT_EQ(0, ioasid_fdinfo_read(0, self->space, &info));
	EXPECT_EQ(IOASID_RIGHT_ALL, info->rights);
	ioasid_fdinfo_free(info);
	close(shared);
}

TEST_F(space, is_found_among_all)
{
	struct ioasid_status status;
	__u32 next = self->pasid;
	int rc;

	ASSERT_EQ(1, ioasid_system_next(self->system, &next, &status));
	EXPECT_EQ(self->pasid, status.out_pasid);
	EXPECT_EQ(self->pasid + 1, next);
	EXPECT_EQ(getpid(), status.out_pid);
	EXPECT_EQ(0, status.out_rights);
	EXPECT_STREQ("test_lib", status.out_comm);
	while ((rc = ioasid_system_next(self->system, &next, &status)) > 0)
		EXPECT_NE(self->pasid, status.out_pasid);
	EXPECT_EQ(0, rc);
	EXPECT_EQ(-ENOTTY, ioasid_system_next(self->space, &next, &status));
}

/* Two devices; @self->space is attached to the first one with a cookie. */
static void attach_two(int space, int queues[2])
{
	struct ioasid_sim_attach attach = { .fd = space, .cookie = 42 };

	queues[0] = ioasid_queue_open("/dev/ioasid_sim0", 0);
	queues[1] = ioasid_queue_open("/dev/ioasid_sim1", 0);
	ioasid_queue_attach_with(queues[0], &attach);
	ioasid_queue_attach(queues[1], space, NULL);
}

static void close_two(const int queues[2])
{
	close(queues[0]);
	close(queues[1]);
}

TEST_F(space, lists_attachments_in_parts)
{
	struct ioasid_attachment_entry entry, same;
	int queues[2];
	__u64 id = 0, by_pasid = 0;

	NEED_PAGE_REQUESTS(return);
	attach_two(self->space, queues);
	ASSERT_EQ(1, ioasid_space_attachments(self->space, &id, &entry, 1));
	EXPECT_EQ(id, entry.id);
	EXPECT_EQ(42, entry.cookie);
	EXPECT_EQ(0, entry.flags);
	EXPECT_EQ(getpid(), entry.pid);
	EXPECT_STREQ("test_lib", entry.comm);
	EXPECT_STREQ("ioasid_sim_accel.0", entry.device);
	ASSERT_EQ(1, ioasid_system_attachments(self->system, self->pasid,
					       &by_pasid, &same, 1));
	EXPECT_EQ(0, memcmp(&entry, &same, sizeof(same)));
	ASSERT_EQ(1, ioasid_space_attachments(self->space, &id, &entry, 1));
	EXPECT_STREQ("ioasid_sim_accel.1", entry.device);
	EXPECT_EQ(0, ioasid_space_attachments(self->space, &id, &entry, 1));
	EXPECT_EQ(entry.id, id);
	EXPECT_EQ(-ENOENT, ioasid_system_attachments(self->system, 0, &id,
						     &entry, 1));
	close_two(queues);
}

TEST_F(space, cuts_one_device_off)
{
	struct ioasid_reason reason = {};
	struct ioasid_sim_attach attach = {
		.fd = self->space,
		.reason = (unsigned long)&reason,
	};
	char text[IOASID_REASON_TEXT_SIZE];
	struct ioasid_attachment_entry entry;
	int queues[2], again;
	__u64 id = 0;

	NEED_PAGE_REQUESTS(return);
	attach_two(self->space, queues);
	ASSERT_EQ(1, ioasid_space_attachments(self->space, &id, &entry, 1));
	EXPECT_EQ(-ENOENT, ioasid_space_cut(self->space, 4711));
	EXPECT_EQ(1, ioasid_space_cut(self->space, id));
	EXPECT_EQ(-EALREADY, ioasid_space_cut(self->space, id));
	again = ioasid_queue_open("/dev/ioasid_sim0", 0);
	EXPECT_EQ(-EKEYREVOKED, ioasid_queue_attach_with(again, &attach));
	EXPECT_EQ(IOASID_REASON_CUT, reason.code);
	ASSERT_NE(NULL, ioasid_reason_text(&reason, text, sizeof(text)));
	EXPECT_NE(NULL, strstr(text, "ioasid_sim_accel.0 was cut off"));
	EXPECT_NE(NULL, strstr(text, "(test_lib) has not let go yet"));
	close_two(queues);
	EXPECT_EQ(0, ioasid_queue_attach_with(again, &attach));
	close(again);
}

TEST_F(space, is_released_after_its_hang_up)
{
	int queues[2];

	NEED_PAGE_REQUESTS(return);
	EXPECT_EQ(-ETIMEDOUT, ioasid_space_wait_released(self->space, 0));
	attach_two(self->space, queues);
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, ioasid_space_free(self->space));
	EXPECT_EQ(0, ioasid_space_wait_hangup(self->space, -1));
	EXPECT_EQ(-ETIMEDOUT, ioasid_space_wait_released(self->space, 20));
	close_two(queues);
	EXPECT_EQ(0, ioasid_space_wait_released(self->space, -1));
	EXPECT_EQ(IOASID_STATE_FREE, ioasid_space_free(self->space));
}

struct waiter {
	int space;
	int rc;
};

static void *wait_released(void *data)
{
	struct waiter *waiter = data;

	waiter->rc = ioasid_space_wait_released(waiter->space, -1);
	return NULL;
}

TEST_F(space, wakes_who_waits_for_its_release)
{
	struct waiter waiter = { .space = self->space, .rc = UNTOUCHED };
	pthread_t thread;
	int queues[2];

	NEED_PAGE_REQUESTS(return);
	attach_two(self->space, queues);
	ASSERT_EQ(0, pthread_create(&thread, NULL, wait_released, &waiter));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, ioasid_space_free(self->space));
	close_two(queues);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, waiter.rc);
}

TEST_F(space, says_why_it_cannot_be_attached)
{
	struct ioasid_reason reason = { .code = UNTOUCHED };
	struct ioasid_sim_attach attach = {
		.fd = ioasid_space_share(self->space, IOASID_RIGHT_ACCESS),
		.reason = (unsigned long)&reason,
	};
	int queue = ioasid_queue_open("/dev/ioasid_sim0", 0);
	char text[IOASID_REASON_TEXT_SIZE];

	EXPECT_EQ(-EACCES, ioasid_queue_attach_with(queue, &attach));
	EXPECT_EQ(IOASID_REASON_NO_RIGHT, reason.code);
	ASSERT_NE(NULL, ioasid_reason_text(&reason, text, sizeof(text)));
	EXPECT_NE(NULL, strstr(text, "the rights 'access', not 'attach'"));
	close(attach.fd);
	ioasid_space_free(self->space);
	attach.fd = self->space;
	EXPECT_EQ(-ESTALE, ioasid_queue_attach_with(queue, &attach));
	EXPECT_EQ(IOASID_REASON_FREED, reason.code);
	ASSERT_NE(NULL, ioasid_reason_text(&reason, text, sizeof(text)));
	EXPECT_NE(NULL, strstr(text, "made by test_lib, was taken back"));
	attach.fd = self->system;
	EXPECT_EQ(-EBADFD, ioasid_queue_attach_with(queue, &attach));
	EXPECT_EQ(IOASID_REASON_NONE, reason.code);
	close(queue);
}

TEST_F(space, says_why_there_is_none)
{
	struct ioasid_reason reason = { .code = UNTOUCHED };
	__u32 pasid = UNTOUCHED;
	int space;

	EXPECT_EQ(-EOPNOTSUPP, ioasid_space_alloc(self->system, 4711, &pasid,
						  &reason));
	EXPECT_EQ(IOASID_REASON_NONE, reason.code);
	EXPECT_EQ(UNTOUCHED, pasid);
	space = ioasid_space_alloc(self->system, IOASID_TYPE_IOVA, &pasid,
				   &reason);
	ASSERT_LE(0, space);
	EXPECT_NE(UNTOUCHED, pasid);
	close(space);
}

FIXTURE(cgroup)
{
	int nothing;
};

#define CGROUP	"/test_lib"
#define BELOW	CGROUP "/below"

static __u64 id_of_cgroup(const char *path)
{
	char full[64] = "/sys/fs/cgroup";
	struct stat stat_buf;

	strcat(full, path);
	mkdir(full, 0755);
	return stat(full, &stat_buf) ? 0 : stat_buf.st_ino;
}

FIXTURE_SETUP(cgroup)
{
	ASSERT_NE(0, id_of_cgroup(CGROUP));
	ASSERT_NE(0, id_of_cgroup(BELOW));
	errno = UNTOUCHED;
}

FIXTURE_TEARDOWN(cgroup)
{
	EXPECT_EQ(UNTOUCHED, errno);
	rmdir("/sys/fs/cgroup" BELOW);
	rmdir("/sys/fs/cgroup" CGROUP);
}

TEST_F(cgroup, is_found_by_its_id)
{
	__u64 id = id_of_cgroup(CGROUP), below = id_of_cgroup(BELOW);
	char path[64];

	errno = UNTOUCHED;
	EXPECT_EQ(0, ioasid_cgroup_path_of(below, path, sizeof(path)));
	EXPECT_STREQ(BELOW, path);
	EXPECT_EQ(0, ioasid_cgroup_path_of(id, path, sizeof(CGROUP)));
	EXPECT_STREQ(CGROUP, path);
	EXPECT_EQ(0, ioasid_cgroup_path_of(id_of_cgroup(""), path, 2));
	EXPECT_STREQ("/", path);
	errno = UNTOUCHED;
	EXPECT_EQ(-ENAMETOOLONG, ioasid_cgroup_path_of(id, path,
						       sizeof(CGROUP) - 1));
	EXPECT_EQ(-ENOENT, ioasid_cgroup_path_of(~0ull, path, sizeof(path)));
}

TEST_F(cgroup, is_named_by_the_reason)
{
	struct ioasid_reason reason = {
		.code = IOASID_REASON_LIMIT,
		.value = id_of_cgroup(BELOW),
	};
	char text[IOASID_REASON_TEXT_SIZE];

	errno = UNTOUCHED;
	ASSERT_NE(NULL, ioasid_reason_text(&reason, text, sizeof(text)));
	EXPECT_NE(NULL, strstr(text, "cgroup " BELOW " or one above it"));
	reason.value = ~0ull;
	ASSERT_NE(NULL, ioasid_reason_text(&reason, text, sizeof(text)));
	EXPECT_NE(NULL, strstr(text, "cgroup with id 18446744073709551615"));
}

FIXTURE(queue)
{
	int queue;
	__u32 pasid;
	struct ioasid_job job;
};

FIXTURE_SETUP(queue)
{
	int system = ioasid_system_open();
	int space = ioasid_space_alloc_sva(system, NULL);

	NEED_PAGE_REQUESTS(return);
	self->queue = ioasid_queue_open("/dev/ioasid_sim0", O_NONBLOCK);
	ASSERT_LE(0, self->queue);
	ASSERT_EQ(0, ioasid_queue_attach(self->queue, space, &self->pasid));
	errno = UNTOUCHED;
}

FIXTURE_TEARDOWN(queue)
{
	EXPECT_EQ(UNTOUCHED, errno);
}

TEST_F(queue, waits_for_a_job)
{
	static const char source[] = "from here";
	char destination[sizeof(source)] = "";

	ioasid_desc_memmove(&self->job.desc, self->pasid,
			    ioasid_job_record(&self->job),
			    (unsigned long)destination, (unsigned long)source,
			    sizeof(source));
	ASSERT_EQ(0, ioasid_job_submit(self->queue, &self->job));
	ASSERT_EQ(0, ioasid_job_wait(self->queue, &self->job, -1));
	EXPECT_EQ(DSA_COMP_SUCCESS, self->job.record.status);
	EXPECT_STREQ(source, destination);
	EXPECT_EQ(1, ioasid_queue_wait(self->queue, -1));
	EXPECT_EQ(-ETIMEDOUT, ioasid_queue_wait(self->queue, 0));
}

/* The descriptors of what has let go are refused. */
TEST_F(queue, detaches)
{
	ASSERT_EQ(0, ioasid_queue_detach(self->queue, self->pasid));
	EXPECT_EQ(-ENOENT, ioasid_queue_detach(self->queue, self->pasid));
	ioasid_desc_noop(&self->job.desc, self->pasid,
			 ioasid_job_record(&self->job));
	EXPECT_EQ(-EACCES, ioasid_job_submit(self->queue, &self->job));
}

TEST_F(queue, tells_of_a_lost_record)
{
	struct ioasid_sim_error error;

	ioasid_desc_noop(&self->job.desc, self->pasid, PAGE);
	self->job.desc.flags &= ~IDXD_OP_FLAG_RCI;
	ioasid_job_record(&self->job);
	ASSERT_EQ(0, ioasid_job_submit(self->queue, &self->job));
	EXPECT_EQ(-EIO, ioasid_job_wait(self->queue, &self->job, -1));
	ASSERT_EQ(0, ioasid_queue_error(self->queue, &error));
	EXPECT_EQ(DSA_COMP_CRA_XLAT, error.out_error);
	EXPECT_EQ(PAGE, error.out_completion_addr);
	EXPECT_EQ(-ETIMEDOUT, ioasid_queue_wait(self->queue, 0));
}

/* A space to map in, with one page of memory at @iova. */
FIXTURE(iova)
{
	int space;
	char *memory;
	__u64 iova;
};

FIXTURE_SETUP(iova)
{
	int system = ioasid_system_open();

	self->space = ioasid_space_alloc_iova(system, NULL);
	ASSERT_LE(0, self->space);
	close(system);
	self->memory = anon_map(4 * PAGE);
	errno = UNTOUCHED;
	ASSERT_EQ(0, ioasid_space_map(self->space, self->memory, PAGE,
				      IOASID_READ | IOASID_WRITE,
				      &self->iova));
}

FIXTURE_TEARDOWN(iova)
{
	EXPECT_EQ(UNTOUCHED, errno);
	close(self->space);
}

TEST_F(iova, fdinfo)
{
	struct ioasid_fdinfo *info;

	ASSERT_EQ(0, ioasid_fdinfo_read(0, self->space, &info));
	EXPECT_STREQ(ioasid_type_name(IOASID_TYPE_IOVA), info->type);
	EXPECT_FALSE(info->has_mm);
	EXPECT_FALSE(info->mm_gone);
	EXPECT_EQ(PAGE, info->mapped);
	EXPECT_EQ(PAGE, info->pinned);
	EXPECT_EQ(1, info->maps);
	ioasid_fdinfo_free(info);
}

TEST_F(iova, maps_at_an_address)
{
	__u64 iova = self->iova + 2 * PAGE;

	ASSERT_EQ(0, ioasid_space_map(self->space, self->memory, 2 * PAGE,
				      IOASID_READ | IOASID_MAP_FIXED, &iova));
	EXPECT_EQ(self->iova + 2 * PAGE, iova);
	iova = self->iova;
	EXPECT_EQ(-EEXIST, ioasid_space_map(self->space, self->memory, PAGE,
					    IOASID_READ | IOASID_MAP_FIXED,
					    &iova));
	EXPECT_EQ(self->iova, iova);
}

TEST_F(iova, maps_files_and_spaces)
{
	int file = memfd_create("file", MFD_CLOEXEC);
	struct ioasid_translate answer;
	__u64 from_file, from_space;

	ASSERT_EQ(0, ftruncate(file, 4 * PAGE));
	ASSERT_EQ(0, ioasid_space_map_file(self->space, file, PAGE, 2 * PAGE,
					   IOASID_READ, &from_file));
	ASSERT_EQ(0, ioasid_space_map_space(self->space, self->space,
					    from_file, PAGE, IOASID_READ,
					    &from_space));
	EXPECT_NE(from_file, from_space);
	close(file);
	ASSERT_EQ(0, ioasid_space_translate(self->space, from_space, &answer));
	EXPECT_EQ(IOASID_MAPPED | IOASID_READ, answer.out_flags);
	EXPECT_EQ(from_space, answer.out_iova);
	EXPECT_EQ(PAGE, answer.out_length);
}

TEST_F(iova, maps_with_wishes)
{
	struct ioasid_map map = {
		.flags = IOASID_READ,
		.address = (unsigned long)self->memory,
		.length = PAGE,
		.iova = 1ull << 36,
		.last = (1ull << 36) + HUGE - 1,
		.alignment = HUGE,
	};

	ASSERT_EQ(0, ioasid_space_map_with(self->space, &map));
	EXPECT_EQ(1ull << 36, map.out_iova);
	EXPECT_EQ(PAGE, map.out_length);
	EXPECT_EQ(-ENOSPC, ioasid_space_map_with(self->space, &map));
}

/* Three maps through a window of two. */
TEST_F(iova, lists_maps_in_parts)
{
	struct ioasid_map_entry entries[2];
	__u64 second = self->iova + PAGE, third = second + PAGE;
	__u64 next = 0;

	ASSERT_EQ(0, ioasid_space_map(self->space, self->memory, PAGE,
				      IOASID_READ | IOASID_MAP_FIXED, &second));
	ASSERT_EQ(0, ioasid_space_map(self->space, self->memory, PAGE,
				      IOASID_READ | IOASID_MAP_FIXED, &third));
	ASSERT_EQ(2, ioasid_space_maps(self->space, &next, entries, 2));
	EXPECT_EQ(self->iova, entries[0].iova);
	EXPECT_EQ(PAGE, entries[0].length);
	EXPECT_EQ(IOASID_READ | IOASID_WRITE, entries[0].flags);
	EXPECT_EQ(second, entries[1].iova);
	EXPECT_EQ(third, next);
	ASSERT_EQ(1, ioasid_space_maps(self->space, &next, entries, 2));
	EXPECT_EQ(third, entries[0].iova);
	EXPECT_EQ(0, ioasid_space_maps(self->space, &next, entries, 2));
	EXPECT_EQ(third + PAGE, next);
}

TEST_F(iova, unmaps)
{
	__u64 unmapped = UNTOUCHED;

	EXPECT_EQ(-ENOENT, ioasid_space_unmap(self->space, self->iova + PAGE,
					      PAGE, &unmapped));
	EXPECT_EQ(UNTOUCHED, unmapped);
	EXPECT_EQ(0, ioasid_space_unmap(self->space, self->iova, 9 * PAGE,
					&unmapped));
	EXPECT_EQ(PAGE, unmapped);
	EXPECT_EQ(0, ioasid_space_unmap_all(self->space, &unmapped));
	EXPECT_EQ(0, unmapped);
	EXPECT_EQ(0, ioasid_space_unmap_all(self->space, NULL));
}

TEST_F(iova, says_where_to_map)
{
	const struct ioasid_iova_range kept[] = {
		{ .start = 1ull << 33, .last = (1ull << 33) + HUGE - 1 },
		{ .start = 1ull << 34, .last = (1ull << 34) + HUGE - 1 },
	};
	struct ioasid_iova_ranges info;
	struct ioasid_iova_range range;
	__u64 iova;

	ASSERT_LE(1, ioasid_space_iova_ranges(self->space, NULL, 0, NULL));
	ASSERT_LE(1, ioasid_space_iova_ranges(self->space, &range, 1, &info));
	EXPECT_LT(range.start, range.last);
	EXPECT_EQ(PAGE, info.out_alignment);
	EXPECT_EQ(0, info.out_page_sizes);
	ASSERT_EQ(0, ioasid_space_iova_keep(self->space, kept, 2));
	ASSERT_EQ(0, ioasid_space_map(self->space, self->memory, PAGE,
				      IOASID_READ, &iova));
	EXPECT_EQ(kept[0].start, iova);
	EXPECT_EQ(-EINVAL, ioasid_space_iova_keep(self->space, kept, 65));
	EXPECT_EQ(0, ioasid_space_iova_keep(self->space, NULL, 0));
}

TEST_F(iova, is_read_and_written)
{
	char text[8] = "";

	EXPECT_EQ(4, pwrite(self->space, "text", 4, self->iova + 1));
	EXPECT_STREQ("text", self->memory + 1);
	EXPECT_EQ(4, pread(self->space, text, 4, self->iova + 1));
	EXPECT_STREQ("text", text);
}

/* The job's record lies in the page that is mapped. */
static int submit_crc(int queue, struct ioasid_job *job, __u64 record,
		      __u64 source)
{
	ioasid_job_record(job);
	ioasid_desc_crc(&job->desc, 0,
			record + offsetof(struct ioasid_job, record), source,
			PAGE, 0);
	return ioasid_job_submit(queue, job);
}

TEST_F(iova, serves_page_requests)
{
	struct ioasid_job *job = (struct ioasid_job *)self->memory;
	struct ioasid_sim_attach attach = { .fd = self->space, .cookie = 42 };
	struct ioasid_fault_answer answer = { .code = IOASID_FAULT_RETRY };
	int queue = ioasid_queue_open("/dev/ioasid_sim0", 0);
	int fd = ioasid_fault_open(self->space, 1);
	struct ioasid_fault faults[16];
	__u64 source = self->iova + PAGE;

	NEED_PAGE_REQUESTS(return);
	ASSERT_LE(0, fd);
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
	EXPECT_EQ(-EBUSY, ioasid_fault_open(self->space, 0));
	ASSERT_EQ(0, ioasid_queue_attach_with(queue, &attach));
	EXPECT_NE(0, attach.out_pasid);
	ASSERT_EQ(0, submit_crc(queue, job, self->iova, source));
	ASSERT_LE(1, ioasid_fault_read(fd, faults, 16));
	EXPECT_EQ(42, faults[0].cookie);
	EXPECT_EQ(source, faults[0].iova);
	ASSERT_EQ(0, ioasid_space_map(self->space, self->memory + PAGE, PAGE,
				      IOASID_READ | IOASID_MAP_FIXED,
				      &source));
	answer.group = faults[0].group;
	EXPECT_EQ(1, ioasid_fault_answer(fd, &answer, 1));
	EXPECT_EQ(-ENOENT, ioasid_fault_answer(fd, &answer, 1));
	ASSERT_EQ(0, ioasid_job_wait(queue, job, -1));
	EXPECT_EQ(DSA_COMP_SUCCESS, job->record.status);
	ioasid_space_free(self->space);
	EXPECT_EQ(0, ioasid_fault_read(fd, faults, 16));
	close(fd);
	close(queue);
}

TEST_F(iova, is_of_no_use_once_freed)
{
	struct ioasid_map_entry entry;
	struct ioasid_translate answer;
	__u64 next = 0;

	ioasid_space_free(self->space);
	EXPECT_EQ(-ESTALE, ioasid_space_map(self->space, self->memory, PAGE,
					    IOASID_READ, &self->iova));
	EXPECT_EQ(-ESTALE, ioasid_space_unmap_all(self->space, NULL));
	EXPECT_EQ(-ESTALE, ioasid_space_maps(self->space, &next, &entry, 1));
	EXPECT_EQ(-ESTALE, ioasid_space_iova_ranges(self->space, NULL, 0,
						    NULL));
	EXPECT_EQ(-ESTALE, ioasid_space_iova_keep(self->space, NULL, 0));
	EXPECT_EQ(-ESTALE, ioasid_space_translate(self->space, 0, &answer));
	EXPECT_EQ(-ESTALE, ioasid_fault_open(self->space, 0));
}

TEST_F(iova, is_not_of_the_other_type)
{
	EXPECT_EQ(-EMEDIUMTYPE, ioasid_space_prefault(self->space, 0, PAGE,
						      IOASID_READ, NULL));
	EXPECT_EQ(-EMEDIUMTYPE, ioasid_space_unpin_all(self->space, NULL));
}

TEST_F(space, prefaults_and_pins)
{
	char *memory = anon_map(2 * PAGE);
	__u64 iova = (unsigned long)memory, length = 0;

	ASSERT_EQ(0, ioasid_space_prefault(self->space, iova, PAGE,
					   IOASID_READ | IOASID_WRITE |
					   IOASID_PREFAULT_PIN, &length));
	EXPECT_EQ(PAGE, length);
	EXPECT_EQ(-ENOENT, ioasid_space_unpin(self->space, iova + PAGE, PAGE,
					      &length));
	EXPECT_EQ(0, ioasid_space_unpin(self->space, iova, 2 * PAGE, &length));
	EXPECT_EQ(PAGE, length);
	EXPECT_EQ(0, ioasid_space_unpin_all(self->space, &length));
	EXPECT_EQ(0, length);
	EXPECT_EQ(-EMEDIUMTYPE, ioasid_space_unmap_all(self->space, NULL));
}

static const struct {
	struct ioasid_reason reason;
	const char *text;
} reasons[] = {
	{ { .code = IOASID_REASON_NO_PASID, .value = 99 },
	  "all PASIDs are taken, 99 of them by spaces: free" },
	{ { .code = IOASID_REASON_NO_PASID, .value = 99, .limit = 5 },
	  "by spaces, and 5 rest from their last use: free" },
	{ { .code = IOASID_REASON_NO_RIGHT }, "carries no right: ask" },
	{ { .code = IOASID_REASON_MM_GONE, .ioasid = 7, .comm = "app" },
	  "space 7 is, app, has exited" },
	{ { .code = IOASID_REASON_NO_IOMMU, .device = "dsa0" },
	  "no IOMMU translates for dsa0:" },
	{ { .code = IOASID_REASON_NO_PASIDS, .device = "dsa0" },
	  "dsa0, or the IOMMU in front of it, has no PASIDs" },
	{ { .code = IOASID_REASON_NO_TABLE, .device = "dsa0" },
	  "in front of dsa0 cannot translate" },
	{ { .code = IOASID_REASON_NO_PAGE_REQUESTS, .device = "dsa0" },
	  "dsa0 has no page requests: pin" },
	{ { .code = IOASID_REASON_MAPPED, .value = 0x1000, .limit = 0x1fff },
	  "the device cannot use 0x1000 to 0x1fff, where something is mapped" },
	{ { .code = IOASID_REASON_KEPT, .value = 0x1000, .limit = 0x1fff,
	    .device = "dsa0" },
	  "dsa0 cannot use 0x1000 to 0x1fff, which the space promises" },
	{ { .code = IOASID_REASON_WIDTH, .value = 300, .limit = 256,
	    .device = "dsa0" },
	  "dsa0 knows PASIDs below 256, and that of the space is 300" },
	{ { .code = IOASID_REASON_PASID_IN_USE, .pasid = 57, .device = "dsa0" },
	  "uses PASID 57 with dsa0" },
	{ { .code = IOASID_REASON_CUT, .pid = 412, .comm = "service" },
	  "process 412 (service) has not let go" },
	{ { .code = IOASID_REASON_CUT }, "whoever had attached it has not" },
};

TEST(has_words_for_every_reason)
{
	char text[IOASID_REASON_TEXT_SIZE];
	struct ioasid_reason reason = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		ASSERT_EQ(&text[0], ioasid_reason_text(&reasons[i].reason,
						       text, sizeof(text)));
		ASSERT_NE(NULL, strstr(text, reasons[i].text))
			TH_LOG("'%s' is not in '%s'", reasons[i].text, text);
	}
	for (i = IOASID_REASON_LIMIT; i <= IOASID_REASON_CUT; i++) {
		reason.code = i;
		EXPECT_NE(NULL, ioasid_reason_text(&reason, text,
						   sizeof(text)));
	}
	reason.code = i;
	EXPECT_EQ(NULL, ioasid_reason_text(&reason, text, sizeof(text)));
	reason.code = IOASID_REASON_NONE;
	EXPECT_EQ(NULL, ioasid_reason_text(&reason, text, sizeof(text)));
}

TEST(cuts_words_to_size)
{
	const struct ioasid_reason reason = { .code = IOASID_REASON_CUT };
	char text[16] = "";

	memset(text, 'x', sizeof(text));
	ASSERT_EQ(&text[0], ioasid_reason_text(&reason, text, 11));
	EXPECT_STREQ("the device", text);
	EXPECT_EQ('x', text[11]);
	EXPECT_STREQ("attach fau", ioasid_rights_text(IOASID_RIGHT_ATTACH |
						     IOASID_RIGHT_FAULT,
						     text, 11));
}

TEST(names_rights)
{
	char text[IOASID_RIGHTS_TEXT_SIZE];

	EXPECT_STREQ("attach", ioasid_right_name(IOASID_RIGHT_ATTACH));
	EXPECT_STREQ("manage", ioasid_right_name(IOASID_RIGHT_MANAGE));
	EXPECT_EQ(NULL, ioasid_right_name(0));
	EXPECT_EQ(NULL, ioasid_right_name(IOASID_RIGHT_ALL));
	EXPECT_EQ(NULL, ioasid_right_name(IOASID_RIGHT_ALL + 1));
	EXPECT_STREQ("attach map access fault manage",
		     ioasid_rights_text(~0u, text, sizeof(text)));
	EXPECT_STREQ("", ioasid_rights_text(0, text, sizeof(text)));
}

TEST(explains)
{
	EXPECT_STREQ("the space was taken back by its owner",
		     ioasid_explain(IOASID_OP_ATTACH, -ESTALE));
	EXPECT_STREQ("Argument list too long",
		     ioasid_explain(IOASID_OP_ATTACH, -E2BIG));
	EXPECT_STREQ("nothing is mapped there",
		     ioasid_explain(IOASID_OP_UNMAP, -ENOENT));
	EXPECT_STREQ(ioasid_explain(IOASID_OP_SPACE, -ESTALE),
		     ioasid_explain(IOASID_OP_UNMAP, -ESTALE));
	EXPECT_STREQ(ioasid_explain(IOASID_OP_SPACE, -EPERM),
		     ioasid_explain(IOASID_OP_MAP, -EPERM));
	EXPECT_STREQ(ioasid_explain(IOASID_OP_SPACE, -ESTALE),
		     ioasid_explain(IOASID_OP_SHARE, -ESTALE));
	EXPECT_STREQ(ioasid_explain(IOASID_OP_ALLOC, -EDQUOT),
		     ioasid_explain(IOASID_OP_ATTACH, -EDQUOT));
	EXPECT_STRNE(ioasid_explain(IOASID_OP_SPACE, -EPERM),
		     ioasid_explain(IOASID_OP_ATTACH, -EPERM));
	EXPECT_STREQ("it is cut off already, or the space was taken back",
		     ioasid_explain(IOASID_OP_CUT, -EALREADY));
	EXPECT_STREQ("unknown error", ioasid_explain(IOASID_OP_WAIT, -9999));
	EXPECT_STREQ("unknown completion status",
		     ioasid_completion_explain(0x7f));
	EXPECT_STRNE(ioasid_completion_explain(DSA_COMP_PAGE_FAULT_IR),
		     ioasid_completion_explain(DSA_COMP_PAGE_FAULT_IR |
					       DSA_COMP_STATUS_WRITE));
	EXPECT_EQ(NULL, ioasid_type_name(0));
	EXPECT_EQ(NULL, ioasid_state_name(~0u));
	EXPECT_EQ(NULL, ioasid_opcode_name(0xff));
}

TEST_HARNESS_MAIN
