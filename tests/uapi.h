/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ioctls as functions, for tests that are not about the ioctls themselves.
 *
 * Made from the public headers alone, not with the library: a mistake there
 * must not be able to hide one in the kernel. Every function returns a value
 * that is not negative, or a negative errno.
 */
#ifndef TESTS_UAPI_H
#define TESTS_UAPI_H

#include <linux/idxd.h>
#include <linux/ioasid.h>
#include <linux/ioasid_sim.h>
#include <stddef.h>
#include <stdint.h>

#include "patience.h"

#define SYSTEM_NODE	"/dev/ioasid"
#define SIM_NODE	"/dev/ioasid_sim"

/* As structures carry it, whatever the width of a pointer. */
static inline __u64 address_of(const void *pointer)
{
	return (uintptr_t)pointer;
}

/* Any ioctl. */
int fd_ioctl(int fd, unsigned long cmd, void *arg);

int system_open(int flags);
int system_info(int fd, struct ioasid_info *info);
/* Returns the PASID of the space that was found. */
int system_next(int fd, __u32 pasid, struct ioasid_status *status);
/* Returns how many entries were written. */
int system_list(int fd, __u32 pasid, struct ioasid_attachment_entry *entries,
		unsigned int nr);

/* These return the IOASID fd. @pasid may be NULL. */
int space_alloc(__u32 *pasid);
int space_alloc_iova(__u32 *pasid);
int space_status(int space, struct ioasid_status *status);
/* Returns an enum ioasid_state. */
int space_state(int space);
/* Returns IOASID_STATUS_* bits. */
int space_flags(int space);
/* Returns the number of attachments. */
int space_attachments(int space);
/* Returns how many bytes are pinned for the space. */
__s64 space_pinned(int space);
/* Returns the enum ioasid_state after the free. */
int space_free(int space);
/* Returns the other IOASID fd. */
int space_share(int space, __u32 rights);
/* Attachments behind number @id. Returns how many entries were written. */
int space_list(int space, __u64 id, struct ioasid_attachment_entry *entries,
	       unsigned int nr);
/* Returns how many attachments were cut. */
int space_cut(int space, __u64 id);

/* As @map says; its size is filled in. */
int space_map(int space, struct ioasid_map *map);
/* Memory, a file, or what another space has, at @iova. */
int space_map_at(int space, __u64 iova, const void *mem, size_t size,
		 __u32 flags);
int space_map_file(int space, __u64 iova, int fd, __u64 offset, size_t size,
		   __u32 flags);
int space_map_space(int space, __u64 iova, int from, __u64 address,
		    size_t size, __u32 flags);
/* Memory to read and write. Returns the address that the kernel chose. */
__s64 space_map_anywhere(int space, const void *mem, size_t size);
/* These return how many bytes were unmapped. */
__s64 space_unmap(int space, __u64 iova, __u64 size);
__s64 space_unmap_all(int space);
/* These return how many there are. */
int space_maps(int space, __u64 iova, struct ioasid_map_entry *entries,
	       unsigned int nr);
int space_iova_ranges(int space, struct ioasid_iova_range *ranges,
		      unsigned int nr);
int space_keep(int space, const struct ioasid_iova_range *ranges,
	       unsigned int nr);
int space_translate(int space, __u64 iova, struct ioasid_translate *translate);

/* These return how many bytes are ready, or were unpinned. */
__s64 space_prefault(int space, const void *mem, size_t size, __u32 flags);
__s64 space_unpin(int space, const void *mem, size_t size);
__s64 space_unpin_all(int space);

/* Returns the fault fd. */
int fault_open(int space, unsigned int depth);
/* Returns how many were read. */
int fault_read(int fd, struct ioasid_fault *faults, unsigned int nr);
int fault_answer(int fd, __u32 group, __u32 code);

int queue_open(unsigned int accelerator, int flags);
/* Whether or not the kernel has page requests. @pasid may be NULL. */
int queue_attach(int queue, int space, __u32 *pasid);
/* As @attach says; its size is filled in. */
int queue_attach_as(int queue, struct ioasid_sim_attach *attach);
int queue_detach(int queue, __u32 pasid);
int queue_error(int queue, struct ioasid_sim_error *error);

/* Returns the events that are there, 0 if none came in time. */
int fd_events(int fd, short events, int timeout_ms);

#endif
