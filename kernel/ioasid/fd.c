// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IOASID fd: a space, seen from user space with some rights.
 *
 * A space has one such file at first, and one more for each IOASID_SHARE. Each
 * holds the space, and the last close of any frees it. The rights belong to the
 * file and are never changed; there is no way to open it again.
 */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "access.h"
#include "attach.h"
#include "fd.h"
#include "iova/ioctl.h"
#include "space.h"
#include "status.h"
#include "sva/ioctl.h"

static int fd_status(struct ioasid_ucmd *ucmd)
{
	struct ioasid_view *view = ioasid_file_view(ucmd->file);
	struct ioasid_status *status = ucmd->arg;

	ioasid_space_status(view->space, status);
	status->out_rights = view->rights;
	return ioasid_ucmd_respond(ucmd);
}

static int fd_free(struct ioasid_ucmd *ucmd)
{
	struct ioasid_space *space = ioasid_ucmd_space(ucmd);
	struct ioasid_free *answer = ucmd->arg;

	ioasid_space_free(space);
	mutex_lock(&space->lock);
	answer->out_state = ioasid_space_state(space);
	answer->out_attachments = space->nr_attachments;
	mutex_unlock(&space->lock);
	answer->out_fds = atomic_read(&space->nr_files);
	return ioasid_ucmd_respond(ucmd);
}

static int fd_translate(struct ioasid_ucmd *ucmd)
{
	struct ioasid_space *space = ioasid_ucmd_space(ucmd);
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

static int check_share(const struct ioasid_view *view, u32 rights)
{
	if (rights & ~IOASID_RIGHT_ALL)
		return -EOPNOTSUPP;
	if (rights & ~view->rights)
		return -EACCES;
	return READ_ONCE(view->space->freed) ? -ESTALE : 0;
}

static int fd_share(struct ioasid_ucmd *ucmd)
{
	struct ioasid_view *view = ioasid_file_view(ucmd->file);
	struct ioasid_share *share = ucmd->arg;
	struct file *file;
	int rc;

	rc = check_share(view, share->rights);
	if (rc)
		return rc;
	file = ioasid_fd_create(view->space, share->rights);
	return ioasid_ucmd_respond_with_file(ucmd, &share->out_fd, file);
}

static int fd_attachments(struct ioasid_ucmd *ucmd)
{
	struct ioasid_attachments *arg = ucmd->arg;

	if (arg->pasid)
		return -EINVAL;
	return ioasid_attachments_list(ioasid_ucmd_space(ucmd), ucmd);
}

static int fd_cut(struct ioasid_ucmd *ucmd)
{
	struct ioasid_cut *cut = ucmd->arg;
	int rc;

	rc = ioasid_attachments_cut(ioasid_ucmd_space(ucmd), cut->id,
				    &cut->out_attachments);
	return rc ?: ioasid_ucmd_respond(ucmd);
}

static const struct ioasid_ioctl_op fd_ops[] = {
	IOASID_IOCTL_OP(IOASID_STATUS, fd_status, struct ioasid_status,
			out_mapped,
			.reserved = offsetof(struct ioasid_status, __reserved)),
	IOASID_IOCTL_OP(IOASID_FREE, fd_free, struct ioasid_free,
			out_attachments, .rights = IOASID_RIGHT_MANAGE,
			.reserved = offsetof(struct ioasid_free, __reserved)),
	IOASID_IOCTL_OP(IOASID_MAP, ioasid_ioctl_map, struct ioasid_map,
			out_length, .rights = IOASID_RIGHT_MAP,
			.reserved = offsetof(struct ioasid_map, __reserved),
			.flags = IOASID_READ | IOASID_WRITE |
				 IOASID_MAP_FIXED | IOASID_MAP_FILE |
				 IOASID_MAP_SPACE),
	IOASID_IOCTL_OP(IOASID_UNMAP, ioasid_ioctl_unmap, struct ioasid_unmap,
			out_length, .rights = IOASID_RIGHT_MAP,
			.flags = IOASID_UNMAP_ALL),
	IOASID_IOCTL_OP(IOASID_MAPS, ioasid_ioctl_maps, struct ioasid_maps,
			entries, .rights = IOASID_RIGHT_MAP),
	IOASID_IOCTL_OP(IOASID_IOVA_RANGES, ioasid_ioctl_iova_ranges,
			struct ioasid_iova_ranges, out_alignment,
			.rights = IOASID_RIGHT_MAP),
	IOASID_IOCTL_OP(IOASID_IOVA_KEEP, ioasid_ioctl_iova_keep,
			struct ioasid_iova_keep, ranges,
			.rights = IOASID_RIGHT_MAP,
			.reserved = offsetof(struct ioasid_iova_keep,
					     __reserved)),
	IOASID_IOCTL_OP(IOASID_TRANSLATE, fd_translate, struct ioasid_translate,
			out_phys,
			.rights = IOASID_RIGHT_MAP | IOASID_RIGHT_ACCESS,
			.reserved = offsetof(struct ioasid_translate,
					     __reserved)),
	IOASID_IOCTL_OP(IOASID_PREFAULT, ioasid_ioctl_prefault,
			struct ioasid_prefault, out_length,
			.rights = IOASID_RIGHT_MAP,
			.flags = IOASID_READ | IOASID_WRITE |
				 IOASID_PREFAULT_PIN),
	IOASID_IOCTL_OP(IOASID_UNPIN, ioasid_ioctl_unpin, struct ioasid_unpin,
			out_length, .rights = IOASID_RIGHT_MAP,
			.flags = IOASID_UNMAP_ALL),
	IOASID_IOCTL_OP(IOASID_FAULT_OPEN, ioasid_ioctl_fault_open,
			struct ioasid_fault_open, out_fd,
			.rights = IOASID_RIGHT_FAULT),
	IOASID_IOCTL_OP(IOASID_SHARE, fd_share, struct ioasid_share, out_fd,
			.rights = IOASID_RIGHT_MANAGE),
	IOASID_IOCTL_OP(IOASID_ATTACHMENTS, fd_attachments,
			struct ioasid_attachments, entries,
			.rights = IOASID_RIGHT_MANAGE,
			.reserved = offsetof(struct ioasid_attachments,
					     __reserved)),
	IOASID_IOCTL_OP(IOASID_CUT, fd_cut, struct ioasid_cut, __reserved,
			.rights = IOASID_RIGHT_MANAGE,
			.reserved = offsetof(struct ioasid_cut, __reserved)),
};

static long fd_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return ioasid_ioctl_with_rights(file, ioasid_file_view(file)->rights,
					cmd, arg, fd_ops, ARRAY_SIZE(fd_ops));
}

/* The position is an address. */
static ssize_t fd_access(struct kiocb *iocb, struct iov_iter *iter, bool write)
{
	struct ioasid_view *view = ioasid_file_view(iocb->ki_filp);
	ssize_t done;

	if (!(view->rights & IOASID_RIGHT_ACCESS))
		return -EPERM;
	done = ioasid_access(view->space, &view->space->freed, iocb->ki_pos,
			     iter, write);
	if (done > 0)
		iocb->ki_pos += done;
	return done;
}

static ssize_t fd_read_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	return fd_access(iocb, iter, false);
}

static ssize_t fd_write_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	return fd_access(iocb, iter, true);
}

static __poll_t fd_poll(struct file *file, struct poll_table_struct *table)
{
	struct ioasid_space *space = ioasid_file_view(file)->space;
	bool over;
	__poll_t events = 0;

	poll_wait(file, &space->wait, table);
	over = READ_ONCE(space->over);
	if (over || ioasid_space_is_gone(space))
		events |= EPOLLHUP;
	if (over && !READ_ONCE(space->nr_attachments))
		events |= EPOLLPRI;
	return events;
}

static void fd_show_fdinfo(struct seq_file *m, struct file *file)
{
	ioasid_view_show(ioasid_file_view(file), m);
}

/* Most fds have all rights, and need none of their own. */
static struct ioasid_view *view_create(struct ioasid_space *space, u32 rights)
{
	struct ioasid_view *view;

	if (rights == IOASID_RIGHT_ALL)
		return &space->full_view;
	view = kmalloc(sizeof(*view), GFP_KERNEL_ACCOUNT);
	if (!view)
		return NULL;
	view->space = space;
	view->rights = rights;
	return view;
}

static void view_destroy(struct ioasid_view *view)
{
	if (view->rights != IOASID_RIGHT_ALL)
		kfree(view);
}

static int fd_release(struct inode *inode, struct file *file)
{
	struct ioasid_view *view = ioasid_file_view(file);
	struct ioasid_space *space = view->space;

	if (atomic_dec_and_test(&view->space->nr_files))
		ioasid_space_free(view->space);
	view_destroy(view);
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

static struct file *view_file(struct ioasid_view *view)
{
	struct file *file;

	file = anon_inode_getfile("[ioasid]", &fd_fops, view, O_RDWR);
	if (!IS_ERR(file))
		file->f_mode |= FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE;
	return file;
}

/**
 * ioasid_fd_create() - Make a file of a space
 * @space: the space; held by the caller
 * @rights: what the file may do with it
 *
 * Context: Process context, may sleep.
 * Return: the file, with a hold of its own, or an error pointer: -ENFILE,
 * -ENOMEM.
 */
struct file *ioasid_fd_create(struct ioasid_space *space, u32 rights)
{
	struct ioasid_view *view = view_create(space, rights);
	struct file *file;

	if (!view)
		return ERR_PTR(-ENOMEM);
	file = view_file(view);
	if (IS_ERR(file)) {
		view_destroy(view);
		return file;
	}
	ioasid_space_hold(space);
	atomic_inc(&space->nr_files);
	return file;
}

/**
 * ioasid_space_from_fd() - Find the space that an fd of current stands for
 * @fd: the fd
 * @rights: what the fd may do with it, for the caller to look at
 *
 * Context: Process context.
 * Return: the space, held for the caller, or an error pointer: -EBADF when the
 * fd is not open, -EBADFD when it is something else.
 */
struct ioasid_space *ioasid_space_from_fd(int fd, u32 *rights)
{
	struct file *file = fget(fd);
	struct ioasid_space *space;

	if (!file)
		return ERR_PTR(-EBADF);
	if (file->f_op == &fd_fops) {
		space = ioasid_file_view(file)->space;
		*rights = ioasid_file_view(file)->rights;
		ioasid_space_hold(space);
	} else {
		space = ERR_PTR(-EBADFD);
	}
	fput(file);
	return space;
}
