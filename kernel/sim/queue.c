// SPDX-License-Identifier: GPL-2.0-only
/*
 * A queue: takes descriptors and has its engine work on them, one at a time.
 *
 * The engine belongs to whoever has set queue->running. A submitter that finds
 * it free takes it, and runs a small job at once; everything else is left to a
 * work item. The engine passes from hand to hand, and is free again when
 * nothing is pending:
 *
 *  - a submitter whose job is not done within its budget, or that finds more
 *    pending, passes it to the work item;
 *  - who has a job that must wait for a page passes it to the answer, which
 *    passes it to the work item. No thread sleeps meanwhile, so nobody's memory
 *    holds up a queue of anybody else.
 *
 * A job that is not done stays at the head of the pending ones.
 */
#include <linux/err.h>
#include <linux/ioasid_sim.h>
#include <linux/limits.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../race.h"
#include "desc.h"
#include "queue.h"

/* How many bytes a submitter moves itself. */
#define INLINE_BYTES	SZ_64K

static struct workqueue_struct *queue_workqueue;

static struct sim_job *next_job(struct sim_queue *queue)
{
	struct sim_job *job;

	spin_lock(&queue->lock);
	job = list_first_entry_or_null(&queue->pending, struct sim_job, node);
	if (job)
		list_del(&job->node);
	else
		queue->running = false;
	spin_unlock(&queue->lock);
	return job;
}

static void retire(struct sim_queue *queue, struct sim_job *job)
{
	spin_lock(&queue->lock);
	sim_space_job_done(job->space);
	list_add(&job->node, &queue->idle);
	spin_unlock(&queue->lock);
	wake_up_poll(&queue->events.wait, EPOLLOUT | EPOLLWRNORM);
}

/* Puts back a job that is not done, and sees to it that it goes on. */
static void suspend(struct sim_queue *queue, struct sim_job *job)
{
	spin_lock(&queue->lock);
	list_add(&job->node, &queue->pending);
	spin_unlock(&queue->lock);
	race_window();
	if (!sim_request_wait(&queue->engine.dma.request))
		queue_work(queue_workqueue, &queue->work);
}

static void request_answered(struct sim_request *request)
{
	struct sim_queue *queue = container_of(request, struct sim_queue,
					       engine.dma.request);

	queue_work(queue_workqueue, &queue->work);
}

/* False when the job is not done, and the engine has passed to another. */
static bool run_job(struct sim_queue *queue, struct sim_job *job, u64 budget)
{
	if (sim_engine_run(&queue->engine, job, budget) == -EAGAIN) {
		suspend(queue, job);
		return false;
	}
	retire(queue, job);
	return true;
}

static void queue_work_fn(struct work_struct *work)
{
	struct sim_queue *queue = container_of(work, struct sim_queue, work);
	struct sim_job *job;

	for (job = next_job(queue); job; job = next_job(queue))
		if (!run_job(queue, job, U64_MAX))
			return;
	wake_up_all(&queue->events.wait);
}

/* The submitter leaves the engine. */
static void pass_on(struct sim_queue *queue)
{
	bool more;

	spin_lock(&queue->lock);
	more = !list_empty(&queue->pending);
	queue->running = more;
	spin_unlock(&queue->lock);
	if (more)
		queue_work(queue_workqueue, &queue->work);
	else
		wake_up_all(&queue->events.wait);
}

/* Starts a job: here if the engine is free and it is small. */
static void start_job(struct sim_queue *queue, struct sim_job *job)
{
	bool small = job->task.hw.xfer_size <= INLINE_BYTES;
	bool busy;

	spin_lock(&queue->lock);
	busy = queue->running;
	queue->running = true;
	if (busy || !small)
		list_add_tail(&job->node, &queue->pending);
	spin_unlock(&queue->lock);
	if (busy)
		return;
	if (!small)
		queue_work(queue_workqueue, &queue->work);
	else if (run_job(queue, job, INLINE_BYTES))
		pass_on(queue);
}

static struct sim_job *try_claim(struct sim_queue *queue, u32 pasid)
{
	struct sim_space *space;
	struct sim_job *job;

	lockdep_assert_held(&queue->lock);
	if (queue->dead)
		return ERR_PTR(-ENODEV);
	space = sim_space_find(queue, pasid);
	if (!space)
		return ERR_PTR(-EACCES);
	job = list_first_entry_or_null(&queue->idle, struct sim_job, node);
	if (!job)
		return ERR_PTR(-EAGAIN);
	list_del(&job->node);
	job->space = space;
	space->jobs++;
	return job;
}

static bool has_room(struct sim_queue *queue)
{
	bool room;

	spin_lock(&queue->lock);
	room = queue->dead || !list_empty(&queue->idle);
	spin_unlock(&queue->lock);
	return room;
}

/* Claims a place in the queue for a space. */
static struct sim_job *claim(struct sim_queue *queue, u32 pasid, bool nonblock)
{
	struct sim_job *job;
	int rc;

	for (;;) {
		spin_lock(&queue->lock);
		job = try_claim(queue, pasid);
		spin_unlock(&queue->lock);
		if (job != ERR_PTR(-EAGAIN) || nonblock)
			return job;
		rc = wait_event_interruptible(queue->events.wait,
					      has_room(queue));
		if (rc)
			return ERR_PTR(rc);
	}
}

/**
 * sim_queue_submit_one() - Submit a descriptor
 * @queue: the queue
 * @hw: the descriptor
 * @nonblock: do not wait for room
 *
 * Return: 0, or why it was not accepted.
 */
int sim_queue_submit_one(struct sim_queue *queue, const struct dsa_hw_desc *hw,
			 bool nonblock)
{
	struct sim_job *job;

	if (sim_desc_record_misaligned(hw))
		return -EINVAL;
	job = claim(queue, hw->pasid, nonblock);
	if (IS_ERR(job))
		return PTR_ERR(job);
	sim_job_init(job, hw, &job->space->context);
	race_window();
	start_job(queue, job);
	return 0;
}

static int submit_user(struct sim_queue *queue, const char __user *buf,
		       bool nonblock)
{
	struct dsa_hw_desc hw;

	if (copy_from_user(&hw, buf, sizeof(hw)))
		return -EFAULT;
	return sim_queue_submit_one(queue, &hw, nonblock);
}

/**
 * sim_queue_submit() - Submit descriptors
 * @queue: the queue
 * @buf: the descriptors
 * @count: how many bytes
 * @nonblock: do not wait for room
 *
 * Return: how many bytes were accepted, or why the first descriptor was not.
 */
ssize_t sim_queue_submit(struct sim_queue *queue, const char __user *buf,
			 size_t count, bool nonblock)
{
	size_t done = 0;
	int rc = 0;

	if (!count || count % sizeof(struct dsa_hw_desc))
		return -EINVAL;
	while (done < count) {
		rc = submit_user(queue, buf + done, nonblock);
		if (rc)
			break;
		done += sizeof(struct dsa_hw_desc);
		if (signal_pending(current))
			break;
	}
	return done ?: rc;
}

__poll_t sim_queue_poll(struct sim_queue *queue)
{
	__poll_t mask = sim_events_poll(&queue->events);

	spin_lock(&queue->lock);
	if (queue->dead)
		mask |= EPOLLHUP | EPOLLERR;
	if (!list_empty(&queue->idle))
		mask |= EPOLLOUT | EPOLLWRNORM;
	if (sim_spaces_revoked(queue))
		mask |= EPOLLPRI;
	spin_unlock(&queue->lock);
	return mask;
}

static int init_jobs(struct sim_queue *queue)
{
	unsigned int i;

	queue->jobs = kvcalloc(IOASID_SIM_QUEUE_DEPTH, sizeof(*queue->jobs),
			       GFP_KERNEL_ACCOUNT);
	if (!queue->jobs)
		return -ENOMEM;
	for (i = 0; i < IOASID_SIM_QUEUE_DEPTH; i++)
		list_add_tail(&queue->jobs[i].node, &queue->idle);
	return 0;
}

/**
 * sim_queue_create() - Create a queue
 * @dev: the device of the accelerator
 *
 * Return: the queue, or NULL when there is no memory.
 */
struct sim_queue *sim_queue_create(struct device *dev)
{
	struct sim_queue *queue;

	queue = kzalloc(sizeof(*queue), GFP_KERNEL_ACCOUNT);
	if (!queue)
		return NULL;
	queue->dev = dev;
	spin_lock_init(&queue->lock);
	INIT_LIST_HEAD(&queue->spaces);
	INIT_LIST_HEAD(&queue->idle);
	INIT_LIST_HEAD(&queue->pending);
	INIT_WORK(&queue->work, queue_work_fn);
	sim_events_init(&queue->events);
	queue->engine.events = &queue->events;
	queue->engine.dead = &queue->dead;
	if (init_jobs(queue))
		goto free_queue;
	if (sim_dma_init(&queue->engine.dma, dev, request_answered))
		goto free_jobs;
	return queue;

free_jobs:
	kvfree(queue->jobs);
free_queue:
	kfree(queue);
	return NULL;
}

static bool is_quiet(struct sim_queue *queue)
{
	bool quiet;

	spin_lock(&queue->lock);
	quiet = !queue->running && list_empty(&queue->spaces);
	spin_unlock(&queue->lock);
	return quiet;
}

/**
 * sim_queue_kill() - End everything that a queue does
 * @queue: the queue
 *
 * Detaching cuts translations and withdraws page requests, so whatever is under
 * way ends at once. When this returns, the queue has let go of the device, and
 * its operations fail with -ENODEV. Can be called again, also at once.
 */
void sim_queue_kill(struct sim_queue *queue)
{
	spin_lock(&queue->lock);
	WRITE_ONCE(queue->dead, true);
	spin_unlock(&queue->lock);
	wake_up_all(&queue->events.wait);
	sim_spaces_detach_all(queue);
	wait_event(queue->events.wait, is_quiet(queue));
	flush_work(&queue->work);
}

/* The queue has been killed, and nobody can find it any more. */
void sim_queue_destroy(struct sim_queue *queue)
{
	sim_dma_destroy(&queue->engine.dma);
	kvfree(queue->jobs);
	kfree(queue);
}

int sim_queue_init_work(void)
{
	queue_workqueue = alloc_workqueue("ioasid_sim", WQ_UNBOUND, 0);
	return queue_workqueue ? 0 : -ENOMEM;
}

void sim_queue_exit_work(void)
{
	destroy_workqueue(queue_workqueue);
}
