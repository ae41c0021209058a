/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * /dev/ioasid_sample: lets the device that the sample driver is bound to into
 * one space. The general rules of <linux/ioasid.h> hold.
 */
#ifndef IOASID_SAMPLE_H
#define IOASID_SAMPLE_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * struct ioasid_sample_attach - ioctl(IOASID_SAMPLE_ATTACH)
 * @size: sizeof(struct ioasid_sample_attach)
 * @flags: must be 0
 * @fd: an IOASID fd
 * @out_pasid: what the device would name the space by
 *
 * Errors: ENODEV: no device is bound to the driver. EEXIST: a space is attached
 * already. And those for attaching that <linux/ioasid.h> lists.
 */
struct ioasid_sample_attach {
	__u32 size;
	__u32 flags;
	__s32 fd;
	__u32 out_pasid;
};

#define IOASID_SAMPLE_ATTACH	_IO('i', 0xf0)

/**
 * struct ioasid_sample_detach - ioctl(IOASID_SAMPLE_DETACH)
 * @size: sizeof(struct ioasid_sample_detach)
 * @flags: must be 0
 *
 * Errors: ENOENT: nothing is attached.
 */
struct ioasid_sample_detach {
	__u32 size;
	__u32 flags;
};

#define IOASID_SAMPLE_DETACH	_IO('i', 0xf1)

#endif
