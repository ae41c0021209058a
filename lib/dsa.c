// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Queues and jobs of an accelerator.
 *
 * The accelerator writes a record's status last, so the rest of the record is
 * valid once the status is not 0: the acquire load here is what pairs with it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>

#include <ioasid/dsa.h>

#include "reason.h"
#include "sys.h"

/* What a job takes whose pages are at hand, and less than a sleep costs. */
#define SPINS	2000

int ioasid_queue_open(const char *path, int flags)
{
	return sys_open(path, O_RDWR | O_CLOEXEC | flags);
}

/* Kernels that tell no reason refuse to be asked for one. */
int ioasid_queue_attach_with(int queue, struct ioasid_sim_attach *attach)
{
	const __u64 reason = attach->reason;
	int rc;

	attach->size = sizeof(*attach);
	reason_prepare((struct ioasid_reason *)(unsigned long)reason);
	rc = sys_ioctl(queue, IOASID_SIM_ATTACH, attach);
	if (rc != -E2BIG || !reason)
		return rc;
	attach->reason = 0;
	rc = sys_ioctl(queue, IOASID_SIM_ATTACH, attach);
	attach->reason = reason;
	return rc;
}

int ioasid_queue_attach(int queue, int space, __u32 *pasid)
{
	struct ioasid_sim_attach attach = { .fd = space };
	int rc;

	rc = ioasid_queue_attach_with(queue, &attach);
	if (!rc && pasid)
		*pasid = attach.out_pasid;
	return rc;
}

int ioasid_queue_detach(int queue, __u32 pasid)
{
	struct ioasid_sim_detach detach = {
		.size = sizeof(detach),
		.pasid = pasid,
	};

	return sys_ioctl(queue, IOASID_SIM_DETACH, &detach);
}

int ioasid_queue_error(int queue, struct ioasid_sim_error *error)
{
	*error = (struct ioasid_sim_error){ .size = sizeof(*error) };
	return sys_ioctl(queue, IOASID_SIM_GET_ERROR, error);
}

int ioasid_queue_submit(int queue, const struct dsa_hw_desc *descs,
			unsigned int count)
{
	ssize_t written;

	written = sys_write(queue, descs, count * sizeof(*descs));
	return written < 0 ? written : written / (ssize_t)sizeof(*descs);
}

/* The count may be gone again: somebody else has read it. */
static int read_interrupts(int queue)
{
	__u64 count;
	ssize_t got;

	got = sys_read(queue, &count, sizeof(count));
	if (got == -EAGAIN)
		return 0;
	return got < 0 ? got : (int)count;
}

int ioasid_queue_wait(int queue, int timeout_ms)
{
	int events;

	events = sys_poll(queue, POLLIN, timeout_ms);
	if (events < 0)
		return events;
	if (events & POLLIN)
		return read_interrupts(queue);
	return events & POLLHUP ? -ENODEV : -EIO;
}

static void fill_in(struct dsa_hw_desc *desc, __u32 pasid, __u64 record,
		    enum dsa_opcode opcode)
{
	memset(desc, 0, sizeof(*desc));
	desc->pasid = pasid;
	desc->opcode = opcode;
	desc->flags = IDXD_OP_FLAG_CRAV | IDXD_OP_FLAG_RCR | IDXD_OP_FLAG_RCI;
	desc->completion_addr = record;
}

static void fill_in_transfer(struct dsa_hw_desc *desc, __u32 pasid,
			     __u64 record, enum dsa_opcode opcode, __u32 size)
{
	fill_in(desc, pasid, record, opcode);
	desc->flags |= IDXD_OP_FLAG_BOF;
	desc->xfer_size = size;
}

void ioasid_desc_noop(struct dsa_hw_desc *desc, __u32 pasid, __u64 record)
{
	fill_in(desc, pasid, record, DSA_OPCODE_NOOP);
}

void ioasid_desc_memmove(struct dsa_hw_desc *desc, __u32 pasid, __u64 record,
			 __u64 dst, __u64 src, __u32 size)
{
	fill_in_transfer(desc, pasid, record, DSA_OPCODE_MEMMOVE, size);
	desc->src_addr = src;
	desc->dst_addr = dst;
}

void ioasid_desc_memfill(struct dsa_hw_desc *desc, __u32 pasid, __u64 record,
			 __u64 dst, __u64 pattern, __u32 size)
{
	fill_in_transfer(desc, pasid, record, DSA_OPCODE_MEMFILL, size);
	desc->pattern = pattern;
	desc->dst_addr = dst;
}

void ioasid_desc_compare(struct dsa_hw_desc *desc, __u32 pasid, __u64 record,
			 __u64 a, __u64 b, __u32 size)
{
	fill_in_transfer(desc, pasid, record, DSA_OPCODE_COMPARE, size);
	desc->src_addr = a;
	desc->src2_addr = b;
}

void ioasid_desc_crc(struct dsa_hw_desc *desc, __u32 pasid, __u64 record,
		     __u64 src, __u32 size, __u32 seed)
{
	fill_in_transfer(desc, pasid, record, DSA_OPCODE_CRCGEN, size);
	desc->src_addr = src;
	desc->crc_seed = seed;
}

__u64 ioasid_job_record(struct ioasid_job *job)
{
	memset((void *)&job->record, 0, sizeof(job->record));
	return (__u64)(unsigned long)&job->record;
}

int ioasid_job_submit(int queue, const struct ioasid_job *job)
{
	int rc;

	rc = ioasid_queue_submit(queue, &job->desc, 1);
	return rc < 0 ? rc : 0;
}

static bool is_done(const struct ioasid_job *job)
{
	return __atomic_load_n(&job->record.status, __ATOMIC_ACQUIRE);
}

static bool is_done_soon(const struct ioasid_job *job)
{
	unsigned int i;

	for (i = 0; i < SPINS; i++)
		if (is_done(job))
			return true;
	return false;
}

/* An interrupt of another job wakes it too, and starts the time anew. */
int ioasid_job_wait(int queue, const struct ioasid_job *job, int timeout_ms)
{
	int rc;

	if (is_done_soon(job))
		return 0;
	do {
		rc = ioasid_queue_wait(queue, timeout_ms);
		if (is_done(job))
			return 0;
	} while (rc >= 0);
	return rc;
}
