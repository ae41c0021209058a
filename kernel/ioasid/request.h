/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_REQUEST_H
#define IOASID_REQUEST_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct ioasid_bond;
struct ioasid_domain;
struct ioasid_fault_queue;
struct iopf_group;

/**
 * struct ioasid_wanted - A page that a device asks for
 * @iova: its address
 * @flags: IOASID_READ, IOASID_WRITE: what for
 */
struct ioasid_wanted {
	u64 iova;
	u32 flags;
};

/**
 * enum ioasid_request_state - Where a request is in a fault queue
 * @IOASID_REQUEST_OUTSIDE: not in one
 * @IOASID_REQUEST_UNREAD: nobody has read it
 * @IOASID_REQUEST_TAKEN: somebody is reading it
 * @IOASID_REQUEST_READ: user space knows it, and has to answer
 */
enum ioasid_request_state {
	IOASID_REQUEST_OUTSIDE,
	IOASID_REQUEST_UNREAD,
	IOASID_REQUEST_TAKEN,
	IOASID_REQUEST_READ,
};

/**
 * struct ioasid_request - A group of page requests that waits for an answer
 * @refs: keeps this structure: one until it is answered, one for a worker, and
 *	one for each thread that found it in a fault queue
 * @work: for the worker
 * @node: in bond->requests until it is answered; bond->lock
 * @group: what to answer, NULL once that is done; bond->lock
 * @bond: where it came from; referenced
 * @domain: what to fill; referenced
 * @queue: the fault queue that it has been put into, or NULL; bond->lock
 * @queue_node: in queue->unread while it is unread; the queue's lock
 * @state: where it is in the queue; the queue's lock
 * @id: its number there
 * @nr_pages: how many pages are wanted
 * @pages: which. A copy, since @group may be gone at any moment
 */
struct ioasid_request {
	refcount_t refs;
	struct work_struct work;
	struct list_head node;
	struct iopf_group *group;
	struct ioasid_bond *bond;
	struct ioasid_domain *domain;
	struct ioasid_fault_queue *queue;
	struct list_head queue_node;
	enum ioasid_request_state state;
	u32 id;
	size_t nr_pages;
	struct ioasid_wanted pages[] __counted_by(nr_pages);
};

/* request.c */
void ioasid_request_get(struct ioasid_request *request);
void ioasid_request_put(struct ioasid_request *request);
int ioasid_request_serve(struct ioasid_request *request, bool in_place);
int ioasid_request_answer(struct ioasid_request *request, int rc);

#endif
