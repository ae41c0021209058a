// SPDX-License-Identifier: GPL-2.0-only
/* Operations of the system fd. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../cgroup.h"
#include "nth.h"

static __s64 open_system(struct env *env)
{
	return system_open(O_RDWR);
}

const struct op op_system_open = {
	.run = open_system,
	.undo = undo_close,
	.says = SAYS_BOTH,
};

static __s64 get_info(struct env *env)
{
	struct ioasid_info info;

	return system_info(env->system, &info);
}

const struct op op_system_get_info = {
	.run = get_info,
	.says = SAYS_EFAULT,
};

static __s64 alloc(struct env *env, __u32 type)
{
	struct ioasid_reason reason = { .size = sizeof(reason) };
	struct ioasid_alloc alloc = {
		.size = sizeof(alloc),
		.type = type,
		.reason = address_of(&reason),
	};
	int rc = fd_ioctl(env->system, IOASID_ALLOC, &alloc);

	return rc ? rc : alloc.out_fd;
}

static __s64 alloc_sva(struct env *env)
{
	return alloc(env, IOASID_TYPE_SVA);
}

static __s64 alloc_iova(struct env *env)
{
	return alloc(env, IOASID_TYPE_IOVA);
}

const struct op op_system_alloc_sva = {
	.run = alloc_sva,
	.undo = undo_close,
	.says = SAYS_BOTH,
};

const struct op op_system_alloc_iova = {
	.run = alloc_iova,
	.undo = undo_close,
	.says = SAYS_BOTH,
};

/* The numbers of its files stay taken. */
static int close_sva(struct env *env)
{
	if (dup3(env->system, env->sva.queue, O_CLOEXEC) < 0 ||
	    dup3(env->system, env->sva.space, O_CLOEXEC) < 0)
		return -errno;
	return 0;
}

static void open_sva(struct env *env, __s64 fd)
{
	struct dma again;

	close(fd);
	dma_open(&again, FIRST);
	dup3(again.queue, env->sva.queue, O_CLOEXEC);
	dup3(again.space, env->sva.space, O_CLOEXEC);
	dma_close(&again);
	env->sva.pasid = again.pasid;
}

/* The first one of a process has the kernel follow its memory. */
const struct op op_system_alloc_first_sva = {
	.before = close_sva,
	.run = alloc_sva,
	.undo = open_sva,
	.says = SAYS_BOTH,
};

static int limit(struct env *env)
{
	return cgroup_limit(CGROUP, cgroup_usage(CGROUP));
}

static void unlimit(struct env *env, __s64 result)
{
	cgroup_limit(CGROUP, CGROUP_NO_LIMIT);
}

const struct op op_system_alloc_above_limit = {
	.before = limit,
	.run = alloc_iova,
	.undo = unlimit,
	.expected = -EDQUOT,
	.says = SAYS_BOTH,
};

static __s64 next(struct env *env)
{
	struct ioasid_status status;

	return system_next(env->system, 0, &status);
}

const struct op op_system_next = {
	.run = next,
	.says = SAYS_EFAULT,
};

static __s64 attachments(struct env *env)
{
	struct ioasid_attachment_entry entry;

	return system_list(env->system, env->sva.pasid, &entry, 1);
}

const struct op op_system_attachments = {
	.run = attachments,
	.says = SAYS_BOTH,
};
