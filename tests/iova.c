// SPDX-License-Identifier: GPL-2.0-only
/* Work for an accelerator in an IOVA space. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include "iova.h"
#include "process.h"

/* Below everything else, and never the same twice in one process. */
#define FIRST_JOBS_IOVA	0x40000000ull

static __u64 next_jobs_iova(void)
{
	static __u64 next = FIRST_JOBS_IOVA;

	return __atomic_fetch_add(&next, IOVA_JOBS_SIZE, __ATOMIC_RELAXED);
}

static int map_jobs(struct iova_dma *dma)
{
	dma->jobs = mmap(NULL, IOVA_JOBS_SIZE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (dma->jobs == MAP_FAILED)
		return -errno;
	dma->jobs_iova = next_jobs_iova();
	return space_map_at(dma->space, dma->jobs_iova, dma->jobs,
			    IOVA_JOBS_SIZE, IOASID_READ | IOASID_WRITE);
}

int iova_dma_open_as(struct iova_dma *dma, unsigned int accelerator,
		     struct ioasid_sim_attach *attach)
{
	int rc;

	dma->queue = queue_open(accelerator, O_RDWR);
	if (dma->queue < 0)
		return dma->queue;
	dma->space = attach->fd;
	rc = queue_attach_as(dma->queue, attach);
	if (!rc)
		rc = map_jobs(dma);
	if (rc)
		close(dma->queue);
	dma->pasid = attach->out_pasid;
	return rc;
}

int iova_dma_open(struct iova_dma *dma, unsigned int accelerator, int space)
{
	struct ioasid_sim_attach attach = { .fd = space };

	return iova_dma_open_as(dma, accelerator, &attach);
}

void iova_dma_close(struct iova_dma *dma)
{
	close(dma->queue);
	munmap(dma->jobs, IOVA_JOBS_SIZE);
}

int iova_submit(const struct iova_dma *dma, struct job *job)
{
	size_t at = (char *)&job->record - (char *)dma->jobs;

	job->desc.completion_addr = dma->jobs_iova + at;
	return job_submit(dma->queue, job);
}

int iova_wait(const struct iova_dma *dma, const struct job *job)
{
	__s64 deadline = now_ms() + PATIENCE_MS;
	struct ioasid_sim_error error;

	while (!job_done(job)) {
		if (fd_events(dma->queue, 0, 0) & POLLERR)
			return queue_error(dma->queue, &error) ?: -EFAULT;
		if (now_ms() > deadline)
			return -ETIMEDOUT;
		sched_yield();
	}
	return job->record.status;
}

static int run(const struct iova_dma *dma)
{
	int rc = iova_submit(dma, dma->jobs);

	return rc ? rc : iova_wait(dma, dma->jobs);
}

static __u64 word_of(unsigned char byte)
{
	return byte * 0x0101010101010101ull;
}

int iova_start_fill(const struct iova_dma *dma, unsigned int index, __u64 iova,
		    unsigned char value, __u32 size)
{
	struct job *job = &dma->jobs[index];

	job_memfill(job, dma->pasid, NULL, word_of(value), size);
	job->desc.dst_addr = iova;
	return iova_submit(dma, job);
}

int iova_fill(const struct iova_dma *dma, __u64 iova, unsigned char value,
	      __u32 size)
{
	int rc = iova_start_fill(dma, 0, iova, value, size);

	return rc ? rc : iova_wait(dma, dma->jobs);
}

int iova_copy(const struct iova_dma *dma, __u64 dst, __u64 src, __u32 size)
{
	job_memmove(dma->jobs, dma->pasid, NULL, NULL, size);
	dma->jobs->desc.dst_addr = dst;
	dma->jobs->desc.src_addr = src;
	return run(dma);
}

/* Do the bytes at @iova repeat @word? */
static int compare(const struct iova_dma *dma, __u64 iova, __u64 word,
		   __u32 size)
{
	job_compval(dma->jobs, dma->pasid, NULL, word, size);
	dma->jobs->desc.src_addr = iova;
	return run(dma);
}

bool iova_sees(const struct iova_dma *dma, __u64 iova, unsigned char value,
	       __u32 size)
{
	return compare(dma, iova, word_of(value), size) == DSA_COMP_SUCCESS &&
	       !dma->jobs->record.result;
}

bool iova_cannot_read(const struct iova_dma *dma, __u64 iova)
{
	return compare(dma, iova, 0, 8) == NOTHING_TO_READ &&
	       !dma->jobs->record.bytes_completed;
}

bool iova_cannot_write(const struct iova_dma *dma, __u64 iova)
{
	return iova_fill(dma, iova, 0xbd, 8) == NOTHING_TO_WRITE;
}
