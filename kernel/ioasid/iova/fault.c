// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fault fd: page requests of an IOVA space, for whoever maps.
 *
 * The file keeps the structure of the space, but does not hold the space: when
 * the last IOASID fd is closed the space is freed, and the fault fd hangs up.
 *
 * Records are copied from the request, which never changes, with no lock held.
 * So the memory of a reader, which may be served by a program of any speed,
 * stands in nobody's way.
 */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ioasid_ioctl.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/uio.h>

#include "../../race.h"
#include "../bond.h"
#include "../fd.h"
#include "../request.h"
#include "../space.h"
#include "ioctl.h"
#include "map.h"

static struct ioasid_fault_queue *queue_of(struct file *file)
{
	struct ioasid_space *space = file->private_data;

	return &space->map->faults;
}

static bool has_hung_up(struct file *file)
{
	struct ioasid_space *space = file->private_data;

	return READ_ONCE(space->freed);
}

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

static ssize_t read_groups(struct ioasid_fault_queue *queue,
			   struct iov_iter *to)
{
	size_t done = 0;
	ssize_t rc = 0;

	while (iov_iter_count(to)) {
		rc = read_group(queue, to);
		if (rc <= 0)
			break;
		done += rc;
	}
	return done ?: rc;
}

static int wait_for_groups(struct file *file)
{
	struct ioasid_fault_queue *queue = queue_of(file);

	if (file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	return wait_event_interruptible(queue->wait,
					!list_empty(&queue->unread) ||
					has_hung_up(file));
}

static ssize_t fault_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct file *file = iocb->ki_filp;
	ssize_t rc;

	if (iov_iter_count(to) < sizeof(struct ioasid_fault))
		return -EINVAL;
	do {
		rc = read_groups(queue_of(file), to);
		if (rc || has_hung_up(file))
			return rc;
		rc = wait_for_groups(file);
	} while (!rc);
	return rc;
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

static ssize_t fault_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct ioasid_fault_queue *queue = queue_of(iocb->ki_filp);
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

/* Answers what is mapped by now, so that read() finds what is promised here. */
static bool is_readable(struct ioasid_fault_queue *queue)
{
	struct ioasid_request *request = ioasid_fault_queue_next(queue);

	if (!request)
		return false;
	ioasid_request_put(request);
	return true;
}

static __poll_t fault_poll(struct file *file, struct poll_table_struct *table)
{
	struct ioasid_fault_queue *queue = queue_of(file);
	__poll_t events = EPOLLOUT | EPOLLWRNORM;

	poll_wait(file, &queue->wait, table);
	if (has_hung_up(file))
		events |= EPOLLHUP;
	if (is_readable(queue))
		events |= EPOLLIN | EPOLLRDNORM;
	return events;
}

static void fault_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct ioasid_fault_queue *queue = queue_of(file);
	struct ioasid_space *space = file->private_data;

	seq_printf(m, "ioasid:\t%llu\n", space->id);
	xa_lock(&queue->requests);
	seq_printf(m, "depth:\t%u\n", queue->depth);
	seq_printf(m, "queued:\t%u\n", queue->nr_unread);
	seq_printf(m, "waiting:\t%u\n", queue->nr_read);
	xa_unlock(&queue->requests);
}

static int fault_release(struct inode *inode, struct file *file)
{
	ioasid_fault_queue_close(queue_of(file));
	ioasid_space_put(file->private_data);
	return 0;
}

static const struct file_operations fault_fops = {
	.owner = THIS_MODULE,
	.read_iter = fault_read,
	.write_iter = fault_write,
	.poll = fault_poll,
	.show_fdinfo = fault_show_fdinfo,
	.release = fault_release,
};

/* The queue is open, and closed with the file. */
static struct file *fault_file(struct ioasid_space *space)
{
	struct file *file;

	file = anon_inode_getfile_fmode("[ioasid-fault]", &fault_fops, space,
					O_RDWR, FMODE_STREAM);
	if (IS_ERR(file))
		ioasid_fault_queue_close(&space->map->faults);
	else
		ioasid_space_get(space);
	return file;
}

int ioasid_ioctl_fault_open(struct ioasid_ucmd *ucmd)
{
	struct ioasid_space *space = ioasid_ucmd_space(ucmd);
	struct ioasid_fault_open *arg = ucmd->arg;
	struct file *file;
	int rc;

	if (space->type != IOASID_TYPE_IOVA)
		return -EMEDIUMTYPE;
	if (arg->depth > IOASID_FAULT_DEPTH_MAX)
		return -EINVAL;
	if (READ_ONCE(space->freed))
		return -ESTALE;
	rc = ioasid_fault_queue_open(&space->map->faults,
				     arg->depth ?: IOASID_FAULT_DEPTH_DEFAULT);
	if (rc)
		return rc;
	file = fault_file(space);
	return ioasid_ucmd_respond_with_file(ucmd, &arg->out_fd, file);
}
