// SPDX-License-Identifier: GPL-2.0-only
/*
 * An accelerator that has a space of this program's memory.
 */
#include <err.h>
#include <stdint.h>
#include <unistd.h>

#include <ioasid/ioasid.h>

#include "accel.h"
#include "must.h"

void accel_open(struct accel *accel)
{
	accel->space = must(ioasid_space_alloc_sva(system_fd(), NULL), "ALLOC");
	accel->queue = must(ioasid_queue_open(ACCEL_NODE, 0), ACCEL_NODE);
	must(ioasid_queue_attach(accel->queue, accel->space, &accel->pasid),
	     "attach");
}

void accel_close(struct accel *accel)
{
	close(accel->queue);
	close(accel->space);
}

/* A small job is done when it has been submitted. */
static void run_job(struct accel *accel)
{
	struct ioasid_job *job = &accel->job;

	job->record.status = DSA_COMP_NONE;
	must(ioasid_job_submit(accel->queue, job), "submit");
	must(ioasid_job_wait(accel->queue, job, -1), "wait");
	if (job->record.status != DSA_COMP_SUCCESS)
		errx(1, "job ended with status 0x%02x", job->record.status);
}

void accel_copy(struct accel *accel, char *dst, const char *src, size_t size)
{
	struct ioasid_job *job = &accel->job;

	ioasid_desc_memmove(&job->desc, accel->pasid, ioasid_job_record(job),
			    (uintptr_t)dst, (uintptr_t)src, size);
	run_job(accel);
}

/* Write a cache line. */
void accel_touch(struct accel *accel, char *memory)
{
	struct ioasid_job *job = &accel->job;

	ioasid_desc_memfill(&job->desc, accel->pasid, ioasid_job_record(job),
			    (uintptr_t)memory, ~0ull, 64);
	run_job(accel);
}
