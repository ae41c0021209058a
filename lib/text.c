// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Words for numbers: types, states, operations, and errors.
 *
 * An error's text says what is the matter and, where the caller can do
 * something, what. It is looked up by what was tried, since one errno has other
 * causes elsewhere; what no table has, the C library names.
 */
#include <errno.h>
#include <string.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

struct cause {
	enum ioasid_op op;
	int error;
	const char *text;
};

static const char * const type_names[] = {
	[IOASID_TYPE_SVA] = "sva",
};

static const char * const state_names[] = {
	[IOASID_STATE_IDLE] = "idle",
	[IOASID_STATE_ACTIVE] = "active",
	[IOASID_STATE_FREE_PENDING] = "free-pending",
	[IOASID_STATE_FREE] = "free",
};

static const char * const opcode_names[] = {
	[DSA_OPCODE_NOOP] = "NOOP",
	[DSA_OPCODE_BATCH] = "BATCH",
	[DSA_OPCODE_MEMMOVE] = "MEMMOVE",
	[DSA_OPCODE_MEMFILL] = "MEMFILL",
	[DSA_OPCODE_COMPARE] = "COMPARE",
	[DSA_OPCODE_COMPVAL] = "COMPVAL",
	[DSA_OPCODE_DUALCAST] = "DUALCAST",
	[DSA_OPCODE_CRCGEN] = "CRCGEN",
	[DSA_OPCODE_COPY_CRC] = "COPY_CRC",
};

static const char * const completion_texts[] = {
	[DSA_COMP_NONE] = "not completed",
	[DSA_COMP_SUCCESS] = "success",
	[DSA_COMP_SUCCESS_PRED] = "success, not the expected result",
	[DSA_COMP_PAGE_FAULT_NOBOF] =
		"page fault while reading, not resolved (no BOF flag)",
	[DSA_COMP_PAGE_FAULT_IR] =
		"page fault while reading: access refused",
	[DSA_COMP_BATCH_FAIL] = "a descriptor of the batch failed",
	[DSA_COMP_BATCH_PAGE_FAULT] =
		"page fault while reading the batch's descriptors",
	[DSA_COMP_BAD_OPCODE] = "unknown operation",
	[DSA_COMP_INVALID_FLAGS] = "invalid flags",
	[DSA_COMP_NOZERO_RESERVE] = "a reserved field is not zero",
	[DSA_COMP_XFER_ERANGE] = "transfer size out of range",
	[DSA_COMP_DESC_CNT_ERANGE] = "number of descriptors out of range",
	[DSA_COMP_OVERLAP_BUFFERS] = "buffers overlap",
	[DSA_COMP_DCAST_ERR] = "destinations of a dualcast not aligned alike",
	[DSA_COMP_DESCLIST_ALIGN] = "list of descriptors not aligned",
	[DSA_COMP_CRA_XLAT] = "completion record cannot be written",
	[DSA_COMP_CRA_ALIGN] = "completion record not aligned",
	[DSA_COMP_PRIV_BAD] = "privileged access is not allowed",
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
	{ IOASID_OP_ALLOC, EOPNOTSUPP,
	  "this kernel cannot create a space of that type" },
	{ IOASID_OP_ALLOC, EPERM, "the system fd is not open for writing" },
	{ IOASID_OP_ALLOC, EMFILE,
	  "too many files are open: close some or raise 'ulimit -n'" },

	{ IOASID_OP_SPACE, ENOTTY, "the descriptor is not an IOASID fd" },

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
	{ IOASID_OP_ATTACH, ENODEV,
	  "the accelerator has gone, or no IOMMU translates for it" },
	{ IOASID_OP_ATTACH, ESTALE, "the space was taken back by its owner" },
	{ IOASID_OP_ATTACH, ESRCH,
	  "the process that the space is bound to is gone" },
	{ IOASID_OP_ATTACH, EOPNOTSUPP,
	  "the device or its IOMMU cannot use PASIDs with page requests" },
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

static const char *name(const char * const *names, size_t count, __u32 number)
{
	return number < count ? names[number] : NULL;
}

const char *ioasid_type_name(__u32 type)
{
	return name(type_names, ARRAY_SIZE(type_names), type);
}

const char *ioasid_state_name(__u32 state)
{
	return name(state_names, ARRAY_SIZE(state_names), state);
}

const char *ioasid_opcode_name(__u8 opcode)
{
	return name(opcode_names, ARRAY_SIZE(opcode_names), opcode);
}

const char *ioasid_completion_explain(__u8 status)
{
	const char *text;

	if (status == (DSA_COMP_PAGE_FAULT_NOBOF | DSA_COMP_STATUS_WRITE))
		return "page fault while writing, not resolved (no BOF flag)";
	if (status == (DSA_COMP_PAGE_FAULT_IR | DSA_COMP_STATUS_WRITE))
		return "page fault while writing: access refused";
	text = name(completion_texts, ARRAY_SIZE(completion_texts),
		    status & DSA_COMP_STATUS_MASK);
	return text ?: "unknown completion status";
}

const char *ioasid_explain(enum ioasid_op op, int rc)
{
	const char *text;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(causes); i++)
		if (causes[i].op == op && causes[i].error == -rc)
			return causes[i].text;
	text = strerrordesc_np(-rc);
	return text ?: "unknown error";
}
