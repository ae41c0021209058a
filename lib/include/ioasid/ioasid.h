/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libioasid: I/O address spaces (IOASIDs, in prose: spaces) from user space.
 *
 * A space is a file descriptor. The functions here make one of the caller's own
 * memory (SVA) or an empty one to map memory in (IOVA), look at it, pass it on
 * and take it back, serve page requests, and find out who holds which.
 * <linux/ioasid.h> says what a space is; <ioasid/dsa.h> drives an accelerator
 * that is let into one.
 *
 * pread(2) and pwrite(2) on an IOASID fd reach the memory at an address; they
 * need no function here.
 *
 * Rules for all functions:
 *
 *  - Those that return an int return a negative errno on failure, and have then
 *    changed nothing. They do not set errno. ioasid_explain() puts the error
 *    into words.
 *  - There is no global state. They may be called from any thread, also with
 *    the same descriptor, and none of them retries after a signal: -EINTR is
 *    the caller's to judge.
 *  - Descriptors that they return have FD_CLOEXEC set and belong to the caller,
 *    who closes them with close(2).
 */
#ifndef IOASID_IOASID_H
#define IOASID_IOASID_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <linux/ioasid.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * ioasid_system_open() - Open the system fd, /dev/ioasid
 *
 * Return: The fd, open for reading and writing. -ENOENT: the kernel module
 * ioasid is not loaded; and the errors of open(2).
 */
int ioasid_system_open(void);

/**
 * ioasid_system_info() - Ask what the running kernel offers
 * @system: a system fd
 * @info: what IOASID_GET_INFO returns
 *
 * Return: 0, or -ENOTTY: @system is not a system fd.
 */
int ioasid_system_info(int system, struct ioasid_info *info);

/**
 * ioasid_space_alloc_sva() - Make a space of the calling process's memory
 * @system: a system fd
 * @pasid: the PASID of the space, may be NULL
 *
 * Return: The IOASID fd. -EDQUOT: the limit of a cgroup does not allow another
 * space; -ENOSPC: no PASID is left; -EMFILE, -ENFILE, -ENOMEM, -ENOTTY, -EPERM:
 * as IOASID_ALLOC.
 */
int ioasid_space_alloc_sva(int system, __u32 *pasid);

/**
 * ioasid_space_alloc_iova() - Make an empty space to map memory in
 * @system: a system fd
 * @pasid: the PASID of the space, may be NULL
 *
 * What is pinned for it counts against RLIMIT_MEMLOCK of the caller.
 *
 * Return: The IOASID fd, or as ioasid_space_alloc_sva().
 */
int ioasid_space_alloc_iova(int system, __u32 *pasid);

/**
 * ioasid_space_alloc() - Make a space, or learn why there is none
 * @system: a system fd
 * @type: one of enum ioasid_type
 * @pasid: the PASID of the space, may be NULL
 * @reason: when it fails, what there is to say besides the errno, for
 *	ioasid_reason_text(); may be NULL
 *
 * A kernel older than IOASID_ABI 3 tells no reason: the code is then
 * IOASID_REASON_NONE.
 *
 * Return: The IOASID fd. -EDQUOT: the limit of a cgroup does not allow another
 * space. -EOPNOTSUPP: the kernel cannot create that type. Others as
 * ioasid_space_alloc_sva().
 */
int ioasid_space_alloc(int system, enum ioasid_type type, __u32 *pasid,
		       struct ioasid_reason *reason);

/**
 * ioasid_system_next() - Go through all spaces
 * @system: a system fd
 * @pasid: where to begin, 0 at first; set to where the next call has to go on
 * @status: the space that was found, as ioasid_space_status() would show it
 *
 * Finds the space with the lowest PASID from @pasid on. Root sees every space,
 * also those that nobody has a descriptor of; others see those that their user
 * has created.
 *
 * Return: 1, or 0 at the end. -ENOTTY: @system is not a system fd, or the
 * kernel is older than IOASID_ABI 3. -EINTR.
 */
int ioasid_system_next(int system, __u32 *pasid, struct ioasid_status *status);

/**
 * ioasid_space_status() - Look at a space
 * @space: an IOASID fd
 * @status: what IOASID_STATUS returns
 *
 * Return: 0, or -ENOTTY: @space is not an IOASID fd.
 */
int ioasid_space_status(int space, struct ioasid_status *status);

/**
 * ioasid_space_free() - Take a space back from every device
 * @space: an IOASID fd, which stays open
 *
 * When this returns no device reaches the memory any more. It may be repeated.
 * It takes IOASID_RIGHT_MANAGE.
 *
 * Return: IOASID_STATE_FREE, or IOASID_STATE_FREE_PENDING while a driver still
 * holds an attachment. -EPERM: @space does not carry the right. -ENOTTY: @space
 * is not an IOASID fd.
 */
int ioasid_space_free(int space);

/**
 * ioasid_space_share() - Make another IOASID fd that can do less
 * @space: an IOASID fd
 * @rights: IOASID_RIGHT_* bits of the new one, among those of @space; 0 to look
 *	at the space and to wait for its end, and nothing else
 *
 * It takes IOASID_RIGHT_MANAGE. The space lives as long as any of its IOASID
 * fds.
 *
 * Return: The new IOASID fd. -EPERM: @space does not carry IOASID_RIGHT_MANAGE.
 * -EACCES: @rights has one that @space does not carry. -EOPNOTSUPP: @rights has
 * an unknown bit. -ESTALE: the space was freed. Others as IOASID_SHARE.
 */
int ioasid_space_share(int space, __u32 rights);

/**
 * ioasid_space_pass() - Give another process a space, with less than all rights
 * @socket: a connected Unix socket
 * @space: an IOASID fd
 * @rights: IOASID_RIGHT_* bits of the one that the other process gets:
 *	IOASID_RIGHT_ATTACH for a service that lets its device into the space
 * @message: bytes that go with it
 * @size: size of @message, not 0
 *
 * This is ioasid_space_share() and ioasid_fd_send() of what it returned, which
 * is then closed here. The other process calls ioasid_fd_recv().
 *
 * Return: 0, or as these two.
 */
int ioasid_space_pass(int socket, int space, __u32 rights, const void *message,
		      size_t size);

/**
 * ioasid_space_attachments() - List who has a space attached
 * @space: an IOASID fd
 * @id: list those with a higher number, 0 at first; set to where the next call
 *	has to go on
 * @entries: the attachments, in the order in which they were made
 * @nr: how many there is room for
 *
 * It takes IOASID_RIGHT_MANAGE.
 *
 * Return: How many were written, 0 at the end. -EPERM: @space does not carry
 * the right. Others as IOASID_ATTACHMENTS.
 */
int ioasid_space_attachments(int space, __u64 *id,
			     struct ioasid_attachment_entry *entries,
			     unsigned int nr);

/**
 * ioasid_system_attachments() - List who has a space attached, without its fd
 * @system: a system fd
 * @pasid: PASID of the space
 * @id: as for ioasid_space_attachments()
 * @entries: as for ioasid_space_attachments()
 * @nr: how many there is room for
 *
 * Of the spaces that ioasid_system_next() finds.
 *
 * Return: How many were written, 0 at the end. -ENOENT: the caller sees no such
 * space. Others as IOASID_ATTACHMENTS.
 */
int ioasid_system_attachments(int system, __u32 pasid, __u64 *id,
			      struct ioasid_attachment_entry *entries,
			      unsigned int nr);

/**
 * ioasid_space_cut() - Take a space back from one device
 * @space: an IOASID fd
 * @id: number of an attachment
 *
 * When this returns the device does not reach the memory any more. All
 * attachments of that device to the space are cut, and no others. The device
 * can be attached again once its driver has let go of them. It takes
 * IOASID_RIGHT_MANAGE.
 *
 * Return: How many attachments were cut. -EPERM: @space does not carry the
 * right. -ENOENT: there is no such attachment. -EALREADY: it has been cut, or
 * the space was freed.
 */
int ioasid_space_cut(int space, __u64 id);

/**
 * ioasid_space_wait_hangup() - Wait until no device can use a space any more
 * @space: an IOASID fd
 * @timeout_ms: how long to wait, in milliseconds; negative: for ever
 *
 * That is so once the space was freed by anybody, or the process that an SVA
 * space is bound to is gone.
 *
 * Return: 0 when it is so, -ETIMEDOUT, -EINTR.
 */
int ioasid_space_wait_hangup(int space, int timeout_ms);

/**
 * ioasid_space_wait_released() - Wait until no driver holds a space any more
 * @space: an IOASID fd
 * @timeout_ms: how long to wait, in milliseconds; negative: for ever
 *
 * That is so once the space was freed and the last attachment has been let go:
 * its state is IOASID_STATE_FREE. Kernels older than IOASID_ABI 3 do not tell.
 *
 * Return: 0 when it is so, -ETIMEDOUT, -EINTR.
 */
int ioasid_space_wait_released(int space, int timeout_ms);

/**
 * ioasid_space_map() - Map memory of the caller for devices
 * @space: an IOASID fd of type IOVA
 * @memory: where it begins, a multiple of the page size
 * @length: in bytes, a multiple of the page size
 * @flags: IOASID_READ, IOASID_WRITE, or both; and IOASID_MAP_FIXED
 * @iova: where it was mapped. With IOASID_MAP_FIXED, where to map it
 *
 * The memory is pinned until it is unmapped, and charged to the creator of the
 * space.
 *
 * Return: 0. -EEXIST: something is mapped at @iova. -EADDRNOTAVAIL: it is
 * outside of the usable ranges. -ENOSPC: no free range fits. -EFAULT: there is
 * nothing at part of the memory. -EACCES: it does not allow the access.
 * -EDQUOT: RLIMIT_MEMLOCK does not allow it. -ESTALE: the space was freed.
 * Others as IOASID_MAP.
 */
int ioasid_space_map(int space, const void *memory, __u64 length, __u32 flags,
		     __u64 *iova);

/**
 * ioasid_space_map_file() - Map a part of a file for devices
 * @space: an IOASID fd of type IOVA
 * @fd: a file that can be mmapped: a regular one, a memfd, one of hugetlbfs
 * @offset: where the part begins, a multiple of the page size
 * @length: in bytes, a multiple of the page size
 * @flags: as for ioasid_space_map()
 * @iova: as for ioasid_space_map()
 *
 * Devices then see the file as mmap(MAP_SHARED) shows it. The caller needs no
 * mapping of it, and may close @fd.
 *
 * Return: As ioasid_space_map(). -EBADF: @fd is not open for reading. -ENODEV:
 * the file cannot be mmapped, or not pinned for writing.
 */
int ioasid_space_map_file(int space, int fd, __u64 offset, __u64 length,
			  __u32 flags, __u64 *iova);

/**
 * ioasid_space_map_space() - Map what another space maps
 * @space: an IOASID fd of type IOVA
 * @from: another one
 * @address: where it begins in @from, a multiple of the page size
 * @length: in bytes, a multiple of the page size
 * @flags: as for ioasid_space_map()
 * @iova: as for ioasid_space_map()
 *
 * The memory is neither pinned nor charged a second time, and stays mapped here
 * when @from lets go of it.
 *
 * Return: As ioasid_space_map(). -EBADFD: @from is not an IOASID fd.
 */
int ioasid_space_map_space(int space, int from, __u64 address, __u64 length,
			   __u32 flags, __u64 *iova);

/**
 * ioasid_space_map_with() - Map with all that IOASID_MAP takes
 * @space: an IOASID fd of type IOVA
 * @map: what to map and where; size is filled in. What is not wished for is 0
 *
 * For wishes where to map, and for a limit to the size of pages.
 *
 * Return: As IOASID_MAP: 0, with the answer in @map, or a negative errno.
 */
int ioasid_space_map_with(int space, struct ioasid_map *map);

/**
 * ioasid_space_unmap() - Take out what is mapped in a range
 * @space: an IOASID fd of type IOVA
 * @iova: where the range begins, a multiple of the page size
 * @length: in bytes, a multiple of the page size
 * @unmapped: how many bytes were mapped there; may be NULL
 *
 * When this returns no device reaches them any more. The range may have holes
 * and may cut maps.
 *
 * Return: 0. -ENOENT: nothing is mapped there. -EBUSY: an end of the range lies
 * in a large page that a device without page requests uses. -ESTALE: the space
 * was freed. Others as IOASID_UNMAP.
 */
int ioasid_space_unmap(int space, __u64 iova, __u64 length, __u64 *unmapped);

/**
 * ioasid_space_unmap_all() - Take out everything
 * @space: an IOASID fd of type IOVA
 * @unmapped: how many bytes were mapped; may be NULL
 *
 * Return: 0, also if nothing was mapped. -ESTALE: the space was freed. Others
 * as IOASID_UNMAP.
 */
int ioasid_space_unmap_all(int space, __u64 *unmapped);

/**
 * ioasid_space_maps() - List what is mapped
 * @space: an IOASID fd of type IOVA
 * @iova: where to begin; set to where the next call has to go on
 * @entries: the maps, in the order of addresses
 * @nr: how many there is room for
 *
 * Return: How many were written, 0 at the end. -ESTALE: the space was freed.
 * Others as IOASID_MAPS.
 */
int ioasid_space_maps(int space, __u64 *iova, struct ioasid_map_entry *entries,
		      unsigned int nr);

/**
 * ioasid_space_iova_ranges() - Ask where memory can be mapped
 * @space: an IOASID fd of type IOVA
 * @ranges: the usable ranges, in the order of addresses
 * @nr: how many there is room for
 * @info: the rest of the answer: sizes of pages and alignment; may be NULL
 *
 * Return: How many ranges there are, which may be more than @nr: then @nr were
 * written. -ESTALE: the space was freed. Others as IOASID_IOVA_RANGES.
 */
int ioasid_space_iova_ranges(int space, struct ioasid_iova_range *ranges,
			     unsigned int nr, struct ioasid_iova_ranges *info);

/**
 * ioasid_space_iova_keep() - Say where it must stay possible to map memory
 * @space: an IOASID fd of type IOVA
 * @ranges: whole pages, in the order of addresses, that do not overlap
 * @nr: how many, at most IOASID_IOVA_KEEP_MAX; 0 keeps nothing
 *
 * Devices that cannot use these addresses cannot be attached then. Replaces
 * what was said before.
 *
 * Return: 0. -EADDRNOTAVAIL: a device that is attached cannot use all of them.
 * -ESTALE: the space was freed. Others as IOASID_IOVA_KEEP.
 */
int ioasid_space_iova_keep(int space, const struct ioasid_iova_range *ranges,
			   unsigned int nr);

/**
 * ioasid_space_translate() - Ask what is at an address
 * @space: an IOASID fd
 * @iova: the address, any
 * @answer: what IOASID_TRANSLATE returns: out_iova and out_length say for which
 *	range it holds
 *
 * Return: 0. -ESTALE: the space was freed. -ESRCH: the process that the space
 * is bound to is gone. Others as IOASID_TRANSLATE.
 */
int ioasid_space_translate(int space, __u64 iova,
			   struct ioasid_translate *answer);

/**
 * ioasid_space_prefault() - Make memory ready for the attached devices
 * @space: an IOASID fd of type SVA
 * @iova: where it begins, a multiple of the page size
 * @length: in bytes, a multiple of the page size
 * @flags: IOASID_READ, IOASID_WRITE, or both: what devices will do; and
 *	IOASID_PREFAULT_PIN to pin it
 * @ready: how many bytes are ready, from the beginning; may be NULL
 *
 * Without IOASID_PREFAULT_PIN this is a hint. With it the memory is charged as
 * by ioasid_space_map(), until ioasid_space_unpin().
 *
 * Return: 0. -EFAULT: nothing is mapped. -EACCES: the memory does not allow the
 * access. -EDQUOT: RLIMIT_MEMLOCK does not allow to pin it. -ESTALE: the space
 * was freed. Others as IOASID_PREFAULT.
 */
int ioasid_space_prefault(int space, __u64 iova, __u64 length, __u32 flags,
			  __u64 *ready);

/**
 * ioasid_space_unpin() - Let go of what was pinned in a range
 * @space: an IOASID fd of type SVA
 * @iova: where the range begins
 * @length: in bytes
 * @unpinned: how many bytes were pinned there; may be NULL
 *
 * Return: 0. -ENOENT: nothing was. -EBUSY: what one call has pinned lies in the
 * range only in part. -ESTALE: the space was freed. Others as IOASID_UNPIN.
 */
int ioasid_space_unpin(int space, __u64 iova, __u64 length, __u64 *unpinned);

/**
 * ioasid_space_unpin_all() - Let go of everything that was pinned
 * @space: an IOASID fd of type SVA
 * @unpinned: how many bytes were pinned; may be NULL
 *
 * Return: 0, also if nothing was. -ESTALE: the space was freed. Others as
 * IOASID_UNPIN.
 */
int ioasid_space_unpin_all(int space, __u64 *unpinned);

/**
 * ioasid_fault_open() - Serve the page requests of a space
 * @space: an IOASID fd of type IOVA
 * @depth: how many groups may wait for an answer, 0 for a default
 *
 * From then on devices wait where they find nothing, until it is mapped and
 * they are answered. poll(2) says POLLIN when there is something to read.
 *
 * Return: The fault fd. -EBUSY: the space has one. -EINVAL: @depth is more than
 * IOASID_FAULT_DEPTH_MAX. -ESTALE: the space was freed. Others as
 * IOASID_FAULT_OPEN.
 */
int ioasid_fault_open(int space, __u32 depth);

/**
 * ioasid_fault_read() - Take page requests
 * @fd: a fault fd
 * @faults: the requests, whole groups of them
 * @nr: how many there is room for
 *
 * Waits while there are none, unless the fd is O_NONBLOCK.
 *
 * Return: How many were read, or 0: the space was freed. -EMSGSIZE: the next
 * group has more than @nr. -EAGAIN: there are none and the fd is O_NONBLOCK.
 * -EINTR.
 */
int ioasid_fault_read(int fd, struct ioasid_fault *faults, unsigned int nr);

/**
 * ioasid_fault_answer() - Answer groups of page requests
 * @fd: a fault fd
 * @answers: for each group, IOASID_FAULT_RETRY once it is mapped, or
 *	IOASID_FAULT_FAIL
 * @nr: how many, not 0
 *
 * Return: How many were carried out, from 1 to @nr: if it is less, the next one
 * was refused. -ENOENT: the first is to a group that nobody waits for, or no
 * longer. -EINVAL: it is no answer, or to a group that was not read.
 */
int ioasid_fault_answer(int fd, const struct ioasid_fault_answer *answers,
			unsigned int nr);

/**
 * ioasid_fd_send() - Pass a descriptor over a Unix socket, with a message
 * @socket: a connected Unix socket
 * @fd: the descriptor to pass; the caller keeps its own
 * @message: bytes that go with it
 * @size: size of @message, not 0
 *
 * The message is sent whole or not at all as long as it fits into the socket's
 * buffer; on a stream socket, send small ones.
 *
 * Return: 0. -EMSGSIZE: only a part was sent; and the errors of sendmsg(2),
 * with -EPIPE instead of SIGPIPE.
 */
int ioasid_fd_send(int socket, int fd, const void *message, size_t size);

/**
 * ioasid_fd_recv() - Receive a message with exactly one descriptor
 * @socket: a connected Unix socket
 * @message: where the message goes
 * @size: size of the message, which has to be that long
 *
 * Nothing that an untrusted peer sends leaks: descriptors of a message that is
 * refused are closed.
 *
 * Return: The descriptor. -ENODATA: the peer has closed the socket. -EBADMSG:
 * the message has another size, or not exactly one descriptor; and the errors
 * of recvmsg(2).
 */
int ioasid_fd_recv(int socket, void *message, size_t size);

/**
 * struct ioasid_fdinfo - What /proc says about an IOASID fd
 * @id: number of the space, never used twice
 * @type: type of the space, in the kernel's words
 * @state: state of the space, in the kernel's words
 * @pasid: PASID of the space
 * @mm_gone: the process that an SVA space is bound to is gone
 * @attachments: number of attachments
 * @faults: page requests answered with success
 * @faults_failed: page requests answered with failure
 * @mapped: bytes that devices reach without a page request; of an IOVA space,
 *	bytes that are mapped
 * @nr_devices: number of @devices
 * @devices: names of the devices that are attached, as in /sys
 * @has_mm: the space is bound to the memory of a process
 * @pinned: bytes of memory that are pinned for it
 * @maps: number of maps, or of ranges that were pinned
 * @has_rights: the kernel tells @rights and what is below; older ones do not
 * @rights: IOASID_RIGHT_* bits of this descriptor
 * @fds: number of IOASID fds of the space, copies not counted apart
 * @creator_pid: the process that created it, 0 when it has ended or cannot be
 *	seen
 * @creator_comm: name of that process then: any bytes
 * @cgroup: id of the cgroup that is charged for the space, 0 for none
 *
 * Made by the library only, so members may be added at the end.
 */
struct ioasid_fdinfo {
	__u64 id;
	char type[16];
	char state[16];
	__u32 pasid;
	bool mm_gone;
	__u32 attachments;
	__u64 faults;
	__u64 faults_failed;
	__u64 mapped;
	size_t nr_devices;
	char **devices;
	bool has_mm;
	__u64 pinned;
	__u64 maps;
	bool has_rights;
	__u32 rights;
	__u32 fds;
	pid_t creator_pid;
	char creator_comm[32];
	__u64 cgroup;
};

/**
 * ioasid_fdinfo_read() - Look at an IOASID fd of any process
 * @pid: the process, 0 for the caller
 * @fd: the descriptor's number in that process
 * @fdinfo: the answer, to be given to ioasid_fdinfo_free()
 *
 * Return: 0. -ENOENT: there is no such process or descriptor. -EACCES, -EPERM:
 * the caller may not look at that process. -EBADFD: the descriptor is not an
 * IOASID fd. -EPROTO: the kernel's answer makes no sense. -ENOMEM.
 */
int ioasid_fdinfo_read(pid_t pid, int fd, struct ioasid_fdinfo **fdinfo);

/**
 * ioasid_fdinfo_free() - Give back what ioasid_fdinfo_read() returned
 * @fdinfo: may be NULL
 */
void ioasid_fdinfo_free(struct ioasid_fdinfo *fdinfo);

/**
 * struct ioasid_holder - A descriptor that keeps a space alive
 * @pid: process that has it
 * @fd: its number there
 * @comm: name of the process, as the kernel knows it: any bytes
 * @fdinfo: the space. Whoever wants to keep it sets this to NULL, and gives it
 *	to ioasid_fdinfo_free() later
 */
struct ioasid_holder {
	pid_t pid;
	int fd;
	char comm[32];
	struct ioasid_fdinfo *fdinfo;
};

/**
 * typedef ioasid_holder_fn - Called for each holder
 * @holder: valid during the call
 * @data: the caller's
 *
 * Return: 0 to go on, anything else to stop and have it returned.
 */
typedef int (*ioasid_holder_fn)(struct ioasid_holder *holder, void *data);

/**
 * ioasid_walk_holders() - Visit every IOASID fd that /proc lets one see
 * @fn: called for each, in the order of processes and descriptors
 * @data: passed to @fn
 * @hidden: number of processes that the caller may not look at; may be NULL
 *
 * A space that several descriptors refer to is visited once for each: compare
 * the id. Processes come and go meanwhile. Not seen are descriptors on their
 * way through a socket, and those of a thread that has a table of its own.
 *
 * Return: 0, what @fn returned, or the errors of opendir(3) on /proc.
 */
int ioasid_walk_holders(ioasid_holder_fn fn, void *data, unsigned int *hidden);

/**
 * ioasid_type_name() - Name of a type
 * @type: one of enum ioasid_type
 *
 * Return: The word of fdinfo, or NULL when the library does not know @type.
 */
const char *ioasid_type_name(__u32 type);

/**
 * ioasid_state_name() - Name of a state
 * @state: one of enum ioasid_state
 *
 * Return: The word of fdinfo, or NULL when the library does not know @state.
 */
const char *ioasid_state_name(__u32 state);

/**
 * ioasid_right_name() - Name of a right
 * @right: one IOASID_RIGHT_* bit
 *
 * Return: The word of fdinfo, or NULL when the library does not know @right.
 */
const char *ioasid_right_name(__u32 right);

/* Room for the names of all rights. */
#define IOASID_RIGHTS_TEXT_SIZE	64

/**
 * ioasid_rights_text() - Names of rights
 * @rights: IOASID_RIGHT_* bits
 * @buf: the words of fdinfo, separated by spaces; empty for none
 * @size: size of @buf, IOASID_RIGHTS_TEXT_SIZE is enough for all
 *
 * Bits that the library does not know are left out.
 *
 * Return: @buf.
 */
const char *ioasid_rights_text(__u32 rights, char *buf, size_t size);

/**
 * ioasid_cgroup_path_of() - Find a cgroup by its id
 * @id: as the kernel names the cgroup that is charged for a space
 * @path: its path below the root of the hierarchy, "/" for the root
 * @size: size of @path
 *
 * The id is the inode number of the directory in the hierarchy that has the
 * rdma controller.
 *
 * Return: 0. -ENOENT: there is none, or not for the caller to see.
 * -ENAMETOOLONG: @path is too small. Others as ioasid_limit_read().
 */
int ioasid_cgroup_path_of(__u64 id, char *path, size_t size);

/* Room for what most reasons say. */
#define IOASID_REASON_TEXT_SIZE	512

/**
 * ioasid_reason_text() - Say why a space could not be created or attached
 * @reason: what the kernel has filled in
 * @buf: text for the middle of a sentence, without a full stop or a newline,
 *	that names the device, the limit or the process, and what can be done
 * @size: size of @buf; a text that is longer is cut
 *
 * Return: @buf. NULL when the kernel has nothing to add to the errno, or the
 * library does not know the reason: ask ioasid_explain() then.
 */
const char *ioasid_reason_text(const struct ioasid_reason *reason, char *buf,
			       size_t size);

/* No limit, and what is left then. */
#define IOASID_NO_LIMIT		0xffffffffu
/* The highest limit that there can be. */
#define IOASID_LIMIT_MAX	0x7ffffffeu

/**
 * struct ioasid_limit - How many spaces a cgroup has, and how many it can get
 * @cgroup: its path, below what is mounted as "/"
 * @directory: where it is in the file system
 * @id: what the kernel names it by, as ioasid_status::out_cgroup
 * @counted: it has counts of its own. Otherwise the nearest above that has is
 *	charged for what is created in it, and @max and @current tell nothing
 * @max: its own limit, or IOASID_NO_LIMIT
 * @current: how many spaces are charged to it, and to those below it; may be
 *	more than @max
 * @left: how many it can get before the limit of one, of its own or above it,
 *	stands in the way; or IOASID_NO_LIMIT
 * @tightest: path of the cgroup whose limit that is, NULL for none
 * @hidden: there are cgroups above that the caller cannot see, and that may
 *	leave it less
 * @depth: how far it is below the cgroup that ioasid_limit_walk() began at
 *
 * Made by the library only, so members may be added at the end.
 */
struct ioasid_limit {
	char *cgroup;
	char *directory;
	__u64 id;
	bool counted;
	__u32 max;
	__u32 current;
	__u32 left;
	char *tightest;
	bool hidden;
	unsigned int depth;
};

/**
 * ioasid_limit_read() - Look at the limit of a cgroup
 * @cgroup: its path, below what is mounted as "/", or its directory
 * @limit: the answer, to be given to ioasid_limit_free()
 *
 * Limits are those of the rdma controller, of cgroup v2 wherever it is mounted,
 * or of cgroup v1. Paths are as the caller sees them in a cgroup namespace. The
 * root has no limit and no counts.
 *
 * Return: 0. -ENOENT: there is no such cgroup. -ENODEV: the module ioasid has
 * never been loaded. -EOPNOTSUPP: the kernel has no rdma controller, or it was
 * turned off. -ENOMEDIUM: no hierarchy with that controller is mounted. -EXDEV:
 * what is mounted belongs to another cgroup namespace. -EACCES, -ENOMEM.
 */
int ioasid_limit_read(const char *cgroup, struct ioasid_limit **limit);

/**
 * ioasid_limit_of_process() - Look at the limit of a process
 * @pid: the process, 0 for the caller
 * @limit: the answer, to be given to ioasid_limit_free()
 *
 * Its next space is charged to the cgroup that it is in now. What it has got
 * before stays charged where it was.
 *
 * Return: As ioasid_limit_read(). -ESRCH: there is no such process. -EXDEV: it
 * is in a cgroup that the caller cannot see, too.
 */
int ioasid_limit_of_process(pid_t pid, struct ioasid_limit **limit);

/**
 * ioasid_limit_free() - Give back what the library has returned
 * @limit: may be NULL
 */
void ioasid_limit_free(struct ioasid_limit *limit);

/**
 * ioasid_limit_set() - Set the limit of a cgroup
 * @cgroup: as for ioasid_limit_read()
 * @max: how many spaces it may have, at most IOASID_LIMIT_MAX; IOASID_NO_LIMIT
 *	takes the limit away
 *
 * A limit below what the cgroup has takes no space away. A limit ends with the
 * cgroup, whether the module ioasid is loaded or not. Cgroups above that do not
 * pass the rdma controller on are made to.
 *
 * Return: 0. -ENODATA: it is the root, or the highest that the caller sees, and
 * cannot have one. -EBUSY: a cgroup above has processes of its own, so it
 * cannot pass the controller on. -ERANGE: @max is too large. -EACCES, -EPERM,
 * -EROFS; others as ioasid_limit_read().
 */
int ioasid_limit_set(const char *cgroup, __u32 max);

/**
 * typedef ioasid_limit_fn - Called for each cgroup
 * @limit: valid during the call
 * @data: the caller's
 *
 * Return: 0 to go on, anything else to stop and have it returned.
 */
typedef int (*ioasid_limit_fn)(const struct ioasid_limit *limit, void *data);

/**
 * ioasid_limit_walk() - Visit a cgroup and all below it
 * @cgroup: as for ioasid_limit_read()
 * @fn: called for each, for one before those below it, in the order of names
 * @data: passed to @fn
 *
 * Cgroups that come or go meanwhile may be missed.
 *
 * Return: 0, what @fn returned, or as ioasid_limit_read().
 */
int ioasid_limit_walk(const char *cgroup, ioasid_limit_fn fn, void *data);

/**
 * enum ioasid_op - What the caller tried, for ioasid_explain()
 * @IOASID_OP_SYSTEM_OPEN: ioasid_system_open()
 * @IOASID_OP_ALLOC: ioasid_space_alloc() and its kin
 * @IOASID_OP_SPACE: anything else with an IOASID fd or a system fd
 * @IOASID_OP_PASS: ioasid_fd_send() and ioasid_fd_recv()
 * @IOASID_OP_FDINFO: ioasid_fdinfo_read()
 * @IOASID_OP_QUEUE_OPEN: ioasid_queue_open()
 * @IOASID_OP_ATTACH: ioasid_queue_attach() and ioasid_queue_attach_with()
 * @IOASID_OP_DETACH: ioasid_queue_detach()
 * @IOASID_OP_SUBMIT: ioasid_queue_submit()
 * @IOASID_OP_WAIT: ioasid_job_wait() and ioasid_queue_wait()
 * @IOASID_OP_MAP: ioasid_space_map() and its kin
 * @IOASID_OP_UNMAP: ioasid_space_unmap() and ioasid_space_unmap_all()
 * @IOASID_OP_IOVA: ioasid_space_iova_ranges() and ioasid_space_iova_keep()
 * @IOASID_OP_PREFAULT: ioasid_space_prefault()
 * @IOASID_OP_UNPIN: ioasid_space_unpin() and ioasid_space_unpin_all()
 * @IOASID_OP_FAULT_OPEN: ioasid_fault_open()
 * @IOASID_OP_FAULT: ioasid_fault_read() and ioasid_fault_answer()
 * @IOASID_OP_ACCESS: pread(2) and pwrite(2) on an IOASID fd
 * @IOASID_OP_SHARE: ioasid_space_share() and ioasid_space_pass()
 * @IOASID_OP_ATTACHMENTS: ioasid_space_attachments() and
 *	ioasid_system_attachments()
 * @IOASID_OP_CUT: ioasid_space_cut()
 * @IOASID_OP_LIMIT: ioasid_limit_read() and its kin
 */
enum ioasid_op {
	IOASID_OP_SYSTEM_OPEN = 1,
	IOASID_OP_ALLOC = 2,
	IOASID_OP_SPACE = 3,
	IOASID_OP_PASS = 4,
	IOASID_OP_FDINFO = 5,
	IOASID_OP_QUEUE_OPEN = 6,
	IOASID_OP_ATTACH = 7,
	IOASID_OP_DETACH = 8,
	IOASID_OP_SUBMIT = 9,
	IOASID_OP_WAIT = 10,
	IOASID_OP_MAP = 11,
	IOASID_OP_UNMAP = 12,
	IOASID_OP_IOVA = 13,
	IOASID_OP_PREFAULT = 14,
	IOASID_OP_UNPIN = 15,
	IOASID_OP_FAULT_OPEN = 16,
	IOASID_OP_FAULT = 17,
	IOASID_OP_ACCESS = 18,
	IOASID_OP_SHARE = 19,
	IOASID_OP_ATTACHMENTS = 20,
	IOASID_OP_CUT = 21,
	IOASID_OP_LIMIT = 22,
};

/**
 * ioasid_explain() - Say what an error means and what can be done
 * @op: what failed
 * @rc: the negative errno that it returned
 *
 * Return: Text for the middle of a sentence, without a full stop or a newline.
 * It lives as long as the library and is never NULL.
 */
const char *ioasid_explain(enum ioasid_op op, int rc);

#ifdef __cplusplus
}
#endif

#endif
