/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_EVENTS_H
#define IOASID_SIM_EVENTS_H

#include <linux/ioasid_sim.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

/**
 * struct sim_events - What a queue has to tell its user besides completions
 * @wait: everybody who waits for anything of the queue
 * @lock: protects what follows; innermost but for that of @wait
 * @interrupts: completions that asked for an interrupt and were not read
 * @error: the software error register; out_count is 0 while it is empty
 */
struct sim_events {
	wait_queue_head_t wait;
	spinlock_t lock;
	u64 interrupts;
	struct ioasid_sim_error error;
};

void sim_events_init(struct sim_events *events);
void sim_events_interrupt(struct sim_events *events);
void sim_events_error(struct sim_events *events,
		      const struct ioasid_sim_error *error);
u64 sim_events_take_interrupts(struct sim_events *events);
void sim_events_return_interrupts(struct sim_events *events, u64 interrupts);
struct ioasid_sim_error sim_events_take_error(struct sim_events *events);
void sim_events_return_error(struct sim_events *events,
			     const struct ioasid_sim_error *error);
__poll_t sim_events_poll(struct sim_events *events);

#endif
