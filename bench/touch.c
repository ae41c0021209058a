// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page that is not there is touched, asked for, entered, and found.
 *
 * A device touches pages of an IOVA space with a fault fd; for comparison, a
 * CPU touches pages that userfaultfd watches. In both cases the memory exists,
 * and only has to be entered where it is missing. A device is left to itself
 * while a thread that faults is stopped, so the peer has a second thread.
 */
#include <err.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/userfaultfd.h>

#include <ioasid/dsa.h>

#include "buffer.h"
#include "fault.h"
#include "sample.h"

#define SIZE		(REQUESTS * PAGE)
/* A completion record is mapped behind the pages that are asked for. */
#define RECORD_IOVA	(PEER_IOVA + SIZE + offsetof(struct ioasid_job, record))

/**
 * struct accel - An accelerator that asks for pages
 * @faults: the space that it is attached to
 * @queue: of the accelerator
 * @job: what it does
 * @memory: the pages
 */
struct accel {
	struct fault_space faults;
	int queue;
	struct ioasid_job *job;
	char *memory;
};

/**
 * struct watch - Memory that userfaultfd watches
 * @fd: of userfaultfd
 * @memory: the pages
 */
struct watch {
	int fd;
	char *memory;
};

static void map(const struct accel *accel, void *memory, __u64 iova)
{
	struct ioasid_map map = {
		.size = sizeof(map),
		.flags = IOASID_READ | IOASID_WRITE | IOASID_MAP_FIXED,
		.address = (uintptr_t)memory,
		.length = PAGE,
		.iova = iova,
	};

	peer_call(accel->faults.space.fd, IOASID_MAP, &map, "IOASID_MAP");
}

static void accel_open(struct accel *accel)
{
	int rc;

	fault_open(&accel->faults);
	accel->queue = ioasid_queue_open("/dev/ioasid_sim0", 0);
	if (accel->queue < 0)
		errx(1, "/dev/ioasid_sim0: %s", strerror(-accel->queue));
	rc = ioasid_queue_attach(accel->queue, accel->faults.space.fd, NULL);
	if (rc)
		errx(1, "attach: %s", strerror(-rc));
	accel->memory = buffer_create(SIZE, PAGES_4K);
	accel->job = buffer_create(PAGE, PAGES_4K);
	map(accel, accel->job, PEER_IOVA + SIZE);
}

static void accel_close(struct accel *accel)
{
	close(accel->queue);
	close(accel->faults.fault);
	peer_destroy(&accel->faults.space);
	buffer_destroy(accel->job, PAGE);
	buffer_destroy(accel->memory, SIZE);
}

static void submit(const struct accel *accel, __u64 iova)
{
	struct dsa_hw_desc *desc = &accel->job->desc;

	accel->job->record.status = DSA_COMP_NONE;
	ioasid_desc_memfill(desc, 0, RECORD_IOVA, iova, ~0ull, 64);
	if (ioasid_queue_submit(accel->queue, desc, 1) != 1)
		errx(1, "a job was refused");
}

static void wait_for_success(const struct accel *accel)
{
	const struct dsa_completion_record *record = &accel->job->record;

	while (record->status == DSA_COMP_NONE)
		if (ioasid_queue_wait(accel->queue, -1) < 0)
			errx(1, "a job cannot be waited for");
	if (record->status != DSA_COMP_SUCCESS)
		errx(1, "job ended with status 0x%02x", record->status);
}

static void touch_by_accel(const struct accel *accel, size_t offset)
{
	__u32 group;
	__u64 iova;

	submit(accel, PEER_IOVA + offset);
	iova = fault_read(&accel->faults, &group);
	map(accel, accel->memory + offset, iova);
	fault_answer(&accel->faults, group, IOASID_FAULT_RETRY);
	wait_for_success(accel);
}

static double time_accel(const struct accel *accel)
{
	double start = now(), end;
	int i;

	for (i = 0; i < REQUESTS; i++)
		touch_by_accel(accel, i * PAGE);
	end = now();
	peer_ioasid.unmap(&accel->faults.space, SIZE);
	return (end - start) / REQUESTS / 1e3;
}

/* Filled by write(), so that the pages are in the file and nowhere else. */
static char *map_filled_file(void)
{
	int file = memfd_create("bench", MFD_CLOEXEC);
	char page[PAGE] = { 1 };
	char *memory;
	int i;

	for (i = 0; i < REQUESTS; i++)
		fault_transfer(write(file, page, PAGE), PAGE, "memfd");
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (memory == MAP_FAILED)
		err(1, "mmap");
	close(file);
	return memory;
}

static void watch_open(struct watch *watch)
{
	struct uffdio_api api = {
		.api = UFFD_API,
		.features = UFFD_FEATURE_MINOR_SHMEM,
	};
	struct uffdio_register range = {
		.range.len = SIZE,
		.mode = UFFDIO_REGISTER_MODE_MINOR,
	};

	watch->memory = map_filled_file();
	watch->fd = syscall(SYS_userfaultfd, 0);
	if (watch->fd < 0)
		err(1, "userfaultfd");
	range.range.start = (uintptr_t)watch->memory;
	peer_call(watch->fd, UFFDIO_API, &api, "UFFDIO_API");
	peer_call(watch->fd, UFFDIO_REGISTER, &range, "UFFDIO_REGISTER");
}

static void watch_close(struct watch *watch)
{
	close(watch->fd);
	munmap(watch->memory, SIZE);
}

static void *serve_faults(void *arg)
{
	const struct watch *watch = arg;
	struct uffdio_continue entry = { .range.len = PAGE };
	struct uffd_msg fault;
	int i;

	for (i = 0; i < REQUESTS; i++) {
		fault_transfer(read(watch->fd, &fault, sizeof(fault)),
			       sizeof(fault), "read from userfaultfd");
		entry.range.start = fault.arg.pagefault.address & -PAGE;
		peer_call(watch->fd, UFFDIO_CONTINUE, &entry,
			  "UFFDIO_CONTINUE");
	}
	return NULL;
}

static double time_cpu(struct watch *watch)
{
	pthread_t server;
	double start, end;
	int i;

	if (pthread_create(&server, NULL, serve_faults, watch))
		errx(1, "no thread can be created");
	start = now();
	for (i = 0; i < REQUESTS; i++)
		__atomic_store_n(watch->memory + i * PAGE, 1, __ATOMIC_RELAXED);
	end = now();
	pthread_join(server, NULL);
	madvise(watch->memory, SIZE, MADV_DONTNEED);
	return (end - start) / REQUESTS / 1e3;
}

/**
 * run_touch_row() - Print it
 */
void run_touch_row(void)
{
	double ours[ROUNDS], theirs[ROUNDS];
	struct accel accel;
	struct watch watch;
	int i;

	accel_open(&accel);
	watch_open(&watch);
	time_accel(&accel);
	time_cpu(&watch);
	for (i = 0; i < ROUNDS; i++) {
		ours[i] = time_accel(&accel);
		theirs[i] = time_cpu(&watch);
	}
	watch_close(&watch);
	accel_close(&accel);
	print_heading("page of memory that is there", "ioasid", "userfaultfd");
	print_row("touch, ask, enter, go on (us)", median(ours),
		  median(theirs));
}
