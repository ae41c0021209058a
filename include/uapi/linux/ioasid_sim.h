/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Simulated accelerators behind a simulated IOMMU: /dev/ioasid_sim0, 1, ...
 *
 * Each open of such a node is a work queue of its own. Attach I/O address
 * spaces to it, write() descriptors, and find the results in completion records
 * in memory. Descriptors and completion records have the published format of
 * Intel's Data Streaming Accelerator, struct dsa_hw_desc and struct
 * dsa_completion_record of <linux/idxd.h>.
 */
#ifndef _UAPI_LINUX_IOASID_SIM_H
#define _UAPI_LINUX_IOASID_SIM_H

#include <linux/ioctl.h>
#include <linux/types.h>

/*
 * The general rules of <linux/ioasid.h> (sizes, reserved members, order of
 * errors) hold for the ioctls here too. When the accelerator is gone because it
 * was taken from its driver, every ioctl fails with ENODEV, before it is looked
 * at.
 */
#define IOASID_SIM_IOCTL_TYPE	'i'

/**
 * enum ioasid_sim_ioctl_nr - Numbers of the ioctls
 * @IOASID_SIM_NR_ATTACH: let the queue use a space
 * @IOASID_SIM_NR_DETACH: let go of a space
 * @IOASID_SIM_NR_GET_ERROR: read and clear the software error register
 */
enum ioasid_sim_ioctl_nr {
	IOASID_SIM_NR_ATTACH = 0xc0,
	IOASID_SIM_NR_DETACH = 0xc1,
	IOASID_SIM_NR_GET_ERROR = 0xc2,
};

/* Largest xfer_size of a descriptor, in bytes. 0 is not valid either. */
#define IOASID_SIM_MAX_XFER	(1u << 31)
/* A batch has from 2 to this many descriptors. */
#define IOASID_SIM_MAX_BATCH	1024
/* So many descriptors can wait in one queue. */
#define IOASID_SIM_QUEUE_DEPTH	128
/* So many spaces can be attached to one queue. */
#define IOASID_SIM_MAX_SPACES	64

/**
 * DOC: write()
 *
 * Submits descriptors: any number, each of 64 bytes, in struct dsa_hw_desc
 * format, with no padding between them. Returns the number of bytes accepted,
 * a multiple of 64. A short count means that the descriptor behind the accepted
 * ones was refused or did not fit; write() it again to learn why. Accepted
 * descriptors complete in any order; only the fence flag inside a batch orders.
 *
 * The pasid field selects one of the spaces attached to this queue. When it is
 * 0, the queue fills in the PASID of the memory of its user
 * (IOASID_SIM_ATTACH_SELF), or else that of its only space.
 *
 *  - EINVAL: the count is 0 or not a multiple of 64, or the descriptor asks for
 *    a completion record (flag CRAV) at an address that is not a multiple of 32
 *  - EACCES: the PASID is not that of a space attached to this queue, or it is
 *    0 and neither the user's memory nor exactly one space is attached
 *  - EAGAIN: the queue is full and the file is O_NONBLOCK. Otherwise write()
 *    waits for room
 *  - EINTR: a signal ended the wait
 *  - EFAULT: the descriptor cannot be read from the caller's memory
 *
 * Everything else that can be wrong with a descriptor is reported in its
 * completion record. Operations: NOOP, BATCH, MEMMOVE, MEMFILL, COMPARE,
 * COMPVAL, DUALCAST, CRCGEN and COPY_CRC. Flags: FENCE, BOF, CRAV, RCR, RCI,
 * CR and CC. Without RCR a record is written only for an error.
 *
 * A small operation whose pages are at hand is done before write() returns.
 * write() never waits for a page of an attached space.
 */

/**
 * DOC: poll() and read()
 *
 *  - POLLIN: at least one descriptor that asked for an interrupt (flag RCI) has
 *    completed since the last read(). read() of 8 bytes returns their number as
 *    a native-endian __u64 and sets it to 0; it waits while the number is 0, or
 *    fails with EAGAIN on a file that is O_NONBLOCK. A shorter buffer is EINVAL
 *  - POLLOUT: the queue has room for a descriptor
 *  - POLLERR: the software error register holds an error
 *  - POLLPRI: a space attached to this queue was taken back by its owner. It
 *    stays set until the space is detached
 */

/* ioasid_sim_attach::flags and out_flags */
#define IOASID_SIM_ATTACH_NO_FAULT	(1u << 0)
#define IOASID_SIM_ATTACH_SELF		(1u << 1)

/**
 * struct ioasid_sim_attach - ioctl(IOASID_SIM_ATTACH)
 * @size: sizeof(struct ioasid_sim_attach)
 * @flags: IOASID_SIM_ATTACH_NO_FAULT: also if the accelerator has no page
 *	requests. The caller knows that it then fails wherever it does not find
 *	what it needs.
 *	IOASID_SIM_ATTACH_SELF: the memory of the calling process, without an
 *	IOASID fd. The driver makes a space, which is charged as IOASID_ALLOC
 *	would, and keeps its PASID to itself: descriptors have 0
 * @fd: an IOASID fd; with IOASID_SIM_ATTACH_SELF 0
 * @out_pasid: the PASID of the space, to put into descriptors; 0 with
 *	IOASID_SIM_ATTACH_SELF
 * @cookie: given with each page request to whoever has the fault fd of the
 *	space. When the accelerator is attached to the space more than once, the
 *	first one's cookie counts
 * @out_flags: IOASID_SIM_ATTACH_NO_FAULT: the accelerator has no page requests
 * @__reserved: must be 0
 * @reason: address of a struct ioasid_reason, for the case of failure, or 0
 *
 * Lets this queue use the space. The queue keeps the attachment until
 * IOASID_SIM_DETACH or until it is closed; @fd may be closed at once.
 *
 * Errors, besides the general ones:
 *
 *  - EPERM: the queue is not open for writing
 *  - EINVAL: @fd is not 0 (with IOASID_SIM_ATTACH_SELF)
 *  - with IOASID_SIM_ATTACH_SELF, what <linux/ioasid.h> lists for IOASID_ALLOC
 *  - what it lists for attaching
 *  - EEXIST: the space, or the memory of a process, is attached to this queue
 *    already
 *  - EMFILE: IOASID_SIM_MAX_SPACES are attached
 */
struct ioasid_sim_attach {
	__u32 size;
	__u32 flags;
	__s32 fd;
	__u32 out_pasid;
	__aligned_u64 cookie;
	__u32 out_flags;
	__u32 __reserved;
	__aligned_u64 reason;
};

#define IOASID_SIM_ATTACH	_IO(IOASID_SIM_IOCTL_TYPE, IOASID_SIM_NR_ATTACH)

/**
 * struct ioasid_sim_detach - ioctl(IOASID_SIM_DETACH)
 * @size: sizeof(struct ioasid_sim_detach)
 * @flags: must be 0
 * @pasid: PASID of a space attached to this queue, or 0 for the memory of its
 *	user (IOASID_SIM_ATTACH_SELF)
 * @__reserved: must be 0
 *
 * Waits for descriptors of that PASID that this queue has accepted, then lets
 * go of the space. A killed caller does not wait: what is left then fails with
 * an error completion.
 *
 * Errors, besides the general ones:
 *
 *  - EPERM: the queue is not open for writing
 *  - ENOENT: no space with that PASID is attached to this queue
 *  - EINTR: a signal ended the wait; the space is still attached
 */
struct ioasid_sim_detach {
	__u32 size;
	__u32 flags;
	__u32 pasid;
	__u32 __reserved;
};

#define IOASID_SIM_DETACH	_IO(IOASID_SIM_IOCTL_TYPE, IOASID_SIM_NR_DETACH)

/**
 * struct ioasid_sim_error - ioctl(IOASID_SIM_GET_ERROR)
 * @size: sizeof(struct ioasid_sim_error)
 * @flags: must be 0
 * @out_error: 0 when there is no error, else why a completion record could not
 *	be written: DSA_COMP_CRA_XLAT, nothing that the device may write is at
 *	its address, or DSA_COMP_CRA_ALIGN, a descriptor of a batch has an
 *	address for it that is not a multiple of 32, and was not executed
 * @out_status: the status that the record would have had, one of enum
 *	dsa_completion_status with DSA_COMP_STATUS_WRITE where it applies
 * @out_pasid: PASID of the descriptor
 * @out_opcode: operation of the descriptor
 * @out_fault_addr: the address that the record would have named as faulting,
 *	or 0
 * @out_completion_addr: where the record should have gone
 * @out_count: errors since the last IOASID_SIM_GET_ERROR. The register holds
 *	the first of them
 *
 * Reads the software error register of the queue and clears it. It takes what a
 * completion record cannot say. Fails for the general causes only.
 */
struct ioasid_sim_error {
	__u32 size;
	__u32 flags;
	__u32 out_error;
	__u32 out_status;
	__u32 out_pasid;
	__u32 out_opcode;
	__aligned_u64 out_fault_addr;
	__aligned_u64 out_completion_addr;
	__aligned_u64 out_count;
};

#define IOASID_SIM_GET_ERROR \
	_IO(IOASID_SIM_IOCTL_TYPE, IOASID_SIM_NR_GET_ERROR)

#endif
