// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which errno wins when there are several causes, ioctl by ioctl.
 *
 * The uAPI headers list the causes of each ioctl in the order in which they are
 * checked. A test here has a call that is wrong in many ways; each step mends
 * the cause that the step before has seen, down to where the answer cannot be
 * written. What all ioctls have in common is in test_abi.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cgroup.h"
#include "iova.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "uapi.h"

#define CGROUP		"/test_precedence"
#define READ_WRITE	(IOASID_READ | IOASID_WRITE)
#define TOO_FAR		(-(__u64)PAGE)
#define NO_FD		1000

FIXTURE(precedence)
{
	int system_fd;
	int sva;
	int iova;
	int queue;
	/* For structures and what they point to; nothing is behind it. */
	char *page;
};

FIXTURE_SETUP(precedence)
{
	self->system_fd = system_open(O_RDWR);
	self->sva = space_alloc(NULL);
	self->iova = space_alloc_iova(NULL);
	self->queue = queue_open(0, O_RDWR);
	self->page = anon_map(PAGE);
	ASSERT_LE(0, self->system_fd);
	ASSERT_LE(0, self->sva);
	ASSERT_LE(0, self->iova);
	ASSERT_LE(0, self->queue);
	ASSERT_NE(NULL, self->page);
}

FIXTURE_TEARDOWN(precedence)
{
	close(self->system_fd);
	close(self->sva);
	close(self->iova);
	close(self->queue);
	munmap(self->page, PAGE);
}

/* A structure in memory that can be made read-only: then only that is wrong. */
#define NEW_ARG(type)						\
	({							\
		struct type *arg_ = (void *)self->page;		\
								\
		*arg_ = (struct type){ .size = sizeof(*arg_) };	\
		arg_;						\
	})

static int call_read_only(int fd, unsigned long cmd, void *page)
{
	int rc;

	if (mprotect(page, PAGE, PROT_READ))
		return -errno;
	rc = fd_ioctl(fd, cmd, page);
	return mprotect(page, PAGE, PROT_READ | PROT_WRITE) ? -errno : rc;
}

#define ENDS_WITH_EFAULT(fd, cmd)					\
	EXPECT_EQ(-EFAULT, call_read_only((fd), (cmd), self->page))

static int limit_files(rlim_t files)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	limit.rlim_cur = files ?: limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) ? -errno : 0;
}

/* With no descriptor left. */
static int call_without_files(int fd, unsigned long cmd, void *arg)
{
	int rc = limit_files(1);

	if (rc)
		return rc;
	rc = fd_ioctl(fd, cmd, arg);
	return limit_files(0) ?: rc;
}

static int enter_cgroup(void)
{
	return cgroup_enable("") ?: cgroup_create(CGROUP) ?:
	       cgroup_limit(CGROUP, 0) ?: cgroup_enter(CGROUP, 0);
}

TEST_F(precedence, alloc)
{
	struct ioasid_alloc *arg = NEW_ARG(ioasid_alloc);
	int fd = self->system_fd;

	ASSERT_EQ(0, enter_cgroup());
	arg->type = 77;
	EXPECT_EQ(-EOPNOTSUPP, call_without_files(fd, IOASID_ALLOC, arg));
	arg->type = IOASID_TYPE_IOVA;
	EXPECT_EQ(-EDQUOT, call_without_files(fd, IOASID_ALLOC, arg));
	ASSERT_EQ(0, cgroup_limit(CGROUP, CGROUP_NO_LIMIT));
	EXPECT_EQ(-EMFILE, call_without_files(fd, IOASID_ALLOC, arg));
	ENDS_WITH_EFAULT(fd, IOASID_ALLOC);
	ASSERT_EQ(0, cgroup_enter("", 0));
	EXPECT_EQ(0, cgroup_remove(CGROUP));
}

TEST_F(precedence, next)
{
	struct ioasid_next *arg = NEW_ARG(ioasid_next);
	struct ioasid_status *status = (void *)(self->page + PAGE / 2);
	int fd = self->system_fd;

	arg->pasid = -1;
	arg->status = 8;
	EXPECT_EQ(-ENOENT, fd_ioctl(fd, IOASID_NEXT, arg));
	arg->pasid = 0;
	EXPECT_EQ(-EFAULT, fd_ioctl(fd, IOASID_NEXT, arg));
	arg->status = address_of(status);
	*status = (struct ioasid_status){ .size = 8, .flags = 1 };
	status[1].size = 1;
	EXPECT_EQ(-EINVAL, fd_ioctl(fd, IOASID_NEXT, arg));
	status->size = sizeof(*status) + 4;
	EXPECT_EQ(-E2BIG, fd_ioctl(fd, IOASID_NEXT, arg));
	status[1].size = 0;
	EXPECT_EQ(-EOPNOTSUPP, fd_ioctl(fd, IOASID_NEXT, arg));
	status->flags = 0;
	ENDS_WITH_EFAULT(fd, IOASID_NEXT);
	EXPECT_EQ(0, fd_ioctl(fd, IOASID_NEXT, arg));
}

TEST_F(precedence, attachments_by_pasid)
{
	struct ioasid_attachments *arg = NEW_ARG(ioasid_attachments);
	__u32 pasid;

	ASSERT_EQ(0, queue_attach(self->queue, self->sva, &pasid));
	arg->pasid = -1;
	arg->nr = 1;
	EXPECT_EQ(-ENOENT, fd_ioctl(self->system_fd, IOASID_ATTACHMENTS, arg));
	arg->pasid = pasid;
	EXPECT_EQ(-EFAULT, fd_ioctl(self->system_fd, IOASID_ATTACHMENTS, arg));
	arg->nr = 0;
	ENDS_WITH_EFAULT(self->system_fd, IOASID_ATTACHMENTS);
}

TEST_F(precedence, attachments)
{
	struct ioasid_attachments *arg = NEW_ARG(ioasid_attachments);

	ASSERT_EQ(0, queue_attach(self->queue, self->sva, NULL));
	arg->pasid = 1;
	arg->nr = 1;
	EXPECT_EQ(-EINVAL, fd_ioctl(self->sva, IOASID_ATTACHMENTS, arg));
	arg->pasid = 0;
	EXPECT_EQ(-EFAULT, fd_ioctl(self->sva, IOASID_ATTACHMENTS, arg));
	arg->nr = 0;
	ENDS_WITH_EFAULT(self->sva, IOASID_ATTACHMENTS);
}

TEST_F(precedence, cut)
{
	struct ioasid_cut *arg = NEW_ARG(ioasid_cut);

	ASSERT_EQ(0, queue_attach(self->queue, self->sva, NULL));
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->sva));
	arg->id = 2;
	EXPECT_EQ(-ENOENT, fd_ioctl(self->sva, IOASID_CUT, arg));
	arg->id = 1;
	EXPECT_EQ(-EALREADY,
		  call_read_only(self->sva, IOASID_CUT, self->page));
}

TEST_F(precedence, share)
{
	struct ioasid_share *arg = NEW_ARG(ioasid_share);
	int fd = space_share(self->sva, IOASID_RIGHT_MANAGE);
	int other = space_share(self->iova, IOASID_RIGHT_ALL);

	ASSERT_LE(0, fd);
	ASSERT_LE(0, other);
	ASSERT_EQ(IOASID_STATE_FREE, space_free(fd));
	arg->rights = IOASID_RIGHT_ALL + 1 + IOASID_RIGHT_MAP;
	EXPECT_EQ(-EOPNOTSUPP, fd_ioctl(fd, IOASID_SHARE, arg));
	arg->rights = IOASID_RIGHT_MAP;
	EXPECT_EQ(-EACCES, fd_ioctl(fd, IOASID_SHARE, arg));
	arg->rights = 0;
	EXPECT_EQ(-ESTALE, call_without_files(fd, IOASID_SHARE, arg));
	EXPECT_EQ(-EMFILE, call_without_files(other, IOASID_SHARE, arg));
	ENDS_WITH_EFAULT(other, IOASID_SHARE);
	close(fd);
	close(other);
}

TEST_F(precedence, map_arguments)
{
	struct ioasid_map *arg = NEW_ARG(ioasid_map);

	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->iova));
	arg->flags = READ_WRITE | IOASID_MAP_FIXED | IOASID_MAP_FILE;
	arg->fd = NO_FD;
	arg->address = TOO_FAR;
	arg->length = 2 * PAGE;
	arg->iova = 1;
	EXPECT_EQ(-EINVAL, fd_ioctl(self->iova, IOASID_MAP, arg));
	arg->iova = TOO_FAR;
	EXPECT_EQ(-EOVERFLOW, fd_ioctl(self->iova, IOASID_MAP, arg));
	arg->address = 0;
	EXPECT_EQ(-EOVERFLOW, fd_ioctl(self->iova, IOASID_MAP, arg));
	arg->iova = PLACE;
	EXPECT_EQ(-ESTALE, fd_ioctl(self->iova, IOASID_MAP, arg));
}

/* What it is mapped from, before where it is mapped. */
TEST_F(precedence, map_sources)
{
	struct ioasid_map *arg = NEW_ARG(ioasid_map);
	int empty = space_alloc_iova(NULL);
	int blind = space_share(self->sva, IOASID_RIGHT_ATTACH);
	char *mem = anon_map(PAGE);

	ASSERT_LE(0, empty);
	ASSERT_LE(0, blind);
	ASSERT_EQ(0, space_map_at(self->iova, PLACE, mem, PAGE, READ_WRITE));
	arg->flags = READ_WRITE | IOASID_MAP_FIXED | IOASID_MAP_SPACE;
	arg->length = PAGE;
	arg->iova = PLACE;
	arg->fd = NO_FD;
	EXPECT_EQ(-EBADF, fd_ioctl(self->iova, IOASID_MAP, arg));
	arg->fd = self->queue;
	EXPECT_EQ(-EBADFD, fd_ioctl(self->iova, IOASID_MAP, arg));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->sva));
	arg->fd = blind;
	EXPECT_EQ(-EACCES, fd_ioctl(self->iova, IOASID_MAP, arg));
	arg->fd = self->sva;
	EXPECT_EQ(-EMEDIUMTYPE, fd_ioctl(self->iova, IOASID_MAP, arg));
	arg->fd = empty;
	EXPECT_EQ(-EFAULT, fd_ioctl(self->iova, IOASID_MAP, arg));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(empty));
	EXPECT_EQ(-ESTALE, fd_ioctl(self->iova, IOASID_MAP, arg));
	close(empty);
	close(blind);
	munmap(mem, PAGE);
}

TEST_F(precedence, map_places)
{
	struct ioasid_map *arg = NEW_ARG(ioasid_map);
	char *mem = anon_map(PAGE);
	__u64 last = 2 * TOO_FAR;

	ASSERT_EQ(0, space_map_at(self->iova, PLACE, mem, PAGE, READ_WRITE));
	arg->flags = READ_WRITE | IOASID_MAP_FIXED;
	arg->length = PAGE;
	arg->iova = PLACE;
	EXPECT_EQ(-EFAULT, fd_ioctl(self->iova, IOASID_MAP, arg));
	arg->address = address_of(mem);
	EXPECT_EQ(-EEXIST,
		  call_read_only(self->iova, IOASID_MAP, self->page));
	ASSERT_EQ(0, queue_attach(self->queue, self->iova, NULL));
	arg->iova = last;
	EXPECT_EQ(-EADDRNOTAVAIL,
		  call_read_only(self->iova, IOASID_MAP, self->page));
	arg->iova = 2 * PLACE;
	ENDS_WITH_EFAULT(self->iova, IOASID_MAP);
	munmap(mem, PAGE);
}

/* Of an UNMAP or an UNPIN, which have the same members. */
static int call_range(int space, unsigned long cmd, __u64 start, __u64 length)
{
	struct ioasid_unmap arg = {
		.size = sizeof(arg),
		.iova = start,
		.length = length,
	};

	return fd_ioctl(space, cmd, &arg);
}

TEST_F(precedence, unmap)
{
	const unsigned long cmd = IOASID_UNMAP;
	const int fd = self->iova;

	EXPECT_EQ(-EINVAL, call_range(fd, cmd, TOO_FAR, 2 * PAGE + 1));
	EXPECT_EQ(-EOVERFLOW, call_range(fd, cmd, TOO_FAR, 2 * PAGE));
	EXPECT_EQ(-ENOENT, call_range(fd, cmd, PLACE, PAGE));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(fd));
	EXPECT_EQ(-EINVAL, call_range(fd, cmd, TOO_FAR, 2 * PAGE + 1));
	EXPECT_EQ(-EOVERFLOW, call_range(fd, cmd, TOO_FAR, 2 * PAGE));
	EXPECT_EQ(-ESTALE, call_range(fd, cmd, PLACE, PAGE));
}

TEST_F(precedence, unpin)
{
	const unsigned long cmd = IOASID_UNPIN;
	const int fd = self->sva;
	char *mem = anon_map(2 * PAGE);
	__u64 start = address_of(mem);

	ASSERT_EQ(2 * PAGE, space_prefault(fd, mem, 2 * PAGE,
					   IOASID_READ | IOASID_PREFAULT_PIN));
	EXPECT_EQ(-EINVAL, call_range(fd, cmd, TOO_FAR, 0));
	EXPECT_EQ(-EOVERFLOW, call_range(fd, cmd, TOO_FAR, 2 * PAGE));
	EXPECT_EQ(-ENOENT, call_range(fd, cmd, start + 2 * PAGE, PAGE));
	EXPECT_EQ(-EBUSY, call_range(fd, cmd, start, PAGE));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(fd));
	EXPECT_EQ(-EINVAL, call_range(fd, cmd, TOO_FAR, 0));
	EXPECT_EQ(-EOVERFLOW, call_range(fd, cmd, TOO_FAR, 2 * PAGE));
	EXPECT_EQ(-ESTALE, call_range(fd, cmd, start, PAGE));
	munmap(mem, 2 * PAGE);
}

TEST_F(precedence, maps)
{
	struct ioasid_maps *arg = NEW_ARG(ioasid_maps);
	char *mem = anon_map(PAGE);

	ASSERT_EQ(0, space_map_at(self->iova, PLACE, mem, PAGE, READ_WRITE));
	arg->nr = 1;
	EXPECT_EQ(-EFAULT, fd_ioctl(self->iova, IOASID_MAPS, arg));
	arg->nr = 0;
	ENDS_WITH_EFAULT(self->iova, IOASID_MAPS);
	arg->nr = 1;
	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->iova));
	EXPECT_EQ(-ESTALE, fd_ioctl(self->iova, IOASID_MAPS, arg));
	munmap(mem, PAGE);
}

TEST_F(precedence, iova_ranges)
{
	struct ioasid_iova_ranges *arg = NEW_ARG(ioasid_iova_ranges);
	int freed = space_alloc_iova(NULL);

	ASSERT_EQ(IOASID_STATE_FREE, space_free(freed));
	arg->nr = 1;
	EXPECT_EQ(-ESTALE, fd_ioctl(freed, IOASID_IOVA_RANGES, arg));
	EXPECT_EQ(-EFAULT, fd_ioctl(self->iova, IOASID_IOVA_RANGES, arg));
	arg->nr = 0;
	ENDS_WITH_EFAULT(self->iova, IOASID_IOVA_RANGES);
	EXPECT_EQ(-EMSGSIZE, fd_ioctl(self->iova, IOASID_IOVA_RANGES, arg));
	close(freed);
}

TEST_F(precedence, iova_keep)
{
	struct ioasid_iova_keep *arg = NEW_ARG(ioasid_iova_keep);
	struct ioasid_iova_range *range = (void *)(arg + 1);
	int freed = space_alloc_iova(NULL);

	ASSERT_EQ(0, queue_attach(self->queue, self->iova, NULL));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(freed));
	arg->nr = IOASID_IOVA_KEEP_MAX + 1;
	EXPECT_EQ(-EINVAL, fd_ioctl(freed, IOASID_IOVA_KEEP, arg));
	arg->nr = 1;
	EXPECT_EQ(-EFAULT, fd_ioctl(freed, IOASID_IOVA_KEEP, arg));
	arg->ranges = address_of(range);
	range->start = 4 * TOO_FAR + 1;
	range->last = 2 * TOO_FAR - 1;
	EXPECT_EQ(-EINVAL, fd_ioctl(freed, IOASID_IOVA_KEEP, arg));
	range->start--;
	EXPECT_EQ(-ESTALE, fd_ioctl(freed, IOASID_IOVA_KEEP, arg));
	EXPECT_EQ(-EADDRNOTAVAIL, fd_ioctl(self->iova, IOASID_IOVA_KEEP, arg));
	close(freed);
}

TEST_F(precedence, fault_open)
{
	struct ioasid_fault_open *arg = NEW_ARG(ioasid_fault_open);
	int fault_fd = fault_open(self->iova, 0);

	ASSERT_LE(0, fault_fd);
	arg->depth = IOASID_FAULT_DEPTH_MAX + 1;
	EXPECT_EQ(-EINVAL, fd_ioctl(self->iova, IOASID_FAULT_OPEN, arg));
	arg->depth = 1;
	EXPECT_EQ(-EBUSY, call_without_files(self->iova, IOASID_FAULT_OPEN,
					     arg));
	close(fault_fd);
	EXPECT_EQ(-EMFILE, call_without_files(self->iova, IOASID_FAULT_OPEN,
					      arg));
	ENDS_WITH_EFAULT(self->iova, IOASID_FAULT_OPEN);
	fault_fd = fault_open(self->iova, 0);
	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->iova));
	EXPECT_EQ(-ESTALE, fd_ioctl(self->iova, IOASID_FAULT_OPEN, arg));
	arg->depth = IOASID_FAULT_DEPTH_MAX + 1;
	EXPECT_EQ(-EINVAL, fd_ioctl(self->iova, IOASID_FAULT_OPEN, arg));
	close(fault_fd);
}

/* A space whose process is gone. */
static int give_space(int socket, void *unused)
{
	return send_fd(socket, space_alloc(NULL));
}

static int orphan_of_child(void)
{
	struct child child;
	int space;

	if (child_start(&child, give_space, NULL))
		return -ECHILD;
	space = receive_fd(child.socket);
	return child_wait(&child) ? -ECHILD : space;
}

TEST_F(precedence, prefault)
{
	struct ioasid_prefault *arg = NEW_ARG(ioasid_prefault);
	int orphan = orphan_of_child();

	ASSERT_LE(0, orphan);
	arg->flags = IOASID_READ;
	arg->iova = TOO_FAR;
	arg->length = 2 * PAGE + 1;
	EXPECT_EQ(-EINVAL, fd_ioctl(orphan, IOASID_PREFAULT, arg));
	arg->length = 2 * PAGE;
	EXPECT_EQ(-EOVERFLOW, fd_ioctl(orphan, IOASID_PREFAULT, arg));
	arg->iova = 0;
	EXPECT_EQ(-ESRCH, fd_ioctl(orphan, IOASID_PREFAULT, arg));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(orphan));
	EXPECT_EQ(-ESTALE, fd_ioctl(orphan, IOASID_PREFAULT, arg));
	arg->iova = TOO_FAR;
	EXPECT_EQ(-EOVERFLOW, fd_ioctl(orphan, IOASID_PREFAULT, arg));
	close(orphan);
}

TEST_F(precedence, translate)
{
	struct ioasid_translate *arg = NEW_ARG(ioasid_translate);
	int orphan = orphan_of_child();

	ASSERT_LE(0, orphan);
	EXPECT_EQ(-ESRCH, call_read_only(orphan, IOASID_TRANSLATE, arg));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(orphan));
	EXPECT_EQ(-ESTALE, call_read_only(orphan, IOASID_TRANSLATE, arg));
	close(orphan);
}

TEST_F(precedence, attach)
{
	struct ioasid_sim_attach *arg = NEW_ARG(ioasid_sim_attach);
	int orphan = orphan_of_child();
	int barred = space_share(orphan, IOASID_RIGHT_ALL &
					 ~IOASID_RIGHT_ATTACH);

	ASSERT_LE(0, barred);
	arg->flags = IOASID_SIM_ATTACH_SELF;
	arg->fd = NO_FD;
	EXPECT_EQ(-EINVAL, fd_ioctl(self->queue, IOASID_SIM_ATTACH, arg));
	arg->flags = 0;
	EXPECT_EQ(-EBADF, fd_ioctl(self->queue, IOASID_SIM_ATTACH, arg));
	arg->fd = self->queue;
	EXPECT_EQ(-EBADFD, fd_ioctl(self->queue, IOASID_SIM_ATTACH, arg));
	arg->fd = orphan;
	EXPECT_EQ(-ESRCH, fd_ioctl(self->queue, IOASID_SIM_ATTACH, arg));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(orphan));
	EXPECT_EQ(-ESTALE, fd_ioctl(self->queue, IOASID_SIM_ATTACH, arg));
	arg->fd = barred;
	EXPECT_EQ(-EACCES, fd_ioctl(self->queue, IOASID_SIM_ATTACH, arg));
	close(orphan);
	close(barred);
}

/* What the space or the device says, before what the queue does. */
TEST_F(precedence, attach_again)
{
	struct ioasid_sim_attach *arg = NEW_ARG(ioasid_sim_attach);

	arg->fd = self->iova;
	ASSERT_EQ(0, fd_ioctl(self->queue, IOASID_SIM_ATTACH, arg));
	EXPECT_EQ(-EEXIST, call_read_only(self->queue, IOASID_SIM_ATTACH, arg));
	ASSERT_EQ(1, space_cut(self->iova, 1));
	EXPECT_EQ(-EKEYREVOKED, fd_ioctl(self->queue, IOASID_SIM_ATTACH, arg));
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->iova));
	EXPECT_EQ(-ESTALE, fd_ioctl(self->queue, IOASID_SIM_ATTACH, arg));
}

static int fill_queue(int queue)
{
	unsigned int i;
	int space, rc;

	for (i = 0; i < IOASID_SIM_MAX_SPACES; i++) {
		space = space_alloc_iova(NULL);
		rc = queue_attach(queue, space, NULL);
		if (rc)
			return rc;
	}
	return 0;
}

TEST_F(precedence, attach_to_full_queue)
{
	struct ioasid_sim_attach *arg = NEW_ARG(ioasid_sim_attach);

	arg->fd = self->sva;
	arg->flags = attach_flags();
	ASSERT_EQ(0, fill_queue(self->queue));
	EXPECT_EQ(-EMFILE, call_read_only(self->queue, IOASID_SIM_ATTACH, arg));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->sva));
	EXPECT_EQ(-ESTALE, fd_ioctl(self->queue, IOASID_SIM_ATTACH, arg));
}

TEST_HARNESS_MAIN
