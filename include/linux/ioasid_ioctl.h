/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Extensible ioctls from a table.
 *
 * All ioctls of this project take a structure that begins with two __u32: its
 * size as the caller knows it, and flags. A file that has such ioctls describes
 * each by one line of a table, sorted by number, and ioasid_ioctl() makes every
 * check that <linux/ioasid.h> promises for all of them before it calls the
 * handler.
 */
#ifndef _LINUX_IOASID_IOCTL_H
#define _LINUX_IOASID_IOCTL_H

#include <linux/fs.h>
#include <linux/stddef.h>
#include <linux/types.h>

/**
 * struct ioasid_ucmd - One ioctl that is being served
 * @file: the file it was called on
 * @arg: kernel copy of the caller's structure, with zeroes for what an older
 *	caller does not know
 * @ubuf: the caller's structure
 * @size: how much of @arg the caller can take back, in bytes
 */
struct ioasid_ucmd {
	struct file *file;
	void *arg;
	void __user *ubuf;
	size_t size;
};

/**
 * struct ioasid_ioctl_op - What the dispatcher knows about one ioctl
 * @cmd: the ioctl's number, with its type
 * @size: size of its structure in this kernel
 * @min_size: size through the last member that every caller must give
 * @reserved: offset of the __u32 that must be zero, or 0 when there is none
 * @flags: flags that are known
 * @mode: FMODE_* bits that the file must have
 * @rights: on an IOASID fd: IOASID_RIGHT_* bits, one of which it must carry, or
 *	0 when it needs none
 * @handler: does the work and answers with ioasid_ucmd_respond()
 */
struct ioasid_ioctl_op {
	unsigned int cmd;
	unsigned int size;
	unsigned int min_size;
	unsigned int reserved;
	unsigned int flags;
	fmode_t mode;
	unsigned int rights;
	int (*handler)(struct ioasid_ucmd *ucmd);
};

#define IOASID_IOCTL_OP(_cmd, _handler, _struct, _last, ...)	\
	{							\
		.cmd = _cmd,					\
		.size = sizeof(_struct),			\
		.min_size = offsetofend(_struct, _last),	\
		.handler = _handler,				\
		__VA_ARGS__					\
	}

long ioasid_ioctl(struct file *file, unsigned int cmd, unsigned long arg,
		  const struct ioasid_ioctl_op *ops, unsigned int nr_ops);
long ioasid_ioctl_with_rights(struct file *file, unsigned int rights,
			      unsigned int cmd, unsigned long arg,
			      const struct ioasid_ioctl_op *ops,
			      unsigned int nr_ops);
int ioasid_ucmd_respond(const struct ioasid_ucmd *ucmd);
int ioasid_ucmd_respond_with_file(const struct ioasid_ucmd *ucmd, __s32 *fd,
				  struct file *file);

#endif
