// SPDX-License-Identifier: GPL-2.0-only
/* Attaching to a queue of an accelerator, in all ways, and detaching. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "nth.h"

#define RESERVED	0xfee00000ull

static int open_queue(struct env *env, unsigned int accelerator)
{
	env->queue = queue_open(accelerator, O_RDWR);
	return env->queue < 0 ? env->queue : 0;
}

/* Returns the PASID. */
static __s64 attach(struct env *env, int space, __u32 flags)
{
	struct ioasid_reason reason = { .size = sizeof(reason) };
	struct ioasid_sim_attach attach = {
		.flags = flags,
		.fd = space,
		.reason = address_of(&reason),
	};
	int rc = queue_attach_as(env->queue, &attach);

	return rc ? rc : (__s64)attach.out_pasid;
}

static int open_spare(struct env *env)
{
	return open_queue(env, SPARE);
}

static void close_queue(struct env *env, __s64 result)
{
	close(env->queue);
}

static __s64 attach_sva(struct env *env)
{
	return attach(env, env->sva.space, 0);
}

static __s64 attach_iova(struct env *env)
{
	return attach(env, env->iova.space, 0);
}

/* It shares a page table with the first accelerator. */
const struct op op_sim_attach_sva = {
	.before = open_spare,
	.run = attach_sva,
	.undo = close_queue,
	.says = SAYS_BOTH,
};

const struct op op_sim_attach_iova = {
	.before = open_spare,
	.run = attach_iova,
	.undo = close_queue,
	.says = SAYS_BOTH,
};

static int open_second(struct env *env)
{
	return open_queue(env, SECOND);
}

/* It is behind another IOMMU, which needs a page table of its own. */
const struct op op_sim_attach_sva_of_other_iommu = {
	.before = open_second,
	.run = attach_sva,
	.undo = close_queue,
	.says = SAYS_BOTH,
};

/* It reaches the space already. */
const struct op op_sim_attach_iova_again = {
	.before = open_second,
	.run = attach_iova,
	.undo = close_queue,
	.says = SAYS_BOTH,
};

static int open_and_map(struct env *env)
{
	int rc = space_map_at(env->empty, PLACE, env->mem, SIZE, READ_WRITE);

	return rc ? rc : open_spare(env);
}

static __s64 attach_first(struct env *env)
{
	return attach(env, env->empty, 0);
}

static void close_and_unmap(struct env *env, __s64 result)
{
	close(env->queue);
	space_unmap_all(env->empty);
}

const struct op op_sim_attach_first_of_map = {
	.before = open_and_map,
	.run = attach_first,
	.undo = close_and_unmap,
	.says = SAYS_BOTH,
};

static __s64 attach_self(struct env *env)
{
	return attach(env, 0, IOASID_SIM_ATTACH_SELF);
}

const struct op op_sim_attach_self = {
	.before = open_spare,
	.run = attach_self,
	.undo = close_queue,
	.says = SAYS_BOTH,
};

static int open_without_prs(struct env *env)
{
	return open_queue(env, WITHOUT_PRS);
}

static __s64 attach_without_prs(struct env *env)
{
	return attach(env, env->sva.space, IOASID_SIM_ATTACH_NO_FAULT);
}

const struct op op_sim_attach_without_page_requests = {
	.before = open_without_prs,
	.run = attach_without_prs,
	.undo = close_queue,
	.says = SAYS_BOTH,
};

static int open_and_free(struct env *env)
{
	int rc;

	env->fd = space_alloc_iova(NULL);
	rc = space_free(env->fd);
	return rc < 0 ? rc : open_spare(env);
}

static __s64 attach_freed(struct env *env)
{
	return attach(env, env->fd, 0);
}

static void close_freed(struct env *env, __s64 result)
{
	close(env->queue);
	close(env->fd);
}

/* And the reason is told. */
const struct op op_sim_attach_freed = {
	.before = open_and_free,
	.run = attach_freed,
	.undo = close_freed,
	.expected = -ESTALE,
	.says = SAYS_BOTH,
};

/* Where devices put interrupts. */
static int map_reserved(struct env *env)
{
	int rc = space_map_at(env->empty, RESERVED, env->mem, PAGE, READ_WRITE);

	return rc ? rc : open_spare(env);
}

const struct op op_sim_attach_obstacle = {
	.before = map_reserved,
	.run = attach_first,
	.undo = close_and_unmap,
	.expected = -EADDRINUSE,
	.says = SAYS_BOTH,
};

static int be_attached(struct env *env, __s64 (*how)(struct env *env))
{
	int rc = open_spare(env);
	__s64 pasid;

	if (rc)
		return rc;
	pasid = how(env);
	env->pasid = pasid;
	return pasid < 0 ? pasid : 0;
}

static int be_attached_sva(struct env *env)
{
	return be_attached(env, attach_sva);
}

static int be_attached_iova(struct env *env)
{
	return be_attached(env, attach_iova);
}

static int be_attached_self(struct env *env)
{
	return be_attached(env, attach_self);
}

static __s64 detach(struct env *env)
{
	return queue_detach(env->queue, env->pasid);
}

const struct op op_sim_detach_sva = {
	.before = be_attached_sva,
	.run = detach,
	.undo = close_queue,
	.says = SAYS_EFAULT,
};

const struct op op_sim_detach_iova = {
	.before = be_attached_iova,
	.run = detach,
	.undo = close_queue,
	.says = SAYS_EFAULT,
};

const struct op op_sim_detach_self = {
	.before = be_attached_self,
	.run = detach,
	.undo = close_queue,
	.says = SAYS_EFAULT,
};
