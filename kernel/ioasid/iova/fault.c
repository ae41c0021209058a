// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fault fd: page requests of an IOVA space, for whoever maps.
 *
 * The file keeps the structure of the space, but does not hold the space: when
 * the last IOASID fd is closed the space is freed, and the fault fd hangs up.
 */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ioasid_ioctl.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/seq_file.h>

#include "../fd.h"
#include "../request.h"
#include "../space.h"
#include "ioctl.h"
#include "map.h"

static struct ioasid_fault_queue *queue_of(struct file *file)
{
	struct ioasid_space *space = file->private_data;

	return &space->map.faults;
}

static bool has_hung_up(struct file *file)
{
	struct ioasid_space *space = file->private_data;

	return READ_ONCE(space->freed);
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

	do {
		rc = ioasid_fault_read(queue_of(file), to);
		if (rc || has_hung_up(file))
			return rc;
		rc = wait_for_groups(file);
	} while (!rc);
	return rc;
}

static ssize_t fault_write(struct kiocb *iocb, struct iov_iter *from)
{
	return ioasid_fault_write(queue_of(iocb->ki_filp), from);
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
		ioasid_fault_queue_close(&space->map.faults);
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
	rc = ioasid_fault_queue_open(&space->map.faults,
				     arg->depth ?: IOASID_FAULT_DEPTH_DEFAULT);
	if (rc)
		return rc;
	file = fault_file(space);
	return ioasid_ucmd_respond_with_file(ucmd, &arg->out_fd, file);
}
