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

#include "../race.h"
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

static int attach_space(struct sim_space *space,
			const struct sim_attach *attach)
{
	struct device *dev = space->queue->dev;
	struct ioasid_attach_args args = {
		.fd = attach->fd,
		.flags = IOASID_ATTACH_FAULT_IN_PLACE,
		.cookie = attach->cookie,
		.reason = attach->reason,
		.ops = &attach_ops,
		.data = space,
	};

	if (attach->no_fault)
		args.flags |= IOASID_ATTACH_NO_FAULT;
	switch (attach->source) {
	case SIM_SOURCE_FD:
		space->attachment = ioasid_attach(dev, &args);
		break;
	case SIM_SOURCE_SELF:
		space->attachment = ioasid_attach_current(dev, &args);
		break;
	case SIM_SOURCE_KERNEL:
		space->attachment = ioasid_kernel_attach(attach->space, dev,
							 &args);
		break;
	}
	return PTR_ERR_OR_ZERO(space->attachment);
}

/* The same space, or a name that would mean two. */
static bool is_taken(const struct sim_space *space, u32 pasid,
		     const struct sim_space *other)
{
	if (!other->context.pasid)
		return false;
	if (space->source == SIM_SOURCE_SELF)
		return other->source == SIM_SOURCE_SELF;
	return other->context.pasid == pasid;
}

static int check_name(const struct sim_space *space, u32 pasid)
{
	struct sim_queue *queue = space->queue;
	unsigned int others = 0;
	struct sim_space *other;

	lockdep_assert_held(&queue->lock);
	list_for_each_entry(other, &queue->spaces, node) {
		if (is_taken(space, pasid, other))
			return other->state == SIM_SPACE_ATTACHING ? -EAGAIN :
								     -EEXIST;
		if (other->context.pasid)
			others++;
	}
	return others < IOASID_SIM_MAX_SPACES ? 0 : -EMFILE;
}

/* Gives the space its PASID, unless the queue has it already or is about to. */
static int try_to_name(struct sim_space *space, u32 pasid)
{
	struct sim_queue *queue = space->queue;
	int rc;

	spin_lock(&queue->lock);
	rc = check_name(space, pasid);
	if (!rc) {
		space->context.pasid = pasid;
		if (space->source != SIM_SOURCE_SELF)
			space->context.name = pasid;
	}
	spin_unlock(&queue->lock);
	return rc;
}

static bool is_named(struct sim_space *space, u32 pasid, int *rc)
{
	*rc = try_to_name(space, pasid);
	return *rc != -EAGAIN;
}

/* Who attaches the same may yet give up; until then it is not there to use. */
static int name_space(struct sim_space *space, u32 pasid)
{
	int rc, interrupted;

	interrupted = wait_event_interruptible(space->queue->events.wait,
					       is_named(space, pasid, &rc));
	return interrupted ?: rc;
}

/**
 * sim_space_attach() - Attach a space
 * @queue: the queue
 * @attach: which space, and how
 *
 * The space cannot be used until sim_space_publish(); sim_space_detach() undoes
 * it before that.
 *
 * Return: the space, or an error pointer.
 */
struct sim_space *sim_space_attach(struct sim_queue *queue,
				   const struct sim_attach *attach)
{
	struct sim_space *space;
	int rc;

	space = kzalloc(sizeof(*space), GFP_KERNEL_ACCOUNT);
	if (!space)
		return ERR_PTR(-ENOMEM);
	space->queue = queue;
	space->source = attach->source;
	space->state = SIM_SPACE_ATTACHING;
	rc = add_space(queue, space);
	if (rc) {
		kfree(space);
		return ERR_PTR(rc);
	}
	rc = attach_space(space, attach);
	race_window();
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
	else
		wake_up_all(&queue->events.wait);
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
	race_window();
	sim_dma_cancel(&space->queue->engine.dma, &space->context);
	ioasid_detach(space->attachment);
	remove_space(space);
}

static struct sim_space *find_named(struct sim_queue *queue, u32 name)
{
	struct sim_space *space;

	lockdep_assert_held(&queue->lock);
	list_for_each_entry(space, &queue->spaces, node)
		if (space->state == SIM_SPACE_ATTACHED &&
		    space->context.name == name)
			return space;
	return NULL;
}

static struct sim_space *find_only(struct sim_queue *queue)
{
	struct sim_space *space, *only = NULL;

	lockdep_assert_held(&queue->lock);
	list_for_each_entry(space, &queue->spaces, node) {
		if (space->state != SIM_SPACE_ATTACHED)
			continue;
		if (only)
			return NULL;
		only = space;
	}
	return only;
}

/**
 * sim_space_find() - Find the space that a descriptor is for
 * @queue: the queue
 * @pasid: the PASID; 0 finds the one that is hidden, or else the only one
 *
 * Return: the space, or NULL.
 */
struct sim_space *sim_space_find(struct sim_queue *queue, u32 pasid)
{
	struct sim_space *space = find_named(queue, pasid);

	return space || pasid ? space : find_only(queue);
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
	space = find_named(queue, pasid);
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
 * @pasid: the PASID of the space, or 0 for the one that is hidden
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
