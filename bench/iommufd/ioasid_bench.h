/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * /dev/ioasid_bench: joins a device to a space, or to an I/O address space of
 * iommufd, so that both can be measured on the same device. The general rules
 * of <linux/ioasid.h> hold.
 */
#ifndef IOASID_BENCH_H
#define IOASID_BENCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * struct ioasid_bench_attach - ioctl(IOASID_BENCH_ATTACH and
 *	IOASID_BENCH_ATTACH_IOMMUFD)
 * @size: sizeof(struct ioasid_bench_attach)
 * @flags: must be 0
 * @fd: an IOASID fd, or an fd of /dev/iommu
 * @ioas: of the latter, which I/O address space; otherwise ignored
 *
 * Errors: ENODEV: no device is bound to the driver. EEXIST: something is
 * attached already. And whatever the other side returns.
 */
struct ioasid_bench_attach {
	__u32 size;
	__u32 flags;
	__s32 fd;
	__u32 ioas;
};

#define IOASID_BENCH_ATTACH		_IO('i', 0xf2)
#define IOASID_BENCH_ATTACH_IOMMUFD	_IO('i', 0xf3)

/**
 * struct ioasid_bench_detach - ioctl(IOASID_BENCH_DETACH)
 * @size: sizeof(struct ioasid_bench_detach)
 * @flags: must be 0
 *
 * Errors: ENOENT: nothing is attached.
 */
struct ioasid_bench_detach {
	__u32 size;
	__u32 flags;
};

#define IOASID_BENCH_DETACH		_IO('i', 0xf4)

/**
 * struct ioasid_bench_request - ioctl(IOASID_BENCH_REQUEST)
 * @size: sizeof(struct ioasid_bench_request)
 * @flags: must be 0
 * @iova: the page
 *
 * Reports a page request of the device, for writing. Nobody does anything with
 * the answer.
 *
 * Errors: ENOENT: no space is attached.
 */
struct ioasid_bench_request {
	__u32 size;
	__u32 flags;
	__aligned_u64 iova;
};

#define IOASID_BENCH_REQUEST		_IO('i', 0xf5)

#endif
