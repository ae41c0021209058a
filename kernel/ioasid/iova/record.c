// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records: what is said through a fault fd, page requests one way and answers
 * the other.
 *
 * Records are copied from the request, which never changes, with no lock held.
 * So the memory of a reader, which may be served by a program of any speed,
 * stands in nobody's way.
 */
#include <linux/uio.h>
#include <uapi/linux/ioasid.h>

#include "../../race.h"
#include "../bond.h"
#include "../request.h"
#include "../space.h"
#include "queue.h"

static bool copy_records(const struct ioasid_request *request,
			 struct iov_iter *to)
{
	struct ioasid_fault fault = {
		.group = request->id,
		.ioasid = request->bond->space->id,
		.cookie = request->bond->cookie,
	};
	size_t i;

	for (i = 0; i < request->nr_pages; i++) {
		fault.flags = request->pages[i].flags;
		if (i == request->nr_pages - 1)
			fault.flags |= IOASID_FAULT_LAST;
		fault.iova = request->pages[i].iova;
		if (!copy_to_iter_full(&fault, sizeof(fault), to))
			return false;
	}
	return true;
}

/* Gives a whole group to the reader, unless another one takes it: -EAGAIN. */
static ssize_t give_group(struct ioasid_fault_queue *queue,
			  struct ioasid_request *request, struct iov_iter *to)
{
	size_t size = request->nr_pages * sizeof(struct ioasid_fault);
	bool copied;

	if (size > iov_iter_count(to))
		return -EMSGSIZE;
	if (!ioasid_fault_queue_take(queue, request))
		return -EAGAIN;
	copied = copy_records(request, to);
	race_window();
	ioasid_fault_queue_settle(queue, request, copied);
	return copied ? size : -EFAULT;
}

/* Returns bytes, 0 when there is no group, or an error. */
static ssize_t read_group(struct ioasid_fault_queue *queue, struct iov_iter *to)
{
	struct ioasid_request *request;
	ssize_t rc;

	do {
		request = ioasid_fault_queue_next(queue);
		if (!request)
			return 0;
		rc = give_group(queue, request, to);
		ioasid_request_put(request);
	} while (rc == -EAGAIN);
	return rc;
}

/**
 * ioasid_fault_read() - Give groups to a reader
 * @queue: the queue
 * @to: where to; gets as many whole groups as fit
 *
 * Context: Process context, may sleep.
 * Return: bytes, 0 when there is no group, or an error: -EINVAL for less room
 * than a record needs, -EMSGSIZE when the first group does not fit, -EFAULT.
 */
ssize_t ioasid_fault_read(struct ioasid_fault_queue *queue, struct iov_iter *to)
{
	size_t done = 0;
	ssize_t rc = 0;

	if (iov_iter_count(to) < sizeof(struct ioasid_fault))
		return -EINVAL;
	while (iov_iter_count(to)) {
		rc = read_group(queue, to);
		if (rc <= 0)
			break;
		done += rc;
	}
	return done ?: rc;
}

static int write_answer(struct ioasid_fault_queue *queue, struct iov_iter *from)
{
	struct ioasid_fault_answer answer;

	if (!copy_from_iter_full(&answer, sizeof(answer), from))
		return -EFAULT;
	switch (answer.code) {
	case IOASID_FAULT_RETRY:
		return ioasid_fault_queue_answer(queue, answer.group, 0);
	case IOASID_FAULT_FAIL:
		return ioasid_fault_queue_answer(queue, answer.group, -EFAULT);
	}
	return -EINVAL;
}

/**
 * ioasid_fault_write() - Take answers
 * @queue: the queue
 * @from: whole answers, taken up to the first that is wrong
 *
 * Context: Process context, may sleep.
 * Return: bytes, or what is wrong with the first answer: -EINVAL, -ENOENT,
 * -EFAULT.
 */
ssize_t ioasid_fault_write(struct ioasid_fault_queue *queue,
			   struct iov_iter *from)
{
	size_t done = 0, size = iov_iter_count(from);
	int rc = 0;

	if (!size || size % sizeof(struct ioasid_fault_answer))
		return -EINVAL;
	while (done < size) {
		rc = write_answer(queue, from);
		if (rc)
			break;
		done += sizeof(struct ioasid_fault_answer);
	}
	return done ?: rc;
}
