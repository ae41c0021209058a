// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault queues: page requests that wait for user space.
 *
 * Each IOVA space has one. It is open as long as there is a fault fd; at other
 * times nothing can be added, and what would have waited fails.
 *
 *	OUTSIDE --add--> UNREAD --take--> TAKEN --settle--> READ
 *	                   ^                |
 *	                   +-----settle-----+ (could not be given to the reader)
 *
 * A request leaves the queue when it is answered, from whatever state: by user
 * space, by the kernel because the page is there by now, by the last close of
 * the fault fd, or because its device is cut off. ioasid_request_answer() makes
 * sure that only one of them does. So a reader that has taken a request, and
 * may be held up by its own memory for ever, keeps the structure and nothing
 * else.
 */
#include <linux/err.h>
#include <linux/poll.h>

#include "../../race.h"
#include "../bond.h"
#include "../request.h"
#include "queue.h"

void ioasid_fault_queue_init(struct ioasid_fault_queue *queue)
{
	xa_init_flags(&queue->requests, XA_FLAGS_ALLOC1);
	INIT_LIST_HEAD(&queue->unread);
	init_waitqueue_head(&queue->wait);
}

/**
 * ioasid_fault_queue_open() - Let requests in, for a new fault fd
 * @queue: the queue
 * @depth: how many may wait
 *
 * Return: 0, or -EBUSY when there is a fault fd.
 */
int ioasid_fault_queue_open(struct ioasid_fault_queue *queue,
			    unsigned int depth)
{
	int rc = 0;

	xa_lock(&queue->requests);
	if (queue->has_file) {
		rc = -EBUSY;
	} else {
		queue->has_file = true;
		queue->is_open = true;
		queue->depth = depth;
	}
	xa_unlock(&queue->requests);
	return rc;
}

static struct ioasid_request *get_any(struct ioasid_fault_queue *queue)
{
	struct ioasid_request *request;
	unsigned long id = 0;

	xa_lock(&queue->requests);
	request = xa_find(&queue->requests, &id, ULONG_MAX, XA_PRESENT);
	if (request)
		ioasid_request_get(request);
	xa_unlock(&queue->requests);
	return request;
}

/**
 * ioasid_fault_queue_close() - Undo ioasid_fault_queue_open()
 * @queue: the queue
 *
 * Everything that waits is answered as failed.
 *
 * Context: Process context, may sleep.
 */
void ioasid_fault_queue_close(struct ioasid_fault_queue *queue)
{
	struct ioasid_request *request;

	xa_lock(&queue->requests);
	queue->is_open = false;
	xa_unlock(&queue->requests);
	while ((request = get_any(queue))) {
		ioasid_request_answer(request, -ESTALE);
		ioasid_request_put(request);
	}
	xa_lock(&queue->requests);
	queue->has_file = false;
	xa_unlock(&queue->requests);
}

/* The request has its number. */
static bool add_locked(struct ioasid_fault_queue *queue,
		       struct ioasid_request *request)
{
	lockdep_assert_held(&queue->requests.xa_lock);
	if (!queue->is_open ||
	    queue->nr_unread + queue->nr_read >= queue->depth) {
		__xa_erase(&queue->requests, request->id);
		return false;
	}
	request->queue = queue;
	request->state = IOASID_REQUEST_UNREAD;
	list_add_tail(&request->queue_node, &queue->unread);
	queue->nr_unread++;
	return true;
}

/**
 * ioasid_fault_queue_add() - Have user space answer a request
 * @queue: the queue
 * @request: the request, not answered; bond->lock is held
 *
 * Context: Process context, may sleep.
 * Return: whether user space will. If not, nobody serves the space, or too many
 * wait, or no memory is left.
 */
bool ioasid_fault_queue_add(struct ioasid_fault_queue *queue,
			    struct ioasid_request *request)
{
	bool added;

	lockdep_assert_held(&request->bond->lock);
	if (xa_alloc_cyclic(&queue->requests, &request->id, request,
			    XA_LIMIT(1, U32_MAX), &queue->last_id,
			    GFP_KERNEL) < 0)
		return false;
	race_window();
	xa_lock(&queue->requests);
	added = add_locked(queue, request);
	xa_unlock(&queue->requests);
	if (added)
		wake_up_poll(&queue->wait, EPOLLIN | EPOLLRDNORM);
	return added;
}

/**
 * ioasid_fault_queue_remove() - Take a request out that is being answered
 * @request: the request, in a queue; bond->lock is held
 */
void ioasid_fault_queue_remove(struct ioasid_request *request)
{
	struct ioasid_fault_queue *queue = request->queue;

	lockdep_assert_held(&request->bond->lock);
	xa_lock(&queue->requests);
	__xa_erase(&queue->requests, request->id);
	if (request->state == IOASID_REQUEST_READ)
		queue->nr_read--;
	else
		queue->nr_unread--;
	if (request->state == IOASID_REQUEST_UNREAD)
		list_del(&request->queue_node);
	request->state = IOASID_REQUEST_OUTSIDE;
	xa_unlock(&queue->requests);
}

static struct ioasid_request *get_oldest(struct ioasid_fault_queue *queue)
{
	struct ioasid_request *request;

	xa_lock(&queue->requests);
	request = list_first_entry_or_null(&queue->unread,
					   struct ioasid_request, queue_node);
	if (request)
		ioasid_request_get(request);
	xa_unlock(&queue->requests);
	return request;
}

/**
 * ioasid_fault_queue_next() - Find the request that should be read next
 * @queue: the queue
 *
 * Requests for what has been mapped meanwhile are answered on the way: who maps
 * more than was asked for does not have to answer the rest.
 *
 * Context: Process context, may sleep.
 * Return: the request, referenced but not taken, or NULL.
 */
struct ioasid_request *
ioasid_fault_queue_next(struct ioasid_fault_queue *queue)
{
	struct ioasid_request *request;

	while ((request = get_oldest(queue))) {
		if (ioasid_request_serve(request, true))
			break;
		if (ioasid_fault_queue_take(queue, request))
			ioasid_request_answer(request, 0);
		ioasid_request_put(request);
	}
	return request;
}

/**
 * ioasid_fault_queue_take() - Be the one who reads a request
 * @queue: the queue
 * @request: the request
 *
 * Return: whether the caller is. If so, it settles or answers the request.
 */
bool ioasid_fault_queue_take(struct ioasid_fault_queue *queue,
			     struct ioasid_request *request)
{
	bool taken;

	xa_lock(&queue->requests);
	taken = request->state == IOASID_REQUEST_UNREAD;
	if (taken) {
		list_del(&request->queue_node);
		request->state = IOASID_REQUEST_TAKEN;
	}
	xa_unlock(&queue->requests);
	return taken;
}

static void settle_locked(struct ioasid_fault_queue *queue,
			  struct ioasid_request *request, bool is_read)
{
	lockdep_assert_held(&queue->requests.xa_lock);
	if (request->state != IOASID_REQUEST_TAKEN)
		return;
	if (is_read) {
		request->state = IOASID_REQUEST_READ;
		queue->nr_unread--;
		queue->nr_read++;
	} else {
		request->state = IOASID_REQUEST_UNREAD;
		list_add(&request->queue_node, &queue->unread);
	}
}

/**
 * ioasid_fault_queue_settle() - Say what became of a request that was taken
 * @queue: the queue
 * @request: the request, maybe answered meanwhile
 * @is_read: user space has it. If not, it is the next one to be read again
 */
void ioasid_fault_queue_settle(struct ioasid_fault_queue *queue,
			       struct ioasid_request *request, bool is_read)
{
	xa_lock(&queue->requests);
	settle_locked(queue, request, is_read);
	xa_unlock(&queue->requests);
	if (!is_read)
		wake_up_poll(&queue->wait, EPOLLIN | EPOLLRDNORM);
}

static struct ioasid_request *get_read(struct ioasid_fault_queue *queue, u32 id)
{
	struct ioasid_request *request;

	xa_lock(&queue->requests);
	request = xa_load(&queue->requests, id);
	if (!request)
		request = ERR_PTR(-ENOENT);
	else if (request->state != IOASID_REQUEST_READ)
		request = ERR_PTR(-EINVAL);
	else
		ioasid_request_get(request);
	xa_unlock(&queue->requests);
	return request;
}

/**
 * ioasid_fault_queue_answer() - Answer a request that was read
 * @queue: the queue
 * @id: number of the request
 * @rc: 0, or an error that stands for failure
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOENT when there is none that waits, or -EINVAL when it was not
 * yet read.
 */
int ioasid_fault_queue_answer(struct ioasid_fault_queue *queue, u32 id, int rc)
{
	struct ioasid_request *request = get_read(queue, id);

	if (IS_ERR(request))
		return PTR_ERR(request);
	race_window();
	rc = ioasid_request_answer(request, rc);
	ioasid_request_put(request);
	return rc;
}
