/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_QUEUE_H
#define IOASID_SIM_QUEUE_H

#include <linux/list.h>
#include <linux/poll.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "engine.h"
#include "events.h"

struct device;
struct ioasid_attachment;
struct ioasid_space;

/**
 * enum sim_source - Whose space a queue is let into
 * @SIM_SOURCE_FD: whatever an fd of the caller stands for
 * @SIM_SOURCE_SELF: the memory of the caller
 * @SIM_SOURCE_KERNEL: a space of the kernel
 */
enum sim_source {
	SIM_SOURCE_FD,
	SIM_SOURCE_SELF,
	SIM_SOURCE_KERNEL,
};

/**
 * struct sim_attach - A space that a queue shall be let into
 * @source: whose it is
 * @fd: for SIM_SOURCE_FD
 * @space: for SIM_SOURCE_KERNEL
 * @no_fault: attach also if the device has no page requests
 * @cookie: for page requests
 * @reason: where the caller wants to read why it failed
 */
struct sim_attach {
	enum sim_source source;
	int fd;
	struct ioasid_space *space;
	bool no_fault;
	u64 cookie;
	u64 reason;
};

enum sim_space_state {
	SIM_SPACE_ATTACHING,
	SIM_SPACE_ATTACHED,
	SIM_SPACE_DETACHING,
};

/**
 * struct sim_space - A space that a queue may use
 * @node: in queue->spaces, until it is detached
 * @queue: the queue
 * @attachment: from the core, for who attaches or detaches it
 * @source: whose it is
 * @context: its PASID, for the engine; 0 as long as it is not known
 * @state: enum sim_space_state. Descriptors are accepted only while it is
 *	ATTACHED, and who changes it from that is who detaches it
 * @revoked: its owner has taken it back
 * @jobs: jobs that were accepted for it and are not done
 *
 * What changes is protected by queue->lock. A space is freed when it is not in
 * the list and has no jobs.
 */
struct sim_space {
	struct list_head node;
	struct sim_queue *queue;
	struct ioasid_attachment *attachment;
	enum sim_source source;
	struct sim_context context;
	enum sim_space_state state;
	bool revoked;
	unsigned int jobs;
};

/**
 * struct sim_queue - A work queue of an accelerator: one open file
 * @node: for the accelerator
 * @dev: the device that is attached to spaces; not to be used when @dead
 * @lock: protects the lists, what is in them, and @running; innermost but for
 *	that of @events
 * @dead: the queue is being killed. Set under @lock, never cleared
 * @running: somebody uses @engine, or will: the submitter of a job, @work, or
 *	the answer to a page request, which queues @work. As long as @pending is
 *	not empty it is set
 * @spaces: spaces, in any state
 * @idle: jobs that can be submitted
 * @pending: jobs that wait for the engine
 * @jobs: all jobs
 * @engine: works on jobs; used by who has set @running
 * @work: runs the engine when submitters do not
 * @events: what the user is told, and where everybody waits
 */
struct sim_queue {
	struct list_head node;
	struct device *dev;
	spinlock_t lock;
	bool dead;
	bool running;
	struct list_head spaces;
	struct list_head idle;
	struct list_head pending;
	struct sim_job *jobs;
	struct sim_engine engine;
	struct work_struct work;
	struct sim_events events;
};

/* queue.c */
struct sim_queue *sim_queue_create(struct device *dev);
void sim_queue_kill(struct sim_queue *queue);
void sim_queue_destroy(struct sim_queue *queue);
int sim_queue_submit_one(struct sim_queue *queue, const struct dsa_hw_desc *hw,
			 bool nonblock);
ssize_t sim_queue_submit(struct sim_queue *queue, const char __user *buf,
			 size_t count, bool nonblock);
__poll_t sim_queue_poll(struct sim_queue *queue);
int sim_queue_init_work(void);
void sim_queue_exit_work(void);

/* spaces.c */
struct sim_space *sim_space_find(struct sim_queue *queue, u32 pasid);
struct sim_space *sim_space_attach(struct sim_queue *queue,
				   const struct sim_attach *attach);
void sim_space_publish(struct sim_space *space);
void sim_space_detach(struct sim_space *space);
int sim_space_detach_idle(struct sim_queue *queue, u32 pasid);
void sim_space_job_done(struct sim_space *space);
void sim_spaces_detach_all(struct sim_queue *queue);
bool sim_spaces_revoked(struct sim_queue *queue);

#endif
