// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IOASID fd: one space, seen from user space.
 *
 * The file holds the space, and its last close frees it.
 */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ioasid_ioctl.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/seq_file.h>

#include "bond.h"
#include "space.h"

static int fd_status(struct ioasid_ucmd *ucmd)
{
	struct ioasid_space *space = ucmd->file->private_data;
	struct ioasid_status *status = ucmd->arg;

	mutex_lock(&space->lock);
	status->out_state = ioasid_space_state(space);
	status->out_attachments = space->nr_attachments;
	status->out_mapped = ioasid_bonds_mapped(space);
	mutex_unlock(&space->lock);
	status->out_type = space->type;
	status->out_pasid = space->pasid;
	status->out_flags = ioasid_space_mm_gone(space) ?
			    IOASID_STATUS_MM_GONE : 0;
	status->out_id = space->id;
	status->out_faults = atomic64_read(&space->faults);
	status->out_faults_failed = atomic64_read(&space->faults_failed);
	return ioasid_ucmd_respond(ucmd);
}

static int fd_free(struct ioasid_ucmd *ucmd)
{
	struct ioasid_space *space = ucmd->file->private_data;
	struct ioasid_free *answer = ucmd->arg;

	ioasid_space_free(space);
	mutex_lock(&space->lock);
	answer->out_state = ioasid_space_state(space);
	answer->out_attachments = space->nr_attachments;
	mutex_unlock(&space->lock);
	return ioasid_ucmd_respond(ucmd);
}

static const struct ioasid_ioctl_op fd_ops[] = {
	IOASID_IOCTL_OP(IOASID_STATUS, fd_status, struct ioasid_status,
			out_mapped,
			.reserved = offsetof(struct ioasid_status, __reserved)),
	IOASID_IOCTL_OP(IOASID_FREE, fd_free, struct ioasid_free,
			out_attachments),
};

static long fd_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return ioasid_ioctl(file, cmd, arg, fd_ops, ARRAY_SIZE(fd_ops));
}

static __poll_t fd_poll(struct file *file, struct poll_table_struct *table)
{
	struct ioasid_space *space = file->private_data;

	poll_wait(file, &space->wait, table);
	if (READ_ONCE(space->freed) || ioasid_space_mm_gone(space))
		return EPOLLHUP;
	return 0;
}

static const char *state_name(enum ioasid_state state)
{
	switch (state) {
	case IOASID_STATE_IDLE:
		return "idle";
	case IOASID_STATE_ACTIVE:
		return "active";
	case IOASID_STATE_FREE_PENDING:
		return "free-pending";
	case IOASID_STATE_FREE:
		return "free";
	}
	return "unknown";
}

static void show_locked(struct seq_file *m, struct ioasid_space *space)
{
	struct ioasid_bond *bond;

	seq_printf(m, "ioasid:\t%llu\n", space->id);
	seq_puts(m, "type:\tsva\n");
	seq_printf(m, "state:\t%s\n", state_name(ioasid_space_state(space)));
	seq_printf(m, "pasid:\t%u\n", space->pasid);
	seq_printf(m, "mm:\t%s\n",
		   ioasid_space_mm_gone(space) ? "gone" : "live");
	seq_printf(m, "attachments:\t%u\n", space->nr_attachments);
	seq_printf(m, "faults:\t%lld\n", atomic64_read(&space->faults));
	seq_printf(m, "faults-failed:\t%lld\n",
		   atomic64_read(&space->faults_failed));
	seq_printf(m, "mapped:\t%llu\n", ioasid_bonds_mapped(space));
	list_for_each_entry(bond, &space->bonds, node)
		seq_printf(m, "device:\t%s\n", dev_name(bond->dev));
}

static void fd_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct ioasid_space *space = file->private_data;

	mutex_lock(&space->lock);
	show_locked(m, space);
	mutex_unlock(&space->lock);
}

static int fd_release(struct inode *inode, struct file *file)
{
	struct ioasid_space *space = file->private_data;

	ioasid_space_free(space);
	ioasid_space_let_go(space);
	return 0;
}

static const struct file_operations fd_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = fd_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = fd_poll,
	.show_fdinfo = fd_show_fdinfo,
	.release = fd_release,
};

/**
 * ioasid_space_file() - Make a file of a space
 * @space: the space. The caller's hold goes to the file on success
 *
 * Context: Process context, may sleep.
 * Return: the file, or an error pointer: -ENFILE, -ENOMEM.
 */
struct file *ioasid_space_file(struct ioasid_space *space)
{
	return anon_inode_getfile("[ioasid]", &fd_fops, space, O_RDWR);
}

/**
 * ioasid_space_from_fd() - Find the space that an fd of current stands for
 * @fd: the fd
 *
 * Context: Process context.
 * Return: the space, held for the caller, or an error pointer: -EBADF when the
 * fd is not open, -EBADFD when it is something else.
 */
struct ioasid_space *ioasid_space_from_fd(int fd)
{
	struct file *file = fget(fd);
	struct ioasid_space *space;

	if (!file)
		return ERR_PTR(-EBADF);
	if (file->f_op == &fd_fops) {
		space = file->private_data;
		ioasid_space_hold(space);
	} else {
		space = ERR_PTR(-EBADFD);
	}
	fput(file);
	return space;
}
