/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: what happens to spaces, for perf, bpftrace, trace-cmd and
 * "ioasidctl monitor". They name spaces by id and PASID and devices by name,
 * and tell addresses that devices use, but never where memory is.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ioasid

#if !defined(IOASID_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define IOASID_TRACE_H

#include <linux/tracepoint.h>

#include "attach.h"
#include "bond.h"
#include "space.h"

TRACE_DEFINE_ENUM(IOASID_TYPE_SVA);
TRACE_DEFINE_ENUM(IOASID_TYPE_IOVA);
TRACE_DEFINE_ENUM(IOASID_OWNER_USER);
TRACE_DEFINE_ENUM(IOASID_OWNER_DRIVER);
TRACE_DEFINE_ENUM(IOASID_OWNER_KERNEL);

TRACE_EVENT(ioasid_alloc,
	TP_PROTO(const struct ioasid_space *space),
	TP_ARGS(space),
	TP_STRUCT__entry(
		__field(u64, ioasid)
		__field(u32, pasid)
		__field(u32, type)
		__field(u32, owner)
	),
	TP_fast_assign(
		__entry->ioasid = space->id;
		__entry->pasid = space->pasid;
		__entry->type = space->type;
		__entry->owner = space->owner;
	),
	TP_printk("ioasid=%llu pasid=%u type=%s owner=%s", __entry->ioasid,
		  __entry->pasid,
		  __print_symbolic(__entry->type,
				   { IOASID_TYPE_SVA, "sva" },
				   { IOASID_TYPE_IOVA, "iova" }),
		  __print_symbolic(__entry->owner,
				   { IOASID_OWNER_USER, "user" },
				   { IOASID_OWNER_DRIVER, "driver" },
				   { IOASID_OWNER_KERNEL, "kernel" }))
);

/* A space could not be created. */
TRACE_EVENT(ioasid_refuse,
	TP_PROTO(u64 cgroup, int error),
	TP_ARGS(cgroup, error),
	TP_STRUCT__entry(
		__field(u64, cgroup)
		__field(int, error)
	),
	TP_fast_assign(
		__entry->cgroup = cgroup;
		__entry->error = error;
	),
	TP_printk("cgroup=%llu error=%d", __entry->cgroup, __entry->error)
);

/* The device is "-" for a driver that has none. */
DECLARE_EVENT_CLASS(ioasid_attachment,
	TP_PROTO(const struct ioasid_attachment *attachment),
	TP_ARGS(attachment),
	TP_STRUCT__entry(
		__field(u64, ioasid)
		__field(u32, pasid)
		__field(u64, attachment)
		__string(device, attachment->bond ?
				 dev_name(attachment->bond->dev) : "-")
	),
	TP_fast_assign(
		__entry->ioasid = attachment->space->id;
		__entry->pasid = attachment->space->pasid;
		__entry->attachment = attachment->id;
		__assign_str(device);
	),
	TP_printk("ioasid=%llu pasid=%u attachment=%llu device=%s",
		  __entry->ioasid, __entry->pasid, __entry->attachment,
		  __get_str(device))
);

DEFINE_EVENT(ioasid_attachment, ioasid_attach,
	TP_PROTO(const struct ioasid_attachment *attachment),
	TP_ARGS(attachment));

DEFINE_EVENT(ioasid_attachment, ioasid_detach,
	TP_PROTO(const struct ioasid_attachment *attachment),
	TP_ARGS(attachment));

DEFINE_EVENT(ioasid_attachment, ioasid_cut,
	TP_PROTO(const struct ioasid_attachment *attachment),
	TP_ARGS(attachment));

TRACE_EVENT(ioasid_fault,
	TP_PROTO(const struct ioasid_bond *bond, u64 iova, bool write),
	TP_ARGS(bond, iova, write),
	TP_STRUCT__entry(
		__field(u64, ioasid)
		__field(u32, pasid)
		__field(bool, write)
		__field(u64, iova)
		__string(device, dev_name(bond->dev))
	),
	TP_fast_assign(
		__entry->ioasid = bond->space->id;
		__entry->pasid = bond->space->pasid;
		__entry->iova = iova;
		__entry->write = write;
		__assign_str(device);
	),
	TP_printk("ioasid=%llu pasid=%u device=%s iova=0x%llx access=%s",
		  __entry->ioasid, __entry->pasid, __get_str(device),
		  __entry->iova, __entry->write ? "write" : "read")
);

TRACE_EVENT(ioasid_response,
	TP_PROTO(const struct ioasid_bond *bond, unsigned int pages, int error),
	TP_ARGS(bond, pages, error),
	TP_STRUCT__entry(
		__field(u64, ioasid)
		__field(u32, pasid)
		__field(u32, pages)
		__field(int, error)
		__string(device, dev_name(bond->dev))
	),
	TP_fast_assign(
		__entry->ioasid = bond->space->id;
		__entry->pasid = bond->space->pasid;
		__entry->pages = pages;
		__entry->error = error;
		__assign_str(device);
	),
	TP_printk("ioasid=%llu pasid=%u device=%s pages=%u error=%d",
		  __entry->ioasid, __entry->pasid, __get_str(device),
		  __entry->pages, __entry->error)
);

DECLARE_EVENT_CLASS(ioasid_end,
	TP_PROTO(const struct ioasid_space *space),
	TP_ARGS(space),
	TP_STRUCT__entry(
		__field(u64, ioasid)
		__field(u32, pasid)
		__field(u32, attachments)
	),
	TP_fast_assign(
		__entry->ioasid = space->id;
		__entry->pasid = space->pasid;
		__entry->attachments = space->nr_attachments;
	),
	TP_printk("ioasid=%llu pasid=%u attachments=%u", __entry->ioasid,
		  __entry->pasid, __entry->attachments)
);

/* Taken back: no device reaches it any more. */
DEFINE_EVENT(ioasid_end, ioasid_free,
	TP_PROTO(const struct ioasid_space *space),
	TP_ARGS(space));

/* Drivers were told, and some have not let go: the PASID is parked. */
DEFINE_EVENT(ioasid_end, ioasid_park,
	TP_PROTO(const struct ioasid_space *space),
	TP_ARGS(space));

/* The last holder has let go: the PASID rests. */
DEFINE_EVENT(ioasid_end, ioasid_reclaim,
	TP_PROTO(const struct ioasid_space *space),
	TP_ARGS(space));

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
