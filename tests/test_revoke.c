// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking a space back while devices are writing to it, thousands of times.
 *
 * When FREE, CUT, the last close of the space or the close of the queue
 * returns, a canary is put where the devices were writing. Not one byte may
 * change then. A negative control shows at the end that the check sees a deaf
 * device.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "repeater.h"

#define ACCELERATORS	2
#define TANGLE_MS	1500
#define FILL_BYTE	0xd5

/* Taking a space back while a stream of DMA runs into it. */
enum way_back {
	WAY_FREE,
	WAY_CUT,
	WAY_CLOSE_SPACE,
	WAY_CLOSE_QUEUE,
	WAYS,
};

#define CANARY_SIZE	(8 * PAGE)
#define STREAM		256
#define CANARY_ROUNDS	500

struct canary {
	unsigned char *mem;
	struct job batch[ACCELERATORS];
	struct dsa_hw_desc *list;
	struct dma dma[ACCELERATORS];
};

static int canary_open(struct canary *canary)
{
	int i, rc;

	rc = dma_open(&canary->dma[0], 0);
	if (rc)
		return rc;
	canary->dma[1] = canary->dma[0];
	canary->dma[1].queue = queue_open(1, O_RDWR);
	rc = queue_attach(canary->dma[1].queue, canary->dma[1].space, NULL);
	if (rc)
		return rc;
	for (i = 0; i < ACCELERATORS; i++)
		job_stream(&canary->batch[i], canary->dma[0].pasid,
			   canary->list, STREAM, canary->mem, FILL_BYTE,
			   CANARY_SIZE);
	return 0;
}

static bool take_back(struct canary *canary, enum way_back way)
{
	switch (way) {
	case WAY_FREE:
		return space_free(canary->dma[0].space) ==
		       IOASID_STATE_FREE_PENDING;
	case WAY_CUT:
		return space_cut(canary->dma[0].space, 1) == 1 &&
		       space_cut(canary->dma[0].space, 2) == 1;
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
	right &= canary_holds(canary->mem, CANARY_SIZE, round % 200);
	canary_close(canary, way);
	return right && bytes_are(canary->mem, CANARY_SIZE, round % 200);
}

FIXTURE(canary)
{
	struct canary canary;
	/* Another space of ours, which goes on. */
	struct dma other;
};

FIXTURE_VARIANT(canary)
{
	enum way_back way;
	bool one_of_two;
};

FIXTURE_VARIANT_ADD(canary, free)
{
	.way = WAY_FREE,
};

FIXTURE_VARIANT_ADD(canary, cut)
{
	.way = WAY_CUT,
};

FIXTURE_VARIANT_ADD(canary, last_close)
{
	.way = WAY_CLOSE_SPACE,
};

FIXTURE_VARIANT_ADD(canary, queue_close)
{
	.way = WAY_CLOSE_QUEUE,
};

/* The page table stays, because another space uses it too. */
FIXTURE_VARIANT_ADD(canary, free_one_of_two)
{
	.way = WAY_FREE,
	.one_of_two = true,
};

FIXTURE_VARIANT_ADD(canary, cut_one_of_two)
{
	.way = WAY_CUT,
	.one_of_two = true,
};

FIXTURE_SETUP(canary)
{
	NEED_PAGE_REQUESTS(return);
	self->canary.mem = anon_map(CANARY_SIZE);
	self->canary.list = anon_map(STREAM * sizeof(*self->canary.list));
	ASSERT_NE(NULL, self->canary.mem);
	ASSERT_NE(NULL, self->canary.list);
	if (variant->one_of_two) {
		ASSERT_EQ(0, dma_open(&self->other, 0));
		ASSERT_EQ(DSA_COMP_SUCCESS,
			  dma_fill(&self->other, self->canary.mem, 0,
				   CANARY_SIZE));
	}
}

FIXTURE_TEARDOWN(canary)
{
	if (variant->one_of_two)
		dma_close(&self->other);
}

TEST_F(canary, nothing_comes_late)
{
	unsigned int round;
	bool holds = true;

	for (round = 0; holds && round < CANARY_ROUNDS; round++)
		holds = one_canary(&self->canary, variant->way, round);
	EXPECT_TRUE(holds) {
		TH_LOG("round %u", round);
	}
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
	__s64 deadline = now_ms() + TANGLE_MS;
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

/* The negative control: a device that was not told, and writes on. */
TEST(control_canary_catches_deaf_device)
{
	struct repeater repeater;
	struct deaf_device device;
	unsigned char *mem = deaf_device_map(&device, CANARY_SIZE);
	__s64 deadline = now_ms() + PATIENCE_MS;
	bool holds = true;

	NEED_PAGE_REQUESTS(return);
	ASSERT_NE(NULL, mem);
	EXPECT_TRUE(canary_holds(mem, CANARY_SIZE, 1));
	ASSERT_EQ(0, repeater_start(&repeater, deaf_device_write, &device));
	while (holds && now_ms() < deadline)
		holds = canary_holds(mem, CANARY_SIZE, 1);
	EXPECT_FALSE(holds);
	EXPECT_TRUE(repeater_stop(&repeater));
}

TEST_HARNESS_MAIN
