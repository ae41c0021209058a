// SPDX-License-Identifier: GPL-2.0-only
/* Work for an accelerator. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "job.h"
#include "process.h"

#define LONG_JOB_PIECE	(4 * 1024 * 1024)

static __u64 word_of(unsigned char byte)
{
	return byte * 0x0101010101010101ull;
}

int dma_open(struct dma *dma, unsigned int accelerator)
{
	int rc;

	dma->queue = queue_open(accelerator, O_RDWR);
	if (dma->queue < 0)
		return dma->queue;
	dma->space = space_alloc(NULL);
	if (dma->space < 0) {
		rc = dma->space;
		goto close_queue;
	}
	rc = queue_attach(dma->queue, dma->space, &dma->pasid);
	if (rc)
		goto close_space;
	return 0;

close_space:
	close(dma->space);
close_queue:
	close(dma->queue);
	return rc;
}

void dma_close(struct dma *dma)
{
	close(dma->space);
	close(dma->queue);
}

void job_init(struct job *job, __u32 pasid, enum dsa_opcode opcode)
{
	memset(job, 0, sizeof(*job));
	job->desc.pasid = pasid;
	job->desc.opcode = opcode;
	job->desc.flags = IDXD_OP_FLAG_CRAV | IDXD_OP_FLAG_RCR;
	job->desc.completion_addr = address_of(&job->record);
}

static void init_transfer(struct job *job, __u32 pasid, enum dsa_opcode opcode,
			  __u32 size)
{
	job_init(job, pasid, opcode);
	job->desc.flags |= IDXD_OP_FLAG_BOF;
	job->desc.xfer_size = size;
}

void job_memmove(struct job *job, __u32 pasid, void *dst, const void *src,
		 __u32 size)
{
	init_transfer(job, pasid, DSA_OPCODE_MEMMOVE, size);
	job->desc.src_addr = address_of(src);
	job->desc.dst_addr = address_of(dst);
}

void job_memfill(struct job *job, __u32 pasid, void *dst, __u64 pattern,
		 __u32 size)
{
	init_transfer(job, pasid, DSA_OPCODE_MEMFILL, size);
	job->desc.pattern = pattern;
	job->desc.dst_addr = address_of(dst);
}

void job_compare(struct job *job, __u32 pasid, const void *a, const void *b,
		 __u32 size)
{
	init_transfer(job, pasid, DSA_OPCODE_COMPARE, size);
	job->desc.src_addr = address_of(a);
	job->desc.src2_addr = address_of(b);
}

void job_compval(struct job *job, __u32 pasid, const void *src, __u64 pattern,
		 __u32 size)
{
	init_transfer(job, pasid, DSA_OPCODE_COMPVAL, size);
	job->desc.src_addr = address_of(src);
	job->desc.comp_pattern = pattern;
}

void job_dualcast(struct job *job, __u32 pasid, void *dst, void *dst2,
		  const void *src, __u32 size)
{
	init_transfer(job, pasid, DSA_OPCODE_DUALCAST, size);
	job->desc.src_addr = address_of(src);
	job->desc.dst_addr = address_of(dst);
	job->desc.dest2 = address_of(dst2);
}

void job_crcgen(struct job *job, __u32 pasid, const void *src, __u32 size,
		__u32 seed)
{
	init_transfer(job, pasid, DSA_OPCODE_CRCGEN, size);
	job->desc.src_addr = address_of(src);
	job->desc.crc_seed = seed;
}

void job_copy_crc(struct job *job, __u32 pasid, void *dst, const void *src,
		  __u32 size, __u32 seed)
{
	init_transfer(job, pasid, DSA_OPCODE_COPY_CRC, size);
	job->desc.src_addr = address_of(src);
	job->desc.dst_addr = address_of(dst);
	job->desc.crc_seed = seed;
}

void job_batch(struct job *job, __u32 pasid, const struct dsa_hw_desc *list,
	       __u32 count)
{
	job_init(job, pasid, DSA_OPCODE_BATCH);
	job->desc.desc_list_addr = address_of(list);
	job->desc.desc_count = count;
}

void job_stream(struct job *job, __u32 pasid, struct dsa_hw_desc *list,
		__u32 count, void *mem, unsigned char value, __u32 size)
{
	struct job child;
	__u32 i;

	job_memfill(&child, pasid, mem, word_of(value), size);
	child.desc.flags = IDXD_OP_FLAG_BOF;
	for (i = 0; i < count; i++)
		list[i] = child.desc;
	job_batch(job, pasid, list, count);
}

int long_job_init(struct long_job *job, __u32 pasid)
{
	size_t list_size = IOASID_SIM_MAX_BATCH * sizeof(*job->list);
	struct job child;
	unsigned int i;
	void *mem;

	mem = mmap(NULL, list_size + LONG_JOB_PIECE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		return -errno;
	job->list = mem;
	job_crcgen(&child, pasid, mem + list_size, LONG_JOB_PIECE, 0);
	child.desc.flags = IDXD_OP_FLAG_BOF;
	child.desc.completion_addr = 0;
	for (i = 0; i < IOASID_SIM_MAX_BATCH; i++)
		job->list[i] = child.desc;
	job_batch(&job->batch, pasid, job->list, IOASID_SIM_MAX_BATCH);
	return 0;
}

int job_submit(int queue, struct job *job)
{
	ssize_t count;

	job->record.status = DSA_COMP_NONE;
	count = write(queue, &job->desc, sizeof(job->desc));
	if (count < 0)
		return -errno;
	return count == sizeof(job->desc) ? 0 : -EIO;
}

bool job_done(const struct job *job)
{
	return __atomic_load_n(&job->record.status, __ATOMIC_ACQUIRE);
}

int job_wait(struct job *job)
{
	__s64 deadline = now_ms() + PATIENCE_MS;

	while (!job_done(job)) {
		if (now_ms() > deadline)
			return -ETIMEDOUT;
		sched_yield();
	}
	return job->record.status;
}

int job_run(int queue, struct job *job)
{
	int rc = job_submit(queue, job);

	return rc ? rc : job_wait(job);
}

int dma_copy(const struct dma *dma, void *dst, const void *src, __u32 size)
{
	struct job job;

	job_memmove(&job, dma->pasid, dst, src, size);
	return job_run(dma->queue, &job);
}

int dma_fill(const struct dma *dma, void *mem, unsigned char value, __u32 size)
{
	struct job job;

	job_memfill(&job, dma->pasid, mem, word_of(value), size);
	return job_run(dma->queue, &job);
}

bool dma_sees(const struct dma *dma, const void *mem, unsigned char value,
	      __u32 size)
{
	struct job job;

	job_compval(&job, dma->pasid, mem, word_of(value), size);
	return job_run(dma->queue, &job) == DSA_COMP_SUCCESS &&
	       !job.record.result;
}

bool dma_cannot_read(const struct dma *dma, const void *mem)
{
	struct job job;

	job_compval(&job, dma->pasid, mem, 0, 8);
	return job_run(dma->queue, &job) == DSA_COMP_PAGE_FAULT_IR &&
	       !job.record.bytes_completed;
}

bool dma_cannot_write(const struct dma *dma, void *mem)
{
	return dma_fill(dma, mem, 0xbd, 8) ==
	       (DSA_COMP_PAGE_FAULT_IR | DSA_COMP_STATUS_WRITE);
}
