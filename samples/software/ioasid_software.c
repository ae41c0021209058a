// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver whose device is nothing but software.
 *
 * It attaches spaces with no device, as no IOMMU stands between it and memory,
 * and reads and writes them by address. Permissions, holes, pages that have to
 * be faulted in and spaces that are taken back are the core's business: what it
 * returns is passed on.
 *
 * Each open file works in one space.
 */
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/ioasid.h>
#include <linux/ioasid_ioctl.h>
#include <linux/minmax.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "ioasid_software.h"

/* A real one would work on more at a time. */
#define PIECE	256

/**
 * struct software - One open file
 * @lock: guards @attachment until it is set, once and for all
 * @attachment: the space to work in, or NULL
 */
struct software {
	struct mutex lock;
	struct ioasid_attachment *attachment;
};

static int software_open(struct inode *inode, struct file *file)
{
	struct software *software;

	software = kzalloc(sizeof(*software), GFP_KERNEL);
	if (!software)
		return -ENOMEM;
	mutex_init(&software->lock);
	file->private_data = software;
	return 0;
}

static int software_release(struct inode *inode, struct file *file)
{
	struct software *software = file->private_data;

	if (software->attachment)
		ioasid_detach(software->attachment);
	kfree(software);
	return 0;
}

/* No revoke callback: in a space that was taken back each access fails. */
static int software_attach(struct ioasid_ucmd *ucmd)
{
	struct software *software = ucmd->file->private_data;
	const struct ioasid_software_attach *arg = ucmd->arg;
	struct ioasid_attach_args args = { .fd = arg->fd };
	struct ioasid_attachment *attachment;

	guard(mutex)(&software->lock);
	if (software->attachment)
		return -EEXIST;
	attachment = ioasid_attach(NULL, &args);
	if (IS_ERR(attachment))
		return PTR_ERR(attachment);
	software->attachment = attachment;
	return 0;
}

/* Returns how many bytes were copied: 1 at least. */
static ssize_t copy_piece(struct ioasid_attachment *attachment, u64 to,
			  u64 from, u64 length)
{
	u8 bytes[PIECE];
	ssize_t got;

	if (signal_pending(current))
		return -EINTR;
	got = ioasid_read(attachment, from, bytes, min_t(u64, length, PIECE));
	if (got < 0)
		return got;
	cond_resched();
	return ioasid_write(attachment, to, bytes, got);
}

/* A short piece ends at what cannot be accessed: the next one says why. */
static int software_copy(struct ioasid_ucmd *ucmd)
{
	struct software *software = ucmd->file->private_data;
	struct ioasid_software_copy *arg = ucmd->arg;
	struct ioasid_attachment *attachment;
	ssize_t done = 0;

	scoped_guard(mutex, &software->lock)
		attachment = software->attachment;
	if (!attachment)
		return -ENOENT;
	arg->out_copied = 0;
	while (done >= 0 && arg->out_copied < arg->length) {
		done = copy_piece(attachment,
				  arg->destination + arg->out_copied,
				  arg->source + arg->out_copied,
				  arg->length - arg->out_copied);
		if (done > 0)
			arg->out_copied += done;
	}
	return ioasid_ucmd_respond(ucmd) ?: min_t(ssize_t, done, 0);
}

static const struct ioasid_ioctl_op software_ioctls[] = {
	IOASID_IOCTL_OP(IOASID_SOFTWARE_ATTACH, software_attach,
			struct ioasid_software_attach, fd),
	IOASID_IOCTL_OP(IOASID_SOFTWARE_COPY, software_copy,
			struct ioasid_software_copy, out_copied),
};

static long software_ioctl(struct file *file, unsigned int cmd,
			   unsigned long arg)
{
	return ioasid_ioctl(file, cmd, arg, software_ioctls,
			    ARRAY_SIZE(software_ioctls));
}

static const struct file_operations software_fops = {
	.owner = THIS_MODULE,
	.open = software_open,
	.release = software_release,
	.unlocked_ioctl = software_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice software_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ioasid_software",
	.fops = &software_fops,
	.mode = 0600,
};
module_misc_device(software_misc);

MODULE_DESCRIPTION("Sample driver of a device that is nothing but software");
MODULE_LICENSE("GPL");
