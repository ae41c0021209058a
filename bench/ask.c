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
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/userfaultfd.h>

#include "accel.h"
#include "buffer.h"
#include "fault.h"
#include "must.h"

#define SIZE		(FAULT_PAGES * PAGE)
/* A completion record is mapped behind the pages that are asked for. */
#define RECORD_IOVA	(PEER_IOVA + SIZE + offsetof(struct ioasid_job, record))

/**
 * struct asker - An accelerator that asks for pages
 * @faults: the space that it is attached to
 * @queue: of the accelerator
 * @job: what it does
 * @memory: the pages
 */
struct asker {
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

static void asker_open(struct asker *asker)
{
	fault_open(&asker->faults);
	asker->queue = must(ioasid_queue_open(ACCEL_NODE, 0), ACCEL_NODE);
	must(ioasid_queue_attach(asker->queue, asker->faults.space.fd, NULL),
	     "attach");
	asker->memory = buffer_create(SIZE, PAGES_4K);
	asker->job = buffer_create(PAGE, PAGES_4K);
	peer_ioasid.map(&asker->faults.space, asker->job, PAGE,
			PEER_IOVA + SIZE);
}

static void asker_close(struct asker *asker)
{
	close(asker->queue);
	close(asker->faults.fault);
	peer_destroy(&asker->faults.space);
	buffer_destroy(asker->job, PAGE);
	buffer_destroy(asker->memory, SIZE);
}

static void submit(const struct asker *asker, __u64 iova)
{
	struct dsa_hw_desc *desc = &asker->job->desc;

	asker->job->record.status = DSA_COMP_NONE;
	ioasid_desc_memfill(desc, 0, RECORD_IOVA, iova, ~0ull, 64);
	if (ioasid_queue_submit(asker->queue, desc, 1) != 1)
		errx(1, "a job was refused");
}

static void wait_for_success(const struct asker *asker)
{
	const struct dsa_completion_record *record = &asker->job->record;

	while (record->status == DSA_COMP_NONE)
		if (ioasid_queue_wait(asker->queue, -1) < 0)
			errx(1, "a job cannot be waited for");
	if (record->status != DSA_COMP_SUCCESS)
		errx(1, "job ended with status 0x%02x", record->status);
}

static void touch_by_device(const struct asker *asker, size_t offset)
{
	__u32 group;
	__u64 iova;

	submit(asker, PEER_IOVA + offset);
	iova = fault_read(&asker->faults, &group);
	peer_ioasid.map(&asker->faults.space, asker->memory + offset, PAGE,
			iova);
	fault_answer(&asker->faults, group, IOASID_FAULT_RETRY);
	wait_for_success(asker);
}

static void touch_all(const struct row *row, const struct asker *asker)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		touch_by_device(asker, i * PAGE);
}

/* Filled by write(), so that the pages are in the file and nowhere else. */
static char *map_filled_file(void)
{
	int file = memfd_create("bench", MFD_CLOEXEC);
	char page[PAGE] = { 1 };
	char *memory;
	int i;

	for (i = 0; i < FAULT_PAGES; i++)
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
	must_call(watch->fd, UFFDIO_API, &api, "UFFDIO_API");
	must_call(watch->fd, UFFDIO_REGISTER, &range, "UFFDIO_REGISTER");
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

	for (i = 0; i < FAULT_PAGES; i++) {
		fault_transfer(read(watch->fd, &fault, sizeof(fault)),
			       sizeof(fault), "read from userfaultfd");
		entry.range.start = fault.arg.pagefault.address & -PAGE;
		must_call(watch->fd, UFFDIO_CONTINUE, &entry,
			  "UFFDIO_CONTINUE");
	}
	return NULL;
}

static struct asker asker;
static struct watch watch;
static pthread_t server;

static void begin_ioasid(const struct row *row, const struct contender *who)
{
	asker_open(&asker);
	touch_all(row, &asker);
	peer_ioasid.unmap(&asker.faults.space, SIZE);
}

static void run_ioasid(const struct row *row, const struct contender *who)
{
	touch_all(row, &asker);
}

static void end_ioasid(const struct row *row, const struct contender *who)
{
	asker_close(&asker);
}

static void begin_cpu(const struct row *row, const struct contender *who)
{
	watch_open(&watch);
	if (pthread_create(&server, NULL, serve_faults, &watch))
		errx(1, "no thread can be created");
}

static void run_cpu(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		__atomic_store_n(watch.memory + i * PAGE, 1, __ATOMIC_RELAXED);
}

static void end_cpu(const struct row *row, const struct contender *who)
{
	pthread_join(server, NULL);
	watch_close(&watch);
}

const struct contender ask_contenders[] = {
	{ .name = "ioasid", .begin = begin_ioasid, .run = run_ioasid,
	  .end = end_ioasid },
	{ .name = "userfaultfd", .begin = begin_cpu, .run = run_cpu,
	  .end = end_cpu },
	{ }
};
