/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_IOVA_QUEUE_H
#define IOASID_IOVA_QUEUE_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/xarray.h>

struct ioasid_request;
struct iov_iter;

/**
 * struct ioasid_fault_queue - Page requests that wait for user space
 * @requests: they, by number. Its lock protects all that follows, and is inside
 *	bond->lock; nothing sleeps under it
 * @last_id: where to go on with numbers, also when the fault fd is a new one
 * @unread: those that nobody has read, oldest first
 * @nr_unread: how many they are, with those that are being read
 * @nr_read: how many were read and not yet answered
 * @depth: how many there may be at all
 * @has_file: there is a fault fd, or what it left behind
 * @is_open: requests can be added
 * @wait: for whoever reads or polls
 */
struct ioasid_fault_queue {
	struct xarray requests;
	u32 last_id;
	struct list_head unread;
	unsigned int nr_unread;
	unsigned int nr_read;
	unsigned int depth;
	bool has_file;
	bool is_open;
	wait_queue_head_t wait;
};

void ioasid_fault_queue_init(struct ioasid_fault_queue *queue);
int ioasid_fault_queue_open(struct ioasid_fault_queue *queue,
			    unsigned int depth);
void ioasid_fault_queue_close(struct ioasid_fault_queue *queue);

/* For request.c; bond->lock is held */
bool ioasid_fault_queue_add(struct ioasid_fault_queue *queue,
			    struct ioasid_request *request);
void ioasid_fault_queue_remove(struct ioasid_request *request);

/* For the fault fd, and what is said through it */
struct ioasid_request *
ioasid_fault_queue_next(struct ioasid_fault_queue *queue);
bool ioasid_fault_queue_take(struct ioasid_fault_queue *queue,
			     struct ioasid_request *request);
void ioasid_fault_queue_settle(struct ioasid_fault_queue *queue,
			       struct ioasid_request *request, bool is_read);
int ioasid_fault_queue_answer(struct ioasid_fault_queue *queue, u32 id, int rc);

/* record.c */
ssize_t ioasid_fault_read(struct ioasid_fault_queue *queue,
			  struct iov_iter *to);
ssize_t ioasid_fault_write(struct ioasid_fault_queue *queue,
			   struct iov_iter *from);

#endif
