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
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "common.h"
#include "files.h"
#include "windows.h"

#define PAGE		4096ull
#define FILE_IOVA	0x100000000ull
#define SHARED_IOVA	(FILE_IOVA - PAGE)
#define MAX_SIZE	IOASID_SIM_MAX_XFER
#define MAX_FAULTS	64

/**
 * struct pager - Who maps what is asked for
 * @windows: of the file; at least two, as one job may ask for that many at once
 * @fault: fault fd of the space
 * @nr_faults: how many page requests were answered
 */
struct pager {
	struct windows windows;
	int fault;
	unsigned int nr_faults;
};

/* The accelerator writes its record here, so the space has to map it too. */
static alignas(PAGE) union {
	struct ioasid_job job;
	char page[PAGE];
} shared;

/* The requests of a group stand one behind the other and have one answer. */
static void serve_all(struct pager *pager, const struct ioasid_fault *faults,
		      unsigned int nr)
{
	struct ioasid_fault_answer answer = { .code = IOASID_FAULT_RETRY };
	unsigned int i;

	pager->nr_faults += nr;
	for (i = 0; i < nr; i++) {
		if (windows_serve(&pager->windows, &faults[i]))
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

static void make_empty_space(struct pager *pager)
{
	int space = make_space(IOASID_TYPE_IOVA, NULL);
	__u64 iova = SHARED_IOVA;

	check(IOASID_OP_MAP,
	      ioasid_space_map(space, &shared, PAGE, IOASID_READ |
			       IOASID_WRITE | IOASID_MAP_FIXED, &iova), "map");
	pager->fault = check(IOASID_OP_FAULT_OPEN, ioasid_fault_open(space, 0),
			     "fault fd");
	pager->windows.space = space;
}

/* The checksum goes on from @crc, that of the bytes before. */
static __u32 add_crc(int queue, __u64 offset, __u64 size, __u32 crc)
{
	__u64 record = SHARED_IOVA + offsetof(struct ioasid_job, record);
	struct ioasid_job *job = &shared.job;

	ioasid_job_record(job);
	ioasid_desc_crc(&job->desc, 0, record, FILE_IOVA + offset, size, crc);
	run_job(queue, job);
	return job->record.crc_val;
}

static __u32 crc_by_accelerator(const struct windows *windows)
{
	int queue = open_queue("/dev/ioasid_sim0", 0, windows->space);
	__u64 offset, left;
	__u32 crc = 0;

	for (offset = 0; offset < windows->size; offset += MAX_SIZE) {
		left = windows->size - offset;
		crc = add_crc(queue, offset,
			      left < MAX_SIZE ? left : MAX_SIZE, crc);
	}
	return crc;
}

int main(int argc, char **argv)
{
	static struct pager pager = { .windows.iova = FILE_IOVA };
	struct windows *windows = &pager.windows;
	pthread_t thread;
	__u32 crc;

	windows->room = argc == 3 ? atoi(argv[2]) : 4;
	if (argc < 2 || argc > 3 || windows->room < 2 ||
	    windows->room > MAX_WINDOWS)
		die("usage", "ioasid-pager FILE [WINDOWS], at least 2 of them");
	windows->file = open_file(argv[1], &windows->size);
	make_empty_space(&pager);
	if (pthread_create(&thread, NULL, run_pager, &pager))
		die("no thread", "see 'ulimit -u'");
	crc = crc_by_accelerator(windows);
	check(IOASID_OP_SPACE, ioasid_space_free(windows->space), "free");
	pthread_join(thread, NULL);
	printf("pager: %u page requests served, %u windows mapped, %u kept\n",
	       pager.nr_faults, windows->nr_mapped, windows->room);
	if (crc != file_crc(windows->file))
		die("the processor", "has another checksum");
	printf("pager: CRC32C %08x, as the processor has it\n", crc);
	return EXIT_SUCCESS;
}
