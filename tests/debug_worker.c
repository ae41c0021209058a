// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads of the kernel that work for the modules run out of memory.
 *
 * What they allocate cannot be failed one after the other, as debug_nth does
 * for a caller. So one allocation in so many fails, of those that have the text
 * of a module on the stack, whoever is asking. A large job is moved by a worker
 * of the simulator; and memory that is watched by a userfaultfd, which it might
 * have to wait for, is provided by a worker of the core.
 *
 * A job may then end with a page fault. What it says that it has done must be
 * so, nothing may be left behind, and all must be well afterwards.
 *
 * It needs a kernel with fault injection.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "inject.h"
#include "iova.h"
#include "memory.h"
#include "process.h"
#include "uffd.h"

#define ODDS_PERCENT	2
/* Too much for the thread that submits it. */
#define SIZE		(256 * PAGE)
#define FILL_SIZE	(32 * PAGE)
#define ROUNDS		60
#define READ_WRITE	(IOASID_READ | IOASID_WRITE)

/* From the first module to the end of the second, in whatever order. */
static int find_text(struct inject_text *text)
{
	FILE *file = fopen("/proc/modules", "re");
	unsigned long address, size;
	char line[256], name[64];

	*text = (struct inject_text){ .start = ULONG_MAX };
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%63s %lu %*s %*s %*s %lx", name, &size,
			   &address) != 3 ||
		    (strcmp(name, "ioasid") && strcmp(name, "ioasid_sim")))
			continue;
		if (address < text->start)
			text->start = address;
		if (address + size > text->end)
			text->end = address + size;
	}
	if (file)
		fclose(file);
	return text->end ? 0 : -ENOENT;
}

struct memory {
	char *from;
	char *to;
	/* How many jobs. */
	unsigned int succeeded;
	unsigned int failed;
};

FIXTURE(worker)
{
	int system;
	struct ioasid_info before;
	struct memory memory;
};

FIXTURE_SETUP(worker)
{
	struct inject_text text;

	if (!inject_init())
		SKIP(return, "the kernel has no fault injection");
	ASSERT_EQ(0, find_text(&text));
	ASSERT_EQ(0, inject_choose(INJECT_OBJECTS | INJECT_PAGES, &text));
	self->system = system_open(O_RDWR);
	ASSERT_EQ(0, system_info(self->system, &self->before));
	self->memory.from = anon_map(SIZE);
	self->memory.to = anon_map(SIZE);
	ASSERT_NE(NULL, self->memory.from);
	ASSERT_NE(NULL, self->memory.to);
	pattern_fill(self->memory.from, SIZE, 1);
}

FIXTURE_TEARDOWN(worker)
{
	struct ioasid_info now;

	inject_by_chance(0);
	EXPECT_EQ(0, system_info(self->system, &now));
	EXPECT_EQ(self->before.out_spaces, now.out_spaces);
	EXPECT_EQ(self->before.out_pinned, now.out_pinned);
	inject_choose(0, NULL);
	close(self->system);
}

/* Whether what a copy says that it has done is so. */
static bool is_true(struct memory *memory, const struct job *job,
		    int status)
{
	if (status == DSA_COMP_SUCCESS) {
		memory->succeeded++;
		return pattern_holds(memory->to, SIZE, 1);
	}
	memory->failed++;
	return (status & ~DSA_COMP_STATUS_WRITE) == DSA_COMP_PAGE_FAULT_IR &&
	       job->record.bytes_completed < SIZE &&
	       pattern_holds(memory->to, job->record.bytes_completed, 1);
}

static bool copy(struct memory *memory, const struct dma *dma)
{
	struct job job;

	madvise(memory->to, SIZE, MADV_DONTNEED);
	job_memmove(&job, dma->pasid, memory->to, memory->from, SIZE);
	return is_true(memory, &job, job_run(dma->queue, &job));
}

static void copy_often(struct __test_metadata *_metadata,
		       struct memory *memory)
{
	struct dma dma;
	int round;

	ASSERT_EQ(0, dma_open(&dma, 0));
	ASSERT_EQ(0, inject_by_chance(ODDS_PERCENT));
	for (round = 0; round < ROUNDS; round++)
		EXPECT_TRUE(copy(memory, &dma));
	ASSERT_EQ(0, inject_by_chance(0));
	EXPECT_LT(0, memory->failed);
	memory->succeeded = 0;
	EXPECT_TRUE(copy(memory, &dma));
	EXPECT_EQ(1, memory->succeeded);
	dma_close(&dma);
}

TEST_F(worker, of_the_simulator)
{
	copy_often(_metadata, &self->memory);
}

TEST_F(worker, of_the_core)
{
	int uffd = uffd_watch(self->memory.to, SIZE, UFFDIO_REGISTER_MODE_WP);

	ASSERT_LE(0, uffd);
	copy_often(_metadata, &self->memory);
	close(uffd);
}

/* Maps the page that is asked for, if there is memory for that. */
static int serve(struct memory *memory, const struct iova_dma *dma, int fd)
{
	struct ioasid_fault fault;
	char *page;
	bool done;
	int rc;

	rc = fault_read(fd, &fault, 1);
	if (rc <= 0)
		return rc;
	page = memory->to + (fault.iova - PLACE);
	done = !space_map_at(dma->space, fault.iova, page, PAGE, READ_WRITE);
	return fault_answer(fd, fault.group, done ? IOASID_FAULT_RETRY :
						    IOASID_FAULT_FAIL);
}

static bool fill_and_serve(struct memory *memory,
			   const struct iova_dma *dma, int fd)
{
	int status;

	if (iova_start_fill(dma, 0, PLACE, 7, FILL_SIZE))
		return false;
	while (!job_done(dma->jobs))
		if (fd_events(fd, POLLIN, 1) & POLLIN && serve(memory, dma, fd))
			return false;
	space_unmap(dma->space, PLACE, FILL_SIZE);
	status = dma->jobs->record.status;
	if (status == DSA_COMP_SUCCESS)
		return bytes_are(memory->to, FILL_SIZE, 7);
	memory->failed++;
	return status == NOTHING_TO_WRITE &&
	       bytes_are(memory->to, dma->jobs->record.bytes_completed, 7);
}

TEST_F(worker, that_asks_for_pages)
{
	int round, fd, space = space_alloc_iova(NULL);
	struct iova_dma dma;

	ASSERT_EQ(0, iova_dma_open(&dma, 0, space));
	fd = fault_open(space, 0);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, inject_by_chance(ODDS_PERCENT));
	for (round = 0; round < ROUNDS; round++)
		EXPECT_TRUE(fill_and_serve(&self->memory, &dma, fd));
	ASSERT_EQ(0, inject_by_chance(0));
	EXPECT_LT(0, self->memory.failed);
	close(fd);
	iova_dma_close(&dma);
	close(space);
}

TEST_HARNESS_MAIN
