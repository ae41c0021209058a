/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work for an accelerator.
 *
 * A job is a descriptor and its completion record, in the memory of the space
 * that the descriptor names. The job_*() builders make a descriptor that
 * resolves page faults and always writes its record; a test that wants a bad
 * one changes the fields afterwards.
 *
 * A dma is the least that can do a job: one queue with one space of the caller.
 */
#ifndef TESTS_JOB_H
#define TESTS_JOB_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>

#include "uapi.h"

struct job {
	alignas(64) struct dsa_hw_desc desc;
	struct dsa_completion_record record;
};

struct dma {
	int queue;
	int space;
	__u32 pasid;
};

int dma_open(struct dma *dma, unsigned int accelerator);
void dma_close(struct dma *dma);

void job_init(struct job *job, __u32 pasid, enum dsa_opcode opcode);
void job_memmove(struct job *job, __u32 pasid, void *dst, const void *src,
		 __u32 size);
void job_memfill(struct job *job, __u32 pasid, void *dst, __u64 pattern,
		 __u32 size);
void job_compare(struct job *job, __u32 pasid, const void *a, const void *b,
		 __u32 size);
void job_compval(struct job *job, __u32 pasid, const void *src, __u64 pattern,
		 __u32 size);
void job_dualcast(struct job *job, __u32 pasid, void *dst, void *dst2,
		  const void *src, __u32 size);
void job_crcgen(struct job *job, __u32 pasid, const void *src, __u32 size,
		__u32 seed);
void job_copy_crc(struct job *job, __u32 pasid, void *dst, const void *src,
		  __u32 size, __u32 seed);
void job_batch(struct job *job, __u32 pasid, const struct dsa_hw_desc *list,
	       __u32 count);

/* A batch that fills the same memory over and over, @count times. */
void job_stream(struct job *job, __u32 pasid, struct dsa_hw_desc *list,
		__u32 count, void *mem, unsigned char value, __u32 size);

/*
 * A batch that computes the same checksum IOASID_SIM_MAX_BATCH times: seconds
 * of work, in little memory.
 */
struct long_job {
	struct job batch;
	struct dsa_hw_desc *list;
};

int long_job_init(struct long_job *job, __u32 pasid);

/* Returns 0, or a negative errno. */
int job_submit(int queue, struct job *job);
/* Returns the whole status byte, or -ETIMEDOUT. */
int job_wait(struct job *job);
bool job_done(const struct job *job);
/* Submits and waits. */
int job_run(int queue, struct job *job);

/* One job each, on the queue of @dma. They return as job_run() does. */
int dma_copy(const struct dma *dma, void *dst, const void *src, __u32 size);
int dma_fill(const struct dma *dma, void *mem, unsigned char value, __u32 size);

/* Does the device see nothing but @value there? */
bool dma_sees(const struct dma *dma, const void *mem, unsigned char value,
	      __u32 size);
/* Is there nothing that the device could read, or write? */
bool dma_cannot_read(const struct dma *dma, const void *mem);
bool dma_cannot_write(const struct dma *dma, void *mem);

#endif
