/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * /dev/ioasid_software: a device that is nothing but software. Each open of it
 * works in one space. The general rules of <linux/ioasid.h> hold.
 */
#ifndef IOASID_SOFTWARE_H
#define IOASID_SOFTWARE_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * struct ioasid_software_attach - ioctl(IOASID_SOFTWARE_ATTACH)
 * @size: sizeof(struct ioasid_software_attach)
 * @flags: must be 0
 * @fd: an IOASID fd. It stays attached until the device is closed
 *
 * Errors: EEXIST: a space is attached already. And those for attaching that
 * <linux/ioasid.h> lists.
 */
struct ioasid_software_attach {
	__u32 size;
	__u32 flags;
	__s32 fd;
};

#define IOASID_SOFTWARE_ATTACH	_IO('i', 0xf2)

/**
 * struct ioasid_software_copy - ioctl(IOASID_SOFTWARE_COPY)
 * @size: sizeof(struct ioasid_software_copy)
 * @flags: must be 0
 * @source: address in the space
 * @destination: another one
 * @length: in bytes
 * @out_copied: how many bytes were copied, also when it fails
 *
 * Errors: ENOENT: no space is attached. EINTR: a signal arrived. And those for
 * pread() and pwrite() on an IOASID fd that <linux/ioasid.h> lists.
 */
struct ioasid_software_copy {
	__u32 size;
	__u32 flags;
	__aligned_u64 source;
	__aligned_u64 destination;
	__aligned_u64 length;
	__aligned_u64 out_copied;
};

#define IOASID_SOFTWARE_COPY	_IO('i', 0xf3)

#endif
