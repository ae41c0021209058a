/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Client of an accelerator that speaks the descriptor format of Intel's Data
 * Streaming Accelerator, such as /dev/ioasid_sim0.
 *
 * A queue is an open file of the accelerator. Spaces are attached to it, and
 * jobs are submitted: a job is a descriptor and the completion record that the
 * accelerator fills in. Every address in a descriptor, that of the record too,
 * is one of the space that its PASID names. A process that works on its own
 * memory attaches its own SVA space and uses plain pointers. A service that
 * works for others puts the others' addresses there, and its client, not the
 * service, is who can read the record.
 *
 * The rules of <ioasid/ioasid.h> hold here too. The library waits only where it
 * says so, and keeps nothing between calls.
 */
#ifndef IOASID_DSA_H
#define IOASID_DSA_H

#include <stdalign.h>
#include <stddef.h>

#include <linux/idxd.h>
#include <linux/ioasid_sim.h>

/* For C89, there is nothing in the <stdalign.h> of newer clangs. */
#if !defined(alignas) && !defined(__cplusplus) && !defined(__STDC_VERSION__)
#define alignas(bytes)	__attribute__((aligned(bytes)))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/**
 * ioasid_queue_open() - Open a queue of an accelerator
 * @path: its node, such as /dev/ioasid_sim0
 * @flags: 0, or O_NONBLOCK
 *
 * Return: The queue, a file descriptor. The errors of open(2).
 */
int ioasid_queue_open(const char *path, int flags);

/**
 * ioasid_queue_attach() - Let a queue use a space
 * @queue: a queue
 * @space: an IOASID fd, which may be closed afterwards
 * @pasid: what descriptors have to name the space by, may be NULL
 *
 * Return: 0. -EBADFD: @space is not an IOASID fd. -EEXIST: it is attached
 * already. Others as IOASID_SIM_ATTACH.
 */
int ioasid_queue_attach(int queue, int space, __u32 *pasid);

/**
 * ioasid_queue_attach_with() - Attach with all that IOASID_SIM_ATTACH takes
 * @queue: a queue
 * @attach: fd is the IOASID fd; size is filled in, what is not wished for is 0
 *
 * For the cookie that page requests of the accelerator carry, for one without
 * page requests, and to learn why it failed: reason may be the address of a
 * struct ioasid_reason for ioasid_reason_text(); its size is filled in too. A
 * kernel older than IOASID_ABI 3 leaves it at IOASID_REASON_NONE.
 *
 * Return: As IOASID_SIM_ATTACH: 0, with the answer in @attach, or a negative
 * errno. -EPROTONOSUPPORT: the accelerator has no page requests.
 */
int ioasid_queue_attach_with(int queue, struct ioasid_sim_attach *attach);

/**
 * ioasid_queue_detach() - Let go of a space
 * @queue: a queue
 * @pasid: PASID of the space
 *
 * Waits for jobs that use the space. Closing the queue lets go of everything
 * without waiting.
 *
 * Return: 0. -ENOENT: no such PASID is attached. -EINTR: a signal came first.
 */
int ioasid_queue_detach(int queue, __u32 pasid);

/**
 * ioasid_queue_error() - Read and clear the software error register
 * @queue: a queue
 * @error: what it held
 *
 * It says what became of a job whose record could not be written.
 *
 * Return: 0, or -ENOTTY: @queue is not a queue.
 */
int ioasid_queue_error(int queue, struct ioasid_sim_error *error);

/**
 * ioasid_queue_submit() - Submit descriptors
 * @queue: a queue
 * @descs: the descriptors, which may be reused at once
 * @count: how many, not 0
 *
 * Waits for room in the queue unless it is O_NONBLOCK.
 *
 * Return: How many were accepted, from 1 to @count. -EAGAIN: no room. -EACCES:
 * a descriptor's PASID is not attached. -EINVAL: its completion record is not
 * aligned. -ENODEV: the accelerator is gone. -EINTR.
 */
int ioasid_queue_submit(int queue, const struct dsa_hw_desc *descs,
			unsigned int count);

/**
 * ioasid_queue_wait() - Wait for completion interrupts
 * @queue: a queue
 * @timeout_ms: how long to wait, in milliseconds; negative: for ever
 *
 * Only jobs with IDXD_OP_FLAG_RCI raise one. The count is consumed, so a queue
 * should have only one waiter.
 *
 * Return: How many completed since the last call, 0 if another waiter was
 * quicker on an O_NONBLOCK queue. -ETIMEDOUT. -EIO: nothing
 * completed, and the software error register holds an error: ask
 * ioasid_queue_error(). -ENODEV: the accelerator is gone. -EINTR.
 */
int ioasid_queue_wait(int queue, int timeout_ms);

/**
 * struct ioasid_job - A descriptor and its completion record
 * @desc: what to do
 * @record: what became of it, written by the accelerator; status is not 0 once
 *	the job is done. Must stay where it is until then
 *
 * For processes that work on their own memory.
 */
struct ioasid_job {
	alignas(64) struct dsa_hw_desc desc;
	alignas(32) struct dsa_completion_record record;
};

/**
 * DOC: Descriptors
 *
 * The functions that fill in a descriptor, ioasid_desc_memmove() and its kin,
 * have page faults resolved (IDXD_OP_FLAG_BOF), a record written in any case
 * and an interrupt raised. The address of the record is a multiple of 32, the
 * PASID may be 0 when one space only is attached, and sizes are in bytes, from
 * 1 to IOASID_SIM_MAX_XFER.
 */

/**
 * ioasid_desc_noop() - Do nothing
 * @desc: the descriptor
 * @pasid: PASID of the space that all addresses are of
 * @record: address of the completion record
 */
void ioasid_desc_noop(struct dsa_hw_desc *desc, __u32 pasid, __u64 record);

/**
 * ioasid_desc_memmove() - Copy bytes
 * @desc: the descriptor
 * @pasid: PASID of the space that all addresses are of
 * @record: address of the completion record
 * @dst: where to
 * @src: where from; the two ranges may overlap
 * @size: how many
 */
void ioasid_desc_memmove(struct dsa_hw_desc *desc, __u32 pasid, __u64 record,
			 __u64 dst, __u64 src, __u32 size);

/**
 * ioasid_desc_memfill() - Fill memory with a pattern, over and over
 * @desc: the descriptor
 * @pasid: PASID of the space that all addresses are of
 * @record: address of the completion record
 * @dst: where it begins
 * @pattern: 8 bytes, which are laid down in the order they have in memory
 * @size: how many bytes to fill
 */
void ioasid_desc_memfill(struct dsa_hw_desc *desc, __u32 pasid, __u64 record,
			 __u64 dst, __u64 pattern, __u32 size);

/**
 * ioasid_desc_compare() - Compare bytes
 * @desc: the descriptor
 * @pasid: PASID of the space that all addresses are of
 * @record: address of the completion record
 * @a: where they are
 * @b: what to compare them with
 * @size: how many
 *
 * The record's result is 0 if they are equal, else 1, with the offset of the
 * first difference in bytes_completed.
 */
void ioasid_desc_compare(struct dsa_hw_desc *desc, __u32 pasid, __u64 record,
			 __u64 a, __u64 b, __u32 size);

/**
 * ioasid_desc_crc() - Compute a CRC32C
 * @desc: the descriptor
 * @pasid: PASID of the space that all addresses are of
 * @record: address of the completion record
 * @src: where the bytes are
 * @size: how many
 * @seed: 0, or the checksum of the bytes before
 *
 * The checksum is in the record's crc_val.
 */
void ioasid_desc_crc(struct dsa_hw_desc *desc, __u32 pasid, __u64 record,
		     __u64 src, __u32 size, __u32 seed);

/**
 * ioasid_job_record() - Get the address of a job's record
 * @job: a job; its record is cleared
 *
 * Return: The address, for ioasid_desc_memmove() and its kin.
 */
__u64 ioasid_job_record(struct ioasid_job *job);

/**
 * ioasid_job_submit() - Submit one job
 * @queue: a queue
 * @job: its descriptor is filled in and its record cleared
 *
 * Return: 0, or as ioasid_queue_submit().
 */
int ioasid_job_submit(int queue, const struct ioasid_job *job);

/**
 * ioasid_job_wait() - Wait until a job is done
 * @queue: the queue it was submitted to
 * @job: a job that raises an interrupt
 * @timeout_ms: how long to wait, in milliseconds; negative: for ever
 *
 * Looks at the record for some microseconds, then sleeps. The time starts anew
 * with each interrupt of another job.
 *
 * Return: 0: the record is there. As ioasid_queue_wait() otherwise; the record
 * may then still be written later.
 */
int ioasid_job_wait(int queue, const struct ioasid_job *job, int timeout_ms);

/**
 * ioasid_opcode_name() - Name of an operation
 * @opcode: one of enum dsa_opcode
 *
 * Return: The name, or NULL when no accelerator here knows @opcode.
 */
const char *ioasid_opcode_name(__u8 opcode);

/**
 * ioasid_completion_explain() - Say what a completion status means
 * @status: status of a record, with or without DSA_COMP_STATUS_WRITE
 *
 * Return: Text for the middle of a sentence, never NULL.
 */
const char *ioasid_completion_explain(__u8 status);

#ifdef __cplusplus
}
#endif

#endif
