// SPDX-License-Identifier: GPL-2.0-only
/*
 * PASIDs that were given back: how long they rest, in which order they are used
 * again, and that what still remembers one reaches nothing of its next owner.
 *
 * Each test takes all numbers that rest when it begins, and keeps them: so what
 * it gives back itself is all that there is to be used again. The module's
 * parameters are put back at the end.
 *
 * Time only passes, so a test says that a number came too early, never that it
 * must come at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "iova.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "repeater.h"

#define PARAMETERS	"/sys/module/ioasid/parameters/"
#define COUNT		PARAMETERS "quarantine_count"
#define MS		PARAMETERS "quarantine_ms"
#define KEEP_FACTOR	10

#define NR_PASIDS	0xfffffu
#define NO_LIMIT	1000000
/* Unless a test is about the time: more than one takes. */
#define REST_MS		500
#define RESTING_MAX	16000
/* The kernel counts time in ticks. */
#define TICK_MS		10
#define RACE_MS		1000

#define READ_WRITE	(IOASID_READ | IOASID_WRITE)
#define SIZE		(4 * PAGE)
/* What the owner before has mapped, and what nobody has. */
#define OLD_PLACE	(2 * PLACE)
#define NO_PLACE	(3 * PLACE)

struct quarantine {
	unsigned long count;
	unsigned long ms;
	int system_fd;
	/* What rested at first. */
	int *taken;
	unsigned int nr_taken;
};

static int set(const char *parameter, unsigned long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%lu", value);
	return write_text(parameter, text);
}

static int set_quarantine(unsigned long count, unsigned long ms)
{
	int rc = set(COUNT, count);

	return rc ? rc : set(MS, ms);
}

/* All zeroes when there is none. */
static struct ioasid_info info_of(int system_fd)
{
	struct ioasid_info info;

	if (system_info(system_fd, &info))
		memset(&info, 0, sizeof(info));
	return info;
}

/* Without a limit all that wait to be used again are said to rest. */
static int count_resting(struct quarantine *quarantine)
{
	int rc = set_quarantine(NO_LIMIT, REST_MS);

	return rc ? rc : (int)info_of(quarantine->system_fd).out_pasids_resting;
}

/* None of them comes from the kernel while there are any. */
static int take_all(struct quarantine *quarantine)
{
	struct rlimit limit = { 2 * RESTING_MAX, 2 * RESTING_MAX };
	int nr = count_resting(quarantine);
	int i;

	if (nr < 0 || nr > RESTING_MAX || setrlimit(RLIMIT_NOFILE, &limit) ||
	    set_quarantine(0, REST_MS))
		return -EIO;
	quarantine->taken = calloc(nr + 1, sizeof(*quarantine->taken));
	if (!quarantine->taken)
		return -ENOMEM;
	for (i = 0; i < nr; i++)
		quarantine->taken[i] = space_alloc(NULL);
	quarantine->nr_taken = nr;
	return count_resting(quarantine) ? -EIO : 0;
}

static int quarantine_open(struct quarantine *quarantine)
{
	quarantine->system_fd = system_open(O_RDONLY);
	if (read_number(COUNT, &quarantine->count) ||
	    read_number(MS, &quarantine->ms))
		return -EIO;
	return take_all(quarantine);
}

static int quarantine_close(struct quarantine *quarantine)
{
	while (quarantine->nr_taken)
		close(quarantine->taken[--quarantine->nr_taken]);
	free(quarantine->taken);
	close(quarantine->system_fd);
	return set_quarantine(quarantine->count, quarantine->ms);
}

/* Takes a number, gives it back, and returns it. */
static __u32 use_once(void)
{
	__u32 pasid = 0;

	close(space_alloc(&pasid));
	return pasid;
}

static void alloc_many(int *space, __u32 *pasid, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		space[i] = space_alloc(&pasid[i]);
}

static void close_many(const int *space, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		close(space[i]);
}

FIXTURE(quarantine)
{
	struct quarantine quarantine;
	int system_fd;
};

FIXTURE_SETUP(quarantine)
{
	ASSERT_EQ(0, quarantine_open(&self->quarantine));
	self->system_fd = self->quarantine.system_fd;
}

FIXTURE_TEARDOWN(quarantine)
{
	EXPECT_EQ(0, quarantine_close(&self->quarantine));
}

TEST_F(quarantine, defaults)
{
	EXPECT_EQ(1024, self->quarantine.count);
	EXPECT_EQ(1000, self->quarantine.ms);
}

TEST_F(quarantine, parameters_are_numbers)
{
	static const char * const bad[] = { "-1", "4294967296", "some", "1 2" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_GT(0, write_text(COUNT, bad[i]));
		EXPECT_GT(0, write_text(MS, bad[i]));
	}
}

/* It comes back, first of all, and not before its time. */
TEST_F(quarantine, rests_for_its_time)
{
	const unsigned int ms = 60;
	__s64 since;
	__u32 pasid;

	ASSERT_EQ(0, set_quarantine(NO_LIMIT, ms));
	since = now_ms();
	pasid = use_once();
	while (use_once() != pasid)
		ASSERT_GT(since + PATIENCE_MS, now_ms());
	EXPECT_LE(since + ms - TICK_MS, now_ms());
}

/* The same for each, with whatever comes between. */
TEST_F(quarantine, every_number_rests)
{
	const unsigned int ms = 60;
	static __s64 since[NR_PASIDS + 1];
	unsigned int again = 0;
	__s64 deadline, before;
	__u32 pasid;

	ASSERT_EQ(0, set_quarantine(NO_LIMIT, ms));
	deadline = now_ms() + 4 * ms;
	while (now_ms() < deadline) {
		before = now_ms();
		pasid = use_once();
		if (since[pasid]) {
			EXPECT_LE(since[pasid] + ms - TICK_MS, now_ms());
			again++;
		}
		since[pasid] = before;
	}
	EXPECT_LT(0, again);
}

TEST_F(quarantine, first_come_first_used)
{
	static const int order[] = { 3, 0, 4, 1, 2 };
	__u32 pasid[5], again[5];
	int space[5], i;

	alloc_many(space, pasid, 5);
	for (i = 0; i < 5; i++)
		close(space[order[i]]);
	ASSERT_EQ(0, set_quarantine(0, REST_MS));
	alloc_many(space, again, 5);
	for (i = 0; i < 5; i++)
		EXPECT_EQ(pasid[order[i]], again[i]);
	close_many(space, 5);
}

static bool is_one_of(__u32 wanted, const __u32 *pasid, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (pasid[i] == wanted)
			return true;
	return false;
}

/* Up to the count they rest; of one more, the first is used again. */
TEST_F(quarantine, so_many_rest)
{
	__u32 pasid[5], next;
	int space[5], other;
	__s64 since;

	ASSERT_EQ(0, set_quarantine(4, REST_MS));
	alloc_many(space, pasid, 5);
	since = now_ms();
	close_many(space, 4);
	other = space_alloc(&next);
	EXPECT_TRUE(!is_one_of(next, pasid, 4) ||
		    now_ms() - since >= REST_MS - TICK_MS);
	close(space[4]);
	space[4] = space_alloc(&next);
	EXPECT_EQ(pasid[0], next);
	close(space[4]);
	close(other);
}

TEST_F(quarantine, none_rests)
{
	__u32 pasid = use_once();
	int round;

	ASSERT_EQ(0, set_quarantine(0, REST_MS));
	for (round = 0; round < 20; round++)
		EXPECT_EQ(pasid, use_once());
}

static bool is_not_used(__u32 pasid)
{
	int round;

	for (round = 0; round < 20; round++)
		if (use_once() == pasid)
			return false;
	return true;
}

/* As long as anybody holds it, whatever the quarantine is. */
TEST_F(quarantine, held_number)
{
	int queue = queue_open(0, O_RDWR), space, share, other;
	__u32 pasid;

	ASSERT_EQ(0, set_quarantine(0, REST_MS));
	space = space_alloc(&pasid);
	ASSERT_EQ(0, queue_attach(queue, space, NULL));
	share = space_share(space, 0);
	ASSERT_LE(0, share);
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(space));
	EXPECT_TRUE(is_not_used(pasid));
	close(space);
	EXPECT_TRUE(is_not_used(pasid));
	close(share);
	EXPECT_TRUE(is_not_used(pasid));
	ASSERT_EQ(0, queue_detach(queue, pasid));
	/* It comes behind what was used meanwhile. */
	other = space_alloc(NULL);
	EXPECT_EQ(pasid, use_once());
	close(other);
	close(queue);
}

/* What has changed since @before. */
static bool info_is(int system_fd, const struct ioasid_info *before, int spaces,
		    unsigned int resting, int left)
{
	struct ioasid_info info = info_of(system_fd);

	return (int)(info.out_spaces - before->out_spaces) == spaces &&
	       info.out_pasids_resting == resting &&
	       (int)(info.out_pasids_left - before->out_pasids_left) == left &&
	       info.out_spaces + info.out_pasids_resting +
	       info.out_pasids_left == NR_PASIDS;
}

TEST_F(quarantine, info)
{
	struct ioasid_info before = info_of(self->system_fd);
	__u32 pasid[5];
	int space[5];

	EXPECT_LE(self->quarantine.nr_taken, before.out_spaces);
	EXPECT_TRUE(info_is(self->system_fd, &before, 0, 0, 0));
	alloc_many(space, pasid, 5);
	EXPECT_TRUE(info_is(self->system_fd, &before, 5, 0, -5));
	EXPECT_EQ(IOASID_STATE_FREE, space_free(space[0]));
	EXPECT_TRUE(info_is(self->system_fd, &before, 5, 0, -5));
	close(space[0]);
	EXPECT_TRUE(info_is(self->system_fd, &before, 4, 1, -5));
	close_many(space + 1, 4);
	EXPECT_TRUE(info_is(self->system_fd, &before, 0, 5, -5));
	ASSERT_EQ(0, set_quarantine(2, REST_MS));
	EXPECT_TRUE(info_is(self->system_fd, &before, 0, 2, -2));
	ASSERT_EQ(0, set_quarantine(0, REST_MS));
	EXPECT_TRUE(info_is(self->system_fd, &before, 0, 0, 0));
	alloc_many(space, pasid, 1);
	EXPECT_TRUE(info_is(self->system_fd, &before, 1, 0, -1));
	close(space[0]);
}

/* Many at once, with numbers that come, are used again and go all the time. */
FIXTURE(crowd)
{
	struct quarantine quarantine;
};

FIXTURE_VARIANT(crowd)
{
	unsigned long count;
	unsigned long ms;
};

FIXTURE_VARIANT_ADD(crowd, no_rest)
{
	.count = 0,
	.ms = 0,
};

FIXTURE_VARIANT_ADD(crowd, all_go_back)
{
	.count = NO_LIMIT,
	.ms = 0,
};

FIXTURE_VARIANT_ADD(crowd, few_rest)
{
	.count = 3,
	.ms = 1,
};

FIXTURE_SETUP(crowd)
{
	ASSERT_EQ(0, quarantine_open(&self->quarantine));
	ASSERT_EQ(0, set_quarantine(variant->count, variant->ms));
}

FIXTURE_TEARDOWN(crowd)
{
	EXPECT_EQ(0, quarantine_close(&self->quarantine));
}

static unsigned char in_use[NR_PASIDS + 1];

static bool use_two(void *arg)
{
	int space[2];
	__u32 pasid[2];
	bool right = true;
	int i;

	alloc_many(space, pasid, 2);
	for (i = 0; i < 2; i++)
		right &= space[i] >= 0 &&
			 !__atomic_exchange_n(&in_use[pasid[i]], 1,
					      __ATOMIC_ACQ_REL);
	for (i = 0; i < 2; i++)
		__atomic_store_n(&in_use[pasid[i]], 0, __ATOMIC_RELEASE);
	close_many(space, 2);
	return right;
}

TEST_F(crowd, no_number_names_two)
{
	struct repeater repeater[4];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(repeater); i++)
		ASSERT_EQ(0, repeater_start(&repeater[i], use_two, NULL));
	let_run(RACE_MS);
	for (i = 0; i < ARRAY_SIZE(repeater); i++)
		EXPECT_TRUE(repeater_stop(&repeater[i]));
}

/*
 * A number that names another space by now. What remembers it from before is
 * tried on the same device, while its next owner is attached there.
 */
struct owners {
	/* What the one before has left. */
	int queue;
	int fault;
	__u32 group;
	unsigned char *old_mem;
	/* Who has the number now. */
	int space;
	struct iova_dma dma;
	unsigned char *mem;
};

static int map(int space, void *mem, __u64 place)
{
	return space_map_at(space, place, mem, SIZE, READ_WRITE);
}

/* The device has used the space, and waits for a page of it. */
static int use_old(struct owners *owners, int space, struct iova_dma *dma)
{
	struct ioasid_fault fault;

	owners->fault = fault_open(space, 0);
	if (owners->fault < 0 || map(space, owners->old_mem, OLD_PLACE) ||
	    iova_dma_open(dma, 0, space) ||
	    iova_fill(dma, OLD_PLACE, 1, SIZE) != DSA_COMP_SUCCESS ||
	    iova_start_fill(dma, 0, NO_PLACE, 1, PAGE) ||
	    fault_read(owners->fault, &fault, 1) != 1)
		return -EIO;
	owners->group = fault.group;
	owners->queue = dma->queue;
	return 0;
}

static int leave_old(struct owners *owners, __u32 *pasid)
{
	int space = space_alloc_iova(pasid);
	struct iova_dma dma;
	int rc;

	rc = use_old(owners, space, &dma);
	if (rc)
		return rc;
	rc = space_free(space);
	close(space);
	return rc < 0 ? rc : queue_detach(owners->queue, *pasid);
}

/* Has the same number, or that is an error. */
static int begin_new(struct owners *owners, __u32 expected)
{
	__u32 pasid;

	owners->space = space_alloc_iova(&pasid);
	if (owners->space < 0 || pasid != expected)
		return -EIO;
	return map(owners->space, owners->mem, PLACE) ?:
	       iova_dma_open(&owners->dma, 0, owners->space);
}

static int owners_open(struct owners *owners)
{
	__u32 pasid;
	int rc;

	owners->old_mem = anon_map(SIZE);
	owners->mem = anon_map(SIZE);
	if (!owners->old_mem || !owners->mem)
		return -ENOMEM;
	rc = leave_old(owners, &pasid);
	return rc ? rc : begin_new(owners, pasid);
}

static void owners_close(struct owners *owners)
{
	iova_dma_close(&owners->dma);
	close(owners->space);
	close(owners->fault);
	close(owners->queue);
}

FIXTURE(stale)
{
	struct quarantine quarantine;
	struct owners owners;
};

FIXTURE_SETUP(stale)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, quarantine_open(&self->quarantine));
	ASSERT_EQ(0, set_quarantine(0, REST_MS));
	ASSERT_EQ(0, owners_open(&self->owners));
	memset(self->owners.old_mem, 2, SIZE);
	memset(self->owners.mem, 3, SIZE);
}

FIXTURE_TEARDOWN(stale)
{
	owners_close(&self->owners);
	EXPECT_EQ(0, quarantine_close(&self->quarantine));
}

/* The next owner's space works, and nobody else has touched anything. */
static bool new_owner_is_well(struct owners *owners)
{
	return bytes_are(owners->old_mem, SIZE, 2) &&
	       bytes_are(owners->mem, SIZE, 3) &&
	       !fd_events(owners->dma.queue, POLLPRI, 0) &&
	       iova_sees(&owners->dma, PLACE, 3, SIZE);
}

TEST_F(stale, descriptor)
{
	struct owners *owners = &self->owners;
	struct job job;

	job_memfill(&job, owners->dma.pasid, (void *)PLACE, -1, SIZE);
	EXPECT_EQ(-EACCES, job_submit(owners->queue, &job));
	EXPECT_EQ(-ENOENT, queue_detach(owners->queue, owners->dma.pasid));
	EXPECT_TRUE(new_owner_is_well(owners));
}

/* Accepted for another space of the old owner, and not for this one. */
TEST_F(stale, descriptor_in_a_batch)
{
	struct owners *owners = &self->owners;
	int other = space_alloc(NULL), i;
	struct dsa_hw_desc list[2];
	struct job job;
	__u32 pasid;

	ASSERT_EQ(0, queue_attach(owners->queue, other, &pasid));
	for (i = 0; i < 2; i++) {
		job_memfill(&job, owners->dma.pasid, (void *)PLACE, -1, SIZE);
		job.desc.flags = IDXD_OP_FLAG_BOF;
		list[i] = job.desc;
	}
	job_batch(&job, pasid, list, 2);
	EXPECT_NE(DSA_COMP_SUCCESS, job_run(owners->queue, &job));
	EXPECT_TRUE(new_owner_is_well(owners));
	close(other);
}

/* What the device has cached for the number is not for its next owner. */
TEST_F(stale, translation)
{
	struct owners *owners = &self->owners;

	EXPECT_TRUE(iova_cannot_read(&owners->dma, OLD_PLACE));
	EXPECT_TRUE(iova_cannot_write(&owners->dma, OLD_PLACE));
	EXPECT_TRUE(new_owner_is_well(owners));
}

/* Groups are numbered anew, so the numbers may be the same. */
TEST_F(stale, answer_to_a_page_request)
{
	struct owners *owners = &self->owners;
	int fault_fd = fault_open(owners->space, 0);
	struct ioasid_fault fault;

	ASSERT_LE(0, fault_fd);
	ASSERT_EQ(0, iova_start_fill(&owners->dma, 1, NO_PLACE, 4, PAGE));
	ASSERT_EQ(1, fault_read(fault_fd, &fault, 1));
	EXPECT_EQ(-ENOENT, fault_answer(owners->fault, owners->group,
					IOASID_FAULT_FAIL));
	EXPECT_EQ(-ENOENT, fault_answer(owners->fault, fault.group,
					IOASID_FAULT_FAIL));
	EXPECT_EQ(0, fault_read(owners->fault, &fault, 1));
	EXPECT_FALSE(job_done(&owners->dma.jobs[1]));
	ASSERT_EQ(0, map(owners->space, owners->mem, NO_PLACE));
	EXPECT_EQ(0, fault_answer(fault_fd, fault.group, IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  iova_wait(&owners->dma, &owners->dma.jobs[1]));
	EXPECT_TRUE(bytes_are(owners->mem, PAGE, 4));
	close(fault_fd);
}

/* The memory of a process, under a number that is somebody else's now. */
TEST_F(stale, translation_of_own_memory)
{
	unsigned char *mem = anon_map(SIZE);
	struct iova_dma after;
	struct dma dma;
	int space;
	__u32 pasid;

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, mem);
	ASSERT_EQ(0, dma_open(&dma, 0));
	EXPECT_EQ(DSA_COMP_SUCCESS, dma_fill(&dma, mem, 1, SIZE));
	dma_close(&dma);
	space = space_alloc_iova(&pasid);
	ASSERT_EQ(dma.pasid, pasid);
	ASSERT_EQ(0, iova_dma_open(&after, 0, space));
	EXPECT_TRUE(iova_cannot_read(&after, (__u64)mem));
	EXPECT_TRUE(iova_cannot_write(&after, (__u64)mem));
	EXPECT_TRUE(bytes_are(mem, SIZE, 1));
	iova_dma_close(&after);
	close(space);
}

/*
 * The kernel gives the lowest first, where we give what came first. When the
 * module looks is planned ahead, so this takes as long as tests before it have
 * made numbers rest.
 */
TEST_F(quarantine, goes_back_to_the_kernel)
{
	const unsigned int ms = 20;
	__u32 pasid[3], again[3];
	int space[3], i;
	__s64 since;

	alloc_many(space, pasid, 3);
	ASSERT_LT(pasid[0], pasid[1]);
	ASSERT_LT(pasid[1], pasid[2]);
	ASSERT_EQ(0, set_quarantine(NO_LIMIT, ms));
	since = now_ms();
	for (i = 2; i >= 0; i--)
		close(space[i]);
	while (info_of(self->system_fd).out_pasids_resting)
		ASSERT_GT(since + PATIENCE_MS, now_ms());
	EXPECT_LE(since + KEEP_FACTOR * ms - TICK_MS, now_ms());
	alloc_many(space, again, 3);
	for (i = 0; i < 3; i++)
		EXPECT_EQ(pasid[i], again[i]);
	close_many(space, 3);
}

TEST_HARNESS_MAIN
