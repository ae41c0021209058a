// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Words for errors.
 *
 * A text says what is the matter and, where the caller can do something, what.
 * It is looked up by what was tried, since one errno has other causes
 * elsewhere. What is to be said of every ioctl of a space stands once, under
 * IOASID_OP_SPACE; what no table has, the C library names.
 */
#include <errno.h>
#include <string.h>

#include <ioasid/ioasid.h>

#include "sys.h"

struct cause {
	enum ioasid_op op;
	int error;
	const char *text;
};

static const struct cause causes[] = {
	{ IOASID_OP_SYSTEM_OPEN, ENOENT,
	  "there is no such device: load the module with 'modprobe ioasid'" },
	{ IOASID_OP_SYSTEM_OPEN, ENXIO,
	  "its module is not loaded: load it with 'modprobe ioasid'" },
	{ IOASID_OP_SYSTEM_OPEN, EACCES,
	  "permission denied: /dev/ioasid should have mode 0666" },

	{ IOASID_OP_ALLOC, ENOSPC,
	  "no PASID is left: see 'ioasidctl list' for who holds them" },
	{ IOASID_OP_ALLOC, EDQUOT,
	  "a cgroup's limit is reached: free some, or have it raised" },
	{ IOASID_OP_ALLOC, EOPNOTSUPP,
	  "this kernel cannot create a space of that type" },
	{ IOASID_OP_ALLOC, EPERM, "the system fd is not open for writing" },
	{ IOASID_OP_ALLOC, EMFILE,
	  "too many files are open: close some or raise 'ulimit -n'" },

	{ IOASID_OP_SPACE, ENOTTY,
	  "the descriptor is not an IOASID fd, or the kernel is older" },
	{ IOASID_OP_SPACE, EPERM,
	  "the descriptor does not carry the right to do that" },
	{ IOASID_OP_SPACE, EMEDIUMTYPE, "the space is of the other type" },
	{ IOASID_OP_SPACE, ESTALE, "the space was taken back" },
	{ IOASID_OP_SPACE, ESRCH,
	  "the process that the space is bound to is gone" },
	{ IOASID_OP_SPACE, EMFILE,
	  "too many files are open: close some or raise 'ulimit -n'" },
	{ IOASID_OP_SPACE, EINTR, "interrupted by a signal" },

	{ IOASID_OP_MAP, EINVAL,
	  "an address or a length is not a multiple of the page size, or 0" },
	{ IOASID_OP_MAP, EOVERFLOW,
	  "the range goes beyond the end of the address space" },
	{ IOASID_OP_MAP, EEXIST,
	  "something is mapped there: unmap it, or map elsewhere" },
	{ IOASID_OP_MAP, EADDRNOTAVAIL,
	  "the address is outside of the usable ranges: ask for these first" },
	{ IOASID_OP_MAP, ENOSPC,
	  "no free range is long enough: unmap something or wish for less" },
	{ IOASID_OP_MAP, EBADF, "the file is not open for reading" },
	{ IOASID_OP_MAP, EBADFD,
	  "what shall be mapped is not an IOASID fd" },
	{ IOASID_OP_MAP, EMEDIUMTYPE,
	  "only spaces of type iova map, and can be mapped" },
	{ IOASID_OP_MAP, ESTALE,
	  "the space, or the one it should map, was taken back" },
	{ IOASID_OP_MAP, EFAULT,
	  "there is nothing at part of the memory, or the file ends before" },
	{ IOASID_OP_MAP, EACCES,
	  "what shall be mapped does not allow it: try a map to read only" },
	{ IOASID_OP_MAP, ENODEV,
	  "such memory, or such a file, cannot be pinned for devices" },
	{ IOASID_OP_MAP, EDQUOT,
	  "the owner may not pin more: raise RLIMIT_MEMLOCK (ulimit -l)" },

	{ IOASID_OP_UNMAP, EINVAL,
	  "an address or a length is not a multiple of the page size, or 0" },
	{ IOASID_OP_UNMAP, EOVERFLOW,
	  "the range goes beyond the end of the address space" },
	{ IOASID_OP_UNMAP, ENOENT, "nothing is mapped there" },
	{ IOASID_OP_UNMAP, EBUSY,
	  "it would cut a large page in use: see page_size_max of the map" },

	{ IOASID_OP_IOVA, EINVAL,
	  "the ranges are too many, not whole pages, or not in order" },
	{ IOASID_OP_IOVA, EADDRNOTAVAIL,
	  "a device that is attached cannot use all of these addresses" },

	{ IOASID_OP_PREFAULT, EINVAL,
	  "an address or a length is not a multiple of the page size, or 0" },
	{ IOASID_OP_PREFAULT, EOVERFLOW,
	  "the range goes beyond the end of the address space" },
	{ IOASID_OP_PREFAULT, EFAULT, "nothing is mapped at part of it" },
	{ IOASID_OP_PREFAULT, EACCES, "the memory does not allow the access" },
	{ IOASID_OP_PREFAULT, ENODEV,
	  "such memory cannot be reached by devices" },
	{ IOASID_OP_PREFAULT, EDQUOT,
	  "the owner may not pin more: raise RLIMIT_MEMLOCK (ulimit -l)" },

	{ IOASID_OP_UNPIN, EINVAL, "the length is 0" },
	{ IOASID_OP_UNPIN, EOVERFLOW,
	  "the range goes beyond the end of the address space" },
	{ IOASID_OP_UNPIN, EBUSY,
	  "what was pinned by one call is let go of as a whole" },
	{ IOASID_OP_UNPIN, ENOENT, "nothing is pinned there" },

	{ IOASID_OP_FAULT_OPEN, EINVAL, "the queue would be too deep" },
	{ IOASID_OP_FAULT_OPEN, EBUSY,
	  "somebody serves the page requests of the space already" },

	{ IOASID_OP_FAULT, EAGAIN, "no page request is waiting" },
	{ IOASID_OP_FAULT, EMSGSIZE,
	  "there is not room for all page requests of the next group" },
	{ IOASID_OP_FAULT, EINVAL,
	  "not a fault fd, no room, no such answer, or to a group not read" },
	{ IOASID_OP_FAULT, ENOENT,
	  "nobody waits for that answer, or no longer" },

	{ IOASID_OP_ACCESS, EFAULT, "nothing is mapped there" },
	{ IOASID_OP_ACCESS, EACCES, "what is mapped there does not allow it" },
	{ IOASID_OP_ACCESS, ENODEV,
	  "such memory cannot be reached by devices" },
	{ IOASID_OP_ACCESS, EINVAL, "no file has such an offset" },

	{ IOASID_OP_SHARE, EPERM,
	  "the descriptor does not carry the right to manage the space" },
	{ IOASID_OP_SHARE, EACCES,
	  "a right can be passed on only by a descriptor that carries it" },
	{ IOASID_OP_SHARE, EOPNOTSUPP,
	  "this kernel does not know such a right" },
	{ IOASID_OP_SHARE, EPIPE, "the peer has closed the connection" },
	{ IOASID_OP_SHARE, EMSGSIZE, "the message does not fit the socket" },

	{ IOASID_OP_ATTACHMENTS, EPERM,
	  "the descriptor does not carry the right to manage the space" },
	{ IOASID_OP_ATTACHMENTS, ENOENT,
	  "there is no such space, or it is not yours to see" },

	{ IOASID_OP_CUT, EPERM,
	  "the descriptor does not carry the right to manage the space" },
	{ IOASID_OP_CUT, ENOENT,
	  "the space has no such attachment, or no longer" },
	{ IOASID_OP_CUT, EALREADY,
	  "it is cut off already, or the space was taken back" },

	{ IOASID_OP_LIMIT, ENOENT, "there is no such cgroup" },
	{ IOASID_OP_LIMIT, ENODEV,
	  "nothing counts spaces: load the module with 'modprobe ioasid'" },
	{ IOASID_OP_LIMIT, EOPNOTSUPP,
	  "the kernel has no rdma controller, or cgroup_disable=rdma" },
	{ IOASID_OP_LIMIT, ENOMEDIUM,
	  "no cgroups with the rdma controller: mount -t cgroup2 none DIR" },
	{ IOASID_OP_LIMIT, EXDEV,
	  "out of sight: mount -t cgroup2 none DIR in this cgroup namespace" },
	{ IOASID_OP_LIMIT, ENODATA,
	  "the root cgroup, or the highest of a namespace, has no limit" },
	{ IOASID_OP_LIMIT, EBUSY,
	  "a cgroup above has processes of its own: move them to one below" },
	{ IOASID_OP_LIMIT, ERANGE, "the limit is too large" },
	{ IOASID_OP_LIMIT, EACCES,
	  "you may not change that cgroup: become root, or have it delegated" },
	{ IOASID_OP_LIMIT, EPERM,
	  "you may not change that cgroup: become root, or have it delegated" },
	{ IOASID_OP_LIMIT, EROFS,
	  "cgroups are mounted read-only: do it outside of the container" },
	{ IOASID_OP_LIMIT, ESRCH, "there is no such process" },

	{ IOASID_OP_PASS, ENODATA, "the peer has closed the connection" },
	{ IOASID_OP_PASS, EPIPE, "the peer has closed the connection" },
	{ IOASID_OP_PASS, EBADMSG,
	  "the peer's message is not one descriptor and its request" },
	{ IOASID_OP_PASS, EMSGSIZE, "the message does not fit the socket" },

	{ IOASID_OP_FDINFO, ENOENT, "there is no such process or descriptor" },
	{ IOASID_OP_FDINFO, EACCES,
	  "you may not look at that process: try as its user or as root" },
	{ IOASID_OP_FDINFO, EPERM,
	  "you may not look at that process: try as its user or as root" },
	{ IOASID_OP_FDINFO, EBADFD, "the descriptor is not an IOASID fd" },
	{ IOASID_OP_FDINFO, EPROTO, "the kernel's answer makes no sense" },

	{ IOASID_OP_QUEUE_OPEN, ENOENT,
	  "no such accelerator: 'modprobe ioasid_sim' simulates some" },
	{ IOASID_OP_QUEUE_OPEN, EACCES,
	  "permission denied: become root, or have its mode changed" },
	{ IOASID_OP_QUEUE_OPEN, ENODEV, "the accelerator has gone" },

	{ IOASID_OP_ATTACH, ENOTTY, "the file is not a queue" },
	{ IOASID_OP_ATTACH, EBADF, "the descriptor is not open" },
	{ IOASID_OP_ATTACH, EBADFD, "the descriptor is not an IOASID fd" },
	{ IOASID_OP_ATTACH, EEXIST, "the space is attached already" },
	{ IOASID_OP_ATTACH, EMFILE,
	  "too many spaces are attached to the queue" },
	{ IOASID_OP_ATTACH, EPERM, "the queue is not open for writing" },
	{ IOASID_OP_ATTACH, EACCES,
	  "the descriptor does not carry the right to attach devices" },
	{ IOASID_OP_ATTACH, EKEYREVOKED,
	  "the device was cut off, and what it had is still held" },
	{ IOASID_OP_ATTACH, EDQUOT,
	  "a cgroup's limit is reached: free some, or have it raised" },
	{ IOASID_OP_ATTACH, ENODEV,
	  "the accelerator has gone, or no IOMMU translates for it" },
	{ IOASID_OP_ATTACH, ESTALE, "the space was taken back by its owner" },
	{ IOASID_OP_ATTACH, ESRCH,
	  "the process that the space is bound to is gone" },
	{ IOASID_OP_ATTACH, EOPNOTSUPP,
	  "the device or its IOMMU cannot use PASIDs" },
	{ IOASID_OP_ATTACH, EPROTONOSUPPORT,
	  "the device has no page requests, and was not let in without them" },
	{ IOASID_OP_ATTACH, EADDRINUSE,
	  "something is mapped at addresses that the device cannot use" },
	{ IOASID_OP_ATTACH, EADDRNOTAVAIL,
	  "the device cannot use addresses that the space promises to keep" },
	{ IOASID_OP_ATTACH, ERANGE,
	  "the space's PASID is too large for the device" },
	{ IOASID_OP_ATTACH, EBUSY,
	  "something else uses the space's PASID with the device" },
	{ IOASID_OP_ATTACH, ENOSPC, "the IOMMU has no room for the space" },

	{ IOASID_OP_DETACH, ENOENT, "no space with that PASID is attached" },
	{ IOASID_OP_DETACH, ENODEV, "the accelerator has gone" },

	{ IOASID_OP_SUBMIT, EACCES,
	  "the PASID is not that of a space attached to the queue" },
	{ IOASID_OP_SUBMIT, EAGAIN, "the queue is full" },
	{ IOASID_OP_SUBMIT, EINVAL,
	  "the file is not a queue, or a completion record is not aligned" },
	{ IOASID_OP_SUBMIT, ENODEV, "the accelerator has gone" },

	{ IOASID_OP_WAIT, EIO, "a completion record could not be written" },
	{ IOASID_OP_WAIT, ENODEV, "the accelerator has gone" },
	{ IOASID_OP_WAIT, ETIMEDOUT, "the accelerator did not finish in time" },
};

static const char *find(enum ioasid_op op, int error)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(causes); i++)
		if (causes[i].op == op && causes[i].error == error)
			return causes[i].text;
	return NULL;
}

static bool is_of_space(enum ioasid_op op)
{
	return op == IOASID_OP_MAP || op == IOASID_OP_UNMAP ||
	       op == IOASID_OP_IOVA || op == IOASID_OP_PREFAULT ||
	       op == IOASID_OP_UNPIN || op == IOASID_OP_FAULT_OPEN ||
	       op == IOASID_OP_ACCESS || op == IOASID_OP_SHARE ||
	       op == IOASID_OP_ATTACHMENTS || op == IOASID_OP_CUT;
}

const char *ioasid_explain(enum ioasid_op op, int rc)
{
	const char *text;

	text = find(op, -rc);
	if (!text && is_of_space(op))
		text = find(IOASID_OP_SPACE, -rc);
	if (!text)
		text = strerrordesc_np(-rc);
	return text ?: "unknown error";
}
