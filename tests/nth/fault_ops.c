// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations of a fault fd, with page requests of two accelerators: each wants
 * to fill a page where nothing is mapped.
 */
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "nth.h"

#define NR_ASKERS	2
#define DEPTH		4

static __s64 open_fault(struct env *env)
{
	return fault_open(env->empty, DEPTH);
}

const struct op op_fd_fault_open = {
	.run = open_fault,
	.undo = undo_close,
	.says = SAYS_BOTH,
};

static int open_and_ask(struct env *env)
{
	int rc;

	env->fd = fault_open(env->iova.space, DEPTH);
	if (env->fd < 0)
		return env->fd;
	rc = iova_start_fill(&env->iova, 0, NOWHERE, 1, 8);
	return rc ? rc : iova_start_fill(&env->other, 0, NOWHERE, 1, 8);
}

static void wait_for_askers(struct env *env, __s64 result)
{
	iova_wait(&env->iova, env->iova.jobs);
	iova_wait(&env->other, env->other.jobs);
}

/* What nobody has answered fails. */
static void close_fault(struct env *env, __s64 result)
{
	close(env->fd);
	wait_for_askers(env, result);
}

static int read_all(struct env *env, struct ioasid_fault *faults)
{
	int rc, got = 0;

	while (got < NR_ASKERS) {
		rc = fault_read(env->fd, faults + got, NR_ASKERS - got);
		if (rc <= 0)
			return rc;
		got += rc;
	}
	return got;
}

static __s64 read_requests(struct env *env)
{
	struct ioasid_fault faults[NR_ASKERS];

	return read_all(env, faults);
}

const struct op op_fault_read_iter = {
	.before = open_and_ask,
	.run = read_requests,
	.undo = close_fault,
	.says = SAYS_EFAULT,
};

static int ask_and_read(struct env *env)
{
	struct ioasid_fault faults[NR_ASKERS];
	int rc = open_and_ask(env);

	if (rc)
		return rc;
	rc = read_all(env, faults);
	env->group = faults[0].group;
	return rc < 0 ? rc : 0;
}

static __s64 answer(struct env *env)
{
	return fault_answer(env->fd, env->group, IOASID_FAULT_FAIL);
}

const struct op op_fault_write_iter = {
	.before = ask_and_read,
	.run = answer,
	.undo = close_fault,
	.says = SAYS_EFAULT,
};

static __s64 poll_fault(struct env *env)
{
	return fd_events(env->fd, POLLIN, 0);
}

static bool is_readable(struct env *env, __s64 result)
{
	return result == POLLIN;
}

const struct op op_fault_poll = {
	.before = open_and_ask,
	.run = poll_fault,
	.is_right = is_readable,
	.undo = close_fault,
	.says = SAYS_EFAULT,
};

static int open_both(struct env *env)
{
	env->fd = fault_open(env->iova.space, DEPTH);
	return env->fd < 0 ? env->fd : open_fdinfo(env, env->fd);
}

static void close_both(struct env *env, __s64 result)
{
	close(env->file);
	close(env->fd);
}

const struct op op_fault_show_fdinfo = {
	.before = open_both,
	.run = read_file,
	.undo = close_both,
	.says = SAYS_BOTH,
};

static __s64 close_it(struct env *env)
{
	return result_of(close(env->fd));
}

const struct op op_fault_release = {
	.before = ask_and_read,
	.run = close_it,
	.undo = wait_for_askers,
};
