// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices that work while the memory changes, and data compared afterwards.
 *
 * Two things can go wrong when an invalidation is lost, and each has a check.
 * Data goes to a page that is no longer there: a copy differs. Or data goes to
 * a page that is somebody else's by now: a victim changes. Negative controls
 * show at the end that these checks see what they are for.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <sched.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "repeater.h"

#define ACCELERATORS	2
#define ROUND_MS	1500
#define SIZE		(128 * PAGE)
#define FILL_BYTE	0xd5
#define FILL		(FILL_BYTE * 0x0101010101010101ull)

/* Far from where the kernel puts new mappings, so that holes stay holes. */
#define PLACE		((char *)0x100000000000)

#define VICTIMS		8
#define VICTIM_SIZE	(64 * PAGE)

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

/* Data that has to survive whatever the kernel does to its pages. */
struct copier {
	struct dma dma;
	char *src;
	char *dst;
	unsigned int round;
};

static bool copy_and_compare(void *arg)
{
	struct copier *copier = arg;

	pattern_fill(copier->src, SIZE, copier->round++);
	return dma_copy(&copier->dma, copier->dst, copier->src, SIZE) ==
	       DSA_COMP_SUCCESS &&
	       !memcmp(copier->dst, copier->src, SIZE);
}

/* One mapping for all: reclaim and huge pages work on whole ones. */
struct shuffle {
	char *mem;
	size_t size;
};

FIXTURE(keep)
{
	struct copier copier[ACCELERATORS];
	struct shuffle shuffle;
};

FIXTURE_VARIANT(keep)
{
	bool (*shuffle)(void *arg);
};

/* Every page becomes copy-on-write, and the child writes its copies. */
static bool fork_and_scribble(void *arg)
{
	struct shuffle *shuffle = arg;
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return false;
	if (!pid) {
		memset(shuffle->mem, 0xee, shuffle->size);
		_exit(0);
	}
	return waitpid(pid, &status, 0) == pid && !status;
}

static bool page_out(void *arg)
{
	struct shuffle *shuffle = arg;

	return !madvise(shuffle->mem, shuffle->size, MADV_PAGEOUT);
}

static bool collapse_and_split(void *arg)
{
	struct shuffle *shuffle = arg;
	char *middle = shuffle->mem + shuffle->size / 2;

	madvise(shuffle->mem, shuffle->size, MADV_COLLAPSE);
	return !mprotect(middle, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC) &&
	       !mprotect(middle, PAGE, PROT_READ | PROT_WRITE);
}

static bool migrate(void *arg)
{
	return !write_text("/proc/sys/vm/compact_memory", "1");
}

FIXTURE_VARIANT_ADD(keep, fork)
{
	.shuffle = fork_and_scribble,
};

FIXTURE_VARIANT_ADD(keep, pageout)
{
	.shuffle = page_out,
};

FIXTURE_VARIANT_ADD(keep, collapse)
{
	.shuffle = collapse_and_split,
};

FIXTURE_VARIANT_ADD(keep, compaction)
{
	.shuffle = migrate,
};

FIXTURE_SETUP(keep)
{
	int i;

	NEED_PAGE_REQUESTS(return);
	self->shuffle.size = 2 * HUGE;
	self->shuffle.mem = anon_map_huge(self->shuffle.size);
	ASSERT_NE(NULL, self->shuffle.mem);
	for (i = 0; i < ACCELERATORS; i++) {
		ASSERT_EQ(0, dma_open(&self->copier[i].dma, i));
		self->copier[i].src = self->shuffle.mem + 2 * i * SIZE;
		self->copier[i].dst = self->copier[i].src + SIZE;
	}
}

FIXTURE_TEARDOWN(keep)
{
	int i;

	for (i = 0; i < ACCELERATORS; i++)
		dma_close(&self->copier[i].dma);
}

TEST_F(keep, contents)
{
	struct repeater shuffle, copy[ACCELERATORS];
	int i;

	ASSERT_EQ(0, repeater_start(&shuffle, variant->shuffle,
				    &self->shuffle));
	for (i = 0; i < ACCELERATORS; i++)
		ASSERT_EQ(0, repeater_start(&copy[i], copy_and_compare,
					    &self->copier[i]));
	let_run(ROUND_MS);
	for (i = 0; i < ACCELERATORS; i++)
		EXPECT_TRUE(repeater_stop(&copy[i]));
	EXPECT_TRUE(repeater_stop(&shuffle));
}

/*
 * Memory that comes and goes under the device. What it frees is taken at once
 * by victims, which a device that was not told would write to.
 */
struct churn {
	bool (*step)(struct churn *churn);
	/* At a fixed place; what is there changes. */
	char *mem;
	char *other;
	int fd;
	unsigned int round;
	unsigned char *victim[VICTIMS];
};

/* The next victim takes the place of the oldest, which must be as it was. */
static bool change_victim(struct churn *churn)
{
	unsigned char **victim = &churn->victim[churn->round % VICTIMS];

	if (*victim) {
		if (!pattern_holds(*victim, VICTIM_SIZE, churn->round))
			return false;
		munmap(*victim, VICTIM_SIZE);
	}
	*victim = anon_map(VICTIM_SIZE);
	if (!*victim)
		return false;
	pattern_fill(*victim, VICTIM_SIZE, churn->round + VICTIMS);
	churn->round++;
	return true;
}

static bool victims_hold(const struct churn *churn)
{
	unsigned int i;

	for (i = 0; i < VICTIMS; i++)
		if (!pattern_holds(churn->victim[(churn->round + i) % VICTIMS],
				   VICTIM_SIZE, churn->round + i))
			return false;
	return true;
}

static bool churn_step(void *arg)
{
	struct churn *churn = arg;

	return churn->step(churn) && change_victim(churn);
}

static bool map_at(char *mem, int flags, int fd)
{
	return mmap(mem, SIZE, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd,
		    0) == mem;
}

static bool unmap_and_map(struct churn *churn)
{
	if (munmap(churn->mem, SIZE))
		return false;
	return change_victim(churn) &&
	       map_at(churn->mem, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static bool dontneed(struct churn *churn)
{
	return !madvise(churn->mem, SIZE, MADV_DONTNEED);
}

/*
 * The device loses its mapping and finds the pages still there, many at once;
 * while it maps them again they go.
 */
static bool dontneed_while_refaulting(struct churn *churn)
{
	unsigned int turns;

	memset(churn->mem, 0, SIZE);
	if (mprotect(churn->mem, SIZE, PROT_READ | PROT_WRITE | PROT_EXEC) ||
	    mprotect(churn->mem, SIZE, PROT_READ | PROT_WRITE))
		return false;
	for (turns = churn->round * 7919 % 4001; turns; turns--)
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return !madvise(churn->mem, SIZE, MADV_DONTNEED);
}

static bool dontneed_in_pieces(struct churn *churn)
{
	size_t at;

	for (at = 0; at < SIZE; at += 3 * PAGE)
		if (madvise(churn->mem + at, PAGE, MADV_DONTNEED))
			return false;
	return true;
}

/* What is moved away is not there for the device; then it is dropped. */
static bool move_away(struct churn *churn)
{
	if (mremap(churn->mem, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED,
		   churn->other) != churn->other)
		return false;
	pattern_fill(churn->other, SIZE, churn->round);
	if (!map_at(churn->mem, MAP_PRIVATE | MAP_ANONYMOUS, -1))
		return false;
	return pattern_holds(churn->other, SIZE, churn->round) &&
	       !munmap(churn->other, SIZE);
}

static bool free_and_page_out(struct churn *churn)
{
	return !madvise(churn->mem, SIZE, MADV_FREE) &&
	       !madvise(churn->mem, SIZE, MADV_PAGEOUT);
}

static bool truncate_and_extend(struct churn *churn)
{
	return !ftruncate(churn->fd, 0) && change_victim(churn) &&
	       !ftruncate(churn->fd, SIZE);
}

static bool punch_hole(struct churn *churn)
{
	return !madvise(churn->mem, SIZE, MADV_REMOVE);
}

/* While it is read-only it must not change. */
static bool protect_and_unprotect(struct churn *churn)
{
	static char copy[SIZE];

	if (mprotect(churn->mem, SIZE, PROT_READ))
		return false;
	memcpy(copy, churn->mem, SIZE);
	sched_yield();
	return !memcmp(copy, churn->mem, SIZE) &&
	       !mprotect(churn->mem, SIZE, PROT_READ | PROT_WRITE);
}

FIXTURE(churn)
{
	struct dma dma[ACCELERATORS];
	struct churn churn;
};

FIXTURE_VARIANT(churn)
{
	bool (*step)(struct churn *churn);
	bool shared;
};

FIXTURE_VARIANT_ADD(churn, munmap)
{
	.step = unmap_and_map,
};

FIXTURE_VARIANT_ADD(churn, dontneed)
{
	.step = dontneed,
};

FIXTURE_VARIANT_ADD(churn, dontneed_while_refaulting)
{
	.step = dontneed_while_refaulting,
};

FIXTURE_VARIANT_ADD(churn, dontneed_in_pieces)
{
	.step = dontneed_in_pieces,
};

FIXTURE_VARIANT_ADD(churn, mremap)
{
	.step = move_away,
};

FIXTURE_VARIANT_ADD(churn, madv_free)
{
	.step = free_and_page_out,
};

FIXTURE_VARIANT_ADD(churn, mprotect)
{
	.step = protect_and_unprotect,
};

FIXTURE_VARIANT_ADD(churn, truncate)
{
	.step = truncate_and_extend,
	.shared = true,
};

FIXTURE_VARIANT_ADD(churn, punch_hole)
{
	.step = punch_hole,
	.shared = true,
};

FIXTURE_SETUP(churn)
{
	int i;

	NEED_PAGE_REQUESTS(return);
	for (i = 0; i < ACCELERATORS; i++)
		ASSERT_EQ(0, dma_open(&self->dma[i], i));
	self->churn.step = variant->step;
	self->churn.mem = PLACE;
	self->churn.other = PLACE + HUGE;
	self->churn.fd = memfd_create("churn", MFD_CLOEXEC);
	ASSERT_LE(0, self->churn.fd);
	ASSERT_EQ(0, ftruncate(self->churn.fd, SIZE));
	ASSERT_TRUE(variant->shared ?
		    map_at(PLACE, MAP_SHARED, self->churn.fd) :
		    map_at(PLACE, MAP_PRIVATE | MAP_ANONYMOUS, -1));
	for (i = 0; i < VICTIMS; i++)
		ASSERT_TRUE(change_victim(&self->churn));
}

FIXTURE_TEARDOWN(churn)
{
	int i;

	for (i = 0; i < ACCELERATORS; i++)
		dma_close(&self->dma[i]);
	close(self->churn.fd);
}

struct filler {
	struct dma dma;
	char *mem;
};

/* Page faults are the churn's doing; nothing else may go wrong. */
static bool fill_or_fault(void *arg)
{
	struct filler *filler = arg;
	struct job job;
	int status;

	job_memfill(&job, filler->dma.pasid, filler->mem, FILL, SIZE);
	status = job_run(filler->dma.queue, &job);
	return status == DSA_COMP_SUCCESS ||
	       status == (DSA_COMP_PAGE_FAULT_IR | DSA_COMP_STATUS_WRITE);
}

/* Nothing but what the kernel or the device can have put there. */
static bool bytes_are_zero_or_fill(const char *mem)
{
	size_t at;

	for (at = 0; at < SIZE; at++)
		if (mem[at] && (unsigned char)mem[at] != FILL_BYTE)
			return false;
	return true;
}

TEST_F(churn, victims)
{
	struct repeater churn, fill[ACCELERATORS];
	struct filler filler[ACCELERATORS];
	int i;

	ASSERT_EQ(0, repeater_start(&churn, churn_step, &self->churn));
	for (i = 0; i < ACCELERATORS; i++) {
		filler[i].dma = self->dma[i];
		filler[i].mem = self->churn.mem;
		ASSERT_EQ(0, repeater_start(&fill[i], fill_or_fault,
					    &filler[i]));
	}
	let_run(ROUND_MS);
	EXPECT_TRUE(repeater_stop(&churn));
	for (i = 0; i < ACCELERATORS; i++)
		EXPECT_TRUE(repeater_stop(&fill[i]));
	EXPECT_TRUE(victims_hold(&self->churn));
	EXPECT_TRUE(bytes_are_zero_or_fill(self->churn.mem));

	/* After all that, device and CPU still see the same memory. */
	memset(self->churn.mem, 0, SIZE);
	EXPECT_TRUE(fill_or_fault(&filler[0]));
	EXPECT_TRUE(bytes_are(self->churn.mem, SIZE, FILL_BYTE));
}

/* The negative controls: each check has to catch a deaf device. */
TEST(control_victims_catch_deaf_device)
{
	static struct churn churn;
	struct deaf_device device;
	unsigned int i;

	for (i = 0; i < VICTIMS; i++)
		ASSERT_TRUE(change_victim(&churn));
	EXPECT_TRUE(victims_hold(&churn));
	churn.victim[3] = deaf_device_map(&device, VICTIM_SIZE);
	ASSERT_NE(NULL, churn.victim[3]);
	pattern_fill(churn.victim[3], VICTIM_SIZE, churn.round + 3);
	EXPECT_TRUE(victims_hold(&churn));
	device.alias[VICTIM_SIZE / 2] ^= 1;
	EXPECT_FALSE(victims_hold(&churn));
}

TEST(control_copy_catches_deaf_device)
{
	struct copier copier = { .round = 1 };
	__s64 deadline = now_ms() + PATIENCE_MS;
	struct repeater repeater;
	struct deaf_device device;
	bool right = true;

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&copier.dma, 0));
	copier.src = anon_map(SIZE);
	copier.dst = deaf_device_map(&device, SIZE);
	ASSERT_NE(NULL, copier.src);
	ASSERT_NE(NULL, copier.dst);
	EXPECT_TRUE(copy_and_compare(&copier));
	ASSERT_EQ(0, repeater_start(&repeater, deaf_device_write, &device));
	while (right && now_ms() < deadline)
		right = copy_and_compare(&copier);
	EXPECT_FALSE(right);
	EXPECT_TRUE(repeater_stop(&repeater));
	dma_close(&copier.dma);
}

TEST_HARNESS_MAIN
