// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dispatcher behind every ioctl: see include/linux/ioasid_ioctl.h.
 *
 * The order of the checks is part of the ABI.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/ioasid_ioctl.h>
#include <linux/uaccess.h>

#define IOASID_UCMD_MAX	128

struct ioasid_ucmd_head {
	u32 size;
	u32 flags;
};

union ioasid_ucmd_buffer {
	struct ioasid_ucmd_head head;
	u64 words[IOASID_UCMD_MAX / sizeof(u64)];
};

static const struct ioasid_ioctl_op *
find_op(const struct ioasid_ioctl_op *ops, unsigned int nr_ops,
	unsigned int cmd)
{
	unsigned int nr = cmd - ops[0].cmd;

	if (nr >= nr_ops || ops[nr].cmd != cmd)
		return NULL;
	if (WARN_ON_ONCE(ops[nr].size > IOASID_UCMD_MAX))
		return NULL;
	return &ops[nr];
}

static int copy_ucmd(struct ioasid_ucmd *ucmd, const struct ioasid_ioctl_op *op)
{
	u32 user_size;

	if (get_user(user_size, (u32 __user *)ucmd->ubuf))
		return -EFAULT;
	if (user_size < op->min_size)
		return -EINVAL;
	ucmd->size = min(user_size, op->size);
	return copy_struct_from_user(ucmd->arg, op->size, ucmd->ubuf,
				     user_size);
}

static bool may(const struct ioasid_ucmd *ucmd, unsigned int rights,
		const struct ioasid_ioctl_op *op)
{
	if ((ucmd->file->f_mode & op->mode) != op->mode)
		return false;
	return !op->rights || rights & op->rights;
}

static int check_ucmd(const struct ioasid_ucmd *ucmd, unsigned int rights,
		      const struct ioasid_ioctl_op *op)
{
	const struct ioasid_ucmd_head *head = ucmd->arg;
	const u32 *reserved = ucmd->arg + op->reserved;

	if ((head->flags & ~op->flags) || (op->reserved && *reserved))
		return -EOPNOTSUPP;
	return may(ucmd, rights, op) ? 0 : -EPERM;
}

/* As ioasid_ioctl(), on an IOASID fd that carries some rights. */
long ioasid_ioctl_with_rights(struct file *file, unsigned int rights,
			      unsigned int cmd, unsigned long arg,
			      const struct ioasid_ioctl_op *ops,
			      unsigned int nr_ops)
{
	const struct ioasid_ioctl_op *op = find_op(ops, nr_ops, cmd);
	union ioasid_ucmd_buffer buffer;
	struct ioasid_ucmd ucmd = {
		.file = file,
		.arg = &buffer,
		.ubuf = (void __user *)arg,
	};
	int rc;

	if (!op)
		return -ENOTTY;
	rc = copy_ucmd(&ucmd, op);
	if (rc)
		return rc;
	rc = check_ucmd(&ucmd, rights, op);
	if (rc)
		return rc;
	return op->handler(&ucmd);
}

/**
 * ioasid_ioctl() - Serve an ioctl from a table
 * @file: the file that it was called on
 * @cmd: the ioctl
 * @arg: the caller's structure
 * @ops: the ioctls of this kind of file, by number from the first one on
 * @nr_ops: how many they are
 *
 * Context: Process context, may sleep.
 * Return: what the handler returned, or -ENOTTY, -EFAULT, -EINVAL, -E2BIG,
 * -EOPNOTSUPP or -EPERM as documented in the uAPI header.
 */
long ioasid_ioctl(struct file *file, unsigned int cmd, unsigned long arg,
		  const struct ioasid_ioctl_op *ops, unsigned int nr_ops)
{
	return ioasid_ioctl_with_rights(file, 0, cmd, arg, ops, nr_ops);
}
EXPORT_SYMBOL_GPL(ioasid_ioctl);

/**
 * ioasid_ucmd_respond() - Give the structure back to the caller
 * @ucmd: the ioctl that is being served
 *
 * A handler does this before it publishes anything, since it can fail.
 *
 * Context: Process context, may sleep.
 * Return: 0, or -EFAULT when the caller's memory cannot be written.
 */
int ioasid_ucmd_respond(const struct ioasid_ucmd *ucmd)
{
	if (copy_to_user(ucmd->ubuf, ucmd->arg, ucmd->size))
		return -EFAULT;
	return 0;
}
EXPORT_SYMBOL_GPL(ioasid_ucmd_respond);

/**
 * ioasid_ucmd_respond_with_file() - Give a new file to the caller, too
 * @ucmd: the ioctl that is being served
 * @fd: member of its structure that the file's number goes to
 * @file: the file, which is put if it fails; or an error pointer
 *
 * Context: Process context, may sleep.
 * Return: 0, or the error that @file is, -EMFILE, -ENOMEM or -EFAULT.
 */
int ioasid_ucmd_respond_with_file(const struct ioasid_ucmd *ucmd, __s32 *fd,
				  struct file *file)
{
	int rc;

	if (IS_ERR(file))
		return PTR_ERR(file);
	*fd = get_unused_fd_flags(O_CLOEXEC);
	if (*fd < 0) {
		rc = *fd;
		goto out_put_file;
	}
	rc = ioasid_ucmd_respond(ucmd);
	if (rc)
		goto out_put_fd;
	fd_install(*fd, file);
	return 0;

out_put_fd:
	put_unused_fd(*fd);
out_put_file:
	fput(file);
	return rc;
}
