// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits: how many spaces a cgroup may have, who is charged for one, and when
 * the charge is given back.
 *
 * Each test has cgroups of its own, in which it may put its process:
 *
 *	top			counted
 *	  mid			counted
 *	    leaf		counted
 *	    other		counted
 *	      plain		not counted: what it has is charged to other
 *
 * Whatever a test does, nothing is charged when its processes have ended: the
 * teardown looks, and runs after that.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "cgroup.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "repeater.h"
#include "uapi.h"
#include "uffd.h"

#define EXEC_AND_WAIT	"--wait"
#define TAKE_SPACES	"--take"
#define MANY_CYCLES	10000
#define KILLS		30
#define RACERS		4
#define RACE_LIMIT	3
#define RACE_MS		2000

FIXTURE(limit)
{
	char top[64];
	char mid[64];
	char leaf[64];
	char other[64];
	char plain[64];
};

FIXTURE_SETUP(limit)
{
	snprintf(self->top, sizeof(self->top), "/test-%d", getpid());
	snprintf(self->mid, sizeof(self->mid), "/test-%d/mid", getpid());
	snprintf(self->leaf, sizeof(self->leaf), "/test-%d/mid/leaf", getpid());
	snprintf(self->other, sizeof(self->other), "/test-%d/mid/other",
		 getpid());
	snprintf(self->plain, sizeof(self->plain), "/test-%d/mid/other/plain",
		 getpid());
	ASSERT_EQ(0, cgroup_enable(""));
	ASSERT_EQ(0, cgroup_create(self->top));
	ASSERT_EQ(0, cgroup_enable(self->top));
	ASSERT_EQ(0, cgroup_create(self->mid));
	ASSERT_EQ(0, cgroup_enable(self->mid));
	ASSERT_EQ(0, cgroup_create(self->leaf));
	ASSERT_EQ(0, cgroup_create(self->other));
	ASSERT_EQ(0, cgroup_create(self->plain));
}

FIXTURE_TEARDOWN_PARENT(limit)
{
	EXPECT_EQ(0, cgroup_usage(self->top));
	cgroup_remove(self->plain);
	cgroup_remove(self->other);
	cgroup_remove(self->leaf);
	cgroup_remove(self->mid);
	EXPECT_EQ(0, cgroup_remove(self->top));
}

static int alloc_with_reason(__u32 type, struct ioasid_reason *reason)
{
	struct ioasid_alloc alloc = {
		.size = sizeof(alloc),
		.type = type,
		.reason = (__u64)reason,
	};
	int system_fd = system_open(O_RDWR);
	int rc;

	*reason = (struct ioasid_reason){ .size = sizeof(*reason) };
	rc = fd_ioctl(system_fd, IOASID_ALLOC, &alloc);
	close(system_fd);
	return rc ? rc : alloc.out_fd;
}

static __u64 cgroup_of_next(void)
{
	struct ioasid_info info = { .size = sizeof(info) };
	int system_fd = system_open(O_RDONLY);
	int rc = fd_ioctl(system_fd, IOASID_GET_INFO, &info);

	close(system_fd);
	return rc ? 0 : info.out_cgroup;
}

static __u64 cgroup_of(int space)
{
	struct ioasid_status status;

	return space_status(space, &status) ? 0 : status.out_cgroup;
}

TEST_F(limit, counts_in_all_above)
{
	int space[2];

	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	space[0] = space_alloc(NULL);
	ASSERT_LE(0, space[0]);
	space[1] = space_alloc_iova(NULL);
	ASSERT_LE(0, space[1]);
	EXPECT_EQ(2, cgroup_usage(self->leaf));
	EXPECT_EQ(2, cgroup_usage(self->mid));
	EXPECT_EQ(2, cgroup_usage(self->top));
	EXPECT_EQ(0, cgroup_usage(self->other));
	close(space[0]);
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	close(space[1]);
	EXPECT_EQ(0, cgroup_usage(self->leaf));
	EXPECT_EQ(0, cgroup_usage(self->top));
}

TEST_F(limit, of_grandparent_is_hit_by_grandchild)
{
	struct ioasid_reason reason;
	int space;

	ASSERT_EQ(0, cgroup_limit(self->top, 1));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	space = space_alloc(NULL);
	ASSERT_LE(0, space);
	EXPECT_EQ(-EDQUOT, alloc_with_reason(IOASID_TYPE_SVA, &reason));
	EXPECT_EQ(IOASID_REASON_LIMIT, reason.code);
	EXPECT_EQ(cgroup_id(self->leaf), reason.value);
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	EXPECT_EQ(1, cgroup_usage(self->mid));
	EXPECT_EQ(1, cgroup_usage(self->top));
	close(space);
	space = space_alloc_iova(NULL);
	EXPECT_LE(0, space);
}

TEST_F(limit, of_sibling_does_not_count)
{
	int space;

	ASSERT_EQ(0, cgroup_limit(self->other, 0));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	space = space_alloc_iova(NULL);
	EXPECT_LE(0, space);
	ASSERT_EQ(0, cgroup_enter(self->other, 0));
	EXPECT_EQ(-EDQUOT, space_alloc_iova(NULL));
	EXPECT_EQ(1, cgroup_usage(self->mid));
}

TEST_F(limit, of_zero_allows_nothing)
{
	ASSERT_EQ(0, cgroup_limit(self->leaf, 0));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	EXPECT_EQ(-EDQUOT, space_alloc(NULL));
	EXPECT_EQ(-EDQUOT, space_alloc_iova(NULL));
	ASSERT_EQ(0, cgroup_limit(self->leaf, CGROUP_NO_LIMIT));
	EXPECT_LE(0, space_alloc(NULL));
}

TEST_F(limit, is_not_for_the_root)
{
	__u64 root = cgroup_id("");
	int space;

	ASSERT_NE(0, root);
	EXPECT_EQ(root, cgroup_of_next());
	space = space_alloc(NULL);
	ASSERT_LE(0, space);
	EXPECT_EQ(root, cgroup_of(space));
	EXPECT_EQ(-ENOENT, cgroup_usage(""));
}

TEST_F(limit, below_usage_takes_nothing_away)
{
	int space[3], i;

	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	for (i = 0; i < 3; i++) {
		space[i] = space_alloc_iova(NULL);
		ASSERT_LE(0, space[i]);
	}
	ASSERT_EQ(0, cgroup_limit(self->leaf, 1));
	EXPECT_EQ(3, cgroup_usage(self->leaf));
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(space[2]));
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(-EDQUOT, space_alloc_iova(NULL));
		close(space[i]);
	}
	EXPECT_LE(0, space_alloc_iova(NULL));
	EXPECT_EQ(1, cgroup_max(self->leaf));
}

TEST_F(limit, of_parent_is_for_cgroup_that_is_not_counted)
{
	struct ioasid_reason reason;
	int space;

	ASSERT_EQ(0, cgroup_limit(self->other, 1));
	ASSERT_EQ(0, cgroup_enter(self->plain, 0));
	EXPECT_EQ(cgroup_id(self->other), cgroup_of_next());
	space = space_alloc(NULL);
	ASSERT_LE(0, space);
	EXPECT_EQ(-ENOENT, cgroup_usage(self->plain));
	EXPECT_EQ(1, cgroup_usage(self->other));
	EXPECT_EQ(cgroup_id(self->other), cgroup_of(space));
	EXPECT_EQ(-EDQUOT, alloc_with_reason(IOASID_TYPE_IOVA, &reason));
	EXPECT_EQ(cgroup_id(self->other), reason.value);
}

TEST_F(limit, charge_stays_when_creator_moves)
{
	int space, second;

	ASSERT_EQ(0, cgroup_limit(self->other, 0));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	EXPECT_EQ(cgroup_id(self->leaf), cgroup_of_next());
	space = space_alloc(NULL);
	ASSERT_LE(0, space);
	ASSERT_EQ(0, cgroup_enter(self->other, 0));
	EXPECT_EQ(cgroup_id(self->other), cgroup_of_next());
	EXPECT_EQ(cgroup_id(self->leaf), cgroup_of(space));
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	EXPECT_EQ(0, cgroup_usage(self->other));
	EXPECT_EQ(-EDQUOT, space_alloc(NULL));
	ASSERT_EQ(0, cgroup_limit(self->other, 1));
	second = space_alloc(NULL);
	ASSERT_LE(0, second);
	close(space);
	EXPECT_EQ(0, cgroup_usage(self->leaf));
	EXPECT_EQ(1, cgroup_usage(self->other));
	close(second);
	EXPECT_EQ(0, cgroup_usage(self->other));
}

/* What a child makes in which cgroup, and whether it keeps it. */
struct order {
	const char *cgroup;
	bool close;
};

/* Sends a space that it makes, and waits to be told to go. */
static int create_and_send(int socket, void *arg)
{
	const struct order *order = arg;
	int space;

	if (cgroup_enter(order->cgroup, 0))
		return 1;
	space = space_alloc(NULL);
	if (space < 0 || send_fd(socket, space))
		return 2;
	if (order->close)
		close(space);
	receive_byte(socket);
	return 0;
}

TEST_F(limit, charge_outlives_its_cgroup)
{
	struct order order = { .cgroup = self->leaf };
	struct child child;
	__u64 leaf = cgroup_id(self->leaf);
	int space;

	ASSERT_EQ(0, cgroup_limit(self->mid, 1));
	ASSERT_EQ(0, child_start(&child, create_and_send, &order));
	space = receive_fd(child.socket);
	ASSERT_LE(0, space);
	ASSERT_EQ(0, child_wait(&child));
	ASSERT_EQ(0, cgroup_remove(self->leaf));
	EXPECT_EQ(1, cgroup_usage(self->mid));
	EXPECT_EQ(leaf, cgroup_of(space));
	ASSERT_EQ(0, cgroup_enter(self->other, 0));
	EXPECT_EQ(-EDQUOT, space_alloc(NULL));
	close(space);
	EXPECT_EQ(0, cgroup_usage(self->mid));
	EXPECT_LE(0, space_alloc(NULL));
}

/* Takes a space, closes it when told, and says so. */
static int receive_and_close(int socket, void *arg)
{
	const struct order *order = arg;
	int space;

	if (cgroup_enter(order->cgroup, 0))
		return 1;
	space = receive_fd(socket);
	if (space < 0 || send_byte(socket, 'r') || receive_byte(socket) < 0)
		return 2;
	close(space);
	send_byte(socket, 'c');
	receive_byte(socket);
	return 0;
}

TEST_F(limit, receiver_gives_back_for_creator)
{
	struct order order = { .cgroup = self->other };
	struct child child;
	int space;

	ASSERT_EQ(0, cgroup_limit(self->other, 0));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	ASSERT_EQ(0, child_start(&child, receive_and_close, &order));
	space = space_alloc(NULL);
	ASSERT_LE(0, space);
	ASSERT_EQ(0, send_fd(child.socket, space));
	ASSERT_EQ('r', receive_byte(child.socket));
	close(space);
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	EXPECT_EQ(0, cgroup_usage(self->other));
	ASSERT_EQ(0, send_byte(child.socket, 'c'));
	ASSERT_EQ('c', receive_byte(child.socket));
	EXPECT_EQ(0, cgroup_usage(self->leaf));
	EXPECT_EQ(0, cgroup_usage(self->other));
	EXPECT_EQ(0, child_wait(&child));
}

/* The child has the fd by fork. */
static int close_inherited(int socket, void *arg)
{
	close(*(int *)arg);
	send_byte(socket, 'c');
	receive_byte(socket);
	return 0;
}

TEST_F(limit, is_given_back_once_after_fork)
{
	struct child child;
	int space, kept;

	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	kept = space_alloc_iova(NULL);
	ASSERT_LE(0, kept);
	space = space_alloc(NULL);
	ASSERT_LE(0, space);
	ASSERT_EQ(0, child_start(&child, close_inherited, &space));
	ASSERT_EQ('c', receive_byte(child.socket));
	EXPECT_EQ(2, cgroup_usage(self->leaf));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_EQ(2, cgroup_usage(self->leaf));
	close(space);
	EXPECT_EQ(1, cgroup_usage(self->leaf));
}

static int wait_to_go(int socket, void *arg)
{
	receive_byte(socket);
	return 0;
}

TEST_F(limit, is_kept_by_forked_child)
{
	struct child child;
	int space;

	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	space = space_alloc(NULL);
	ASSERT_LE(0, space);
	ASSERT_EQ(0, child_start(&child, wait_to_go, NULL));
	ASSERT_EQ(0, cgroup_enter(self->other, child.pid));
	close(space);
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	EXPECT_EQ(0, cgroup_usage(self->other));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_EQ(0, cgroup_usage(self->leaf));
}

/* Two spaces, one of which the new program still has. */
static int exec_with_spaces(int socket, void *arg)
{
	const struct order *order = arg;
	char text[16];

	if (cgroup_enter(order->cgroup, 0))
		return 1;
	if (space_alloc(NULL) < 0 ||
	    fcntl(space_alloc(NULL), F_SETFD, 0) || fcntl(socket, F_SETFD, 0))
		return 2;
	snprintf(text, sizeof(text), "%d", socket);
	execl("/proc/self/exe", "wait", EXEC_AND_WAIT, text, NULL);
	return 3;
}

TEST_F(limit, exec_gives_back_what_it_closes)
{
	struct order order = { .cgroup = self->leaf };
	struct child child;

	ASSERT_EQ(0, child_start(&child, exec_with_spaces, &order));
	ASSERT_EQ('e', receive_byte(child.socket));
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_EQ(0, cgroup_usage(self->leaf));
}

TEST_F(limit, is_given_back_by_sigkill)
{
	struct order order = { .cgroup = self->leaf };
	struct child child;

	ASSERT_EQ(0, child_start(&child, create_and_send, &order));
	close(receive_fd(child.socket));
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	EXPECT_EQ(128 + SIGKILL, child_kill(&child));
	EXPECT_EQ(0, cgroup_usage(self->leaf));
}

/* The creator ends while its space is nowhere but in a socket. */
TEST_F(limit, fd_in_flight_is_charged)
{
	struct order order = { .cgroup = self->leaf, .close = true };
	struct child child;
	int end;

	ASSERT_EQ(0, child_start(&child, create_and_send, &order));
	ASSERT_EQ(POLLIN, fd_events(child.socket, POLLIN, PATIENCE_MS));
	end = dup(child.socket);
	ASSERT_LE(0, end);
	ASSERT_EQ(128 + SIGKILL, child_kill(&child));
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	close(end);
	EXPECT_EQ(0, cgroup_usage(self->leaf));
}

TEST_F(limit, freed_space_is_charged_while_it_has_an_fd)
{
	int space;

	ASSERT_EQ(0, cgroup_limit(self->leaf, 1));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	space = space_alloc(NULL);
	ASSERT_LE(0, space);
	ASSERT_EQ(IOASID_STATE_FREE, space_free(space));
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	EXPECT_EQ(-EDQUOT, space_alloc(NULL));
	close(space);
	EXPECT_LE(0, space_alloc(NULL));
}

/* Goes by PASID, and stops where the kernel looks how large @status is. */
struct walker {
	struct ioasid_next next;
	pthread_t thread;
	int rc;
};

static void *walk(void *data)
{
	struct walker *walker = data;
	int system_fd = system_open(O_RDONLY);

	walker->rc = fd_ioctl(system_fd, IOASID_NEXT, &walker->next);
	close(system_fd);
	return NULL;
}

/*
 * A walk has found the space before it and its cgroup went. It takes the kernel
 * of check-debug to see that nothing is read that has been freed.
 */
TEST_F(limit, cgroup_is_told_that_is_gone)
{
	struct ioasid_status *first = anon_map(PAGE), *status = anon_map(PAGE);
	struct walker walker = {
		.next = {
			.size = sizeof(walker.next),
			.status = (__u64)status,
		},
	};
	__u64 id = cgroup_id(self->leaf);
	int uffd, space;

	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	space = space_alloc(&walker.next.pasid);
	ASSERT_LE(0, space);
	ASSERT_EQ(0, cgroup_enter(self->other, 0));
	uffd = uffd_watch(status, PAGE, UFFDIO_REGISTER_MODE_MISSING);
	ASSERT_LE(0, uffd);
	ASSERT_EQ(0, pthread_create(&walker.thread, NULL, walk, &walker));
	ASSERT_EQ((__u64)status, uffd_wait(uffd));
	close(space);
	ASSERT_EQ(0, cgroup_remove(self->leaf));
	ASSERT_EQ(0, cgroup_wait_for_removed(self->mid));
	first->size = sizeof(*first);
	ASSERT_EQ(0, uffd_provide(uffd, (__u64)status, first));
	ASSERT_EQ(0, pthread_join(walker.thread, NULL));
	EXPECT_EQ(0, walker.rc);
	EXPECT_EQ(walker.next.pasid, status->out_pasid);
	EXPECT_EQ(id, status->out_cgroup);
	close(uffd);
}

TEST_F(limit, parked_space_is_charged_until_driver_lets_go)
{
	int queue = queue_open(0, O_RDWR);
	__u32 pasid;
	int space;

	ASSERT_LE(0, queue);
	ASSERT_EQ(0, cgroup_limit(self->leaf, 1));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	space = space_alloc(NULL);
	ASSERT_LE(0, space);
	ASSERT_EQ(0, queue_attach(queue, space, &pasid));
	close(space);
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	EXPECT_EQ(-EDQUOT, space_alloc(NULL));
	ASSERT_EQ(0, queue_detach(queue, pasid));
	EXPECT_EQ(0, cgroup_usage(self->leaf));
	EXPECT_LE(0, space_alloc(NULL));
	close(queue);
}

/* A service: attaches what it is sent, and keeps the attachment only. */
static int attach_and_wait(int socket, void *arg)
{
	const struct order *order = arg;
	int queue = queue_open(1, O_RDWR);
	int space;

	if (cgroup_enter(order->cgroup, 0))
		return 1;
	space = receive_fd(socket);
	if (queue_attach(queue, space, NULL))
		return 2;
	close(space);
	send_byte(socket, 'a');
	receive_byte(socket);
	return 0;
}

TEST_F(limit, killed_service_lets_go_of_parked_space)
{
	struct order order = { .cgroup = self->other };
	struct child child;
	int space;

	ASSERT_EQ(0, cgroup_limit(self->other, 0));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	ASSERT_EQ(0, child_start(&child, attach_and_wait, &order));
	space = space_alloc(NULL);
	ASSERT_LE(0, space);
	ASSERT_EQ(0, send_fd(child.socket, space));
	ASSERT_EQ('a', receive_byte(child.socket));
	close(space);
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	EXPECT_EQ(128 + SIGKILL, child_kill(&child));
	EXPECT_EQ(0, cgroup_usage(self->leaf));
	EXPECT_EQ(0, cgroup_usage(self->other));
}

TEST_F(limit, hidden_space_is_charged_too)
{
	struct ioasid_reason reason = { .size = sizeof(reason) };
	struct ioasid_sim_attach attach = {
		.flags = IOASID_SIM_ATTACH_SELF | attach_flags(),
		.reason = (__u64)&reason,
	};
	int queue[2] = { queue_open(0, O_RDWR), queue_open(1, O_RDWR) };
	int space;

	ASSERT_EQ(0, cgroup_limit(self->leaf, 1));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	ASSERT_EQ(0, queue_attach_as(queue[0], &attach));
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	EXPECT_EQ(-EDQUOT, space_alloc(NULL));
	EXPECT_EQ(-EDQUOT, queue_attach_as(queue[1], &attach));
	EXPECT_EQ(IOASID_REASON_LIMIT, reason.code);
	EXPECT_EQ(cgroup_id(self->leaf), reason.value);
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	close(queue[0]);
	EXPECT_EQ(0, cgroup_usage(self->leaf));
	space = space_alloc(NULL);
	ASSERT_LE(0, space);
	EXPECT_EQ(-EDQUOT, queue_attach_as(queue[1], &attach));
}

static int share(int space, __u32 rights)
{
	struct ioasid_share arg = { .size = sizeof(arg), .rights = rights };
	int rc = fd_ioctl(space, IOASID_SHARE, &arg);

	return rc ? rc : arg.out_fd;
}

TEST_F(limit, shared_space_is_charged_once)
{
	int space, shared;

	ASSERT_EQ(0, cgroup_limit(self->leaf, 1));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	space = space_alloc(NULL);
	ASSERT_LE(0, space);
	shared = share(space, IOASID_RIGHT_ATTACH);
	ASSERT_LE(0, shared);
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	close(space);
	EXPECT_EQ(1, cgroup_usage(self->leaf));
	close(shared);
	EXPECT_EQ(0, cgroup_usage(self->leaf));
}

static int alloc_of_unknown_type(int system_fd)
{
	struct ioasid_alloc alloc = { .size = sizeof(alloc), .type = 99 };

	return fd_ioctl(system_fd, IOASID_ALLOC, &alloc);
}

static int alloc_without_write(int system_fd)
{
	struct ioasid_alloc alloc = {
		.size = sizeof(alloc),
		.type = IOASID_TYPE_IOVA,
	};
	int read_only = system_open(O_RDONLY);
	int rc = fd_ioctl(read_only, IOASID_ALLOC, &alloc);

	close(read_only);
	return rc;
}

/* No fd is left but those below @system_fd, which is the highest. */
static int alloc_without_fd(int system_fd)
{
	struct ioasid_alloc alloc = {
		.size = sizeof(alloc),
		.type = IOASID_TYPE_SVA,
	};
	struct rlimit saved, none;
	int rc;

	getrlimit(RLIMIT_NOFILE, &saved);
	none = (struct rlimit){ .rlim_cur = 0, .rlim_max = saved.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	rc = fd_ioctl(system_fd, IOASID_ALLOC, &alloc);
	setrlimit(RLIMIT_NOFILE, &saved);
	return rc;
}

/* The kernel can read what it is asked for, and not answer. */
static int alloc_without_answer(int system_fd)
{
	struct ioasid_alloc *alloc = anon_map(PAGE);
	int rc;

	alloc->size = sizeof(*alloc);
	alloc->type = IOASID_TYPE_SVA;
	mprotect(alloc, PAGE, PROT_READ);
	rc = fd_ioctl(system_fd, IOASID_ALLOC, alloc);
	munmap(alloc, PAGE);
	return rc;
}

static const struct failure {
	int (*alloc)(int system_fd);
	int rc;
	/* When the limit does not allow it either. */
	int rc_at_limit;
} failures[] = {
	{ alloc_of_unknown_type, -EOPNOTSUPP, -EOPNOTSUPP },
	{ alloc_without_write, -EPERM, -EPERM },
	{ alloc_without_fd, -EMFILE, -EDQUOT },
	{ alloc_without_answer, -EFAULT, -EDQUOT },
};

TEST_F(limit, failed_alloc_is_not_charged)
{
	int system_fd = system_open(O_RDWR);
	int space, i;

	ASSERT_EQ(0, cgroup_limit(self->leaf, 1));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	for (i = 0; i < ARRAY_SIZE(failures); i++) {
		EXPECT_EQ(failures[i].rc, failures[i].alloc(system_fd));
		EXPECT_EQ(0, cgroup_usage(self->leaf));
		space = space_alloc(NULL);
		EXPECT_LE(0, space);
		EXPECT_EQ(failures[i].rc_at_limit,
			  failures[i].alloc(system_fd));
		EXPECT_EQ(1, cgroup_usage(self->leaf));
		close(space);
		EXPECT_EQ(0, cgroup_usage(self->leaf));
	}
}

TEST_F(limit, errno_does_not_depend_on_reason)
{
	struct ioasid_alloc alloc = {
		.size = sizeof(alloc),
		.type = IOASID_TYPE_SVA,
		.reason = PAGE - 1,
	};
	struct ioasid_reason reason = { .size = sizeof(reason) - 1 };
	int system_fd = system_open(O_RDWR);

	ASSERT_EQ(0, cgroup_limit(self->leaf, 0));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	EXPECT_EQ(-EDQUOT, fd_ioctl(system_fd, IOASID_ALLOC, &alloc));
	alloc.reason = (__u64)&reason;
	EXPECT_EQ(-EDQUOT, fd_ioctl(system_fd, IOASID_ALLOC, &alloc));
	EXPECT_EQ(IOASID_REASON_NONE, reason.code);
}

/* Namespaces change what things are called, not who pays. */
static int fill_limit(int socket, void *arg)
{
	const __u64 *leaf = arg;
	struct ioasid_reason reason;
	int space = space_alloc(NULL);

	if (space < 0 || cgroup_of(space) != *leaf)
		return 2;
	if (cgroup_of_next() != *leaf)
		return 3;
	if (alloc_with_reason(IOASID_TYPE_IOVA, &reason) != -EDQUOT)
		return 4;
	return reason.code != IOASID_REASON_LIMIT || reason.value != *leaf;
}

struct flight {
	const char *cgroup;
	int flags;
};

static int flee(int socket, void *arg)
{
	const struct flight *flight = arg;
	__u64 leaf = cgroup_id(flight->cgroup);
	struct child child;

	if (cgroup_enter(flight->cgroup, 0) || unshare(flight->flags))
		return 100;
	if (child_start(&child, fill_limit, &leaf))
		return 101;
	return child_wait(&child);
}

TEST_F(limit, holds_in_namespaces)
{
	const int all = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS |
			CLONE_NEWCGROUP;
	const int flags[] = { CLONE_NEWCGROUP, CLONE_NEWPID, CLONE_NEWUSER,
			      all };
	struct flight flight = { .cgroup = self->leaf };
	struct child child;
	int i;

	ASSERT_EQ(0, cgroup_limit(self->leaf, 1));
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		flight.flags = flags[i];
		ASSERT_EQ(0, child_start(&child, flee, &flight));
		EXPECT_EQ(0, child_wait(&child));
		EXPECT_EQ(0, cgroup_usage(self->leaf));
	}
}

TEST_F(limit, many_cycles_return_to_zero)
{
	int space = 0, i;

	ASSERT_EQ(0, cgroup_limit(self->top, 1));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	for (i = 0; i < MANY_CYCLES && space >= 0; i++) {
		space = i & 1 ? space_alloc(NULL) : space_alloc_iova(NULL);
		close(space);
	}
	EXPECT_LE(0, space) {
		TH_LOG("cycle %d", i);
	}
	EXPECT_EQ(0, cgroup_usage(self->leaf));
}

/* What racing threads have at one moment, by their own count. */
struct race {
	const char *cgroup;
	atomic_int held;
	atomic_int granted;
	atomic_int refused;
};

static bool take_and_close(void *arg)
{
	struct race *race = arg;
	int space = space_alloc_iova(NULL);
	bool right;

	if (space < 0) {
		atomic_fetch_add(&race->refused, 1);
		return space == -EDQUOT;
	}
	right = atomic_fetch_add(&race->held, 1) < RACE_LIMIT;
	atomic_fetch_add(&race->granted, 1);
	atomic_fetch_sub(&race->held, 1);
	close(space);
	return right;
}

static bool usage_is_within(void *arg)
{
	const struct race *race = arg;
	int usage = cgroup_usage(race->cgroup);

	return usage >= 0 && usage <= RACE_LIMIT;
}

TEST_F(limit, holds_against_racing_threads)
{
	struct race race = { .cgroup = self->top };
	struct repeater racer[RACERS], watcher;
	int i;

	ASSERT_EQ(0, cgroup_limit(self->top, RACE_LIMIT));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	ASSERT_EQ(0, repeater_start(&watcher, usage_is_within, &race));
	for (i = 0; i < RACERS; i++)
		ASSERT_EQ(0, repeater_start(&racer[i], take_and_close, &race));
	let_run(RACE_MS);
	for (i = 0; i < RACERS; i++)
		EXPECT_TRUE(repeater_stop(&racer[i]));
	EXPECT_TRUE(repeater_stop(&watcher));
	EXPECT_LT(0, race.granted);
	EXPECT_LT(0, race.refused);
	EXPECT_EQ(0, cgroup_usage(self->leaf));
	EXPECT_EQ(0, cgroup_usage(self->top));
}

static bool alloc_and_close(void *arg)
{
	int space = space_alloc_iova(NULL);

	close(space);
	return space >= 0;
}

/* All threads come along, to a cgroup that is gone when they are back. */
static bool go_and_return(void *arg)
{
	const char *home = arg;
	char away[128];

	snprintf(away, sizeof(away), "%s-away", home);
	return !cgroup_create(away) && !cgroup_enter(away, 0) &&
	       !cgroup_enter(home, 0) && !cgroup_remove(away);
}

TEST_F(limit, is_given_back_to_cgroups_that_go)
{
	struct repeater traveller, racer[RACERS];
	int i;

	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	ASSERT_EQ(0, repeater_start(&traveller, go_and_return, self->leaf));
	for (i = 0; i < RACERS; i++)
		ASSERT_EQ(0, repeater_start(&racer[i], alloc_and_close, NULL));
	let_run(RACE_MS);
	for (i = 0; i < RACERS; i++)
		EXPECT_TRUE(repeater_stop(&racer[i]));
	EXPECT_TRUE(repeater_stop(&traveller));
	EXPECT_EQ(0, cgroup_usage(self->leaf));
	EXPECT_EQ(0, cgroup_usage(self->mid));
}

/* Until it is killed, wherever it is then. */
static int cycle_forever(int socket, void *arg)
{
	const struct order *order = arg;
	int space;

	if (cgroup_enter(order->cgroup, 0))
		return 1;
	do {
		space = space_alloc(NULL);
		close(space);
	} while (space >= 0 && !send_byte(socket, 'c'));
	return 2;
}

TEST_F(limit, nothing_is_left_of_the_killed)
{
	struct order order = { .cgroup = self->leaf };
	struct child child;
	int i, cycles;

	ASSERT_EQ(0, cgroup_limit(self->leaf, 1));
	for (i = 0; i < KILLS; i++) {
		ASSERT_EQ(0, child_start(&child, cycle_forever, &order));
		for (cycles = 0; cycles <= i; cycles++)
			ASSERT_EQ('c', receive_byte(child.socket));
		ASSERT_EQ(128 + SIGKILL, child_kill(&child));
		ASSERT_EQ(0, cgroup_usage(self->leaf));
	}
}

/* The new program: says that it is there, and waits to be told to go. */
static int exec_and_wait(int socket)
{
	send_byte(socket, 'e');
	receive_byte(socket);
	return 0;
}

/* For tests in shell: takes so many spaces, and keeps them until EOF. */
static int take_spaces(int nr)
{
	int taken, space = 0;

	for (taken = 0; taken < nr; taken++) {
		space = space_alloc(NULL);
		if (space < 0)
			break;
	}
	printf("%d spaces, %s\n", taken, strerrorname_np(-space) ?: "enough");
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], TAKE_SPACES))
		return take_spaces(atoi(argv[2]));
	if (argc == 3 && !strcmp(argv[1], EXEC_AND_WAIT))
		return exec_and_wait(atoi(argv[2]));
	return test_harness_run(argc, argv);
}
