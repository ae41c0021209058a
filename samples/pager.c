// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets an accelerator work on a file of any size while only a few windows of
 * it are mapped: paging on demand, by a program.
 *
 *	ioasid-pager FILE [WINDOWS]
 *
 * The space has an address for each byte of the file, and nothing there. Where
 * the accelerator finds nothing it asks for the page. A thread then maps the
 * window around it from the file, takes the oldest one out if there are enough,
 * and answers. At last the checksum is compared with the processor's.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <ioasid/dsa.h>

#include "common.h"

#define PAGE		4096ull
#define FILE_IOVA	0x100000000ull
#define SHARED_IOVA	(FILE_IOVA - PAGE)
#define WINDOW		0x100000ull
#define MAX_WINDOWS	1024
#define MAX_FAULTS	64

/**
 * struct pager - Who maps what is asked for
 * @file: what to map
 * @size: of the file
 * @space: where to map it
 * @fault: its fault fd
 * @windows: addresses of those that stay mapped; the next replaces the oldest
 * @room: how many stay mapped; a group of requests may be for two
 * @nr_mapped: how many were ever mapped
 * @nr_faults: how many page requests were answered
 */
struct pager {
	int file;
	__u64 size;
	int space;
	int fault;
	__u64 windows[MAX_WINDOWS];
	unsigned int room;
	unsigned int nr_mapped;
	unsigned int nr_faults;
};

/* The accelerator writes its record here, so the space has to map it too. */
static alignas(PAGE) union {
	struct ioasid_job job;
	char page[PAGE];
} shared;

/* The kernel knows what is mapped; several requests may be for one window. */
static int serve(struct pager *pager, const struct ioasid_fault *fault)
{
	__u64 *oldest = &pager->windows[pager->nr_mapped % pager->room];
	__u64 window = fault->iova & -WINDOW, offset = window - FILE_IOVA;
	__u64 end = (pager->size + PAGE - 1) & -PAGE, length = WINDOW;
	int rc;

	if (offset >= end || fault->flags & IOASID_WRITE)
		return -EFAULT;
	if (length > end - offset)
		length = end - offset;
	rc = ioasid_space_map_file(pager->space, pager->file, offset, length,
				   IOASID_READ | IOASID_MAP_FIXED, &window);
	if (rc)
		return rc == -EEXIST ? 0 : rc;
	if (pager->nr_mapped++ >= pager->room)
		rc = ioasid_space_unmap(pager->space, *oldest, WINDOW, NULL);
	*oldest = window;
	return rc;
}

/* The requests of a group stand one behind the other and have one answer. */
static void serve_all(struct pager *pager, const struct ioasid_fault *faults,
		      unsigned int nr)
{
	struct ioasid_fault_answer answer = { .code = IOASID_FAULT_RETRY };
	unsigned int i;

	pager->nr_faults += nr;
	for (i = 0; i < nr; i++) {
		if (serve(pager, &faults[i]))
			answer.code = IOASID_FAULT_FAIL;
		if (!(faults[i].flags & IOASID_FAULT_LAST))
			continue;
		answer.group = faults[i].group;
		check(IOASID_OP_FAULT,
		      ioasid_fault_answer(pager->fault, &answer, 1), "answer");
		answer.code = IOASID_FAULT_RETRY;
	}
}

/* Ends when the space is taken back. */
static void *run_pager(void *data)
{
	struct ioasid_fault faults[MAX_FAULTS];
	struct pager *pager = data;
	int nr;

	do {
		nr = check(IOASID_OP_FAULT,
			   ioasid_fault_read(pager->fault, faults, MAX_FAULTS),
			   "page requests");
		serve_all(pager, faults, nr);
	} while (nr);
	return NULL;
}

static void make_space(struct pager *pager)
{
	int system = check(IOASID_OP_SYSTEM_OPEN, ioasid_system_open(),
			   "/dev/ioasid");
	__u64 iova = SHARED_IOVA;

	pager->space = check(IOASID_OP_ALLOC,
			     ioasid_space_alloc_iova(system, NULL), "no space");
	close(system);
	check(IOASID_OP_MAP,
	      ioasid_space_map(pager->space, &shared, PAGE, IOASID_READ |
			       IOASID_WRITE | IOASID_MAP_FIXED, &iova), "map");
	pager->fault = check(IOASID_OP_FAULT_OPEN,
			     ioasid_fault_open(pager->space, 0), "fault fd");
}

/* The checksum goes on from @crc, that of the bytes before. */
static __u32 run_job(int queue, __u64 offset, __u64 size, __u32 crc)
{
	__u64 record = SHARED_IOVA + offsetof(struct ioasid_job, record);
	struct ioasid_job *job = &shared.job;

	ioasid_job_record(job);
	ioasid_desc_crc(&job->desc, 0, record, FILE_IOVA + offset, size, crc);
	check(IOASID_OP_SUBMIT, ioasid_job_submit(queue, job), "CRCGEN");
	check(IOASID_OP_WAIT, ioasid_job_wait(queue, job, -1), "CRCGEN");
	if (job->record.status != DSA_COMP_SUCCESS)
		die("CRCGEN", ioasid_completion_explain(job->record.status));
	return job->record.crc_val;
}

static __u32 run_jobs(const struct pager *pager)
{
	int queue = open_queue("/dev/ioasid_sim0", 0, pager->space);
	__u64 done, size;
	__u32 crc = 0;

	for (done = 0; done < pager->size; done += size) {
		size = pager->size - done;
		if (size > IOASID_SIM_MAX_XFER)
			size = IOASID_SIM_MAX_XFER;
		crc = run_job(queue, done, size, crc);
	}
	return crc;
}

int main(int argc, char **argv)
{
	struct pager pager = { .room = argc == 3 ? atoi(argv[2]) : 4 };
	pthread_t thread;
	__u32 crc;

	if (argc < 2 || argc > 3 || pager.room < 2 || pager.room > MAX_WINDOWS)
		die("usage", "ioasid-pager FILE [WINDOWS], at least 2 of them");
	pager.file = open_file(argv[1], &pager.size);
	make_space(&pager);
	if (pthread_create(&thread, NULL, run_pager, &pager))
		die("no thread", "see 'ulimit -u'");
	crc = run_jobs(&pager);
	check(IOASID_OP_SPACE, ioasid_space_free(pager.space), "free");
	pthread_join(thread, NULL);
	printf("pager: %u page requests served, %u windows mapped, %u kept\n",
	       pager.nr_faults, pager.nr_mapped, pager.room);
	if (crc != file_crc(pager.file))
		die("the processor", "has another checksum");
	printf("pager: CRC32C %08x, as the processor has it\n", crc);
	return EXIT_SUCCESS;
}
