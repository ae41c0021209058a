// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices that work while the memory changes, and data compared afterwards.
 *
 * Three things can go wrong when an invalidation is lost, and each has a check.
 * Data goes to a page that is no longer there: a copy differs. To one that is
 * somebody else's by now: a victim changes. To memory that was taken back: a
 * canary changes after FREE has returned.
 *
 * What the checks are worth is shown at the end: a thread with a second mapping
 * of the same pages behaves like a device that was not told, and every check
 * has to catch it.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>

#include "job.h"
#include "memory.h"
#include "process.h"

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

/* Runs what it is told over and over, in a thread of its own. */
struct repeater {
	pthread_t thread;
	bool (*step)(void *arg);
	void *arg;
	bool stop;
	bool failed;
	unsigned long steps;
};

static void *repeat(void *arg)
{
	struct repeater *repeater = arg;

	while (!__atomic_load_n(&repeater->stop, __ATOMIC_ACQUIRE)) {
		if (!repeater->step(repeater->arg)) {
			repeater->failed = true;
			break;
		}
		repeater->steps++;
	}
	return NULL;
}

static int repeater_start(struct repeater *repeater, bool (*step)(void *arg),
			  void *arg)
{
	*repeater = (struct repeater){ .step = step, .arg = arg };
	return -pthread_create(&repeater->thread, NULL, repeat, repeater);
}

/* Returns whether every step was right, and there was at least one. */
static bool repeater_stop(struct repeater *repeater)
{
	__atomic_store_n(&repeater->stop, true, __ATOMIC_RELEASE);
	pthread_join(repeater->thread, NULL);
	return !repeater->failed && repeater->steps;
}

/* How long a test runs, not what it waits for. */
static void let_run(void)
{
	poll(NULL, 0, ROUND_MS);
}

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
	let_run();
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
	let_run();
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

/* Taking a space back while a stream of DMA runs into it. */
enum way_back {
	WAY_FREE,
	WAY_CLOSE_SPACE,
	WAY_CLOSE_QUEUE,
	WAYS,
};

#define CANARY_SIZE	(8 * PAGE)
#define STREAM		256
#define CANARY_MS	4000

struct canary {
	unsigned char *mem;
	struct job batch[ACCELERATORS];
	struct dsa_hw_desc *list;
	struct dma dma[ACCELERATORS];
};

/*
 * Fills the canary and watches it. The device's value is not ours, so any byte
 * that comes late shows.
 */
static bool canary_holds(unsigned char *mem, unsigned char value)
{
	int looks;

	memset(mem, value, CANARY_SIZE);
	for (looks = 0; looks < 3; looks++) {
		sched_yield();
		if (!bytes_are(mem, CANARY_SIZE, value))
			return false;
	}
	return true;
}

static int canary_open(struct canary *canary)
{
	struct job child;
	int i, rc;

	rc = dma_open(&canary->dma[0], 0);
	if (rc)
		return rc;
	canary->dma[1] = canary->dma[0];
	canary->dma[1].queue = queue_open(1, O_RDWR);
	rc = queue_attach(canary->dma[1].queue, canary->dma[1].space, NULL);
	if (rc)
		return rc;
	job_memfill(&child, canary->dma[0].pasid, canary->mem, FILL,
		    CANARY_SIZE);
	child.desc.flags = IDXD_OP_FLAG_BOF;
	for (i = 0; i < STREAM; i++)
		canary->list[i] = child.desc;
	for (i = 0; i < ACCELERATORS; i++)
		job_batch(&canary->batch[i], canary->dma[i].pasid,
			  canary->list, STREAM);
	return 0;
}

static bool take_back(struct canary *canary, enum way_back way)
{
	switch (way) {
	case WAY_FREE:
		return space_free(canary->dma[0].space) ==
		       IOASID_STATE_FREE_PENDING;
	case WAY_CLOSE_SPACE:
		return !close(canary->dma[0].space);
	default:
		return !close(canary->dma[0].queue) &&
		       !close(canary->dma[1].queue);
	}
}

static void canary_close(struct canary *canary, enum way_back way)
{
	if (way != WAY_CLOSE_SPACE)
		close(canary->dma[0].space);
	if (way != WAY_CLOSE_QUEUE) {
		close(canary->dma[0].queue);
		close(canary->dma[1].queue);
	}
}

/* Lets the stream get as far as it will in a moment that is always another. */
static void wait_a_moment(unsigned int round)
{
	unsigned int turns;

	for (turns = round * 7919 % 4001; turns; turns--)
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static bool one_canary(struct canary *canary, enum way_back way,
		       unsigned int round)
{
	bool right = true;
	int i;

	if (canary_open(canary))
		return false;
	for (i = 0; i < ACCELERATORS; i++)
		right &= !job_submit(canary->dma[i].queue, &canary->batch[i]);
	wait_a_moment(round);
	right &= take_back(canary, way);
	right &= canary_holds(canary->mem, round % 200);
	canary_close(canary, way);
	return right && bytes_are(canary->mem, CANARY_SIZE, round % 200);
}

FIXTURE(canary)
{
	struct canary canary;
};

FIXTURE_VARIANT(canary)
{
	enum way_back way;
};

FIXTURE_VARIANT_ADD(canary, free)
{
	.way = WAY_FREE,
};

FIXTURE_VARIANT_ADD(canary, last_close)
{
	.way = WAY_CLOSE_SPACE,
};

FIXTURE_VARIANT_ADD(canary, queue_close)
{
	.way = WAY_CLOSE_QUEUE,
};

FIXTURE_SETUP(canary)
{
	self->canary.mem = anon_map(CANARY_SIZE);
	self->canary.list = anon_map(STREAM * sizeof(*self->canary.list));
	ASSERT_NE(NULL, self->canary.mem);
	ASSERT_NE(NULL, self->canary.list);
}

FIXTURE_TEARDOWN(canary)
{
}

TEST_F(canary, nothing_comes_late)
{
	__s64 deadline = now_ms() + CANARY_MS;
	unsigned int round;

	for (round = 0; now_ms() < deadline; round++)
		ASSERT_TRUE(one_canary(&self->canary, variant->way, round));
	EXPECT_LT(100, round);
}

/* Attach, detach, free and submit, all at once, on the same queues. */
struct tangle {
	int queue[ACCELERATORS];
	int space;
	__u32 pasid;
};

static bool attach_all(void *arg)
{
	struct tangle *tangle = arg;
	int i, rc;

	for (i = 0; i < ACCELERATORS; i++) {
		rc = queue_attach(tangle->queue[i], tangle->space, NULL);
		if (rc && rc != -EEXIST && rc != -ESTALE && rc != -EBADF)
			return false;
	}
	return true;
}

static bool detach_all(void *arg)
{
	struct tangle *tangle = arg;
	int i, rc;

	for (i = 0; i < ACCELERATORS; i++) {
		rc = queue_detach(tangle->queue[i], tangle->pasid);
		if (rc && rc != -ENOENT)
			return false;
	}
	return true;
}

static bool submit_all(void *arg)
{
	struct tangle *tangle = arg;
	struct job job;
	int i, rc;

	for (i = 0; i < ACCELERATORS; i++) {
		job_init(&job, tangle->pasid, DSA_OPCODE_NOOP);
		job.desc.flags = 0;
		job.desc.completion_addr = 0;
		rc = job_submit(tangle->queue[i], &job);
		if (rc && rc != -EACCES)
			return false;
	}
	return true;
}

TEST(attach_detach_submit_and_free)
{
	bool (*const steps[])(void *) = { attach_all, detach_all, submit_all };
	struct repeater repeater[ARRAY_SIZE(steps)];
	__s64 deadline = now_ms() + ROUND_MS;
	struct tangle tangle;
	unsigned int i;

	for (i = 0; i < ACCELERATORS; i++) {
		tangle.queue[i] = queue_open(i, O_RDWR);
		ASSERT_LE(0, tangle.queue[i]);
	}
	while (now_ms() < deadline) {
		tangle.space = space_alloc(&tangle.pasid);
		ASSERT_LE(0, tangle.space);
		for (i = 0; i < ARRAY_SIZE(steps); i++)
			ASSERT_EQ(0, repeater_start(&repeater[i], steps[i],
						    &tangle));
		wait_a_moment(deadline - now_ms());
		EXPECT_LE(IOASID_STATE_FREE_PENDING, space_free(tangle.space));
		for (i = 0; i < ARRAY_SIZE(steps); i++) {
			repeater_stop(&repeater[i]);
			EXPECT_FALSE(repeater[i].failed);
		}
		detach_all(&tangle);
		EXPECT_EQ(IOASID_STATE_FREE, space_state(tangle.space));
		close(tangle.space);
	}
}

/*
 * The negative control: a second mapping of the canary's pages is a device that
 * was not told, and writes on.
 */
struct deaf_device {
	unsigned char *alias;
	size_t size;
};

static bool write_on(void *arg)
{
	struct deaf_device *device = arg;

	memset(device->alias, FILL_BYTE, device->size);
	return true;
}

static void *map_twice(size_t size, struct deaf_device *device)
{
	int fd = memfd_create("control", MFD_CLOEXEC);
	void *mem;

	if (fd < 0 || ftruncate(fd, size))
		return MAP_FAILED;
	mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	device->alias = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			     fd, 0);
	device->size = size;
	close(fd);
	return mem;
}

TEST(control_canary_catches_deaf_device)
{
	struct repeater repeater;
	struct deaf_device device;
	unsigned char *mem = map_twice(CANARY_SIZE, &device);
	__s64 deadline = now_ms() + PATIENCE_MS;
	bool holds = true;

	ASSERT_NE(MAP_FAILED, mem);
	EXPECT_TRUE(canary_holds(mem, 1));
	ASSERT_EQ(0, repeater_start(&repeater, write_on, &device));
	while (holds && now_ms() < deadline)
		holds = canary_holds(mem, 1);
	EXPECT_FALSE(holds);
	EXPECT_TRUE(repeater_stop(&repeater));
}

TEST(control_victims_catch_deaf_device)
{
	static struct churn churn;
	struct deaf_device device;
	unsigned int i;

	for (i = 0; i < VICTIMS; i++)
		ASSERT_TRUE(change_victim(&churn));
	EXPECT_TRUE(victims_hold(&churn));
	churn.victim[3] = map_twice(VICTIM_SIZE, &device);
	ASSERT_NE(MAP_FAILED, churn.victim[3]);
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

	ASSERT_EQ(0, dma_open(&copier.dma, 0));
	copier.src = anon_map(SIZE);
	copier.dst = map_twice(SIZE, &device);
	ASSERT_NE(NULL, copier.src);
	ASSERT_NE(MAP_FAILED, copier.dst);
	EXPECT_TRUE(copy_and_compare(&copier));
	ASSERT_EQ(0, repeater_start(&repeater, write_on, &device));
	while (right && now_ms() < deadline)
		right = copy_and_compare(&copier);
	EXPECT_FALSE(right);
	EXPECT_TRUE(repeater_stop(&repeater));
	dma_close(&copier.dma);
}

TEST_HARNESS_MAIN
