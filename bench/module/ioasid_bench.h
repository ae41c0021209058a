/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * /dev/ioasid_bench: joins a device to a space, or to an I/O address space of
 * iommufd, so that both can be measured on the same device. VFIO has the device
 * too, by its group. The general rules of <linux/ioasid.h> hold.
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
 * There can be many spaces, and the same one many times, but one I/O address
 * space of iommufd, and not both.
 *
 * Errors: ENODEV: no device is bound to the driver. EEXIST: it is attached to
 * something else, or a user of VFIO has it. ENOSPC: there are very many. And
 * whatever the other side returns.
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
 * Detaches all that is attached.
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
 * Reports a page request of the device, for writing, to the space that was
 * attached first. Nobody does anything with the answer.
 *
 * Errors: ENOENT: no space is attached.
 */
struct ioasid_bench_request {
	__u32 size;
	__u32 flags;
	__aligned_u64 iova;
};

#define IOASID_BENCH_REQUEST		_IO('i', 0xf5)

/**
 * enum ioasid_bench_loop_job - What can be done over and over
 * @IOASID_BENCH_LOOP_PASID: take a PASID as ioasid does, and give it back. Each
 *	time is like another only after as many times as numbers rest at most
 *	(the parameter quarantine_count), since up to then all are new
 * @IOASID_BENCH_LOOP_IDA: the same with a number of an IDA, which another one
 *	is taken from already
 * @IOASID_BENCH_LOOP_ATTACH: attach the device to the space of @fd, and detach
 *	it
 * @IOASID_BENCH_LOOP_ATTACH_BARE: the same by the iommu core's calls for one
 *	PASID, with a page table that is made once
 * @IOASID_BENCH_LOOP_ATTACH_IOMMUFD: attach the device, bound to the iommufd
 *	context of @fd once, to @ioas, and detach it
 */
enum ioasid_bench_loop_job {
	IOASID_BENCH_LOOP_PASID = 1,
	IOASID_BENCH_LOOP_IDA = 2,
	IOASID_BENCH_LOOP_ATTACH = 3,
	IOASID_BENCH_LOOP_ATTACH_BARE = 4,
	IOASID_BENCH_LOOP_ATTACH_IOMMUFD = 5,
};

/**
 * struct ioasid_bench_loop - ioctl(IOASID_BENCH_LOOP)
 * @size: sizeof(struct ioasid_bench_loop)
 * @flags: must be 0
 * @job: enum ioasid_bench_loop_job
 * @times: how often
 * @fd: an IOASID fd, or an fd of /dev/iommu, for the jobs that want one
 * @ioas: of the latter, which I/O address space
 *
 * Errors: EOPNOTSUPP: there is no such job. ENODEV, EEXIST: as for
 * IOASID_BENCH_ATTACH. EINTR: killed. And whatever the other side returns.
 */
struct ioasid_bench_loop {
	__u32 size;
	__u32 flags;
	__u32 job;
	__u32 times;
	__s32 fd;
	__u32 ioas;
};

#define IOASID_BENCH_LOOP		_IO('i', 0xf6)

#endif
