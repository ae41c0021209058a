// SPDX-License-Identifier: GPL-2.0-only
/*
 * What it costs to map memory and to unmap it again, and how much memory the
 * kernel takes to keep it mapped.
 *
 * Without a device iommufd pins nothing: it enters a range into a tree, and
 * does the work when a device is attached. Here memory is pinned when it is
 * mapped. So the rows to compare are those with a device, be it attached before
 * the memory is mapped or after.
 *
 * What memory it takes is how many pages fewer are free, whatever they went to:
 * page tables of the IOMMU, lists of what is pinned, slabs.
 */
#include <stdio.h>

#include "buffer.h"
#include "free.h"
#include "peer.h"
#include "sample.h"

/**
 * struct memory - What is mapped
 * @size: in bytes
 * @backing: its pages
 * @repeat: how often, in one sample
 */
struct memory {
	const char *name;
	size_t size;
	enum backing backing;
	int repeat;
};

/**
 * struct job - What is timed
 * @attached: a device is attached before
 * @run: the job
 */
struct job {
	const char *name;
	int attached;
	void (*run)(const struct peer *peer, const struct peer_space *space,
		    void *buffer, size_t size);
};

static const struct memory memories[] = {
	{ "4 KiB", PAGE, PAGES_4K, 256 },
	{ "2 MiB of 4 KiB pages", 2 * MIB, PAGES_4K, 16 },
	{ "one 2 MiB page", 2 * MIB, PAGES_2M, 64 },
	{ "1 GiB of 4 KiB pages, as they come", GIB, PAGES_4K, 1 },
	{ "1 GiB of 4 KiB pages, scattered", GIB, PAGES_4K_SCATTERED, 1 },
	{ "1 GiB of 2 MiB pages", GIB, PAGES_2M, 1 },
	{ "one 1 GiB page", GIB, PAGES_1G, 1 },
};

static void map_unmap(const struct peer *peer, const struct peer_space *space,
		      void *buffer, size_t size)
{
	peer->map(space, buffer, size);
	peer->unmap(space, size);
}

static void map_attach_unmap(const struct peer *peer,
			     const struct peer_space *space, void *buffer,
			     size_t size)
{
	peer->map(space, buffer, size);
	peer->attach(space);
	peer->unmap(space, size);
	peer_detach(space);
}

static const struct job jobs[] = {
	{ "MAP, UNMAP, with a device (us)", 1, map_unmap },
	{ "MAP, attach, UNMAP, detach (us)", 0, map_attach_unmap },
	{ "MAP, UNMAP, with no device (us)", 0, map_unmap },
};

/* A first run warms up, for each of the two alike. */
static double time_job(const struct peer *peer, const struct job *job,
		       const struct memory *memory, void *buffer)
{
	struct peer_space space;
	double start, end;
	int i;

	peer->create(&space);
	if (job->attached)
		peer->attach(&space);
	job->run(peer, &space, buffer, memory->size);
	start = now();
	for (i = 0; i < memory->repeat; i++)
		job->run(peer, &space, buffer, memory->size);
	end = now();
	if (job->attached)
		peer_detach(&space);
	peer_destroy(&space);
	return (end - start) / memory->repeat / 1e3;
}

static void run_time_row(const struct job *job, const struct memory *memory,
			 void *buffer)
{
	double ours[ROUNDS], theirs[ROUNDS];
	int i;

	for (i = 0; i < ROUNDS; i++) {
		ours[i] = time_job(&peer_ioasid, job, memory, buffer);
		theirs[i] = time_job(&peer_iommufd, job, memory, buffer);
	}
	print_row(job->name, median(ours), median(theirs));
}

/* Slabs and such that stay behind the first time are not counted. */
static double memory_taken(const struct peer *peer, void *buffer, size_t size)
{
	struct peer_space space;
	double before, after;

	peer->create(&space);
	peer->attach(&space);
	map_unmap(peer, &space, buffer, size);
	before = free_kib();
	peer->map(&space, buffer, size);
	after = free_kib();
	peer->unmap(&space, size);
	peer_detach(&space);
	peer_destroy(&space);
	return before - after;
}

static void run_memory_row(const struct memory *memory, void *buffer)
{
	print_row("memory, with a device (KiB)",
		  memory_taken(&peer_ioasid, buffer, memory->size),
		  memory_taken(&peer_iommufd, buffer, memory->size));
}

static void run_rows(const struct memory *memory)
{
	void *buffer = buffer_create(memory->size, memory->backing);
	unsigned int i;

	print_heading(memory->name, "ioasid", "iommufd");
	if (!buffer) {
		printf("  there are no such pages\n");
		return;
	}
	for (i = 0; i < ARRAY_SIZE(jobs); i++)
		run_time_row(&jobs[i], memory, buffer);
	run_memory_row(memory, buffer);
	buffer_destroy(buffer, memory->size);
}

/**
 * run_map_rows() - Print all of them
 */
void run_map_rows(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(memories); i++)
		run_rows(&memories[i]);
}
