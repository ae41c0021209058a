// SPDX-License-Identifier: GPL-2.0-only
/* Operations of an IOASID fd on the space as a whole. */
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "nth.h"

/* The first one of a space. */
#define FIRST_ATTACHMENT	1

static __s64 status(struct env *env)
{
	struct ioasid_status status;

	return space_status(env->iova.space, &status);
}

const struct op op_fd_status = {
	.run = status,
	.says = SAYS_EFAULT,
};

static __s64 share(struct env *env)
{
	return space_share(env->iova.space, IOASID_RIGHT_MAP);
}

const struct op op_fd_share = {
	.run = share,
	.undo = undo_close,
	.says = SAYS_BOTH,
};

static __s64 attachments(struct env *env)
{
	struct ioasid_attachment_entry entries[2];

	return space_list(env->iova.space, 0, entries, 2);
}

const struct op op_fd_attachments = {
	.run = attachments,
	.says = SAYS_BOTH,
};

static __s64 translate_sva(struct env *env)
{
	struct ioasid_translate translate;

	return space_translate(env->sva.space, address_of(env->mem),
			       &translate);
}

static __s64 translate_iova(struct env *env)
{
	struct ioasid_translate translate;

	return space_translate(env->iova.space, PLACE, &translate);
}

const struct op op_fd_translate_sva = {
	.run = translate_sva,
	.says = SAYS_EFAULT,
};

const struct op op_fd_translate_iova = {
	.run = translate_iova,
	.says = SAYS_EFAULT,
};

static __s64 poll_space(struct env *env)
{
	return fd_events(env->iova.space, POLLHUP, 0);
}

const struct op op_fd_poll = {
	.run = poll_space,
	.says = SAYS_EFAULT,
};

static int open_fdinfo_of_iova(struct env *env)
{
	return open_fdinfo(env, env->iova.space);
}

const struct op op_fd_show_fdinfo = {
	.before = open_fdinfo_of_iova,
	.run = read_file,
	.undo = undo_close_file,
	.says = SAYS_BOTH,
};

/* A space of its own for the operation, which an accelerator has. */
static int attach(struct env *env)
{
	env->queue = queue_open(SPARE, O_RDWR);
	if (env->queue < 0)
		return env->queue;
	return queue_attach(env->queue, env->fd, NULL);
}

static int make_sva(struct env *env)
{
	__s64 rc;

	env->fd = space_alloc(NULL);
	rc = attach(env);
	if (rc)
		return rc;
	rc = space_prefault(env->fd, env->fresh, SIZE,
			    READ_WRITE | IOASID_PREFAULT_PIN);
	return rc < 0 ? rc : 0;
}

static int make_iova(struct env *env)
{
	int rc;

	env->fd = space_alloc_iova(NULL);
	rc = space_map_at(env->fd, PLACE, env->fresh, SIZE, READ_WRITE);
	return rc ? rc : attach(env);
}

static void end_queue(struct env *env, __s64 result)
{
	close(env->queue);
	undo_fresh(env, result);
}

static void end_space(struct env *env, __s64 result)
{
	close(env->fd);
	end_queue(env, result);
}

static __s64 free_it(struct env *env)
{
	return space_free(env->fd);
}

const struct op op_fd_free_sva = {
	.before = make_sva,
	.run = free_it,
	.undo = end_space,
	.says = SAYS_EFAULT,
	.stays_done = true,
};

const struct op op_fd_free_iova = {
	.before = make_iova,
	.run = free_it,
	.undo = end_space,
	.says = SAYS_EFAULT,
	.stays_done = true,
};

static __s64 cut(struct env *env)
{
	return space_cut(env->fd, FIRST_ATTACHMENT);
}

const struct op op_fd_cut_sva = {
	.before = make_sva,
	.run = cut,
	.undo = end_space,
	.says = SAYS_EFAULT,
	.stays_done = true,
};

const struct op op_fd_cut_iova = {
	.before = make_iova,
	.run = cut,
	.undo = end_space,
	.says = SAYS_EFAULT,
	.stays_done = true,
};

static __s64 close_it(struct env *env)
{
	return result_of(close(env->fd));
}

const struct op op_fd_release_sva = {
	.before = make_sva,
	.run = close_it,
	.undo = end_queue,
};

const struct op op_fd_release_iova = {
	.before = make_iova,
	.run = close_it,
	.undo = end_queue,
};

static int make_share(struct env *env)
{
	env->fd = space_share(env->iova.space, IOASID_RIGHT_ALL);
	return env->fd < 0 ? env->fd : 0;
}

const struct op op_fd_release_share = {
	.before = make_share,
	.run = close_it,
};
