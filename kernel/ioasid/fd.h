/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_FD_H
#define IOASID_FD_H

#include <linux/fs.h>
#include <linux/ioasid_ioctl.h>
#include <linux/types.h>

#include "view.h"

struct ioasid_space;

static inline struct ioasid_view *ioasid_file_view(const struct file *file)
{
	return file->private_data;
}

static inline struct ioasid_space *
ioasid_ucmd_space(const struct ioasid_ucmd *ucmd)
{
	return ioasid_file_view(ucmd->file)->space;
}

struct file *ioasid_fd_create(struct ioasid_space *space, u32 rights);
struct ioasid_space *ioasid_space_from_fd(int fd, u32 *rights);

#endif
