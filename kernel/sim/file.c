// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file operations of /dev/ioasid_simN: what user space gives is checked and
 * handed to the queue, nothing more.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/ioasid.h>
#include <linux/ioasid_ioctl.h>
#include <linux/ioasid_sim.h>
#include <linux/poll.h>
#include <linux/uaccess.h>

#include "accel.h"
#include "queue.h"

static struct sim_accel *file_accel(const struct inode *inode)
{
	return container_of(inode->i_cdev, struct sim_accel, cdev);
}

static int sim_open(struct inode *inode, struct file *file)
{
	struct sim_queue *queue = sim_accel_open_queue(file_accel(inode));

	if (IS_ERR(queue))
		return PTR_ERR(queue);
	file->private_data = queue;
	return stream_open(inode, file);
}

static int sim_release(struct inode *inode, struct file *file)
{
	sim_accel_close_queue(file_accel(inode), file->private_data);
	return 0;
}

static ssize_t sim_write(struct file *file, const char __user *buf,
			 size_t count, loff_t *pos)
{
	return sim_queue_submit(file->private_data, buf, count,
				file->f_flags & O_NONBLOCK);
}

/* Takes the number of interrupts; 0 is taken for an answer on a dead queue. */
static bool take_interrupts(struct sim_queue *queue, u64 *interrupts)
{
	*interrupts = sim_events_take_interrupts(&queue->events);
	return *interrupts || READ_ONCE(queue->dead);
}

static ssize_t sim_read(struct file *file, char __user *buf, size_t count,
			loff_t *pos)
{
	struct sim_queue *queue = file->private_data;
	u64 interrupts;
	int rc;

	if (count < sizeof(interrupts))
		return -EINVAL;
	if (!take_interrupts(queue, &interrupts)) {
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		rc = wait_event_interruptible(queue->events.wait,
					      take_interrupts(queue,
							      &interrupts));
		if (rc)
			return rc;
	}
	if (!interrupts)
		return -ENODEV;
	if (copy_to_user(buf, &interrupts, sizeof(interrupts))) {
		sim_events_return_interrupts(&queue->events, interrupts);
		return -EFAULT;
	}
	return sizeof(interrupts);
}

static __poll_t sim_poll(struct file *file, poll_table *wait)
{
	struct sim_queue *queue = file->private_data;

	poll_wait(file, &queue->events.wait, wait);
	return sim_queue_poll(queue);
}

static int sim_attach(struct ioasid_ucmd *ucmd)
{
	struct ioasid_sim_attach *arg = ucmd->arg;
	struct sim_attach attach = {
		.source = arg->flags & IOASID_SIM_ATTACH_SELF ?
			  SIM_SOURCE_SELF : SIM_SOURCE_FD,
		.fd = arg->fd,
		.no_fault = arg->flags & IOASID_SIM_ATTACH_NO_FAULT,
		.cookie = arg->cookie,
		.reason = arg->reason,
	};
	struct sim_space *space;
	int rc;

	if (attach.source == SIM_SOURCE_SELF && arg->fd)
		return -EINVAL;
	space = sim_space_attach(ucmd->file->private_data, &attach);
	if (IS_ERR(space))
		return PTR_ERR(space);
	arg->out_pasid = space->context.name;
	arg->out_flags = ioasid_attachment_can_fault(space->attachment) ?
			 0 : IOASID_SIM_ATTACH_NO_FAULT;
	rc = ioasid_ucmd_respond(ucmd);
	if (rc)
		sim_space_detach(space);
	else
		sim_space_publish(space);
	return rc;
}

static int sim_detach(struct ioasid_ucmd *ucmd)
{
	const struct ioasid_sim_detach *arg = ucmd->arg;

	return sim_space_detach_idle(ucmd->file->private_data, arg->pasid);
}

static int sim_get_error(struct ioasid_ucmd *ucmd)
{
	struct sim_queue *queue = ucmd->file->private_data;
	struct ioasid_sim_error *arg = ucmd->arg;
	struct ioasid_sim_error error;
	int rc;

	error = sim_events_take_error(&queue->events);
	error.size = arg->size;
	*arg = error;
	rc = ioasid_ucmd_respond(ucmd);
	if (rc)
		sim_events_return_error(&queue->events, &error);
	return rc;
}

static const struct ioasid_ioctl_op sim_ioctls[] = {
	IOASID_IOCTL_OP(IOASID_SIM_ATTACH, sim_attach,
			struct ioasid_sim_attach, out_pasid,
			.mode = FMODE_WRITE,
			.flags = IOASID_SIM_ATTACH_NO_FAULT |
				 IOASID_SIM_ATTACH_SELF,
			.reserved = offsetof(struct ioasid_sim_attach,
					     __reserved)),
	IOASID_IOCTL_OP(IOASID_SIM_DETACH, sim_detach,
			struct ioasid_sim_detach, __reserved,
			.mode = FMODE_WRITE,
			.reserved = offsetof(struct ioasid_sim_detach,
					     __reserved)),
	IOASID_IOCTL_OP(IOASID_SIM_GET_ERROR, sim_get_error,
			struct ioasid_sim_error, out_count),
};

static long sim_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct sim_queue *queue = file->private_data;

	if (READ_ONCE(queue->dead))
		return -ENODEV;
	return ioasid_ioctl(file, cmd, arg, sim_ioctls, ARRAY_SIZE(sim_ioctls));
}

const struct file_operations sim_file_ops = {
	.owner = THIS_MODULE,
	.open = sim_open,
	.release = sim_release,
	.read = sim_read,
	.write = sim_write,
	.poll = sim_poll,
	.unlocked_ioctl = sim_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};
