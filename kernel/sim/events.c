// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of a queue: completion interrupts, counted, and the software error
 * register, which holds the first error and counts the others.
 *
 * poll() on the queue reports both, and all that happens to the queue wakes the
 * same wait queue.
 */
#include <linux/poll.h>

#include "events.h"

void sim_events_init(struct sim_events *events)
{
	init_waitqueue_head(&events->wait);
	spin_lock_init(&events->lock);
}

void sim_events_interrupt(struct sim_events *events)
{
	spin_lock(&events->lock);
	events->interrupts++;
	spin_unlock(&events->lock);
	wake_up_poll(&events->wait, EPOLLIN | EPOLLRDNORM);
}

void sim_events_error(struct sim_events *events,
		      const struct ioasid_sim_error *error)
{
	u64 earlier;

	spin_lock(&events->lock);
	earlier = events->error.out_count;
	if (!earlier)
		events->error = *error;
	events->error.out_count = earlier + 1;
	spin_unlock(&events->lock);
	wake_up_poll(&events->wait, EPOLLERR);
}

u64 sim_events_take_interrupts(struct sim_events *events)
{
	u64 interrupts;

	spin_lock(&events->lock);
	interrupts = events->interrupts;
	events->interrupts = 0;
	spin_unlock(&events->lock);
	return interrupts;
}

/* Undoes sim_events_take_interrupts(). */
void sim_events_return_interrupts(struct sim_events *events, u64 interrupts)
{
	spin_lock(&events->lock);
	events->interrupts += interrupts;
	spin_unlock(&events->lock);
	wake_up_poll(&events->wait, EPOLLIN | EPOLLRDNORM);
}

struct ioasid_sim_error sim_events_take_error(struct sim_events *events)
{
	struct ioasid_sim_error error;

	spin_lock(&events->lock);
	error = events->error;
	events->error = (struct ioasid_sim_error){};
	spin_unlock(&events->lock);
	return error;
}

/**
 * sim_events_return_error() - Undo sim_events_take_error()
 * @events: where it was taken from
 * @error: what was taken
 */
void sim_events_return_error(struct sim_events *events,
			     const struct ioasid_sim_error *error)
{
	u64 later;

	if (!error->out_count)
		return;
	spin_lock(&events->lock);
	later = events->error.out_count;
	events->error = *error;
	events->error.out_count += later;
	spin_unlock(&events->lock);
	wake_up_poll(&events->wait, EPOLLERR);
}

__poll_t sim_events_poll(struct sim_events *events)
{
	__poll_t mask = 0;

	spin_lock(&events->lock);
	if (events->interrupts)
		mask |= EPOLLIN | EPOLLRDNORM;
	if (events->error.out_count)
		mask |= EPOLLERR;
	spin_unlock(&events->lock);
	return mask;
}
