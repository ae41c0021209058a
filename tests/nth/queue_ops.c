// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations of a queue of an accelerator. A small job is done before write()
 * returns, so what it allocates, for page requests and what they bring, is
 * among what fails. The job may then end with a page fault, but end it must,
 * and what it says that it has done must be so.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "nth.h"

#define NR_JOBS		3
#define PIECE		(2 * PAGE)
#define VALUE		0x5a

static __s64 open_spare(struct env *env)
{
	return queue_open(SPARE, O_RDWR);
}

const struct op op_sim_open = {
	.run = open_spare,
	.undo = undo_close,
	.says = SAYS_BOTH,
};

static int open_and_attach(struct env *env)
{
	int rc;

	env->queue = queue_open(SPARE, O_RDWR);
	if (env->queue < 0)
		return env->queue;
	rc = queue_attach(env->queue, env->empty, NULL);
	return rc ? rc : queue_attach(env->queue, env->sva.space, NULL);
}

static __s64 close_queue(struct env *env)
{
	return result_of(close(env->queue));
}

const struct op op_sim_release = {
	.before = open_and_attach,
	.run = close_queue,
};

static char *piece(struct env *env, unsigned int index)
{
	return env->fresh + index * PIECE;
}

static int make_fills(struct env *env)
{
	unsigned int i;

	memset(env->jobs, 0, sizeof(env->jobs));
	for (i = 0; i < NR_JOBS; i++)
		job_memfill(&env->jobs[i], env->sva.pasid, piece(env, i),
			    VALUE * 0x0101010101010101ull, PIECE);
	return 0;
}

static bool is_page_fault(const struct job *job)
{
	int status = job->record.status & ~DSA_COMP_STATUS_WRITE;

	return status == DSA_COMP_PAGE_FAULT_IR &&
	       job->record.bytes_completed < PIECE;
}

static bool is_filled(struct env *env, unsigned int index)
{
	struct job *job = &env->jobs[index];

	if (job_wait(job) != DSA_COMP_SUCCESS)
		return is_page_fault(job);
	return bytes_are(piece(env, index), PIECE, VALUE);
}

static __s64 write_one(struct env *env)
{
	return job_submit(env->sva.queue, env->jobs);
}

static bool is_one_filled(struct env *env, __s64 result)
{
	return is_filled(env, 0);
}

const struct op op_sim_write = {
	.before = make_fills,
	.run = write_one,
	.is_right = is_one_filled,
	.undo = undo_fresh,
	.says = SAYS_EFAULT,
};

/* Those that are not taken at first are written again. */
static __s64 write_many(struct env *env)
{
	struct dsa_hw_desc list[NR_JOBS];
	size_t i, done = 0;
	ssize_t count;

	for (i = 0; i < NR_JOBS; i++)
		list[i] = env->jobs[i].desc;
	while (done < sizeof(list)) {
		count = write(env->sva.queue, (char *)list + done,
			      sizeof(list) - done);
		if (count < 0)
			return -errno;
		done += count;
	}
	return done;
}

static bool are_filled(struct env *env, __s64 result)
{
	return is_filled(env, 0) && is_filled(env, 1) && is_filled(env, 2);
}

const struct op op_sim_write_many = {
	.before = make_fills,
	.run = write_many,
	.is_right = are_filled,
	.undo = undo_fresh,
	.says = SAYS_EFAULT,
};

static int make_batch(struct env *env)
{
	memset(env->jobs, 0, sizeof(env->jobs));
	job_stream(env->jobs, env->sva.pasid, env->list, NR_JOBS, env->fresh,
		   VALUE, PIECE);
	return 0;
}

static bool is_batch_done(struct env *env, __s64 result)
{
	switch (job_wait(env->jobs)) {
	case DSA_COMP_SUCCESS:
		return bytes_are(env->fresh, PIECE, VALUE);
	case DSA_COMP_BATCH_FAIL:
	case DSA_COMP_BATCH_PAGE_FAULT:
		return true;
	default:
		return false;
	}
}

const struct op op_sim_write_batch = {
	.before = make_batch,
	.run = write_one,
	.is_right = is_batch_done,
	.undo = undo_fresh,
	.says = SAYS_EFAULT,
};

static int serve(struct env *env)
{
	env->fd = fault_open(env->iova.space, 0);
	return env->fd < 0 ? env->fd : 0;
}

static __s64 ask(struct env *env)
{
	return iova_start_fill(&env->iova, 0, NOWHERE, VALUE, 8);
}

/* It waits for whoever has the fault fd, or has failed. */
static void stop_serving(struct env *env, __s64 result)
{
	close(env->fd);
	iova_wait(&env->iova, env->iova.jobs);
}

const struct op op_sim_write_for_fault_fd = {
	.before = serve,
	.run = ask,
	.undo = stop_serving,
	.says = SAYS_EFAULT,
	.varies = true,
};

static int interrupt(struct env *env)
{
	job_init(env->jobs, env->sva.pasid, DSA_OPCODE_NOOP);
	env->jobs->desc.flags |= IDXD_OP_FLAG_RCI;
	return job_run(env->sva.queue, env->jobs) == DSA_COMP_SUCCESS ?
	       0 : -EIO;
}

static __s64 read_interrupts(struct env *env)
{
	__u64 count;
	ssize_t rc = result_of(read(env->sva.queue, &count, sizeof(count)));

	return rc < 0 ? rc : count;
}

static bool is_one(struct env *env, __s64 result)
{
	return result == 1;
}

const struct op op_sim_read = {
	.before = interrupt,
	.run = read_interrupts,
	.is_right = is_one,
	.says = SAYS_EFAULT,
};

static __s64 poll_queue(struct env *env)
{
	return fd_events(env->sva.queue, POLLIN | POLLOUT, 0);
}

static bool is_writable(struct env *env, __s64 result)
{
	return result == POLLOUT;
}

const struct op op_sim_poll = {
	.run = poll_queue,
	.is_right = is_writable,
	.says = SAYS_EFAULT,
};

/* There is no memory where the completion record should go. */
static int make_error(struct env *env)
{
	void *nothing = end_of_memory();
	int rc;

	job_init(env->jobs, env->sva.pasid, DSA_OPCODE_NOOP);
	env->jobs->desc.completion_addr = address_of(nothing);
	rc = job_submit(env->sva.queue, env->jobs);
	munmap(nothing - PAGE, PAGE);
	return rc;
}

static __s64 get_error(struct env *env)
{
	struct ioasid_sim_error error;
	int rc = queue_error(env->sva.queue, &error);

	return rc ? rc : (__s64)error.out_count;
}

const struct op op_sim_get_error = {
	.before = make_error,
	.run = get_error,
	.is_right = is_one,
	.says = SAYS_EFAULT,
};
