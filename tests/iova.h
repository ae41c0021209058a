/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work for an accelerator in an IOVA space.
 *
 * There a descriptor names I/O virtual addresses, also for its completion
 * record. An iova_dma is a queue with one such space and a few pages of jobs
 * that the space has mapped, out of the way of what a test maps.
 */
#ifndef TESTS_IOVA_H
#define TESTS_IOVA_H

#include "job.h"
#include "memory.h"

/* Where tests map by default: above 4 GiB, aligned for every page size. */
#define PLACE		0x1000000000ull

/* What the simulated IOMMU translates by default: where user memory can be. */
#ifdef __aarch64__
#define IOMMU_BITS	"48"
#define IOMMU_END	0x1000000000000ull
#else
#define IOMMU_BITS	"47"
#define IOMMU_END	0x800000000000ull
#endif

#define IOVA_JOBS	64
#define IOVA_JOBS_SIZE	(IOVA_JOBS * sizeof(struct job))

struct iova_dma {
	int queue;
	int space;
	__u32 pasid;
	struct job *jobs;
	__u64 jobs_iova;
};

/* Attaches @space, which stays the caller's. */
int iova_dma_open(struct iova_dma *dma, unsigned int accelerator, int space);
int iova_dma_open_as(struct iova_dma *dma, unsigned int accelerator,
		     struct ioasid_sim_attach *attach);
void iova_dma_close(struct iova_dma *dma);

/*
 * Submits a job that was built in dma->jobs. The second returns the whole
 * status byte; -EFAULT if the completion record could not be written.
 */
int iova_submit(const struct iova_dma *dma, struct job *job);
int iova_wait(const struct iova_dma *dma, const struct job *job);

/* Submits a fill as job number @index, and returns at once. */
int iova_start_fill(const struct iova_dma *dma, unsigned int index, __u64 iova,
		    unsigned char value, __u32 size);

/* One job each. They return as iova_wait() does. */
int iova_fill(const struct iova_dma *dma, __u64 iova, unsigned char value,
	      __u32 size);
int iova_copy(const struct iova_dma *dma, __u64 dst, __u64 src, __u32 size);

/* Does the device see nothing but @value there? */
bool iova_sees(const struct iova_dma *dma, __u64 iova, unsigned char value,
	       __u32 size);
/* Is there nothing that the device could read, or write? */
bool iova_cannot_read(const struct iova_dma *dma, __u64 iova);
bool iova_cannot_write(const struct iova_dma *dma, __u64 iova);

/* What a job ends with that found nothing to read, or to write. */
#define NOTHING_TO_READ		DSA_COMP_PAGE_FAULT_IR
#define NOTHING_TO_WRITE	(DSA_COMP_PAGE_FAULT_IR | DSA_COMP_STATUS_WRITE)

#endif
