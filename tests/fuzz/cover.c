// SPDX-License-Identifier: GPL-2.0-only
#include "cover.h"

#include <fcntl.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "program.h"
#include "run.h"

#define KCOV_NODE	"/sys/kernel/debug/kcov"
#define KCOV_INIT_TRACE	_IOR('c', 1, unsigned long)
#define KCOV_ENABLE	_IO('c', 100)
#define KCOV_TRACE_PC	0
/* Of __u64, the first of which is the number of the others. */
#define KCOV_ENTRIES	65536

/* Open addressing; much larger than the modules have places. */
#define SEEN		131072

struct seen {
	unsigned int count;
	__u64 places[SEEN];
};

static struct seen *seen;
static int kcovs[PROGRAM_THREADS];
static __u64 *areas[PROGRAM_THREADS];

void cover_init(void)
{
	seen = shared_memory(sizeof(*seen));
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void open_one(unsigned int thread)
{
	size_t size = KCOV_ENTRIES * sizeof(__u64);
	int fd = open(KCOV_NODE, O_RDWR | O_CLOEXEC);

	kcovs[thread] = fd;
	if (fd < 0)
		return;
	if (ioctl(fd, KCOV_INIT_TRACE, KCOV_ENTRIES))
		die("fuzz: KCOV_INIT_TRACE");
	areas[thread] = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			     fd, 0);
	if (areas[thread] == MAP_FAILED)
		die("fuzz: kcov");
}

void cover_open(void)
{
	unsigned int thread;

	for (thread = 0; thread < PROGRAM_THREADS; thread++)
		open_one(thread);
}

void cover_start(unsigned int thread)
{
	if (kcovs[thread] >= 0)
		ioctl(kcovs[thread], KCOV_ENABLE, KCOV_TRACE_PC);
}

static bool add(__u64 place)
{
	unsigned int i = place * 0x9e3779b97f4a7c15ull >> 47;
	__u64 old;

	for (;; i++) {
		old = 0;
		if (__atomic_compare_exchange_n(&seen->places[i % SEEN], &old,
						place, false, __ATOMIC_RELAXED,
						__ATOMIC_RELAXED))
			return true;
		if (old == place)
			return false;
	}
}

static unsigned int collect_one(__u64 *area)
{
	__u64 nr = __atomic_load_n(&area[0], __ATOMIC_RELAXED);
	unsigned int fresh = 0;
	__u64 i;

	for (i = 1; i <= nr && i < KCOV_ENTRIES; i++)
		if (area[i])
			fresh += add(area[i]);
	area[0] = 0;
	return fresh;
}

unsigned int cover_collect(void)
{
	unsigned int fresh = 0, thread;

	for (thread = 0; thread < PROGRAM_THREADS; thread++)
		if (areas[thread])
			fresh += collect_one(areas[thread]);
	__atomic_fetch_add(&seen->count, fresh, __ATOMIC_RELAXED);
	return fresh;
}

unsigned int cover_count(void)
{
	return __atomic_load_n(&seen->count, __ATOMIC_RELAXED);
}
