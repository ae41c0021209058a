// SPDX-License-Identifier: GPL-2.0-only
/*
 * PASIDs: kernel/ioasid/pasid.c, with the real allocator of the iommu core.
 *
 * Time passes only while this sleeps, so what is expected at a moment is exact,
 * and minutes cost nothing. (KUnit counts them all the same, to 5 for a case.)
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/jiffies.h>

#include "../../kernel/ioasid/pasid.h"
#include "../../kernel/ioasid/space.h"
#include "unit.h"

#define NR_PASIDS	((1U << 20) - 1)
#define KEEP_FACTOR	10

#define COUNT		8
#define MS		1000
/* More than a tick or two. */
#define SLACK		50
#define RUNS		2000
#define USED_MAX	24

static struct ioasid_pasid *take(struct kunit *test)
{
	struct ioasid_pasid *pasid = ioasid_pasid_alloc();

	KUNIT_ASSERT_FALSE(test, IS_ERR(pasid));
	KUNIT_EXPECT_GE(test, pasid->number, 1);
	KUNIT_EXPECT_LE(test, pasid->number, NR_PASIDS);
	return pasid;
}

static void take_many(struct kunit *test, struct ioasid_pasid **pasids,
		      unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		pasids[i] = take(test);
}

static void free_many(struct ioasid_pasid **pasids, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		ioasid_pasid_free(pasids[i]);
}

static void expect_counts(struct kunit *test, u32 used, u32 resting)
{
	struct ioasid_pasid_counts counts;

	ioasid_pasid_count(&counts);
	KUNIT_EXPECT_EQ(test, counts.used, used);
	KUNIT_EXPECT_EQ(test, counts.resting, resting);
	KUNIT_EXPECT_EQ(test, counts.left, NR_PASIDS - used - resting);
}

/* To the tick, which msleep() is not. */
static void sleep_ms(unsigned long ms)
{
	usleep_range(ms * USEC_PER_MSEC, ms * USEC_PER_MSEC);
}

/* Until everything that is free now has gone back to the kernel. */
static void sleep_until_forgotten(unsigned long rest_ms)
{
	sleep_ms(3 * KEEP_FACTOR * rest_ms);
}

static void hands_out_different_numbers(struct kunit *test)
{
	struct ioasid_pasid *pasids[32];
	unsigned int i, j;

	take_many(test, pasids, ARRAY_SIZE(pasids));
	for (i = 0; i < ARRAY_SIZE(pasids); i++)
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_NE(test, pasids[i]->number,
					pasids[j]->number);
	expect_counts(test, ARRAY_SIZE(pasids), 0);
	free_many(pasids, ARRAY_SIZE(pasids));
	expect_counts(test, 0, COUNT);
}

static void lets_a_number_rest_for_its_time(struct kunit *test)
{
	struct ioasid_pasid *first = take(test), *other;

	ioasid_pasid_free(first);
	sleep_ms(MS - SLACK);
	other = take(test);
	KUNIT_EXPECT_NE(test, other->number, first->number);
	sleep_ms(2 * SLACK);
	KUNIT_EXPECT_PTR_EQ(test, take(test), first);
	ioasid_pasid_free(other);
	ioasid_pasid_free(first);
}

static void lets_so_many_rest_and_no_more(struct kunit *test)
{
	struct ioasid_pasid *pasids[COUNT + 2], *other;

	take_many(test, pasids, ARRAY_SIZE(pasids));
	free_many(pasids, COUNT);
	other = take(test);
	KUNIT_EXPECT_NE(test, other->number, pasids[0]->number);
	free_many(pasids + COUNT, 2);
	KUNIT_EXPECT_PTR_EQ(test, take(test), pasids[0]);
	KUNIT_EXPECT_PTR_EQ(test, take(test), pasids[1]);
	ioasid_pasid_free(other);
	ioasid_pasid_free(pasids[0]);
	ioasid_pasid_free(pasids[1]);
}

static void uses_the_last_freed_last(struct kunit *test)
{
	struct ioasid_pasid *pasids[3];

	take_many(test, pasids, 3);
	ioasid_pasid_free(pasids[1]);
	ioasid_pasid_free(pasids[2]);
	ioasid_pasid_free(pasids[0]);
	sleep_ms(MS + SLACK);
	KUNIT_EXPECT_PTR_EQ(test, take(test), pasids[1]);
	KUNIT_EXPECT_PTR_EQ(test, take(test), pasids[2]);
	KUNIT_EXPECT_PTR_EQ(test, take(test), pasids[0]);
	free_many(pasids, 3);
}

static void follows_its_parameters_at_once(struct kunit *test)
{
	struct ioasid_pasid *first = take(test), *second = take(test);

	ioasid_pasid_free(first);
	unit_set_param("quarantine_ms", 0);
	KUNIT_EXPECT_PTR_EQ(test, take(test), first);
	unit_set_param("quarantine_ms", MS);
	ioasid_pasid_free(first);
	unit_set_param("quarantine_count", 0);
	KUNIT_EXPECT_PTR_EQ(test, take(test), first);
	ioasid_pasid_free(first);
	ioasid_pasid_free(second);
	expect_counts(test, 0, 0);
}

static void gives_back_what_nobody_takes(struct kunit *test)
{
	struct ioasid_pasid *pasids[COUNT];

	take_many(test, pasids, COUNT);
	free_many(pasids, COUNT);
	sleep_ms(KEEP_FACTOR * MS - SLACK);
	expect_counts(test, 0, COUNT);
	sleep_ms(KEEP_FACTOR * MS / 4);
	expect_counts(test, 0, 0);
}

static void finds_published_spaces_in_order(struct kunit *test)
{
	struct ioasid_space *spaces;
	struct ioasid_pasid *pasids[4];
	u32 from = 0;
	unsigned int i;

	spaces = kunit_kcalloc(test, 4, sizeof(*spaces), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, spaces);
	take_many(test, pasids, 4);
	for (i = 0; i < 4; i++)
		kref_init(&spaces[i].refs);
	ioasid_pasid_name(pasids[3], &spaces[3]);
	ioasid_pasid_name(pasids[1], &spaces[1]);
	KUNIT_EXPECT_PTR_EQ(test, ioasid_pasid_next(&from), &spaces[1]);
	KUNIT_EXPECT_EQ(test, from, pasids[1]->number);
	from++;
	KUNIT_EXPECT_PTR_EQ(test, ioasid_pasid_next(&from), &spaces[3]);
	KUNIT_EXPECT_EQ(test, from, pasids[3]->number);
	from++;
	KUNIT_EXPECT_NULL(test, ioasid_pasid_next(&from));
	KUNIT_EXPECT_EQ(test, kref_read(&spaces[1].refs), 2);
	KUNIT_EXPECT_EQ(test, kref_read(&spaces[3].refs), 2);
	free_many(pasids, 4);
}

static void finds_no_space_that_has_ended(struct kunit *test)
{
	struct ioasid_space *space;
	struct ioasid_pasid *pasid = take(test);
	u32 from = 0;

	space = kunit_kzalloc(test, sizeof(*space), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, space);
	kref_init(&space->refs);
	KUNIT_EXPECT_NULL(test, ioasid_pasid_next(&from));
	ioasid_pasid_name(pasid, space);
	ioasid_pasid_free(pasid);
	from = 0;
	KUNIT_EXPECT_NULL(test, ioasid_pasid_next(&from));
	sleep_ms(MS + SLACK);
	KUNIT_EXPECT_PTR_EQ(test, take(test), pasid);
	from = 0;
	KUNIT_EXPECT_NULL(test, ioasid_pasid_next(&from));
	KUNIT_EXPECT_EQ(test, kref_read(&space->refs), 1);
	ioasid_pasid_free(pasid);
}

/**
 * struct model - What should be
 * @used: PASIDs that are used, in any order
 * @nr_used: how many
 * @resting: PASIDs that rest, in the order in which they came
 * @since: when they did
 * @nr_resting: how many
 */
struct model {
	struct ioasid_pasid *used[USED_MAX];
	unsigned int nr_used;
	struct ioasid_pasid *resting[2 * USED_MAX];
	unsigned long since[2 * USED_MAX];
	unsigned int nr_resting;
};

static bool first_is_older(const struct model *model, unsigned int ms)
{
	return model->nr_resting &&
	       jiffies - model->since[0] >= msecs_to_jiffies(ms);
}

static void forget_first(struct model *model)
{
	model->nr_resting--;
	memmove(model->resting, model->resting + 1,
		model->nr_resting * sizeof(*model->resting));
	memmove(model->since, model->since + 1,
		model->nr_resting * sizeof(*model->since));
}

static bool is_known(const struct model *model, u32 number)
{
	unsigned int i;

	for (i = 0; i < model->nr_used; i++)
		if (model->used[i]->number == number)
			return true;
	for (i = 0; i < model->nr_resting; i++)
		if (model->resting[i]->number == number)
			return true;
	return false;
}

static void take_one(struct kunit *test, struct model *model)
{
	bool again = model->nr_resting > COUNT || first_is_older(model, MS);
	struct ioasid_pasid *pasid = take(test);

	if (again) {
		KUNIT_ASSERT_PTR_EQ(test, pasid, model->resting[0]);
		forget_first(model);
	}
	KUNIT_ASSERT_FALSE(test, is_known(model, pasid->number));
	model->used[model->nr_used++] = pasid;
}

static void free_one(struct model *model, unsigned int which)
{
	struct ioasid_pasid *pasid = model->used[which];

	model->used[which] = model->used[--model->nr_used];
	model->since[model->nr_resting] = jiffies;
	model->resting[model->nr_resting++] = pasid;
	ioasid_pasid_free(pasid);
}

/* Not to where it is open whether the first has gone back to the kernel. */
static void sleep_some(struct model *model, unsigned int ms)
{
	sleep_ms(ms);
	if (first_is_older(model, (KEEP_FACTOR - 1) * MS)) {
		sleep_until_forgotten(MS);
		model->nr_resting = 0;
	}
}

static void agrees_with_a_model(struct kunit *test)
{
	struct model *model = kunit_kzalloc(test, sizeof(*model), GFP_KERNEL);
	struct rnd_state random;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, model);
	unit_random_init(&random);
	for (i = 0; i < RUNS; i++) {
		if (unit_one_in(&random, 5))
			sleep_some(model, unit_below(&random, MS / 4));
		else if (unit_one_in(&random, 2) && model->nr_used < USED_MAX)
			take_one(test, model);
		else if (model->nr_used && model->nr_resting < 2 * USED_MAX)
			free_one(model, unit_below(&random, model->nr_used));
		expect_counts(test, model->nr_used,
			      min(model->nr_resting, COUNT));
	}
	free_many(model->used, model->nr_used);
}

static int init(struct kunit *test)
{
	unit_set_param("quarantine_count", COUNT);
	unit_set_param("quarantine_ms", MS);
	return 0;
}

/* Each case gives everything back, so that the next one begins with nothing. */
static void exit(struct kunit *test)
{
	sleep_until_forgotten(MS);
	expect_counts(test, 0, 0);
}

static void suite_exit(struct kunit_suite *suite)
{
	ioasid_pasid_exit();
}

static struct kunit_case cases[] = {
	KUNIT_CASE(hands_out_different_numbers),
	KUNIT_CASE(lets_a_number_rest_for_its_time),
	KUNIT_CASE(lets_so_many_rest_and_no_more),
	KUNIT_CASE(uses_the_last_freed_last),
	KUNIT_CASE(follows_its_parameters_at_once),
	KUNIT_CASE(gives_back_what_nobody_takes),
	KUNIT_CASE(finds_published_spaces_in_order),
	KUNIT_CASE(finds_no_space_that_has_ended),
	KUNIT_CASE(agrees_with_a_model),
	{}
};

static struct kunit_suite suite = {
	.name = "pasid",
	.init = init,
	.exit = exit,
	.suite_exit = suite_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
