// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that share one space, each with a queue of its own.
 *
 *	ioasid-pool FILE FILE [THREADS]
 *
 * They compare two files, as cmp(1) does, chunk by chunk; who is free takes the
 * next one. A space belongs to the process, so any thread can attach it, and an
 * accelerator gets plain pointers from all of them. A queue is for one thread:
 * who waits on it takes the interrupts of all its jobs.
 *
 * Exits with 0 when the files are equal, with 1 when they differ or something
 * goes wrong.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "common.h"
#include "files.h"

#define CHUNK		0x10000u
#define MAX_THREADS	64

/**
 * struct pool - What the threads have in common
 * @space: the memory of all of them
 * @a: one file
 * @b: the other
 * @size: of the shorter one
 * @next: where the next chunk begins; may end up beyond @size
 * @difference: offset of the first that was found, or @size
 */
struct pool {
	int space;
	const char *a;
	const char *b;
	__u32 size;
	atomic_ullong next;
	atomic_uint difference;
};

static void note_difference(struct pool *pool, __u32 offset)
{
	unsigned int least = atomic_load(&pool->difference);

	while (offset < least &&
	       !atomic_compare_exchange_weak(&pool->difference, &least, offset))
		;
}

static void compare(struct pool *pool, int queue, struct ioasid_job *job,
		    __u32 offset)
{
	__u32 size = pool->size - offset;

	if (size > CHUNK)
		size = CHUNK;
	ioasid_desc_compare(&job->desc, 0, ioasid_job_record(job),
			    (unsigned long)pool->a + offset,
			    (unsigned long)pool->b + offset, size);
	run_job(queue, job);
	if (job->record.result)
		note_difference(pool, offset + job->record.bytes_completed);
}

/* Chunks behind a difference need not be looked at any more. */
static void *work(void *data)
{
	struct ioasid_job job;
	struct pool *pool = data;
	int queue = open_queue("/dev/ioasid_sim0", 0, pool->space);
	__u64 offset;

	for (;;) {
		offset = atomic_fetch_add(&pool->next, CHUNK);
		if (offset >= atomic_load(&pool->difference))
			return NULL;
		compare(pool, queue, &job, offset);
	}
}

static void run(struct pool *pool, unsigned int nr)
{
	pthread_t threads[MAX_THREADS];
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (pthread_create(&threads[i], NULL, work, pool))
			die("no thread", "see 'ulimit -u'");
	for (i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
	int nr = argc == 4 ? atoi(argv[3]) : 4;
	struct pool pool = {};
	__u32 size_a, size_b;

	if (argc < 3 || argc > 4 || nr < 1 || nr > MAX_THREADS)
		die("usage", "ioasid-pool FILE FILE [THREADS], at most 64");
	pool.a = map_file(argv[1], false, &size_a);
	pool.b = map_file(argv[2], false, &size_b);
	pool.size = size_a < size_b ? size_a : size_b;
	pool.difference = pool.size;
	pool.space = make_space(IOASID_TYPE_SVA, NULL);
	run(&pool, nr);
	if (pool.difference < pool.size)
		printf("pool: the files differ at byte %u\n", pool.difference);
	else if (size_a != size_b)
		printf("pool: one file ends at byte %u\n", pool.size);
	else
		printf("pool: %u bytes are equal\n", pool.size);
	return pool.difference < pool.size || size_a != size_b;
}
