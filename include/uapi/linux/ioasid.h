/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * I/O address spaces as file descriptors.
 *
 * An I/O address space (IOASID, in prose: a space) is what a device reaches
 * when it does DMA with one PASID. Each space is a file descriptor of its own.
 *
 *	open("/dev/ioasid")	the system fd
 *	  IOASID_GET_INFO	  what this kernel offers, and what is left
 *	  IOASID_ALLOC		  create a space: an IOASID fd
 *	  IOASID_NEXT		  go through all spaces
 *	  IOASID_ATTACHMENTS	  list who has one attached
 *	IOASID fd		one space, and rights over it
 *	  IOASID_STATUS		  look at it
 *	  IOASID_SHARE		  make another IOASID fd, with fewer rights
 *	  IOASID_FREE		  take it back
 *	  IOASID_ATTACHMENTS	  list who has it attached
 *	  IOASID_CUT		  take it back from one device
 *	  IOASID_TRANSLATE	  what is at an address
 *	  pread(), pwrite()	  the memory at an address
 *	  poll()		  POLLHUP: no device reaches it any more;
 *				  POLLPRI: and no driver holds it any more
 *	of type SVA
 *	  IOASID_PREFAULT	  make memory ready for devices
 *	  IOASID_UNPIN		  let go of memory that was pinned for them
 *	of type IOVA
 *	  IOASID_MAP		  enter memory
 *	  IOASID_UNMAP		  take it out
 *	  IOASID_MAPS		  list what is mapped
 *	  IOASID_IOVA_RANGES	  where memory can be mapped
 *	  IOASID_IOVA_KEEP	  where it must stay possible
 *	  IOASID_FAULT_OPEN	  serve page requests: a fault fd
 *	fault fd		the page requests of one space
 *	  read()		  take them
 *	  write()		  answer them
 *	a device's own fd
 *	  an ioctl of its driver that takes an IOASID fd attaches the space
 *
 * Possession is authority. Whoever holds an IOASID fd and the fd of a device
 * may join the two; no other check is made. An IOASID fd carries rights, which
 * are fixed when it is made: IOASID_SHARE gives one that may attach and nothing
 * else. Pass that over a socket to let somebody else's device into the space,
 * and FREE the space to throw all devices out.
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
 * On success every ioctl returns 0. When it fails nothing has changed, except
 * that lists may have been written in part, and errno says why. Causes are
 * checked in this order, and the first one wins:
 *
 *  - ENOTTY: the ioctl number is not known to this fd
 *  - EFAULT: the structure cannot be read
 *  - EINVAL: @size is too small for the ioctl
 *  - E2BIG: the structure has non-zero bytes that this kernel does not know
 *  - EOPNOTSUPP: a flag is unknown, or a reserved member is not zero
 *  - EPERM: the fd was not opened for what the ioctl does, or does not carry
 *    the right that it takes
 *  - EMEDIUMTYPE: the ioctl is for spaces of the other type
 *  - then whatever the ioctl's own documentation lists, in that order. ENOMEM,
 *    and EINTR, can come before any of these
 *  - EFAULT: the structure cannot be written. By then IOASID_FREE, IOASID_CUT,
 *    IOASID_UNMAP and IOASID_UNPIN are done, and stay so
 */
#define IOASID_IOCTL_TYPE	'i'

/**
 * enum ioasid_ioctl_nr - Numbers of the ioctls
 * @IOASID_NR_GET_INFO: on the system fd
 * @IOASID_NR_ALLOC: on the system fd
 * @IOASID_NR_STATUS: on an IOASID fd
 * @IOASID_NR_FREE: on an IOASID fd
 * @IOASID_NR_MAP: on an IOASID fd of type IOVA
 * @IOASID_NR_UNMAP: on an IOASID fd of type IOVA
 * @IOASID_NR_MAPS: on an IOASID fd of type IOVA
 * @IOASID_NR_IOVA_RANGES: on an IOASID fd of type IOVA
 * @IOASID_NR_IOVA_KEEP: on an IOASID fd of type IOVA
 * @IOASID_NR_TRANSLATE: on an IOASID fd
 * @IOASID_NR_PREFAULT: on an IOASID fd of type SVA
 * @IOASID_NR_UNPIN: on an IOASID fd of type SVA
 * @IOASID_NR_FAULT_OPEN: on an IOASID fd of type IOVA
 * @IOASID_NR_SHARE: on an IOASID fd
 * @IOASID_NR_ATTACHMENTS: on an IOASID fd, and on the system fd
 * @IOASID_NR_CUT: on an IOASID fd
 * @IOASID_NR_NEXT: on the system fd
 */
enum ioasid_ioctl_nr {
	IOASID_NR_GET_INFO = 0x80,
	IOASID_NR_ALLOC = 0x81,
	IOASID_NR_STATUS = 0x82,
	IOASID_NR_FREE = 0x83,
	IOASID_NR_MAP = 0x84,
	IOASID_NR_UNMAP = 0x85,
	IOASID_NR_MAPS = 0x86,
	IOASID_NR_IOVA_RANGES = 0x87,
	IOASID_NR_IOVA_KEEP = 0x88,
	IOASID_NR_TRANSLATE = 0x89,
	IOASID_NR_PREFAULT = 0x8a,
	IOASID_NR_UNPIN = 0x8b,
	IOASID_NR_FAULT_OPEN = 0x8c,
	IOASID_NR_SHARE = 0x8d,
	IOASID_NR_ATTACHMENTS = 0x8e,
	IOASID_NR_CUT = 0x8f,
	IOASID_NR_NEXT = 0x90,
};

/* What IOASID_GET_INFO returns as out_abi in this version of the header. */
#define IOASID_ABI	3

/**
 * enum ioasid_type - What a space translates to, fixed when it is created
 * @IOASID_TYPE_SVA: Shared Virtual Addressing. An I/O virtual address is an
 *	address of the process that created the space and means the same memory,
 *	with the same permissions, at any moment. The space follows the process
 *	through mmap, munmap, fork and reclaim; pages are faulted in when the
 *	device touches them and are never pinned. It ends with the address space
 *	of the process, at exit or execve.
 * @IOASID_TYPE_IOVA: A map of its own, under the control of whoever holds an
 *	IOASID fd of the space: IOASID_MAP enters memory at an I/O virtual
 *	address and pins it, IOASID_UNMAP takes it out. The map is there with or
 *	without devices, and is the same for all of them. What is not mapped is
 *	out of reach, or asked for through a fault fd. It outlives the process
 *	that created it, as long as somebody has the fd.
 *
 * 0 is not a type.
 */
enum ioasid_type {
	IOASID_TYPE_SVA = 1,
	IOASID_TYPE_IOVA = 2,
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
 * DOC: Rights
 *
 * What one IOASID fd may do with its space, a set of bits. The fd that
 * IOASID_ALLOC returns carries all of them, and the fd that IOASID_SHARE
 * returns those that its maker has chosen among his own. They belong to the
 * open file: dup(), fork(), SCM_RIGHTS and pidfd_getfd() pass on what is there,
 * and it cannot be opened again through /proc. No fd ever gains a right.
 *
 *  - IOASID_RIGHT_ATTACH: let devices into the space
 *  - IOASID_RIGHT_MAP: say what is at which address, and see it: IOASID_MAP,
 *    IOASID_UNMAP, IOASID_MAPS, IOASID_IOVA_RANGES, IOASID_IOVA_KEEP,
 *    IOASID_PREFAULT, IOASID_UNPIN, IOASID_TRANSLATE; and map what the space
 *    has into another one
 *  - IOASID_RIGHT_ACCESS: pread() and pwrite(), and IOASID_TRANSLATE
 *  - IOASID_RIGHT_FAULT: serve page requests: IOASID_FAULT_OPEN
 *  - IOASID_RIGHT_MANAGE: give and take: IOASID_SHARE, IOASID_FREE,
 *    IOASID_ATTACHMENTS, IOASID_CUT
 *
 * IOASID_STATUS, poll() and fdinfo take no right. Whoever has IOASID_RIGHT_MAP
 * can make what is mapped outlast IOASID_FREE, by mapping it into a space of
 * his own: it is for those who are trusted with the memory, not for services
 * that only work on it.
 */
#define IOASID_RIGHT_ATTACH	(1u << 0)
#define IOASID_RIGHT_MAP	(1u << 1)
#define IOASID_RIGHT_ACCESS	(1u << 2)
#define IOASID_RIGHT_FAULT	(1u << 3)
#define IOASID_RIGHT_MANAGE	(1u << 4)
#define IOASID_RIGHT_ALL	((1u << 5) - 1)

/**
 * struct ioasid_info - ioctl(IOASID_GET_INFO), on the system fd
 * @size: sizeof(struct ioasid_info)
 * @flags: must be 0
 * @out_abi: IOASID_ABI of the running kernel. It grows by one when ioctls,
 *	members or flags are added; nothing is ever taken away
 * @out_types: bit n is set when type n of enum ioasid_type can be created
 * @out_pasid_bits: PASIDs are smaller than 2 to the power of this
 * @__reserved: must be 0
 * @out_spaces: how many spaces there are, those parked included
 * @out_pasids_resting: PASIDs that have been given back and wait until nobody
 *	can remember them
 * @out_pasids_left: how many spaces can be created before PASIDs run out, if
 *	nothing else in the kernel takes any
 * @__reserved2: 0
 * @out_cgroup: id of the cgroup that the caller's next space is charged to, as
 *	the inode number of its directory. What is left there is the lowest
 *	difference between hca_object of rdma.max and rdma.current, in the lines
 *	that begin with "ioasid", of that cgroup and of those above it
 * @out_pinned: bytes that are pinned and charged to the user of the caller, by
 *	spaces and by whatever else counts against RLIMIT_MEMLOCK of the user
 * @out_pinned_max: how many the caller's RLIMIT_MEMLOCK allows; all bits are
 *	set when there is no limit, or when it does not apply (CAP_IPC_LOCK)
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
	__u32 out_spaces;
	__u32 out_pasids_resting;
	__u32 out_pasids_left;
	__u32 __reserved2;
	__aligned_u64 out_cgroup;
	__aligned_u64 out_pinned;
	__aligned_u64 out_pinned_max;
};

#define IOASID_GET_INFO		_IO(IOASID_IOCTL_TYPE, IOASID_NR_GET_INFO)

/* Sizes of names in structures. Longer names are cut; all end with 0. */
#define IOASID_COMM_SIZE	16
#define IOASID_DEVICE_SIZE	64

/**
 * enum ioasid_reason_code - Why a space could not be created or attached
 * @IOASID_REASON_NONE: there is no more to say than errno does
 * @IOASID_REASON_LIMIT: EDQUOT: a limit on spaces of the caller's cgroup, or of
 *	one above it. @value is the id of the caller's
 * @IOASID_REASON_NO_PASID: ENOSPC: there are @value spaces, and no PASID is
 *	left. @limit: PASIDs that rest, and will be there soon
 * @IOASID_REASON_NO_RIGHT: EACCES: the fd carries the rights @value only
 * @IOASID_REASON_FREED: ESTALE: the space was freed
 * @IOASID_REASON_MM_GONE: ESRCH: the process that the space is bound to is gone
 * @IOASID_REASON_NO_IOMMU: ENODEV: the device is not behind an IOMMU
 * @IOASID_REASON_NO_PASIDS: EOPNOTSUPP: the device, or its IOMMU, has no PASIDs
 * @IOASID_REASON_NO_TABLE: EOPNOTSUPP: the IOMMU cannot translate PASIDs with a
 *	page table that the kernel fills
 * @IOASID_REASON_NO_PAGE_REQUESTS: EPROTONOSUPPORT: the device has no page
 *	requests
 * @IOASID_REASON_MAPPED: EADDRINUSE: something is mapped at addresses that the
 *	device cannot use: from @value to @limit, inclusive
 * @IOASID_REASON_KEPT: EADDRNOTAVAIL: addresses must stay usable that the
 *	device cannot use: from @value to @limit, inclusive
 * @IOASID_REASON_WIDTH: ERANGE: the PASID of the space is @value, and the
 *	device knows those below @limit
 * @IOASID_REASON_PASID_IN_USE: EBUSY: somebody outside of /dev/ioasid uses the
 *	PASID with the device
 * @IOASID_REASON_CUT: EKEYREVOKED: the device was cut off (IOASID_CUT), and the
 *	process @pid still holds what it had attached before
 */
enum ioasid_reason_code {
	IOASID_REASON_NONE = 0,
	IOASID_REASON_LIMIT = 1,
	IOASID_REASON_NO_PASID = 2,
	IOASID_REASON_NO_RIGHT = 3,
	IOASID_REASON_FREED = 4,
	IOASID_REASON_MM_GONE = 5,
	IOASID_REASON_NO_IOMMU = 6,
	IOASID_REASON_NO_PASIDS = 7,
	IOASID_REASON_NO_TABLE = 8,
	IOASID_REASON_NO_PAGE_REQUESTS = 9,
	IOASID_REASON_MAPPED = 10,
	IOASID_REASON_KEPT = 11,
	IOASID_REASON_WIDTH = 12,
	IOASID_REASON_PASID_IN_USE = 13,
	IOASID_REASON_CUT = 14,
};

/**
 * struct ioasid_reason - What there is to say about a failure, besides errno
 * @size: sizeof(struct ioasid_reason), to be set by the caller
 * @code: one of enum ioasid_reason_code, which says what @value and @limit are
 * @pasid: PASID of the space, 0 if there is none
 * @pid: a process, as the caller sees it: with IOASID_REASON_CUT the one that
 *	stands in the way, else the creator of the space. 0 if there is none, or
 *	it has ended
 * @ioasid: out_id of the space, 0 if there is none
 * @value: see @code
 * @limit: see @code
 * @comm: name of that process, at the time when it created or attached
 * @device: name of the device, as in /sys
 *
 * ioctls that create or attach a space have a member @reason: the address of
 * such a structure, or 0. It is written when that fails, and left alone when it
 * succeeds and for what an ioctl refuses before it tries. If it cannot be
 * written, nobody learns the reason, and errno is the same.
 */
struct ioasid_reason {
	__u32 size;
	__u32 code;
	__u32 pasid;
	__u32 pid;
	__aligned_u64 ioasid;
	__aligned_u64 value;
	__aligned_u64 limit;
	char comm[IOASID_COMM_SIZE];
	char device[IOASID_DEVICE_SIZE];
};

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
 * @reason: address of a struct ioasid_reason, for the case of failure, or 0
 *
 * Creates a space, with all rights over it. An SVA space is bound to the memory
 * of the calling process, for good. An IOVA space begins empty; what is pinned
 * for it is charged to the user of the calling process, within its
 * RLIMIT_MEMLOCK, whoever maps it. The space lives until its last fd is closed,
 * whoever has it then; the last close frees it as IOASID_FREE does.
 *
 * A space is charged to the cgroup of the calling process, and of every cgroup
 * above, as one hca_object of the device "ioasid" of the rdma controller. The
 * charge stays there, wherever the process or the fd go, and is given back when
 * the last holder of the space lets go.
 *
 * Errors, besides the general ones:
 *
 *  - EPERM: the system fd is not open for writing
 *  - EOPNOTSUPP: @type is unknown
 *  - EDQUOT: the limit of a cgroup does not allow another space
 *  - ENOSPC: no PASID is left. Those that were given back lately do not count
 *  - ESRCH: the caller has no memory of its own (it is exiting)
 *  - EMFILE, ENFILE: no file descriptor is left
 *  - ENOMEM: no memory is left
 *  - EINTR: a signal arrived while the memory of the process was locked by
 *    another thread
 */
struct ioasid_alloc {
	__u32 size;
	__u32 flags;
	__u32 type;
	__s32 out_fd;
	__u32 out_pasid;
	__u32 __reserved;
	__aligned_u64 reason;
};

#define IOASID_ALLOC		_IO(IOASID_IOCTL_TYPE, IOASID_NR_ALLOC)

/* ioasid_status::out_flags */
/*
 * The process that an SVA space is bound to has exited or called execve: DMA
 * fails from then on, whatever the state.
 */
#define IOASID_STATUS_MM_GONE	(1u << 0)
/* It was created by a driver on behalf of a process, and has no fd. */
#define IOASID_STATUS_HIDDEN	(1u << 1)
/* It belongs to the kernel: it has no fd and no process, and nobody pays. */
#define IOASID_STATUS_KERNEL	(1u << 2)

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
 *	a page table, and each reports all of it. Of an IOVA space: bytes that
 *	are mapped, with or without devices
 * @out_pinned: bytes of memory that were pinned for the space and still are.
 *	What was mapped by two calls is counted twice. What another space has
 *	mapped from this one is counted here until nobody maps it, also when
 *	this space was freed
 * @out_maps: number of maps of an IOVA space, or of pinned ranges of an SVA
 *	space
 * @out_rights: IOASID_RIGHT_* bits of the fd; 0 from IOASID_NEXT
 * @out_fds: number of IOASID fds of the space, with whatever rights. Copies by
 *	dup(), fork() or SCM_RIGHTS are not counted apart
 * @out_pid: the process that created it, as the caller sees it; 0 when it has
 *	ended, or is none that the caller can see
 * @out_uid: its user, as the caller sees it
 * @out_cgroup: id of the cgroup that is charged for the space, or 0 for none
 * @out_comm: name of that process, at the time of the creation
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
	__aligned_u64 out_pinned;
	__aligned_u64 out_maps;
	__u32 out_rights;
	__u32 out_fds;
	__u32 out_pid;
	__u32 out_uid;
	__aligned_u64 out_cgroup;
	char out_comm[IOASID_COMM_SIZE];
};

#define IOASID_STATUS		_IO(IOASID_IOCTL_TYPE, IOASID_NR_STATUS)

/**
 * struct ioasid_free - ioctl(IOASID_FREE), on an IOASID fd
 * @size: sizeof(struct ioasid_free)
 * @flags: must be 0
 * @out_state: IOASID_STATE_FREE, or IOASID_STATE_FREE_PENDING when a driver
 *	still holds an attachment
 * @out_attachments: number of attachments not yet let go
 * @out_fds: number of IOASID fds of the space, this one included. They reach
 *	nothing any more, but keep the PASID
 * @__reserved: must be 0
 *
 * Takes IOASID_RIGHT_MANAGE. Takes the space back, attached or not. No device
 * can be attached from the moment it begins. When it returns, no device reaches
 * the memory any more: translations are gone from every cache, page requests
 * are answered and copies that were under way have ended. A device in the
 * middle of a transfer sees an error completion. The fds stay valid for
 * IOASID_STATUS, IOASID_FREE, poll() and close().
 *
 * Always succeeds, also the second time. Fails for the general causes only.
 */
struct ioasid_free {
	__u32 size;
	__u32 flags;
	__u32 out_state;
	__u32 out_attachments;
	__u32 out_fds;
	__u32 __reserved;
};

#define IOASID_FREE		_IO(IOASID_IOCTL_TYPE, IOASID_NR_FREE)

/**
 * struct ioasid_share - ioctl(IOASID_SHARE), on an IOASID fd
 * @size: sizeof(struct ioasid_share)
 * @flags: must be 0
 * @rights: IOASID_RIGHT_* bits of the new fd, maybe none: it can then look at
 *	the space and wait for its end
 * @out_fd: the new IOASID fd. It has FD_CLOEXEC set
 *
 * Makes another IOASID fd of the same space, which can do less. It takes
 * IOASID_RIGHT_MANAGE. A space lives as long as any of its IOASID fds.
 *
 * Errors, besides the general ones:
 *
 *  - EOPNOTSUPP: a bit of @rights is not known
 *  - EACCES: @rights has a right that this fd does not carry
 *  - ESTALE: the space was freed
 *  - EMFILE, ENFILE: no file descriptor is left
 *  - ENOMEM: no memory is left
 */
struct ioasid_share {
	__u32 size;
	__u32 flags;
	__u32 rights;
	__s32 out_fd;
};

#define IOASID_SHARE		_IO(IOASID_IOCTL_TYPE, IOASID_NR_SHARE)

/* ioasid_attachment_entry::flags */
/* The device has no page requests. */
#define IOASID_ATTACHMENT_NO_FAULT	(1u << 0)
/* It was cut off, or the space freed, and its driver has not yet let go. */
#define IOASID_ATTACHMENT_CUT		(1u << 1)

/**
 * struct ioasid_attachment_entry - Who has a space attached
 * @id: number of the attachment, from 1, never used twice in a space
 * @cookie: what was given when the device was attached
 * @flags: IOASID_ATTACHMENT_* bits
 * @pid: the process that attached it, as the caller sees it; 0 when it has
 *	ended, or is none that the caller can see, or for the kernel itself
 * @comm: its name at that time
 * @device: name of the device, as in /sys; empty for a driver that has none and
 *	works on the memory in software
 */
struct ioasid_attachment_entry {
	__aligned_u64 id;
	__aligned_u64 cookie;
	__u32 flags;
	__u32 pid;
	char comm[IOASID_COMM_SIZE];
	char device[IOASID_DEVICE_SIZE];
};

/**
 * struct ioasid_attachments - ioctl(IOASID_ATTACHMENTS), on an IOASID fd and on
 *	the system fd
 * @size: sizeof(struct ioasid_attachments)
 * @flags: must be 0
 * @nr: how many entries there is room for
 * @out_nr: how many were written
 * @pasid: on the system fd: of which space, as for IOASID_NEXT. On an IOASID
 *	fd: must be 0
 * @__reserved: must be 0
 * @id: list those with a higher number
 * @entries: address of an array of struct ioasid_attachment_entry
 *
 * Lists attachments in the order of their numbers, which is that in which they
 * were made. A list that fills the array may go on: ask again from the last
 * number. On an IOASID fd it takes IOASID_RIGHT_MANAGE.
 *
 * Errors, besides the general ones:
 *
 *  - EINVAL: @pasid is not 0 (on an IOASID fd)
 *  - ENOENT: there is no such space, or it is not the caller's (on the system
 *    fd)
 *  - EFAULT: @entries cannot be written
 *  - ENOMEM: no memory is left
 *  - EINTR: the caller is being killed (on the system fd)
 */
struct ioasid_attachments {
	__u32 size;
	__u32 flags;
	__u32 nr;
	__u32 out_nr;
	__u32 pasid;
	__u32 __reserved;
	__aligned_u64 id;
	__aligned_u64 entries;
};

#define IOASID_ATTACHMENTS	_IO(IOASID_IOCTL_TYPE, IOASID_NR_ATTACHMENTS)

/**
 * struct ioasid_cut - ioctl(IOASID_CUT), on an IOASID fd
 * @size: sizeof(struct ioasid_cut)
 * @flags: must be 0
 * @id: number of an attachment, from IOASID_ATTACHMENTS
 * @out_attachments: how many attachments were cut
 * @__reserved: must be 0
 *
 * Takes the space back from one device. It takes IOASID_RIGHT_MANAGE. When it
 * returns, the device does not reach the memory any more, with the guarantees
 * that IOASID_FREE gives for all devices, and its driver has been told. An
 * IOMMU knows no more than the device and the PASID, so all attachments of that
 * device to the space are cut. The others do not notice.
 *
 * The device cannot be attached again until its driver has let go of all that
 * was cut. Then it can, by whoever has IOASID_RIGHT_ATTACH.
 *
 * Errors, besides the general ones:
 *
 *  - ENOENT: there is no such attachment, or no longer
 *  - EALREADY: it has been cut, or the space was freed
 */
struct ioasid_cut {
	__u32 size;
	__u32 flags;
	__aligned_u64 id;
	__u32 out_attachments;
	__u32 __reserved;
};

#define IOASID_CUT		_IO(IOASID_IOCTL_TYPE, IOASID_NR_CUT)

/**
 * struct ioasid_next - ioctl(IOASID_NEXT), on the system fd
 * @size: sizeof(struct ioasid_next)
 * @flags: must be 0
 * @pasid: where to begin
 * @out_pasid: PASID of the space that was found
 * @status: address of a struct ioasid_status, with its size set, for the answer
 *
 * Finds the space with the lowest PASID from @pasid on that the caller may see:
 * with CAP_SYS_ADMIN every space, also parked ones, those that drivers made and
 * those of the kernel; without, those that the caller's user has created. To go
 * through all, ask again from @out_pasid + 1.
 *
 * Errors, besides the general ones:
 *
 *  - ENOENT: there is none
 *  - EFAULT: @status cannot be read
 *  - EINVAL: the size of @status is too small
 *  - E2BIG: it has non-zero bytes that this kernel does not know
 *  - EOPNOTSUPP: its flags or its reserved member are not 0
 *  - EFAULT: @status cannot be written
 *  - EINTR: the caller is being killed
 */
struct ioasid_next {
	__u32 size;
	__u32 flags;
	__u32 pasid;
	__u32 out_pasid;
	__aligned_u64 status;
};

#define IOASID_NEXT		_IO(IOASID_IOCTL_TYPE, IOASID_NR_NEXT)

/* The access that a map allows, a translation has, or a page request wants. */
#define IOASID_READ		(1u << 0)
#define IOASID_WRITE		(1u << 1)

/* ioasid_map::flags, besides IOASID_READ and IOASID_WRITE */
#define IOASID_MAP_FIXED	(1u << 2)
#define IOASID_MAP_FILE		(1u << 3)
#define IOASID_MAP_SPACE	(1u << 4)

/**
 * struct ioasid_map - ioctl(IOASID_MAP), on an IOASID fd of type IOVA
 * @size: sizeof(struct ioasid_map)
 * @flags: IOASID_READ and IOASID_WRITE: what devices may do, at least one of
 *	the two. Writing includes reading, as page tables have it.
 *	IOASID_MAP_FIXED: at @iova exactly; otherwise the kernel chooses.
 *	IOASID_MAP_FILE: what is mapped is @length bytes of the file @fd from
 *	offset @address, as mmap(MAP_SHARED) would show them.
 *	IOASID_MAP_SPACE: what is mapped is what the IOVA space @fd has at
 *	@address. It is neither pinned nor charged again.
 *	Without both: memory of the calling process
 * @fd: for IOASID_MAP_FILE and IOASID_MAP_SPACE, otherwise 0
 * @__reserved: must be 0
 * @address: where the memory is: in the caller's memory, in the file or in the
 *	other space; a multiple of the page size
 * @length: in bytes, a multiple of the page size
 * @iova: with IOASID_MAP_FIXED where to map, a multiple of the page size;
 *	without, the lowest address to choose, or 0 for no wish
 * @last: the highest address to choose (of the last byte), or 0 for no wish.
 *	Must be 0 with IOASID_MAP_FIXED
 * @alignment: the address chosen shall be a multiple of this power of two; 0
 *	lets the kernel align for the largest pages. Must be 0 with
 *	IOASID_MAP_FIXED
 * @page_size_max: use no larger page than this power of two in the tables of
 *	IOMMUs, or 0 for no limit. See IOASID_UNMAP for what it is good for
 * @out_iova: where it was mapped
 * @out_length: how much was mapped: @length
 *
 * Maps memory for devices, those attached now and those attached later. The
 * memory is pinned until it is unmapped: what was at @address at the time of
 * the call stays mapped, whatever happens to the mapping of the process or to
 * the length of the file. A page that a process shares copy-on-write becomes
 * its own at first, and stays its own across fork(). An IOMMU gets the largest
 * pages that the memory and the address allow.
 *
 * Pinned memory is charged to the user of the space's creator, up to the
 * RLIMIT_MEMLOCK of that process, unless the caller has CAP_IPC_LOCK. It is
 * charged once for each time that it is mapped, however many devices there are.
 *
 * When the kernel chooses, it takes the lowest address that fits in what
 * IOASID_IOVA_KEEP named, or else in what IOASID_IOVA_RANGES reports. Without a
 * wish it begins at 4 GiB, and goes lower only if there is no room. It never
 * chooses 0.
 *
 * Errors, besides the general ones:
 *
 *  - EINVAL: @length is 0; a member is not a multiple of the page size where it
 *    must be, or not a power of two; @last is below @iova; both
 *    IOASID_MAP_FILE and IOASID_MAP_SPACE; neither IOASID_READ nor
 *    IOASID_WRITE; a member is not 0 where it must be
 *  - EOVERFLOW: @address or @iova plus @length does not fit in 64 bits
 *  - ESTALE: the space was freed
 *  - EBADF: @fd is not open, or not for reading
 *  - EBADFD: @fd is not an IOASID fd (IOASID_MAP_SPACE)
 *  - EACCES: it does not carry IOASID_RIGHT_MAP
 *  - EMEDIUMTYPE: its space is not of type IOVA either
 *  - ESTALE: its space was freed
 *  - whichever is found first on the way through the memory:
 *    EFAULT: there is nothing at part of it; a file ends before it.
 *    EACCES: the memory, the file, its seals or the map of the other space do
 *    not allow the access.
 *    ENODEV: the file cannot be mmapped, or the memory cannot be pinned: it is
 *    a device's, or secret, or belongs to a filesystem and would be written.
 *    EDQUOT: RLIMIT_MEMLOCK of the creator does not allow it
 *  - EEXIST: something is mapped at @iova
 *  - EADDRNOTAVAIL: @iova is outside of the usable ranges
 *  - ENOSPC: no free range fits
 *  - ENOMEM: no memory is left
 *  - EINTR: the caller is being killed
 */
struct ioasid_map {
	__u32 size;
	__u32 flags;
	__s32 fd;
	__u32 __reserved;
	__aligned_u64 address;
	__aligned_u64 length;
	__aligned_u64 iova;
	__aligned_u64 last;
	__aligned_u64 alignment;
	__aligned_u64 page_size_max;
	__aligned_u64 out_iova;
	__aligned_u64 out_length;
};

#define IOASID_MAP		_IO(IOASID_IOCTL_TYPE, IOASID_NR_MAP)

/* ioasid_unmap::flags, ioasid_unpin::flags */
#define IOASID_UNMAP_ALL	(1u << 0)

/**
 * struct ioasid_unmap - ioctl(IOASID_UNMAP), on an IOASID fd of type IOVA
 * @size: sizeof(struct ioasid_unmap)
 * @flags: IOASID_UNMAP_ALL: everything; @iova and @length must be 0
 * @iova: where to begin, a multiple of the page size
 * @length: in bytes, a multiple of the page size
 * @out_length: how many bytes were mapped there and are no longer
 *
 * Takes everything out that is mapped in a range. When it returns, no device
 * reaches it and the memory is given back, with its charge. The range may have
 * holes, and may begin and end anywhere: what a map has outside of it stays.
 *
 * There is one exception. A page of an IOMMU's table that is larger than the
 * page size, and that an end of the range lies in, must be replaced by smaller
 * ones. Nobody can do that at once: for a moment a device finds nothing there.
 * Devices with page requests wait and do not notice. If there is one without,
 * nothing is unmapped and the error is EBUSY. Who needs such cuts maps with a
 * @page_size_max.
 *
 * Errors, besides the general ones:
 *
 *  - EINVAL: @length is 0, @iova or @length is not a multiple of the page size,
 *    or not 0 where it must be
 *  - EOVERFLOW: @iova plus @length does not fit in 64 bits
 *  - ESTALE: the space was freed; nothing is mapped in it
 *  - ENOENT: nothing is mapped in the range. Not with IOASID_UNMAP_ALL
 *  - EBUSY: see above
 *  - ENOMEM: no memory is left to split a map
 */
struct ioasid_unmap {
	__u32 size;
	__u32 flags;
	__aligned_u64 iova;
	__aligned_u64 length;
	__aligned_u64 out_length;
};

#define IOASID_UNMAP		_IO(IOASID_IOCTL_TYPE, IOASID_NR_UNMAP)

/**
 * struct ioasid_map_entry - One map of an IOVA space
 * @iova: where it begins
 * @length: in bytes
 * @flags: IOASID_READ, IOASID_WRITE
 * @__reserved: 0
 * @page_sizes: the sizes of pages that it has in the tables of the attached
 *	devices' IOMMUs, each a bit; 0 while no device is attached
 */
struct ioasid_map_entry {
	__aligned_u64 iova;
	__aligned_u64 length;
	__u32 flags;
	__u32 __reserved;
	__aligned_u64 page_sizes;
};

/**
 * struct ioasid_maps - ioctl(IOASID_MAPS), on an IOASID fd of type IOVA
 * @size: sizeof(struct ioasid_maps)
 * @flags: must be 0
 * @nr: how many entries there is room for
 * @out_nr: how many were written
 * @iova: list maps that end above this address
 * @entries: address of an array of struct ioasid_map_entry
 *
 * Lists maps in the order of their addresses. A list that fills the array may
 * go on: ask again from the end of the last entry. A map is what one IOASID_MAP
 * made, or what an IOASID_UNMAP left of it; a very long one may come in pieces.
 *
 * Errors, besides the general ones:
 *
 *  - ESTALE: the space was freed
 *  - EFAULT: @entries cannot be written
 *  - ENOMEM: no memory is left
 */
struct ioasid_maps {
	__u32 size;
	__u32 flags;
	__u32 nr;
	__u32 out_nr;
	__aligned_u64 iova;
	__aligned_u64 entries;
};

#define IOASID_MAPS		_IO(IOASID_IOCTL_TYPE, IOASID_NR_MAPS)

/**
 * struct ioasid_iova_range - Addresses of an IOVA space
 * @start: the first
 * @last: the last, inclusive
 */
struct ioasid_iova_range {
	__aligned_u64 start;
	__aligned_u64 last;
};

/**
 * struct ioasid_iova_ranges - ioctl(IOASID_IOVA_RANGES), on an IOASID fd of
 *	type IOVA
 * @size: sizeof(struct ioasid_iova_ranges)
 * @flags: must be 0
 * @nr: how many ranges there is room for
 * @out_nr: how many there are
 * @ranges: address of an array of struct ioasid_iova_range
 * @out_page_sizes: the sizes of pages that the IOMMUs of all attached devices
 *	know, each a bit; 0 while no device is attached
 * @out_alignment: addresses and lengths of maps are multiples of this
 *
 * Tells where memory can be mapped, in the order of addresses: everything that
 * all attached devices can use, whether something is mapped there or not.
 * Another device may take something away when it is attached, but neither what
 * is mapped nor what IOASID_IOVA_KEEP names.
 *
 * Errors, besides the general ones:
 *
 *  - ESTALE: the space was freed
 *  - EFAULT: @ranges cannot be written
 *  - EMSGSIZE: there is no room for all; as many as fit and the other members
 *    are written nevertheless
 *  - ENOMEM: no memory is left
 */
struct ioasid_iova_ranges {
	__u32 size;
	__u32 flags;
	__u32 nr;
	__u32 out_nr;
	__aligned_u64 ranges;
	__aligned_u64 out_page_sizes;
	__aligned_u64 out_alignment;
};

#define IOASID_IOVA_RANGES	_IO(IOASID_IOCTL_TYPE, IOASID_NR_IOVA_RANGES)

/* So many ranges can be kept. */
#define IOASID_IOVA_KEEP_MAX	64

/**
 * struct ioasid_iova_keep - ioctl(IOASID_IOVA_KEEP), on an IOASID fd of type
 *	IOVA
 * @size: sizeof(struct ioasid_iova_keep)
 * @flags: must be 0
 * @nr: how many ranges, at most IOASID_IOVA_KEEP_MAX; 0 keeps nothing
 * @__reserved: must be 0
 * @ranges: address of an array of struct ioasid_iova_range, whole pages, in the
 *	order of addresses, that do not overlap
 *
 * Promises that memory can be mapped in these ranges for as long as the space
 * lives: a device for which that would not hold is refused when it is attached.
 * A program that says here what it is built for learns before it begins whether
 * a machine is suitable. It replaces what was promised before. The kernel
 * chooses addresses in these ranges only; IOASID_MAP_FIXED may go anywhere.
 *
 * Errors, besides the general ones:
 *
 *  - EINVAL: @nr is too large
 *  - EFAULT: @ranges cannot be read
 *  - EINVAL: the ranges are not as described
 *  - ESTALE: the space was freed
 *  - EADDRNOTAVAIL: a device that is attached cannot use all of them
 *  - ENOMEM: no memory is left
 */
struct ioasid_iova_keep {
	__u32 size;
	__u32 flags;
	__u32 nr;
	__u32 __reserved;
	__aligned_u64 ranges;
};

#define IOASID_IOVA_KEEP	_IO(IOASID_IOCTL_TYPE, IOASID_NR_IOVA_KEEP)

/* ioasid_translate::out_flags, besides IOASID_READ and IOASID_WRITE */
#define IOASID_MAPPED		(1u << 2)
#define IOASID_PRESENT		(1u << 3)

/**
 * struct ioasid_translate - ioctl(IOASID_TRANSLATE), on an IOASID fd
 * @size: sizeof(struct ioasid_translate)
 * @flags: must be 0
 * @iova: the address, any
 * @out_flags: IOASID_MAPPED: there is something at @iova, and the other flags
 *	say what may be done to it. An SVA space has there whatever the process
 *	has mapped. IOASID_PRESENT: every device that is attached and not cut
 *	off finds it, for reading at least, without a page request; never while
 *	there is none
 * @__reserved: must be 0
 * @out_iova: where the range begins that this answer holds for: a page, or
 *	where nothing is mapped, all of that
 * @out_length: its length in bytes, or 0 for 2 to the power of 64
 * @out_page_size: smallest size of the page at @iova in the tables of the
 *	attached devices' IOMMUs, or 0 when it is not present
 * @out_phys: physical address of @out_iova for callers with CAP_SYS_ADMIN, 0
 *	for others and where nothing is mapped. An SVA space knows it only of
 *	pages that are present
 *
 * Tells how the space translates an address at this moment.
 *
 * Errors, besides the general ones:
 *
 *  - ESTALE: the space was freed
 *  - ESRCH: the process that the space is bound to is gone
 *  - EINTR: the caller is being killed
 */
struct ioasid_translate {
	__u32 size;
	__u32 flags;
	__aligned_u64 iova;
	__u32 out_flags;
	__u32 __reserved;
	__aligned_u64 out_iova;
	__aligned_u64 out_length;
	__aligned_u64 out_page_size;
	__aligned_u64 out_phys;
};

#define IOASID_TRANSLATE	_IO(IOASID_IOCTL_TYPE, IOASID_NR_TRANSLATE)

/* ioasid_prefault::flags, besides IOASID_READ and IOASID_WRITE */
#define IOASID_PREFAULT_PIN	(1u << 2)

/**
 * struct ioasid_prefault - ioctl(IOASID_PREFAULT), on an IOASID fd of type SVA
 * @size: sizeof(struct ioasid_prefault)
 * @flags: IOASID_READ or IOASID_WRITE or both: what devices are going to do.
 *	IOASID_PREFAULT_PIN: and keep the memory for them
 * @iova: where to begin, a multiple of the page size
 * @length: in bytes, a multiple of the page size
 * @out_length: for how much of the range, from its beginning, the devices have
 *	what they need
 *
 * Makes memory of the process ready for the devices that are attached now, so
 * that they need no page requests for it. This is a hint: the memory can be
 * taken out at any time, by reclaim or by what the process does.
 *
 * With IOASID_PREFAULT_PIN the memory is pinned until IOASID_UNPIN, and charged
 * as IOASID_MAP does. Reclaim, compaction and fork() then leave it where it is,
 * and only what the process itself does to the range takes it out: munmap(),
 * mprotect(), madvise() and the like; fork() does so for hugetlb pages. This is
 * what a device needs that has no page requests. Pin, attach, prefault (again,
 * for each device that is attached), and leave the mapping alone.
 *
 * If pinning fails nothing is pinned and the call fails. Else the call succeeds
 * when it could make the first page ready.
 *
 * Errors, besides the general ones:
 *
 *  - EINVAL: @length is 0, @iova or @length is not a multiple of the page size,
 *    or neither IOASID_READ nor IOASID_WRITE
 *  - EOVERFLOW: @iova plus @length does not fit in 64 bits
 *  - ESTALE: the space was freed
 *  - ESRCH: the process that the space is bound to is gone
 *  - EFAULT, EACCES, ENODEV, EDQUOT: as for IOASID_MAP
 *  - ENOMEM: no memory is left
 *  - EINTR: the caller is being killed
 */
struct ioasid_prefault {
	__u32 size;
	__u32 flags;
	__aligned_u64 iova;
	__aligned_u64 length;
	__aligned_u64 out_length;
};

#define IOASID_PREFAULT		_IO(IOASID_IOCTL_TYPE, IOASID_NR_PREFAULT)

/**
 * struct ioasid_unpin - ioctl(IOASID_UNPIN), on an IOASID fd of type SVA
 * @size: sizeof(struct ioasid_unpin)
 * @flags: IOASID_UNMAP_ALL: everything; @iova and @length must be 0
 * @iova: where to begin
 * @length: in bytes
 * @out_length: how many bytes were pinned there and are no longer
 *
 * Lets go of every range that was pinned by one IOASID_PREFAULT and that lies
 * in this range as a whole. Devices still reach the memory, like any other.
 *
 * Errors, besides the general ones:
 *
 *  - EINVAL: @length is 0, or not 0 where it must be
 *  - EOVERFLOW: @iova plus @length does not fit in 64 bits
 *  - ESTALE: the space was freed
 *  - ENOENT: none has a part in it. Not with IOASID_UNMAP_ALL
 *  - EBUSY: a range that was pinned lies in this one only in part
 */
struct ioasid_unpin {
	__u32 size;
	__u32 flags;
	__aligned_u64 iova;
	__aligned_u64 length;
	__aligned_u64 out_length;
};

#define IOASID_UNPIN		_IO(IOASID_IOCTL_TYPE, IOASID_NR_UNPIN)

/* Bounds and default of ioasid_fault_open::depth. */
#define IOASID_FAULT_DEPTH_MAX		4096
#define IOASID_FAULT_DEPTH_DEFAULT	256

/**
 * struct ioasid_fault_open - ioctl(IOASID_FAULT_OPEN), on an IOASID fd of type
 *	IOVA
 * @size: sizeof(struct ioasid_fault_open)
 * @flags: must be 0
 * @depth: how many groups of page requests may wait for an answer, at most
 *	IOASID_FAULT_DEPTH_MAX, or 0 for IOASID_FAULT_DEPTH_DEFAULT
 * @out_fd: the fault fd. It is open for reading and writing and has FD_CLOEXEC
 *	set
 *
 * From now on, devices with page requests that find nothing in the space, or
 * not with the permission they want, wait until whoever has the fault fd has
 * mapped it and answers. Without a fault fd they fail at once. When all of them
 * are closed it is so again, and what waits fails.
 *
 * Errors, besides the general ones:
 *
 *  - EINVAL: @depth is too large
 *  - ESTALE: the space was freed
 *  - EBUSY: the space has a fault fd
 *  - EMFILE, ENFILE: no file descriptor is left
 *  - ENOMEM: no memory is left
 */
struct ioasid_fault_open {
	__u32 size;
	__u32 flags;
	__u32 depth;
	__s32 out_fd;
};

#define IOASID_FAULT_OPEN	_IO(IOASID_IOCTL_TYPE, IOASID_NR_FAULT_OPEN)

/* ioasid_fault::flags, besides IOASID_READ and IOASID_WRITE */
#define IOASID_FAULT_LAST	(1u << 2)

/**
 * struct ioasid_fault - A page request, as read() from a fault fd
 * @flags: IOASID_READ, IOASID_WRITE: what the device wants to do.
 *	IOASID_FAULT_LAST: the last one of its group
 * @group: the group it belongs to, for the answer
 * @iova: the page
 * @ioasid: out_id of the space
 * @cookie: what was given when the device was attached
 *
 * Devices may ask for several pages at once: such requests form a group, come
 * one behind the other, and are answered together.
 */
struct ioasid_fault {
	__u32 flags;
	__u32 group;
	__aligned_u64 iova;
	__aligned_u64 ioasid;
	__aligned_u64 cookie;
};

/**
 * enum ioasid_fault_code - Answers to page requests
 * @IOASID_FAULT_RETRY: the device shall look again: it finds everything now, or
 *	asks again
 * @IOASID_FAULT_FAIL: the device shall give up
 *
 * 0 is not an answer.
 */
enum ioasid_fault_code {
	IOASID_FAULT_RETRY = 1,
	IOASID_FAULT_FAIL = 2,
};

/**
 * struct ioasid_fault_answer - An answer, as written to a fault fd
 * @group: the group that was read
 * @code: one of enum ioasid_fault_code
 */
struct ioasid_fault_answer {
	__u32 group;
	__u32 code;
};

/**
 * DOC: The fault fd
 *
 * read() returns as many struct ioasid_fault as there are and fit, but only
 * whole groups. It waits while there are none. After the space was freed it
 * returns 0. What cannot be given to the reader is not lost: the next read()
 * returns it.
 *
 *  - EINVAL: there is not room for one struct ioasid_fault
 *  - EMSGSIZE: there is not room for the next group; it has at least two
 *  - EAGAIN: there is none and the fd is O_NONBLOCK
 *  - EINTR: a signal ended the wait
 *  - EFAULT: the caller's memory cannot be written
 *
 * write() takes any number of struct ioasid_fault_answer and returns how many
 * bytes of them it has carried out. A short count means that the answer behind
 * those was refused; write() it again to learn why.
 *
 *  - EINVAL: the count is 0 or not a multiple of the size of an answer, or the
 *    code is none, or the answer is to a group that was not yet read
 *  - ENOENT: there is no such group, or no longer: it was answered, or it
 *    failed because the device was detached or the space freed
 *  - EFAULT: the caller's memory cannot be read
 *
 * poll() reports POLLIN when there is something to read, always POLLOUT, and
 * POLLHUP after the space was freed.
 *
 * A group that finds as many waiting as the fault fd is deep fails at once. A
 * page request for what is mapped by the time that it arrives is answered by
 * the kernel and never read.
 */

/**
 * DOC: pread() and pwrite() on an IOASID fd
 *
 * The position is an address in the space; read() and write() go by the file
 * position, which lseek() sets. They move bytes between the caller's buffer and
 * the memory that devices would reach at that address, with the permissions
 * that devices have: those of the map, or those of the process's mappings,
 * whose pages are faulted in. They need no device and no page request. A count
 * that is shorter than asked for means that the byte behind cannot be accessed;
 * ask again to learn why.
 *
 *  - EPERM: the fd does not carry IOASID_RIGHT_ACCESS
 *  - ESTALE: the space was freed
 *  - ESRCH: the process that an SVA space is bound to is gone
 *  - EFAULT: nothing is mapped there, or the caller's buffer cannot be accessed
 *  - EACCES: what is mapped there does not allow it
 *  - ENODEV: what the process has mapped there cannot be reached by devices
 *  - ENOMEM: no memory is left
 *  - EINTR: the caller is being killed
 */

/**
 * DOC: poll() on an IOASID fd
 *
 * POLLHUP is reported, and stays, once no device can reach memory through the
 * space any more: after IOASID_FREE, or when the process that an SVA space is
 * bound to is gone. POLLPRI is reported, and stays, once the space was freed
 * and the last attachment has been let go: its state is IOASID_STATE_FREE.
 * Nothing else is ever reported.
 */

/**
 * DOC: Attaching
 *
 * A device is attached to a space by an ioctl of its own driver, which takes an
 * IOASID fd. Whatever the driver, these are the causes of a failure, and the
 * first one wins:
 *
 *  - EBADF: the fd is not open
 *  - EBADFD: the fd is not an IOASID fd
 *  - EACCES: the fd does not carry IOASID_RIGHT_ATTACH
 *  - ESTALE: the space was freed
 *  - ESRCH: the process that the space is bound to is gone
 *  - ENODEV: the device is not behind an IOMMU
 *  - EOPNOTSUPP: the device has no PASIDs
 *  - ERANGE: the device's PASIDs are too narrow for the PASID of the space
 *  - EKEYREVOKED: the device was cut off, and its driver has not let go yet
 *  - EPROTONOSUPPORT: the device has no page requests, the space is of type
 *    SVA, and the driver was not told that this is known: everything that the
 *    device may touch must be there before, see IOASID_PREFAULT. An IOVA space
 *    can be attached without, and is complete as it is mapped
 *
 * or, as the IOMMU has it, any of
 *
 *  - EOPNOTSUPP: the IOMMU cannot translate PASIDs with a page table that the
 *    kernel fills
 *  - EADDRINUSE: something is mapped at addresses that the device cannot use
 *  - EADDRNOTAVAIL: IOASID_IOVA_KEEP names addresses that the device cannot use
 *  - EBUSY: somebody else uses the PASID with the device
 *  - ENOMEM, ENOSPC: no memory, or nothing that the IOMMU needs, is left
 *
 * A driver that takes the address of a struct ioasid_reason has the core fill
 * it in: see enum ioasid_reason_code.
 */

/**
 * DOC: /proc/PID/fdinfo/N of an IOASID fd
 *
 * Below the lines that every file has there is one "name:<tab>value" line for
 * each of: ioasid (out_id), type ("sva", "iova"), state ("idle", "active",
 * "free-pending", "free"), pasid, mm ("live" or "gone"; not of type IOVA),
 * attachments, faults, faults-failed, mapped (in bytes), pinned (in bytes),
 * maps (their number), rights (of this fd, separated by spaces: "attach",
 * "map", "access", "fault", "manage"), fds (their number), creator (the PID as
 * in out_pid, a space, and out_comm), cgroup (out_cgroup); then one
 * "device:<tab>name" line for each device that is attached, named as in /sys.
 * Lines may be added.
 *
 * A fault fd has the lines: ioasid, depth, queued (groups to be read) and
 * waiting (groups read and not yet answered).
 */

#endif
