// SPDX-License-Identifier: GPL-2.0-only
/*
 * The spaces that a queue may use.
 *
 * A space is in the list from before it is attached until after it is detached,
 * so that who kills the queue finds, or waits for, all of them. Attaching and
 * detaching sleep and call back, so they happen outside the lock of the queue;
 * the state of the space says who is about to do it.
 */
#include <linux/err.h>
#include <linux/ioasid.h>
#include <linux/ioasid_sim.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "queue.h"

static void space_revoked(struct ioasid_attachment *attachment, void *data)
{
	struct sim_space *space = data;
	struct sim_queue *queue = space->queue;

	spin_lock(&queue->lock);
	space->revoked = true;
	spin_unlock(&queue->lock);
	wake_up_poll(&queue->events.wait, EPOLLPRI);
}

static const struct ioasid_attach_ops attach_ops = {
	.revoke = space_revoked,
};

static int add_space(struct sim_queue *queue, struct sim_space *space)
{
	int rc = 0;

	spin_lock(&queue->lock);
	if (queue->dead)
		rc = -ENODEV;
	else
		list_add(&space->node, &queue->spaces);
	spin_unlock(&queue->lock);
	return rc;
}

/* Frees the space, or leaves it to the last of its jobs. */
static void remove_space(struct sim_space *space)
{
	struct sim_queue *queue = space->queue;
	bool unused;

	spin_lock(&queue->lock);
	list_del_init(&space->node);
	unused = !space->jobs;
	spin_unlock(&queue->lock);
	wake_up_all(&queue->events.wait);
	if (unused)
		kfree(space);
}

static int attach_space(struct sim_space *space, int fd, bool no_fault,
			u64 cookie)
{
	struct ioasid_attach_args args = {
		.fd = fd,
		.flags = IOASID_ATTACH_FAULT_IN_PLACE,
		.cookie = cookie,
		.ops = &attach_ops,
		.data = space,
	};

	if (no_fault)
		args.flags |= IOASID_ATTACH_NO_FAULT;
	space->attachment = ioasid_attach(space->queue->dev, &args);
	return PTR_ERR_OR_ZERO(space->attachment);
}

/* Gives the space its PASID, unless the queue has it already. */
static int name_space(struct sim_space *space, u32 pasid)
{
	struct sim_queue *queue = space->queue;
	unsigned int others = 0;
	struct sim_space *other;
	int rc = 0;

	spin_lock(&queue->lock);
	list_for_each_entry(other, &queue->spaces, node) {
		if (other->context.pasid == pasid)
			rc = -EEXIST;
		if (other->context.pasid)
			others++;
	}
	if (!rc && others >= IOASID_SIM_MAX_SPACES)
		rc = -EMFILE;
	if (!rc)
		space->context.pasid = pasid;
	spin_unlock(&queue->lock);
	return rc;
}

/**
 * sim_space_attach() - Attach the space behind an fd
 * @queue: the queue
 * @fd: an IOASID fd of the caller
 * @no_fault: attach also if the device has no page requests
 * @cookie: for page requests
 *
 * The space cannot be used until sim_space_publish(); sim_space_detach() undoes
 * it before that.
 *
 * Return: the space, or an error pointer.
 */
struct sim_space *sim_space_attach(struct sim_queue *queue, int fd,
				   bool no_fault, u64 cookie)
{
	struct sim_space *space;
	int rc;

	space = kzalloc(sizeof(*space), GFP_KERNEL_ACCOUNT);
	if (!space)
		return ERR_PTR(-ENOMEM);
	space->queue = queue;
	space->state = SIM_SPACE_ATTACHING;
	rc = add_space(queue, space);
	if (rc) {
		kfree(space);
		return ERR_PTR(rc);
	}
	rc = attach_space(space, fd, no_fault, cookie);
	if (rc) {
		remove_space(space);
		return ERR_PTR(rc);
	}
	rc = name_space(space, ioasid_attachment_pasid(space->attachment));
	if (rc) {
		sim_space_detach(space);
		return ERR_PTR(rc);
	}
	return space;
}

/* Lets descriptors use the space, and others detach it. */
void sim_space_publish(struct sim_space *space)
{
	struct sim_queue *queue = space->queue;
	bool dead;

	spin_lock(&queue->lock);
	dead = queue->dead;
	if (!dead)
		space->state = SIM_SPACE_ATTACHED;
	spin_unlock(&queue->lock);
	if (dead)
		sim_space_detach(space);
}

/**
 * sim_space_detach() - Let go of a space
 * @space: one that the caller attaches or detaches
 *
 * Jobs that are left fail, also if another queue of the device goes on to use
 * the space, and nobody answers a page request.
 */
void sim_space_detach(struct sim_space *space)
{
	WRITE_ONCE(space->context.stopped, true);
	sim_dma_cancel(&space->queue->engine.dma, &space->context);
	ioasid_detach(space->attachment);
	remove_space(space);
}

/**
 * sim_space_find() - Find the space that a descriptor is for
 * @queue: the queue
 * @pasid: the PASID; 0 finds the space if there is only one
 *
 * Return: the space, or NULL.
 */
struct sim_space *sim_space_find(struct sim_queue *queue, u32 pasid)
{
	struct sim_space *space, *found = NULL;

	lockdep_assert_held(&queue->lock);
	list_for_each_entry(space, &queue->spaces, node) {
		if (space->state != SIM_SPACE_ATTACHED)
			continue;
		if (pasid && space->context.pasid != pasid)
			continue;
		if (found)
			return NULL;
		found = space;
	}
	return found;
}

/* Called with the lock of the queue held. */
void sim_space_job_done(struct sim_space *space)
{
	lockdep_assert_held(&space->queue->lock);
	space->jobs--;
	if (!space->jobs && list_empty(&space->node))
		kfree(space);
}

static bool jobs_are_done(struct sim_space *space)
{
	struct sim_queue *queue = space->queue;
	bool done;

	spin_lock(&queue->lock);
	done = queue->dead || !space->jobs;
	spin_unlock(&queue->lock);
	return done;
}

static struct sim_space *begin_detach(struct sim_queue *queue, u32 pasid)
{
	struct sim_space *space;

	spin_lock(&queue->lock);
	space = pasid ? sim_space_find(queue, pasid) : NULL;
	if (space)
		space->state = SIM_SPACE_DETACHING;
	spin_unlock(&queue->lock);
	return space;
}

/* False when the queue is dead: then it is for us to go on. */
static bool cancel_detach(struct sim_space *space)
{
	struct sim_queue *queue = space->queue;
	bool dead;

	spin_lock(&queue->lock);
	dead = queue->dead;
	if (!dead)
		space->state = SIM_SPACE_ATTACHED;
	spin_unlock(&queue->lock);
	return !dead;
}

/**
 * sim_space_detach_idle() - Let go of a space when its jobs are done
 * @queue: the queue
 * @pasid: the PASID of the space
 *
 * Return: 0, -ENOENT when there is no such space, or -ERESTARTSYS for a signal
 * that does not kill.
 */
int sim_space_detach_idle(struct sim_queue *queue, u32 pasid)
{
	struct sim_space *space = begin_detach(queue, pasid);
	int rc;

	if (!space)
		return -ENOENT;
	rc = wait_event_interruptible(queue->events.wait, jobs_are_done(space));
	if (rc && !fatal_signal_pending(current) && cancel_detach(space))
		return rc;
	sim_space_detach(space);
	return 0;
}

static struct sim_space *take_any(struct sim_queue *queue)
{
	struct sim_space *space, *found = NULL;

	spin_lock(&queue->lock);
	list_for_each_entry(space, &queue->spaces, node) {
		if (space->state == SIM_SPACE_ATTACHED) {
			space->state = SIM_SPACE_DETACHING;
			found = space;
			break;
		}
	}
	spin_unlock(&queue->lock);
	return found;
}

/* Of a dead queue. Does not wait for spaces that others attach or detach. */
void sim_spaces_detach_all(struct sim_queue *queue)
{
	struct sim_space *space;

	for (space = take_any(queue); space; space = take_any(queue))
		sim_space_detach(space);
}

bool sim_spaces_revoked(struct sim_queue *queue)
{
	struct sim_space *space;

	lockdep_assert_held(&queue->lock);
	list_for_each_entry(space, &queue->spaces, node)
		if (space->revoked)
			return true;
	return false;
}
