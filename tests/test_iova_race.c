// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads that map, unmap, attach, look and access at once, and devices at work
 * meanwhile.
 *
 * Each step knows what it may get. At the end nothing is mapped, pinned or
 * charged any more, and no device has touched what was given back.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <sched.h>
#include <sys/resource.h>

#include "iova.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "repeater.h"

#define SIZE		(16 * PAGE)
#define READ_WRITE	(IOASID_READ | IOASID_WRITE)
#define ROUNDS		300
#define LIMIT		(64 * SIZE)
#define ORDINARY_USER	65534
/* Where nothing is mapped but by the test in question. */
#define SLOT(n)		(PLACE + (n) * 0x10000000ull)

FIXTURE(race)
{
	int space;
	struct iova_dma dma[2];
	/* For those who attach and detach. */
	int queue;
	char *mem;
};

/* As a user whose charge can be seen. */
static int become_limited(void)
{
	struct rlimit limit = { .rlim_cur = LIMIT, .rlim_max = LIMIT };

	return setrlimit(RLIMIT_MEMLOCK, &limit) ||
	       setresuid(ORDINARY_USER, ORDINARY_USER, ORDINARY_USER);
}

FIXTURE_SETUP(race)
{
	unsigned int i;

	/* Limits are those of the creator, whenever it got them. */
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	self->queue = queue_open(1, O_RDWR);
	ASSERT_LE(0, self->queue);
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, iova_dma_open(&self->dma[i], i, self->space));
	ASSERT_EQ(0, become_limited());
	self->mem = anon_map(LIMIT);
	ASSERT_NE(NULL, self->mem);
}

FIXTURE_TEARDOWN(race)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		iova_dma_close(&self->dma[i]);
	close(self->queue);
	close(self->space);
}

/* Can all of the limit be mapped, and one page more not? */
static bool is_all_given_back(const char *mem)
{
	int space = space_alloc_iova(NULL);
	bool all = !space_map_at(space, PLACE, mem, LIMIT, READ_WRITE);
	bool more = !space_map_at(space, PLACE + LIMIT, mem, PAGE, READ_WRITE);

	close(space);
	return all && !more;
}

static bool is_empty(int space)
{
	struct ioasid_status status;

	return space_unmap_all(space) >= 0 && !space_status(space, &status) &&
	       !status.out_mapped && !status.out_pinned && !status.out_maps;
}

#define EXPECT_NOTHING_LEFT() do {			\
	EXPECT_TRUE(is_empty(self->space));		\
	EXPECT_TRUE(is_all_given_back(self->mem));	\
} while (0)

struct actor {
	int space;
	int other;
	int queue;
	unsigned int slot;
	char *mem;
	struct iova_dma dma;
	/* How often something was mapped, and how many bytes were unmapped. */
	unsigned long mapped;
	unsigned long unmapped;
	unsigned int round;
};

/* A place of one's own: what others do must not show. */
static bool map_look_and_unmap(void *arg)
{
	struct actor *actor = arg;
	const __u64 iova = SLOT(actor->slot);
	struct ioasid_translate answer;

	return !space_map_at(actor->space, iova, actor->mem, SIZE,
			     READ_WRITE) &&
	       !space_translate(actor->space, iova + PAGE, &answer) &&
	       answer.out_flags & IOASID_MAPPED &&
	       space_unmap(actor->space, iova + PAGE, PAGE) == PAGE &&
	       !space_translate(actor->space, iova + PAGE, &answer) &&
	       answer.out_iova == iova + PAGE && answer.out_length == PAGE &&
	       space_unmap(actor->space, iova, SIZE) == SIZE - PAGE;
}

static bool attach_and_detach(void *arg)
{
	struct actor *actor = arg;
	__u32 pasid;

	return !queue_attach(actor->queue, actor->space, &pasid) &&
	       !queue_detach(actor->queue, pasid);
}

/* Wherever the kernel finds room, it is one's own memory that is there. */
static bool map_anywhere_and_read(void *arg)
{
	const char tag = 'a' + ((struct actor *)arg)->slot;
	struct actor *actor = arg;
	char byte = 0;
	__s64 iova;

	memset(actor->mem, tag, SIZE);
	iova = space_map_anywhere(actor->space, actor->mem, SIZE);
	return iova > 0 &&
	       pread(actor->space, &byte, 1, iova + SIZE - 1) == 1 &&
	       byte == tag &&
	       space_unmap(actor->space, iova, SIZE) == SIZE;
}

static bool are_in_order(const struct ioasid_map_entry *entries, int nr)
{
	int i;

	for (i = 1; i < nr; i++)
		if (entries[i].iova < entries[i - 1].iova +
				      entries[i - 1].length)
			return false;
	return true;
}

/* Of each answer: between two, what is there may have changed. */
static bool list_maps(void *arg)
{
	struct ioasid_map_entry entries[4];
	struct actor *actor = arg;
	__u64 iova = 0, end;
	int nr;

	do {
		nr = space_maps(actor->space, iova, entries, 4);
		if (nr < 0 || !are_in_order(entries, nr))
			return false;
		if (!nr)
			return true;
		end = entries[nr - 1].iova + entries[nr - 1].length;
		if (end <= iova)
			return false;
		iova = end;
	} while (nr == 4);
	return true;
}

static bool fill_always(void *arg)
{
	struct actor *actor = arg;

	return iova_fill(&actor->dma, SLOT(20), 5, SIZE) == DSA_COMP_SUCCESS;
}

TEST_F(race, map_attach_and_look)
{
	bool (*const steps[])(void *arg) = {
		map_look_and_unmap, map_look_and_unmap, map_anywhere_and_read,
		map_anywhere_and_read, attach_and_detach, list_maps,
		fill_always,
	};
	struct repeater repeaters[ARRAY_SIZE(steps)];
	struct actor actors[ARRAY_SIZE(steps)];
	unsigned int i;

	ASSERT_EQ(0, space_map_at(self->space, SLOT(20), self->mem, SIZE,
				  READ_WRITE));
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		actors[i] = (struct actor){
			.space = self->space,
			.queue = self->queue,
			.slot = i,
			.mem = self->mem + (i + 1) * SIZE,
			.dma = self->dma[0],
		};
		ASSERT_EQ(0, repeater_start(&repeaters[i], steps[i],
					    &actors[i]));
	}
	let_run(1500);
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		EXPECT_TRUE(repeater_stop(&repeaters[i])) {
			TH_LOG("step %u", i);
		}
	}
	EXPECT_TRUE(bytes_are(self->mem, SIZE, 5));
	EXPECT_NOTHING_LEFT();
}

/* The same place for all: whoever comes first, and each byte out once. */
static bool map_or_be_late(void *arg)
{
	struct actor *actor = arg;
	size_t at = actor->round++ % 12 * PAGE;
	int rc = space_map_at(actor->space, SLOT(0) + at, actor->mem, 4 * PAGE,
			      READ_WRITE);

	if (!rc)
		actor->mapped += 4 * PAGE;
	return !rc || rc == -EEXIST;
}

static bool unmap_what_is_there(void *arg)
{
	struct actor *actor = arg;
	size_t at = actor->round++ * 7 % 13 * PAGE;
	__s64 size = space_unmap(actor->space, SLOT(0) + at, 3 * PAGE);

	if (size > 0)
		actor->unmapped += size;
	return size > 0 || size == -ENOENT;
}

TEST_F(race, for_the_same_place)
{
	struct actor actors[4] = {};
	struct repeater repeaters[4];
	unsigned long mapped = 0, unmapped = 0;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		actors[i].space = self->space;
		actors[i].mem = self->mem;
		ASSERT_EQ(0, repeater_start(&repeaters[i], i % 2 ?
					    unmap_what_is_there :
					    map_or_be_late, &actors[i]));
	}
	let_run(1000);
	for (i = 0; i < 4; i++) {
		EXPECT_TRUE(repeater_stop(&repeaters[i]));
		mapped += actors[i].mapped;
		unmapped += actors[i].unmapped;
	}
	EXPECT_EQ(mapped - unmapped,
		  space_unmap_all(self->space) - 2 * IOVA_JOBS_SIZE);
	EXPECT_NOTHING_LEFT();
}

/* Page faults are what unmapping is for; nothing else may go wrong. */
static bool fill_or_fault(void *arg)
{
	struct actor *actor = arg;
	int status = iova_fill(&actor->dma, SLOT(0), 0xee, SIZE);

	return status == DSA_COMP_SUCCESS || status == NOTHING_TO_WRITE;
}

/* What was unmapped belongs to the process alone, from then on. */
TEST_F(race, devices_and_given_back_memory)
{
	struct repeater repeaters[2];
	struct actor actors[2] = {};
	unsigned int i, round;

	for (i = 0; i < 2; i++) {
		actors[i].dma = self->dma[i];
		ASSERT_EQ(0, repeater_start(&repeaters[i], fill_or_fault,
					    &actors[i]));
	}
	for (round = 0; round < ROUNDS; round++) {
		char *mem = self->mem + round % 2 * SIZE;

		ASSERT_EQ(0, space_map_at(self->space, SLOT(0), mem, SIZE,
					  READ_WRITE));
		sched_yield();
		ASSERT_EQ(SIZE, space_unmap(self->space, SLOT(0), SIZE));
		memset(mem, round, SIZE);
		ASSERT_TRUE(bytes_are(mem, SIZE, round));
		/* And those of the round before as well. */
		mem = self->mem + (round + 1) % 2 * SIZE;
		ASSERT_TRUE(bytes_are(mem, SIZE, round ? round - 1 : 0));
	}
	for (i = 0; i < 2; i++)
		EXPECT_TRUE(repeater_stop(&repeaters[i]));
	EXPECT_NOTHING_LEFT();
}

/* Small pages cut out of large ones, while devices work on the rest. */
TEST_F(race, devices_beside_cuts)
{
	struct repeater repeaters[2];
	struct actor actors[2] = {};
	char *mem = anon_map_huge(HUGE);
	unsigned int i, round;

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, mem);
	madvise(mem, HUGE, MADV_HUGEPAGE);
	ASSERT_EQ(0, space_map_at(self->space, SLOT(20), mem, HUGE,
				  READ_WRITE));
	for (i = 0; i < 2; i++) {
		actors[i].dma = self->dma[i];
		ASSERT_EQ(0, repeater_start(&repeaters[i], fill_always,
					    &actors[i]));
	}
	for (round = 16; round < 512; round += 3)
		ASSERT_EQ(PAGE, space_unmap(self->space,
					    SLOT(20) + round * PAGE, PAGE));
	for (i = 0; i < 2; i++)
		EXPECT_TRUE(repeater_stop(&repeaters[i]));
	EXPECT_NOTHING_LEFT();
}

/* Maps of maps that come and go. */
static bool borrow(void *arg)
{
	struct actor *actor = arg;
	int rc = space_map_space(actor->other, SLOT(actor->slot), actor->space,
				 SLOT(0), SIZE, IOASID_READ);

	if (rc)
		return rc == -EFAULT;
	return space_unmap(actor->other, SLOT(actor->slot), SIZE) == SIZE;
}

TEST_F(race, maps_of_another_space)
{
	int other = space_alloc_iova(NULL);
	struct repeater repeaters[3];
	struct actor actors[3];
	unsigned int i;

	ASSERT_LE(0, other);
	for (i = 0; i < 3; i++) {
		actors[i] = (struct actor){
			.space = self->space,
			.other = other,
			.slot = i,
			.mem = self->mem,
		};
		ASSERT_EQ(0, repeater_start(&repeaters[i],
					    i ? borrow : map_look_and_unmap,
					    &actors[i]));
	}
	let_run(1000);
	for (i = 0; i < 3; i++)
		EXPECT_TRUE(repeater_stop(&repeaters[i]));
	EXPECT_EQ(0, space_pinned(other));
	close(other);
	EXPECT_NOTHING_LEFT();
}

/* Everything at once, and then the space is taken back. */
static bool is_stale(int rc)
{
	return rc == -ESTALE;
}

static bool map_until_freed(void *arg)
{
	struct actor *actor = arg;
	const __u64 iova = SLOT(actor->slot);
	__s64 size;
	int rc;

	rc = space_map_at(actor->space, iova, actor->mem, SIZE, READ_WRITE);
	if (rc && !is_stale(rc))
		return false;
	size = space_unmap(actor->space, iova, SIZE);
	return size == SIZE || is_stale(size);
}

static bool attach_until_freed(void *arg)
{
	struct actor *actor = arg;
	__u32 pasid;
	int rc = queue_attach(actor->queue, actor->space, &pasid);

	return rc ? is_stale(rc) : !queue_detach(actor->queue, pasid);
}

static bool access_until_freed(void *arg)
{
	struct actor *actor = arg;
	char byte;

	return pread(actor->space, &byte, 1, SLOT(20)) == 1 || errno == ESTALE;
}

static bool open_faults_until_freed(void *arg)
{
	struct actor *actor = arg;
	int fd = fault_open(actor->space, 0);

	if (fd < 0)
		return is_stale(fd);
	close(fd);
	return true;
}

static bool free_at_last(void *arg)
{
	struct actor *actor = arg;

	if (++actor->round < 100)
		return space_status(actor->space,
				    &(struct ioasid_status){}) == 0;
	return space_free(actor->space) > 0;
}

TEST_F(race, free)
{
	bool (*const steps[])(void *arg) = {
		map_until_freed, map_until_freed, attach_until_freed,
		access_until_freed, open_faults_until_freed, free_at_last,
	};
	struct repeater repeaters[ARRAY_SIZE(steps)];
	struct actor actors[ARRAY_SIZE(steps)];
	unsigned int i;

	ASSERT_EQ(0, space_map_at(self->space, SLOT(20), self->mem, SIZE,
				  READ_WRITE));
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		actors[i] = (struct actor){
			.space = self->space,
			.queue = self->queue,
			.slot = i,
			.mem = self->mem + (i + 1) * SIZE,
		};
		ASSERT_EQ(0, repeater_start(&repeaters[i], steps[i],
					    &actors[i]));
	}
	let_run(500);
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		EXPECT_TRUE(repeater_stop(&repeaters[i])) {
			TH_LOG("step %u", i);
		}
	}
	EXPECT_LE(IOASID_STATE_FREE_PENDING, space_free(self->space));
	EXPECT_EQ(0, space_pinned(self->space));
	EXPECT_TRUE(is_all_given_back(self->mem));
}

TEST_HARNESS_MAIN
