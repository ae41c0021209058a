/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * I/O address spaces as file descriptors.
 *
 * An I/O address space (IOASID, in prose: a space) is what a device reaches
 * when it does DMA with one PASID. Each space is a file descriptor of its own.
 *
 *	open("/dev/ioasid")	the system fd
 *	  IOASID_GET_INFO	  what this kernel offers
 *	  IOASID_ALLOC		  create a space: an IOASID fd
 *	IOASID fd		one space
 *	  IOASID_STATUS		  look at it
 *	  IOASID_FREE		  take it back
 *	  poll()		  POLLHUP: no device reaches it any more
 *	a device's own fd
 *	  an ioctl of its driver that takes an IOASID fd attaches the space
 *
 * Possession is authority. Whoever holds an IOASID fd and the fd of a device
 * may join the two; no other check is made. Pass the fd over a socket to let
 * somebody else's device into the space, and FREE it to throw all devices out.
 */
#ifndef _UAPI_LINUX_IOASID_H
#define _UAPI_LINUX_IOASID_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * DOC: General rules
 *
 * Every ioctl takes a pointer to a structure whose first member, @size, is the
 * size of that structure as the caller knows it. A caller that was built with
 * an older header passes a smaller size, and members it does not know keep
 * their old meaning; a caller that was built with a newer header passes a
 * larger one, which is accepted as long as all bytes that this kernel does not
 * know are zero. Members named out_* are written by the kernel and ignored on
 * input. Reserved members and unknown flags must be zero.
 *
 * On success every ioctl returns 0. When it fails nothing has changed, and
 * errno says why. Causes are checked in this order, and the first one wins:
 *
 *  - ENOTTY: the ioctl number is not known to this fd
 *  - EFAULT: the structure cannot be read
 *  - EINVAL: @size is too small for the ioctl
 *  - E2BIG: the structure has non-zero bytes that this kernel does not know
 *  - EOPNOTSUPP: a flag is unknown, or a reserved member is not zero
 *  - EPERM: the fd was not opened for what the ioctl does
 *  - then whatever the ioctl's own documentation lists
 *  - EFAULT: the structure cannot be written
 */
#define IOASID_IOCTL_TYPE	'i'

/**
 * enum ioasid_ioctl_nr - Numbers of the ioctls
 * @IOASID_NR_GET_INFO: on the system fd
 * @IOASID_NR_ALLOC: on the system fd
 * @IOASID_NR_STATUS: on an IOASID fd
 * @IOASID_NR_FREE: on an IOASID fd
 */
enum ioasid_ioctl_nr {
	IOASID_NR_GET_INFO = 0x80,
	IOASID_NR_ALLOC = 0x81,
	IOASID_NR_STATUS = 0x82,
	IOASID_NR_FREE = 0x83,
};

/* What IOASID_GET_INFO returns as out_abi in this version of the header. */
#define IOASID_ABI	1

/**
 * enum ioasid_type - What a space translates to, fixed when it is created
 * @IOASID_TYPE_SVA: Shared Virtual Addressing. An I/O virtual address is an
 *	address of the process that created the space and means the same memory,
 *	with the same permissions, at any moment. The space follows the process
 *	through mmap, munmap, fork and reclaim; pages are faulted in when the
 *	device touches them and are never pinned. It ends with the address space
 *	of the process, at exit or execve.
 *
 * 0 is not a type.
 */
enum ioasid_type {
	IOASID_TYPE_SVA = 1,
};

/**
 * enum ioasid_state - Where a space is in its life
 * @IOASID_STATE_IDLE: no device is attached
 * @IOASID_STATE_ACTIVE: at least one device is attached
 * @IOASID_STATE_FREE_PENDING: freed, and no device reaches anything through it,
 *	but a driver still holds an attachment: the PASID is parked
 * @IOASID_STATE_FREE: freed, and no attachment is left
 */
enum ioasid_state {
	IOASID_STATE_IDLE = 1,
	IOASID_STATE_ACTIVE = 2,
	IOASID_STATE_FREE_PENDING = 3,
	IOASID_STATE_FREE = 4,
};

/**
 * struct ioasid_info - ioctl(IOASID_GET_INFO), on the system fd
 * @size: sizeof(struct ioasid_info)
 * @flags: must be 0
 * @out_abi: IOASID_ABI of the running kernel. It grows by one when ioctls,
 *	members or flags are added; nothing is ever taken away
 * @out_types: bit n is set when type n of enum ioasid_type can be created
 * @out_pasid_bits: PASIDs are smaller than 2 to the power of this
 * @__reserved: must be 0
 *
 * Needs no permission. Fails for the general causes only.
 */
struct ioasid_info {
	__u32 size;
	__u32 flags;
	__u32 out_abi;
	__u32 out_types;
	__u32 out_pasid_bits;
	__u32 __reserved;
};

#define IOASID_GET_INFO		_IO(IOASID_IOCTL_TYPE, IOASID_NR_GET_INFO)

/**
 * struct ioasid_alloc - ioctl(IOASID_ALLOC), on the system fd
 * @size: sizeof(struct ioasid_alloc)
 * @flags: must be 0
 * @type: one of enum ioasid_type
 * @out_fd: the new IOASID fd. It is open for reading and writing and has
 *	FD_CLOEXEC set
 * @out_pasid: the PASID of the space, never 0. It identifies the space on the
 *	bus and authorises nothing
 * @__reserved: must be 0
 *
 * Creates a space. An SVA space is bound to the memory of the calling process,
 * for good. The space lives until its last fd is closed, whoever has it then;
 * the last close frees it as IOASID_FREE does.
 *
 * Errors, besides the general ones:
 *
 *  - EPERM: the system fd is not open for writing
 *  - EOPNOTSUPP: @type is unknown
 *  - ENOSPC: no PASID is left
 *  - EMFILE, ENFILE: no file descriptor is left
 *  - ENOMEM: no memory is left
 *  - EINTR: a signal arrived while the memory of the process was locked by
 *    another thread
 *  - ESRCH: the caller has no memory of its own (it is exiting)
 */
struct ioasid_alloc {
	__u32 size;
	__u32 flags;
	__u32 type;
	__s32 out_fd;
	__u32 out_pasid;
	__u32 __reserved;
};

#define IOASID_ALLOC		_IO(IOASID_IOCTL_TYPE, IOASID_NR_ALLOC)

/* ioasid_status::out_flags */
/*
 * The process that an SVA space is bound to has exited or called execve: DMA
 * fails from then on, whatever the state.
 */
#define IOASID_STATUS_MM_GONE	(1u << 0)

/**
 * struct ioasid_status - ioctl(IOASID_STATUS), on an IOASID fd
 * @size: sizeof(struct ioasid_status)
 * @flags: must be 0
 * @out_type: one of enum ioasid_type
 * @out_state: one of enum ioasid_state
 * @out_pasid: the PASID, also after the space was freed (until the last holder
 *	lets go nobody else gets it)
 * @out_flags: IOASID_STATUS_* bits
 * @out_attachments: number of attachments that exist; after a free, the number
 *	that have not yet been let go
 * @__reserved: must be 0
 * @out_id: number of the space, from 1, never used twice while the module is
 *	loaded: what a tool should name a space by
 * @out_faults: page requests answered with success since creation
 * @out_faults_failed: page requests answered with failure since creation
 * @out_mapped: bytes that devices can reach at this moment without a page
 *	request. Spaces of one process that are attached to the same IOMMU share
 *	a page table, and each reports all of it
 *
 * The members are read one after the other, not as a snapshot. Fails for the
 * general causes only.
 */
struct ioasid_status {
	__u32 size;
	__u32 flags;
	__u32 out_type;
	__u32 out_state;
	__u32 out_pasid;
	__u32 out_flags;
	__u32 out_attachments;
	__u32 __reserved;
	__aligned_u64 out_id;
	__aligned_u64 out_faults;
	__aligned_u64 out_faults_failed;
	__aligned_u64 out_mapped;
};

#define IOASID_STATUS		_IO(IOASID_IOCTL_TYPE, IOASID_NR_STATUS)

/**
 * struct ioasid_free - ioctl(IOASID_FREE), on an IOASID fd
 * @size: sizeof(struct ioasid_free)
 * @flags: must be 0
 * @out_state: IOASID_STATE_FREE, or IOASID_STATE_FREE_PENDING when a driver
 *	still holds an attachment
 * @out_attachments: number of attachments not yet let go
 *
 * Takes the space back, attached or not. No device can be attached from the
 * moment it begins. When it returns, no device reaches the memory any more:
 * translations are gone from every cache, page requests are answered and
 * copies that were under way have ended. A device in the middle of a transfer
 * sees an error completion. The fds stay valid for IOASID_STATUS, IOASID_FREE,
 * poll() and close().
 *
 * Always succeeds, also the second time. Fails for the general causes only,
 * and EFAULT for a structure that cannot be written comes after the free.
 */
struct ioasid_free {
	__u32 size;
	__u32 flags;
	__u32 out_state;
	__u32 out_attachments;
};

#define IOASID_FREE		_IO(IOASID_IOCTL_TYPE, IOASID_NR_FREE)

/**
 * DOC: poll() on an IOASID fd
 *
 * POLLHUP is reported, and stays, once no device can reach memory through the
 * space any more: after IOASID_FREE, or when the process that an SVA space is
 * bound to is gone. Nothing else is ever reported.
 */

/**
 * DOC: Attaching
 *
 * A device is attached to a space by an ioctl of its own driver, which takes an
 * IOASID fd. Whatever the driver, these are the causes of a failure:
 *
 *  - EBADF: the fd is not open
 *  - EBADFD: the fd is not an IOASID fd
 *  - ESTALE: the space was freed
 *  - ESRCH: the process that the space is bound to is gone
 *  - ENODEV: the device is not behind an IOMMU
 *  - EOPNOTSUPP: the device has no PASIDs or no page requests, or its IOMMU
 *    cannot translate them with a page table that the kernel fills
 *  - ERANGE: the device's PASIDs are too narrow for the PASID of the space
 *  - EBUSY: somebody else uses the PASID with the device
 *  - ENOMEM, ENOSPC: no memory, or nothing that the IOMMU needs, is left
 */

/**
 * DOC: /proc/PID/fdinfo/N of an IOASID fd
 *
 * Below the lines that every file has there is one "name:<tab>value" line for
 * each of: ioasid (out_id), type ("sva"), state ("idle", "active",
 * "free-pending", "free"), pasid, mm ("live" or "gone"), attachments, faults,
 * faults-failed, mapped (in bytes); then one "device:<tab>name" line for each
 * device that is attached, named as in /sys. Lines may be added.
 */

#endif
