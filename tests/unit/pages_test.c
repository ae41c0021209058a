// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who uses which pages, and where they are: kernel/ioasid/pages.c, without the
 * pinning, which needs the memory of a process.
 */
#include <kunit/test.h>

#include "iova.h"
#include "unit.h"

#define NR		64
#define USES_MAX	12
#define ROUNDS		300

static u64 one_run[NR], no_neighbours[NR];

static long charged(struct kunit *test)
{
	struct ioasid_space *space = test->priv;

	return atomic_long_read(&space->account.pinned);
}

/* A use of @first to @last. */
static struct interval_tree_node use_of(unsigned long first, unsigned long last)
{
	return (struct interval_tree_node){ .start = first, .last = last };
}

static void walks_one_run(struct kunit *test)
{
	struct interval_tree_node use = use_of(0, NR - 1);
	struct ioasid_run_walk walk;
	struct ioasid_pages *pages;

	pages = unit_pages_new(test, test->priv, one_run, NR);
	ioasid_pages_share(pages, &use);
	ioasid_run_walk_init(&walk, pages, 3, 9);
	KUNIT_EXPECT_TRUE(test, ioasid_run_next(&walk));
	KUNIT_EXPECT_EQ(test, walk.pfn, one_run[3]);
	KUNIT_EXPECT_EQ(test, walk.nr, 7);
	KUNIT_EXPECT_FALSE(test, ioasid_run_next(&walk));
	ioasid_pages_let_go(pages, &use);
}

static void walks_pages_without_neighbours(struct kunit *test)
{
	struct interval_tree_node use = use_of(0, NR - 1);
	struct ioasid_run_walk walk;
	struct ioasid_pages *pages;
	unsigned long i;

	pages = unit_pages_new(test, test->priv, no_neighbours, NR);
	ioasid_pages_share(pages, &use);
	ioasid_run_walk_init(&walk, pages, NR - 3, NR - 1);
	for (i = NR - 3; i < NR; i++) {
		KUNIT_EXPECT_TRUE(test, ioasid_run_next(&walk));
		KUNIT_EXPECT_EQ(test, walk.pfn, no_neighbours[i]);
		KUNIT_EXPECT_EQ(test, walk.nr, 1);
	}
	KUNIT_EXPECT_FALSE(test, ioasid_run_next(&walk));
	ioasid_pages_let_go(pages, &use);
}

static void splits_a_use(struct kunit *test)
{
	struct interval_tree_node use = use_of(0, NR - 1), rest;
	struct ioasid_pages *pages;

	pages = unit_pages_new(test, test->priv, one_run, NR);
	ioasid_pages_share(pages, &use);
	ioasid_pages_split(pages, &use, &rest, 10);
	KUNIT_EXPECT_EQ(test, use.start, 0);
	KUNIT_EXPECT_EQ(test, use.last, 9);
	KUNIT_EXPECT_EQ(test, rest.start, 10);
	KUNIT_EXPECT_EQ(test, rest.last, NR - 1);
	KUNIT_EXPECT_EQ(test, charged(test), NR);
	ioasid_pages_let_go(pages, &use);
	KUNIT_EXPECT_EQ(test, charged(test), NR - 10);
	ioasid_pages_let_go(pages, &rest);
	KUNIT_EXPECT_EQ(test, charged(test), 0);
}

static void keeps_what_somebody_else_uses(struct kunit *test)
{
	struct interval_tree_node all = use_of(0, NR - 1);
	struct interval_tree_node some = use_of(10, 19);
	struct ioasid_pages *pages;

	pages = unit_pages_new(test, test->priv, one_run, NR);
	ioasid_pages_share(pages, &all);
	ioasid_pages_share(pages, &some);
	ioasid_pages_let_go(pages, &all);
	KUNIT_EXPECT_EQ(test, charged(test), 10);
	ioasid_pages_let_go(pages, &some);
}

/* Random pages: those side by side, or not. */
static void random_pfns(struct rnd_state *random, u64 *pfns)
{
	unsigned int i;

	for (i = 0; i < NR; i++)
		pfns[i] = i && unit_below(random, 3) ? pfns[i - 1] + 1 :
			  unit_below(random, 1 << 30);
}

static void expect_pfns(struct kunit *test, const struct ioasid_pages *pages,
			const u64 *pfns, unsigned long first,
			unsigned long last)
{
	struct ioasid_run_walk walk;
	unsigned long i;

	ioasid_run_walk_init(&walk, pages, first, last);
	while (ioasid_run_next(&walk))
		for (i = 0; i < walk.nr; i++, first++)
			KUNIT_ASSERT_EQ(test, walk.pfn + i, pfns[first]);
	KUNIT_ASSERT_EQ(test, first, last + 1);
}

/* How many pages have a use. */
static unsigned int count_used(const struct interval_tree_node *uses,
			       unsigned int nr)
{
	unsigned int i, page, used = 0;

	for (page = 0; page < NR; page++) {
		for (i = 0; i < nr; i++)
			if (uses[i].start <= page && page <= uses[i].last)
				break;
		used += i < nr;
	}
	return used;
}

/* Uses of random parts of a first one of all, some of them split. */
static unsigned int random_uses(struct rnd_state *random,
				struct ioasid_pages *pages,
				struct interval_tree_node *uses)
{
	unsigned int nr, first;

	uses[0] = use_of(0, NR - 1);
	ioasid_pages_share(pages, &uses[0]);
	for (nr = 1; nr < USES_MAX; nr++) {
		first = unit_below(random, NR);
		if (unit_one_in(random, 3) && uses[nr - 1].start < first &&
		    first <= uses[nr - 1].last) {
			ioasid_pages_split(pages, &uses[nr - 1], &uses[nr],
					   first);
			continue;
		}
		uses[nr] = use_of(first, first + unit_below(random,
							    NR - first));
		ioasid_pages_share(pages, &uses[nr]);
	}
	return nr;
}

static void agrees_with_a_model(struct kunit *test)
{
	struct interval_tree_node uses[USES_MAX];
	struct ioasid_pages *pages;
	struct rnd_state random;
	unsigned int round, nr, last;
	u64 pfns[NR];

	unit_random_init(&random);
	for (round = 0; round < ROUNDS; round++) {
		random_pfns(&random, pfns);
		pages = unit_pages_new(test, test->priv, pfns, NR);
		nr = random_uses(&random, pages, uses);
		last = unit_below(&random, NR);
		expect_pfns(test, pages, pfns, unit_below(&random, last + 1),
			    last);
		while (nr--) {
			ioasid_pages_let_go(pages, &uses[nr]);
			KUNIT_ASSERT_EQ(test, charged(test),
					count_used(uses, nr));
		}
	}
}

static int init(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < NR; i++) {
		one_run[i] = 1000 + i;
		no_neighbours[i] = 5000 - i;
	}
	test->priv = unit_space_new(test);
	return 0;
}

static void exit(struct kunit *test)
{
	unit_space_end(test, test->priv);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(walks_one_run),
	KUNIT_CASE(walks_pages_without_neighbours),
	KUNIT_CASE(splits_a_use),
	KUNIT_CASE(keeps_what_somebody_else_uses),
	KUNIT_CASE(agrees_with_a_model),
	{}
};

static struct kunit_suite suite = {
	.name = "pages",
	.init = init,
	.exit = exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
