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

#include "access.h"
#include "iova/ioctl.h"
#include "space.h"
#include "status.h"
#include "sva/ioctl.h"

static int fd_status(struct ioasid_ucmd *ucmd)
{
	struct ioasid_space *space = ucmd->file->private_data;
	struct ioasid_status *status = ucmd->arg;

	ioasid_space_status(space, status);
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

static int fd_translate(struct ioasid_ucmd *ucmd)
{
	struct ioasid_space *space = ucmd->file->private_data;
	struct ioasid_translate *translate = ucmd->arg;
	int rc;

	translate->out_flags = 0;
	translate->out_iova = 0;
	translate->out_length = 0;
	translate->out_page_size = 0;
	translate->out_phys = 0;
	rc = space->ops->translate(space, translate);
	return rc ?: ioasid_ucmd_respond(ucmd);
}

static const struct ioasid_ioctl_op fd_ops[] = {
	IOASID_IOCTL_OP(IOASID_STATUS, fd_status, struct ioasid_status,
			out_mapped,
			.reserved = offsetof(struct ioasid_status, __reserved)),
	IOASID_IOCTL_OP(IOASID_FREE, fd_free, struct ioasid_free,
			out_attachments),
	IOASID_IOCTL_OP(IOASID_MAP, ioasid_ioctl_map, struct ioasid_map,
			out_length,
			.reserved = offsetof(struct ioasid_map, __reserved),
			.flags = IOASID_READ | IOASID_WRITE |
				 IOASID_MAP_FIXED | IOASID_MAP_FILE |
				 IOASID_MAP_SPACE),
	IOASID_IOCTL_OP(IOASID_UNMAP, ioasid_ioctl_unmap, struct ioasid_unmap,
			out_length, .flags = IOASID_UNMAP_ALL),
	IOASID_IOCTL_OP(IOASID_MAPS, ioasid_ioctl_maps, struct ioasid_maps,
			entries),
	IOASID_IOCTL_OP(IOASID_IOVA_RANGES, ioasid_ioctl_iova_ranges,
			struct ioasid_iova_ranges, out_alignment),
	IOASID_IOCTL_OP(IOASID_IOVA_KEEP, ioasid_ioctl_iova_keep,
			struct ioasid_iova_keep, ranges,
			.reserved = offsetof(struct ioasid_iova_keep,
					     __reserved)),
	IOASID_IOCTL_OP(IOASID_TRANSLATE, fd_translate, struct ioasid_translate,
			out_phys,
			.reserved = offsetof(struct ioasid_translate,
					     __reserved)),
	IOASID_IOCTL_OP(IOASID_PREFAULT, ioasid_ioctl_prefault,
			struct ioasid_prefault, out_length,
			.flags = IOASID_READ | IOASID_WRITE |
				 IOASID_PREFAULT_PIN),
	IOASID_IOCTL_OP(IOASID_UNPIN, ioasid_ioctl_unpin, struct ioasid_unpin,
			out_length, .flags = IOASID_UNMAP_ALL),
	IOASID_IOCTL_OP(IOASID_FAULT_OPEN, ioasid_ioctl_fault_open,
			struct ioasid_fault_open, out_fd),
};

static long fd_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return ioasid_ioctl(file, cmd, arg, fd_ops, ARRAY_SIZE(fd_ops));
}

/* The position is an address. */
static ssize_t fd_read_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	ssize_t done;

	done = ioasid_access(iocb->ki_filp->private_data, iocb->ki_pos, iter,
			     false);
	if (done > 0)
		iocb->ki_pos += done;
	return done;
}

static ssize_t fd_write_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	ssize_t done;

	done = ioasid_access(iocb->ki_filp->private_data, iocb->ki_pos, iter,
			     true);
	if (done > 0)
		iocb->ki_pos += done;
	return done;
}

static __poll_t fd_poll(struct file *file, struct poll_table_struct *table)
{
	struct ioasid_space *space = file->private_data;

	poll_wait(file, &space->wait, table);
	if (READ_ONCE(space->freed) || ioasid_space_is_gone(space))
		return EPOLLHUP;
	return 0;
}

static void fd_show_fdinfo(struct seq_file *m, struct file *file)
{
	ioasid_space_show(file->private_data, m);
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
	.llseek = no_seek_end_llseek,
	.read_iter = fd_read_iter,
	.write_iter = fd_write_iter,
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
	struct file *file;

	file = anon_inode_getfile("[ioasid]", &fd_fops, space, O_RDWR);
	if (!IS_ERR(file))
		file->f_mode |= FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE;
	return file;
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
