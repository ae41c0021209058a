// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasid-bench: what the main job costs, against what a program would do
 * without it.
 *
 * Each row times two things in turn, ours and the CPU's own, in the same run
 * and on the same kind of memory, and takes the median of each: the ratio is
 * what counts. Huge pages are kept out of it, because whether there are any
 * depends on what ran before.
 *
 * Each round has buffers of its own, another number of pages apart. Emulators
 * have direct-mapped caches of translations, and with a power of two in between
 * a copy can be ten times slower for no reason that hardware would have.
 */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

#include "sample.h"

#define PAGE		4096ul
#define STREAM		(16ul << 20)
#define LONE_OPS	64
/* Far enough that no access looks like a continuation of another. */
#define LONE_STRIDE	(19 * PAGE)
#define FDS		500

struct bench {
	int system;
	int queue;
	__u32 pasid;
	struct ioasid_job job;
};

struct row {
	const char *name;
	const char *unit;
	double per;
	void (*ours)(struct bench *bench, char *src, char *dst);
	void (*peer)(struct bench *bench, char *src, char *dst);
	size_t size;
	int fresh;
};

static void check(int rc, const char *what)
{
	if (rc < 0)
		errx(1, "%s: %s", what, strerror(-rc));
}

/* A small job is done when it has been submitted. */
static void run_job(struct bench *bench)
{
	struct dsa_completion_record *record = &bench->job.record;

	record->status = DSA_COMP_NONE;
	check(ioasid_queue_submit(bench->queue, &bench->job.desc, 1), "submit");
	while (record->status == DSA_COMP_NONE)
		check(ioasid_queue_wait(bench->queue, -1), "wait");
	if (record->status != DSA_COMP_SUCCESS)
		errx(1, "job ended with status 0x%02x", record->status);
}

static __u64 record_addr(struct bench *bench)
{
	return (uintptr_t)&bench->job.record;
}

static void device_copy(struct bench *bench, char *src, char *dst)
{
	ioasid_desc_memmove(&bench->job.desc, bench->pasid, record_addr(bench),
			    (uintptr_t)dst, (uintptr_t)src, STREAM);
	run_job(bench);
}

static void cpu_copy(struct bench *bench, char *src, char *dst)
{
	(void)bench;
	memcpy(dst, src, STREAM);
}

static void device_touch(struct bench *bench, char *src, char *dst)
{
	unsigned int i;

	(void)src;
	for (i = 0; i < LONE_OPS; i++) {
		ioasid_desc_memfill(&bench->job.desc, bench->pasid,
				    record_addr(bench),
				    (uintptr_t)dst + i * LONE_STRIDE, ~0ull,
				    64);
		run_job(bench);
	}
}

static void cpu_touch(struct bench *bench, char *src, char *dst)
{
	unsigned int i;

	(void)bench;
	(void)src;
	for (i = 0; i < LONE_OPS; i++)
		__atomic_store_n(dst + i * LONE_STRIDE, 1, __ATOMIC_RELAXED);
}

static void space_cycle(struct bench *bench, char *src, char *dst)
{
	int i, fd;

	(void)src;
	(void)dst;
	for (i = 0; i < FDS; i++) {
		fd = ioasid_space_alloc_sva(bench->system, NULL);
		check(fd, "alloc");
		close(fd);
	}
}

static void eventfd_cycle(struct bench *bench, char *src, char *dst)
{
	int i;

	(void)bench;
	(void)src;
	(void)dst;
	for (i = 0; i < FDS; i++)
		close(eventfd(0, EFD_CLOEXEC));
}

static const struct row rows[] = {
	{ "warm 16 MiB copy", "us", 1, device_copy, cpu_copy, STREAM, 0 },
	{ "16 MiB into untouched pages", "us/page", STREAM / PAGE, device_copy,
	  cpu_copy, STREAM, 1 },
	{ "64 B on an untouched page", "us", LONE_OPS, device_touch, cpu_touch,
	  LONE_OPS * LONE_STRIDE, 1 },
	{ "alloc + close", "us", FDS, space_cycle, eventfd_cycle, PAGE, 0 },
};

static char *map(size_t size)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	madvise(p, size, MADV_NOHUGEPAGE);
	return p;
}

/* A first run warms up what is not meant to be fresh. */
static double time_once(struct bench *bench, const struct row *row,
			void (*what)(struct bench *, char *, char *),
			char *src, char *dst)
{
	double start;

	what(bench, src, dst);
	if (row->fresh)
		madvise(dst, row->size, MADV_DONTNEED);
	start = now();
	what(bench, src, dst);
	return (now() - start) / row->per / 1e3;
}

static void run_round(struct bench *bench, const struct row *row, int round,
		      double *ours, double *peer)
{
	size_t gap = (37 + round) * PAGE, size = 2 * row->size + gap;
	char *src = map(size), *dst = src + row->size + gap;

	memset(src, 1, row->size + gap);
	*ours = time_once(bench, row, row->ours, src, dst);
	*peer = time_once(bench, row, row->peer, src, dst);
	munmap(src, size);
}

static void run_row(struct bench *bench, const struct row *row)
{
	double ours[ROUNDS], peer[ROUNDS];
	int i;

	for (i = 0; i < ROUNDS; i++)
		run_round(bench, row, i, &ours[i], &peer[i]);
	printf("%-30s %-8s %10.2f %10.2f %7.2f\n", row->name, row->unit,
	       median(ours), median(peer), median(ours) / median(peer));
}

int main(int argc, char **argv)
{
	const char *device = argc > 1 ? argv[1] : "/dev/ioasid_sim0";
	struct bench *bench = aligned_alloc(64, sizeof(*bench));
	unsigned int i;
	int space;

	bench->system = ioasid_system_open();
	check(bench->system, "/dev/ioasid");
	bench->queue = ioasid_queue_open(device, 0);
	check(bench->queue, device);
	space = ioasid_space_alloc_sva(bench->system, NULL);
	check(space, "alloc");
	check(ioasid_queue_attach(bench->queue, space, &bench->pasid),
	      "attach");

	printf("%-30s %-8s %10s %10s %7s\n", "", "", "device", "CPU", "ratio");
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		run_row(bench, &rows[i]);
	return 0;
}
