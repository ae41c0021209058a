// SPDX-License-Identifier: GPL-2.0-only
/*
 * Going through all spaces by their PASIDs: who sees which, what is said of
 * them, and that they may come and go meanwhile.
 *
 * Others may have spaces too, and the kernel has some. So tests ask for those
 * that they know, and look at the rest only for order.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "repeater.h"
#include "uapi.h"

#define NOBODY		65534
#define SPACES		20
#define RACE_MS		2000
#define PASID_END	0x100000u
/* What a program knows that was built with the first version of the header. */
#define FIRST_SIZE	offsetof(struct ioasid_status, out_pinned)

/* By number; what a walk has found there. */
struct map {
	__u64 id[PASID_END];
	unsigned int nr;
};

static struct map *map_new(void)
{
	return anon_map(sizeof(struct map));
}

/* Goes through all. Returns 0, or what was wrong. */
static int walk(int system_fd, struct map *map)
{
	struct ioasid_status status;
	__u32 pasid = 0;
	int found;

	madvise(map, sizeof(*map), MADV_DONTNEED);
	while ((found = system_next(system_fd, pasid, &status)) >= 0) {
		if ((__u32)found < pasid || status.out_pasid != (__u32)found ||
		    status.size != sizeof(status) || status.out_rights)
			return -EPROTO;
		map->id[found] = status.out_id;
		map->nr++;
		pasid = found + 1;
	}
	return found == -ENOENT ? 0 : found;
}

FIXTURE(walk)
{
	int system_fd;
	int space;
	__u32 pasid;
	__u64 id;
	struct map *map;
};

static __u64 id_of(int space)
{
	struct ioasid_status status;

	return space_status(space, &status) ? 0 : status.out_id;
}

FIXTURE_SETUP(walk)
{
	self->system_fd = system_open(O_RDONLY);
	ASSERT_LE(0, self->system_fd);
	self->space = space_alloc(&self->pasid);
	ASSERT_LE(0, self->space);
	self->id = id_of(self->space);
	self->map = map_new();
	ASSERT_NE(NULL, self->map);
}

FIXTURE_TEARDOWN(walk)
{
	close(self->space);
	close(self->system_fd);
}

TEST_F(walk, says_what_the_fd_says)
{
	struct ioasid_status by_fd, by_pasid;
	int queue = queue_open(0, O_RDWR);

	ASSERT_LE(0, queue);
	ASSERT_EQ(0, queue_attach(queue, self->space, NULL));
	ASSERT_EQ(0, space_status(self->space, &by_fd));
	EXPECT_EQ(self->pasid,
		  system_next(self->system_fd, self->pasid, &by_pasid));
	EXPECT_EQ(IOASID_RIGHT_ALL, by_fd.out_rights);
	EXPECT_EQ(0, by_pasid.out_rights);
	by_fd.out_rights = 0;
	EXPECT_EQ(0, memcmp(&by_fd, &by_pasid, sizeof(by_fd)));
	EXPECT_EQ(IOASID_STATE_ACTIVE, by_pasid.out_state);
	EXPECT_EQ(getpid(), by_pasid.out_pid);
	EXPECT_EQ(getuid(), by_pasid.out_uid);
	EXPECT_EQ(1, by_pasid.out_fds);
	close(queue);
}

TEST_F(walk, sees_all_and_each_once)
{
	struct ioasid_info info;
	__u32 pasid[SPACES];
	int space[SPACES], i;

	for (i = 0; i < SPACES; i++) {
		space[i] = i % 2 ? space_alloc(&pasid[i]) :
				   space_alloc_iova(&pasid[i]);
		ASSERT_LE(0, space[i]);
	}
	ASSERT_EQ(0, walk(self->system_fd, self->map));
	for (i = 0; i < SPACES; i++) {
		EXPECT_EQ(id_of(space[i]), self->map->id[pasid[i]]);
		close(space[i]);
	}
	EXPECT_EQ(self->id, self->map->id[self->pasid]);
	ASSERT_EQ(0, system_info(self->system_fd, &info));
	EXPECT_EQ(self->map->nr, info.out_spaces + SPACES);
}

TEST_F(walk, begins_where_it_is_told)
{
	struct ioasid_status status;
	int found;

	EXPECT_EQ(self->pasid,
		  system_next(self->system_fd, self->pasid, &status));
	EXPECT_EQ(self->id, status.out_id);
	found = system_next(self->system_fd, self->pasid + 1, &status);
	EXPECT_TRUE(found == -ENOENT || found > (int)self->pasid);
	found = system_next(self->system_fd, 0, &status);
	EXPECT_LT(0, found);
	EXPECT_GE(self->pasid, found);
}

TEST_F(walk, ends)
{
	static const __u32 ends[] = {
		PASID_END, PASID_END + 1, 0x7fffffff, 0x80000000, -2, -1,
	};
	struct ioasid_next next = { .size = sizeof(next), .out_pasid = 77 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		next.pasid = ends[i];
		EXPECT_EQ(-ENOENT,
			  fd_ioctl(self->system_fd, IOASID_NEXT, &next));
		EXPECT_EQ(77, next.out_pasid);
	}
}

TEST_F(walk, freed_space_is_there_until_it_is_closed)
{
	struct ioasid_status status;

	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->space));
	EXPECT_EQ(self->pasid,
		  system_next(self->system_fd, self->pasid, &status));
	EXPECT_EQ(IOASID_STATE_FREE, status.out_state);
	EXPECT_EQ(0, system_list(self->system_fd, self->pasid, NULL, 0));
	close(self->space);
	self->space = -1;
	ASSERT_EQ(0, walk(self->system_fd, self->map));
	EXPECT_EQ(0, self->map->id[self->pasid]);
	EXPECT_EQ(-ENOENT, system_list(self->system_fd, self->pasid, NULL, 0));
}

/* Nobody has an fd of it any more; a driver holds it still. */
TEST_F(walk, parked_space)
{
	struct ioasid_attachment_entry entry;
	struct ioasid_status status;
	int queue = queue_open(1, O_RDWR);

	ASSERT_LE(0, queue);
	ASSERT_EQ(0, queue_attach(queue, self->space, NULL));
	close(self->space);
	self->space = -1;
	ASSERT_EQ(self->pasid,
		  system_next(self->system_fd, self->pasid, &status));
	EXPECT_EQ(self->id, status.out_id);
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, status.out_state);
	EXPECT_EQ(0, status.out_fds);
	EXPECT_EQ(1, status.out_attachments);
	ASSERT_EQ(1, system_list(self->system_fd, self->pasid, &entry, 1));
	EXPECT_EQ(IOASID_ATTACHMENT_CUT | attachment_flags(), entry.flags);
	EXPECT_EQ(getpid(), entry.pid);
	EXPECT_STREQ("ioasid_sim_accel.1", entry.device);
	close(queue);
	ASSERT_EQ(0, walk(self->system_fd, self->map));
	EXPECT_EQ(0, self->map->id[self->pasid]);
}

TEST_F(walk, attachments_by_number)
{
	struct ioasid_attachment_entry by_fd[3], by_pasid[3];
	int queue[2] = { queue_open(0, O_RDWR), queue_open(1, O_RDWR) };
	int i;

	EXPECT_EQ(0, system_list(self->system_fd, self->pasid, by_pasid, 3));
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, queue_attach(queue[i], self->space, NULL));
	ASSERT_EQ(2, space_list(self->space, 0, by_fd, 3));
	ASSERT_EQ(2, system_list(self->system_fd, self->pasid, by_pasid, 3));
	EXPECT_EQ(0, memcmp(by_fd, by_pasid, 2 * sizeof(*by_fd)));
	EXPECT_EQ(1, system_list(self->system_fd, self->pasid, by_pasid, 1));
	EXPECT_EQ(-ENOENT, system_list(self->system_fd, 0, by_pasid, 3));
	EXPECT_EQ(-ENOENT, system_list(self->system_fd, -1, by_pasid, 3));
	for (i = 0; i < 2; i++)
		close(queue[i]);
}

/* What a process sees that may not see all. */
struct view {
	struct map *map;
	int system_fd;
	int queue;
	__u32 foreign;
};

static bool sees_just(struct view *view, __u32 pasid)
{
	return !walk(view->system_fd, view->map) && view->map->nr == 1 &&
	       view->map->id[pasid];
}

/* With what it has: one space, later parked, and then none. */
static int look_around(struct view *view, int socket)
{
	struct ioasid_attachment_entry entry;
	__u32 pasid;
	int space;

	if (walk(view->system_fd, view->map) || view->map->nr)
		return 1;
	space = space_alloc(&pasid);
	if (space < 0 || !sees_just(view, pasid))
		return 2;
	if (send_byte(socket, 's') || receive_byte(socket) < 0)
		return 3;
	if (queue_attach(view->queue, space, NULL) ||
	    system_list(view->system_fd, pasid, &entry, 1) != 1)
		return 4;
	if (system_list(view->system_fd, view->foreign, &entry, 1) != -ENOENT)
		return 5;
	close(space);
	if (!sees_just(view, pasid) ||
	    system_list(view->system_fd, pasid, &entry, 1) != 1)
		return 6;
	if (queue_detach(view->queue, pasid) ||
	    walk(view->system_fd, view->map) || view->map->nr)
		return 7;
	return 0;
}

static int look_as_nobody(int socket, void *arg)
{
	if (setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return 8;
	return look_around(arg, socket);
}

/* A user namespace has an administrator of its own, who is none here. */
static int look_from_namespace(int socket, void *arg)
{
	if (setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY) || unshare(CLONE_NEWUSER))
		return 8;
	return look_around(arg, socket);
}

FIXTURE(view)
{
	struct view view;
	int space;
};

FIXTURE_VARIANT(view)
{
	int (*look)(int socket, void *arg);
};

FIXTURE_VARIANT_ADD(view, nobody)
{
	.look = look_as_nobody,
};

FIXTURE_VARIANT_ADD(view, namespace)
{
	.look = look_from_namespace,
};

FIXTURE_SETUP(view)
{
	self->view.map = map_new();
	ASSERT_NE(NULL, self->view.map);
	self->view.system_fd = system_open(O_RDONLY);
	ASSERT_LE(0, self->view.system_fd);
	self->view.queue = queue_open(0, O_RDWR);
	ASSERT_LE(0, self->view.queue);
	self->space = space_alloc(&self->view.foreign);
	ASSERT_LE(0, self->space);
}

FIXTURE_TEARDOWN(view)
{
	close(self->space);
	close(self->view.queue);
	close(self->view.system_fd);
}

/* Root sees what the other has, and the other has eyes for nothing else. */
TEST_F(view, own_only)
{
	struct ioasid_status status;
	struct child child;
	bool found = false;
	__u32 pasid = 0;
	int next;

	ASSERT_EQ(0, child_start(&child, variant->look, &self->view));
	EXPECT_EQ('s', receive_byte(child.socket));
	while ((next = system_next(self->view.system_fd, pasid, &status)) > 0) {
		pasid = next + 1;
		if (status.out_uid == NOBODY &&
		    status.out_pid == (__u32)child.pid)
			found = true;
	}
	EXPECT_TRUE(found);
	send_byte(child.socket, 'g');
	EXPECT_EQ(0, child_wait(&child));
}

static int drop_capability(unsigned int capability)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &head, data))
		return -errno;
	data[capability / 32].effective &= ~(1u << capability % 32);
	return syscall(SYS_capset, &head, data) ? -errno : 0;
}

static int hold_as_nobody(int socket, void *arg)
{
	__u32 *pasid = arg;

	if (setresuid(NOBODY, NOBODY, NOBODY) || space_alloc(pasid) < 0)
		return 1;
	return send_byte(socket, 's') || receive_byte(socket) < 0;
}

/* It is the capability that counts, not to be root. */
TEST_F(walk, without_capability)
{
	__u32 *pasid = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct child child;

	ASSERT_NE(MAP_FAILED, pasid);
	ASSERT_EQ(0, child_start(&child, hold_as_nobody, pasid));
	ASSERT_EQ('s', receive_byte(child.socket));
	ASSERT_EQ(0, walk(self->system_fd, self->map));
	EXPECT_NE(0, self->map->id[*pasid]);
	ASSERT_EQ(0, drop_capability(CAP_SYS_ADMIN));
	ASSERT_EQ(0, walk(self->system_fd, self->map));
	EXPECT_EQ(0, self->map->id[*pasid]);
	EXPECT_EQ(self->id, self->map->id[self->pasid]);
	EXPECT_EQ(-ENOENT, system_list(self->system_fd, *pasid, NULL, 0));
	ASSERT_EQ(0, send_byte(child.socket, 'e'));
	EXPECT_EQ(0, child_wait(&child));
}

static int next_with(int system_fd, __u32 pasid, void *status)
{
	struct ioasid_next next = {
		.size = sizeof(next),
		.pasid = pasid,
		.status = address_of(status),
		.out_pasid = 77,
	};
	int rc = fd_ioctl(system_fd, IOASID_NEXT, &next);

	return rc && next.out_pasid != 77 ? -EPROTO : rc;
}

TEST_F(walk, status_of_every_size)
{
	const __u32 most = 2 * sizeof(struct ioasid_status);
	char *end = end_of_memory();
	__u32 size;
	char *at;

	ASSERT_NE(NULL, end);
	for (size = sizeof(size); size <= most; size++) {
		at = end - size;
		memset(at, 0, size);
		memcpy(at, &size, sizeof(size));
		EXPECT_EQ(size < FIRST_SIZE ? -EINVAL : 0,
			  next_with(self->system_fd, self->pasid, at)) {
			TH_LOG("size %u", size);
		}
	}
}

TEST_F(walk, status_that_asks_for_something)
{
	struct ioasid_status status = { .size = sizeof(status), .flags = 1 };

	EXPECT_EQ(-EOPNOTSUPP,
		  next_with(self->system_fd, self->pasid, &status));
	status.flags = 0;
	status.__reserved = 1;
	EXPECT_EQ(-EOPNOTSUPP,
		  next_with(self->system_fd, self->pasid, &status));
}

TEST_F(walk, status_of_old_header)
{
	char *end = end_of_memory();
	struct ioasid_status *status = (void *)(end - FIRST_SIZE);

	ASSERT_NE(NULL, end);
	status->size = FIRST_SIZE;
	EXPECT_EQ(0, next_with(self->system_fd, self->pasid, status));
	EXPECT_EQ(FIRST_SIZE, status->size);
	EXPECT_EQ(self->id, status->out_id);
	status->size = FIRST_SIZE - 1;
	EXPECT_EQ(-EINVAL, next_with(self->system_fd, self->pasid, status));
	status->size = 0;
	EXPECT_EQ(-EINVAL, next_with(self->system_fd, self->pasid, status));
}

TEST_F(walk, status_of_newer_header)
{
	struct {
		struct ioasid_status status;
		char tail[37];
	} newer;
	unsigned int at;

	for (at = 0; at < sizeof(newer.tail); at++) {
		memset(&newer, 0, sizeof(newer));
		newer.status.size = offsetof(typeof(newer), tail) +
				    sizeof(newer.tail);
		EXPECT_EQ(0, next_with(self->system_fd, self->pasid, &newer));
		EXPECT_EQ(self->id, newer.status.out_id);
		EXPECT_TRUE(bytes_are(newer.tail, sizeof(newer.tail), 0));
		newer.tail[at] = 1;
		EXPECT_EQ(-E2BIG,
			  next_with(self->system_fd, self->pasid, &newer));
	}
}

TEST_F(walk, status_that_cannot_be_accessed)
{
	char *end = end_of_memory();
	struct ioasid_status *status = (void *)(end - PAGE);

	ASSERT_NE(NULL, end);
	EXPECT_EQ(-EFAULT, next_with(self->system_fd, self->pasid, NULL));
	EXPECT_EQ(-EFAULT, next_with(self->system_fd, self->pasid, end));
	EXPECT_EQ(-EFAULT, next_with(self->system_fd, self->pasid,
				     (void *)-PAGE));
	*(__u32 *)(end - 8) = sizeof(*status);
	EXPECT_EQ(-EFAULT, next_with(self->system_fd, self->pasid, end - 8));
	status->size = sizeof(*status);
	ASSERT_EQ(0, mprotect(status, PAGE, PROT_READ));
	EXPECT_EQ(-EFAULT, next_with(self->system_fd, self->pasid, status));
	/* Whether there is a space comes first. */
	EXPECT_EQ(-ENOENT, next_with(self->system_fd, PASID_END, NULL));
}

/* Spaces that come and go between those that stay. */
static bool come_and_go(void *arg)
{
	int queue = *(int *)arg, space[4], i;
	__u32 pasid;
	bool right = true;

	for (i = 0; i < 4; i++) {
		space[i] = space_alloc(&pasid);
		right &= space[i] >= 0;
	}
	/* The last is parked for a moment. */
	right &= !queue_attach(queue, space[3], NULL);
	for (i = 0; i < 4; i++)
		close(space[i]);
	return right && !queue_detach(queue, pasid);
}

struct steady {
	int system_fd;
	__u32 pasid[SPACES];
	__u64 id[SPACES];
	struct map *map;
};

/* Those that stay are there each time. */
static bool walk_and_look(void *arg)
{
	struct steady *steady = arg;
	int i;

	if (walk(steady->system_fd, steady->map))
		return false;
	for (i = 0; i < SPACES; i++)
		if (steady->map->id[steady->pasid[i]] != steady->id[i])
			return false;
	return true;
}

/* Asks for each number, whatever it is at the moment. */
static bool list_everything(void *arg)
{
	struct steady *steady = arg;
	struct ioasid_attachment_entry entry;
	struct ioasid_status status;
	int pasid = 0, rc;

	while ((pasid = system_next(steady->system_fd, pasid, &status)) > 0) {
		rc = system_list(steady->system_fd, pasid++, &entry, 1);
		if (rc < 0 && rc != -ENOENT)
			return false;
	}
	return pasid == -ENOENT;
}

TEST_F(walk, while_spaces_come_and_go)
{
	struct repeater coming[2], walking, listing;
	struct steady steady = {
		.system_fd = self->system_fd,
		.map = self->map,
	};
	int space[SPACES], gap[SPACES], queue[2], i;

	for (i = 0; i < SPACES; i++) {
		space[i] = space_alloc(&steady.pasid[i]);
		gap[i] = space_alloc(NULL);
		steady.id[i] = id_of(space[i]);
	}
	for (i = 0; i < SPACES; i++)
		close(gap[i]);
	for (i = 0; i < 2; i++) {
		queue[i] = queue_open(i, O_RDWR);
		ASSERT_EQ(0, repeater_start(&coming[i], come_and_go,
					    &queue[i]));
	}
	ASSERT_EQ(0, repeater_start(&walking, walk_and_look, &steady));
	ASSERT_EQ(0, repeater_start(&listing, list_everything, &steady));
	let_run(RACE_MS);
	EXPECT_TRUE(repeater_stop(&walking));
	EXPECT_TRUE(repeater_stop(&listing));
	for (i = 0; i < 2; i++) {
		EXPECT_TRUE(repeater_stop(&coming[i]));
		close(queue[i]);
	}
	for (i = 0; i < SPACES; i++)
		close(space[i]);
}

TEST_HARNESS_MAIN
