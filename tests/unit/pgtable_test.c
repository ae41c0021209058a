// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables: kernel/sim/pgtable.c.
 *
 * What should be mapped is kept for each page by itself, in a window around the
 * border of two tables of the second level. What is mapped is found by going
 * through the tables as hardware would, and the walk of the code under test has
 * to find the same.
 */
#include <kunit/test.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "../../kernel/sim/pgtable.h"
#include "unit.h"

#define LEVELS		4
#define ENTRIES		512

#define BIT_PRESENT	BIT_ULL(0)
#define BIT_WRITE	BIT_ULL(1)
#define BIT_USER	BIT_ULL(2)
#define BIT_ACCESSED	BIT_ULL(5)
#define BIT_DIRTY	BIT_ULL(6)
#define BIT_LARGE	BIT_ULL(7)
#define TABLE		(BIT_PRESENT | BIT_WRITE | BIT_USER | BIT_ACCESSED)
#define READ_ONLY	(BIT_PRESENT | BIT_USER | BIT_ACCESSED)
#define WRITABLE	(READ_ONLY | BIT_WRITE | BIT_DIRTY)

/* The border of what one table of the third level has, 512 GiB. */
#define BORDER		(512ULL * SZ_1G)
#define WINDOW		(2ULL * SZ_1G)
#define WINDOW_START	(BORDER - SZ_1G)
#define WINDOW_PAGES	(WINDOW >> PAGE_SHIFT)
#define STEPS		1500
#define PROBES		32

/**
 * struct model - What should be mapped
 * @table: where it should be
 * @random: what happens next
 * @entries: of 4 KiB each, without BIT_LARGE; 0 where nothing is mapped
 * @sizes: of the leaves that they are in
 */
struct model {
	struct sim_pgtable table;
	struct rnd_state random;
	u64 *entries;
	u32 *sizes;
};

static struct model *model_of(struct kunit *test)
{
	return test->priv;
}

static unsigned long page_at(u64 iova)
{
	return (iova - WINDOW_START) >> PAGE_SHIFT;
}

static u64 *table_of(u64 entry)
{
	return phys_to_virt(entry & GENMASK_ULL(51, 12));
}

/* As hardware does it: the entry for a page, and the size of its leaf. */
static u64 look_up(const struct sim_pgtable *pgtable, u64 iova, u64 *size)
{
	const u64 *table = pgtable->root;
	unsigned int shift;
	u64 entry;

	for (shift = 39;; shift -= 9) {
		entry = table[(iova >> shift) % ENTRIES];
		if (!(entry & BIT_PRESENT) || shift == 12 || entry & BIT_LARGE)
			break;
		table = table_of(entry);
	}
	*size = BIT_ULL(shift);
	if (!entry)
		return 0;
	return (entry & ~BIT_LARGE) + (iova & (*size - 1) & PAGE_MASK);
}

/* How many tables there are. No entry of any has a bit that means nothing. */
static unsigned int count_tables(struct kunit *test, const u64 *table,
				 unsigned int level)
{
	unsigned int i, used = 0, tables = 1;

	for (i = 0; i < ENTRIES; i++) {
		if (!table[i])
			continue;
		used++;
		if (level > 1 && !(table[i] & BIT_LARGE)) {
			KUNIT_EXPECT_EQ(test, table[i] & ~GENMASK_ULL(51, 12),
					TABLE);
			tables += count_tables(test, table_of(table[i]),
					       level - 1);
		}
	}
	KUNIT_EXPECT_TRUE_MSG(test, used || level == LEVELS, "an empty table");
	return tables;
}

static unsigned int nr_tables(struct kunit *test)
{
	return count_tables(test, model_of(test)->table.root, LEVELS);
}

static int map(struct kunit *test, u64 iova, u64 phys, size_t pgsize,
	       size_t count)
{
	struct sim_run run = {
		.iova = iova,
		.phys = phys,
		.pgsize = pgsize,
		.count = count,
		.writable = true,
	};

	return sim_pgtable_map(&model_of(test)->table, &run, GFP_KERNEL);
}

/* How many tables were given back is said by @freed, if that is not NULL. */
static size_t unmap(struct kunit *test, u64 iova, size_t size,
		    unsigned int *freed)
{
	LIST_HEAD(tables);
	size_t done;

	done = sim_pgtable_unmap(&model_of(test)->table, iova, size);
	sim_pgtable_take_unlinked(&model_of(test)->table, &tables);
	if (freed)
		*freed = list_count_nodes(&tables);
	sim_pgtable_free_tables(&tables);
	return done;
}

static u64 walk(struct kunit *test, u64 iova)
{
	struct sim_walk walk;

	sim_pgtable_walk(&model_of(test)->table, iova, &walk);
	return sim_walk_entry(&walk, iova);
}

static void is_empty_at_first(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, walk(test, 0), 0);
	KUNIT_EXPECT_EQ(test, walk(test, SIM_IOVA_LAST), 0);
	KUNIT_EXPECT_EQ(test, nr_tables(test), 1);
}

static void maps_one_page(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, map(test, SZ_8K, SZ_1M, SZ_4K, 1), 0);
	KUNIT_EXPECT_EQ(test, walk(test, SZ_8K + 0xfff), SZ_1M | WRITABLE);
	KUNIT_EXPECT_EQ(test, walk(test, SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, walk(test, SZ_8K + SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, nr_tables(test), 4);
}

static void maps_for_reading_only(struct kunit *test)
{
	struct sim_run run = { .phys = SZ_1M, .pgsize = SZ_2M, .count = 1 };

	run.phys = SZ_4M;
	KUNIT_ASSERT_EQ(test, sim_pgtable_map(&model_of(test)->table, &run,
					      GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, walk(test, SZ_4K), (SZ_4M + SZ_4K) | READ_ONLY);
}

static void maps_the_first_and_the_last_page(struct kunit *test)
{
	u64 last = SIM_IOVA_LAST & PAGE_MASK;

	KUNIT_ASSERT_EQ(test, map(test, 0, SZ_1M, SZ_4K, 1), 0);
	KUNIT_ASSERT_EQ(test, map(test, last, SZ_2M, SZ_4K, 1), 0);
	KUNIT_EXPECT_EQ(test, walk(test, 0), SZ_1M | WRITABLE);
	KUNIT_EXPECT_EQ(test, walk(test, SIM_IOVA_LAST), SZ_2M | WRITABLE);
	KUNIT_EXPECT_EQ(test, nr_tables(test), 7);
}

/* Where an index would wrap around to what is mapped. */
static void has_nothing_beyond_its_addresses(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, map(test, 0, SZ_1M, SZ_4K, 1), 0);
	KUNIT_EXPECT_EQ(test, walk(test, SIM_IOVA_LAST + 1), 0);
	KUNIT_EXPECT_EQ(test, walk(test, 1ULL << 48), 0);
	KUNIT_EXPECT_EQ(test, walk(test, U64_MAX << 48), 0);
	KUNIT_EXPECT_EQ(test, walk(test, U64_MAX), 0);
}

static void maps_across_tables(struct kunit *test)
{
	u64 start = BORDER - 3 * SZ_4K;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, map(test, start, SZ_1M, SZ_4K, 600), 0);
	for (i = 0; i < 600; i++)
		KUNIT_EXPECT_EQ(test, walk(test, start + i * SZ_4K),
				(SZ_1M + i * SZ_4K) | WRITABLE);
	KUNIT_EXPECT_EQ(test, walk(test, start + 600 * SZ_4K), 0);
	KUNIT_EXPECT_EQ(test, nr_tables(test), 1 + 2 + 2 + 3);
}

static void splits_leaves_for_a_walk(struct kunit *test)
{
	struct sim_walk walk;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, map(test, SZ_1G, SZ_1G, SZ_1G, 1), 0);
	sim_pgtable_walk(&model_of(test)->table, SZ_2G - 1, &walk);
	for (i = 0; i < SIM_WALK_ENTRIES; i++)
		KUNIT_EXPECT_EQ(test, walk.entries[i],
				(SZ_2G - (8 - i) * (u64)SZ_4K) | WRITABLE);
	KUNIT_EXPECT_EQ(test, nr_tables(test), 2);
}

static void keeps_what_is_mapped(struct kunit *test)
{
	struct sim_run run = {
		.iova = SZ_2M, .phys = SZ_1G, .pgsize = SZ_4K, .count = 9,
	};

	KUNIT_ASSERT_EQ(test, map(test, SZ_2M + 4 * SZ_4K, SZ_1M, SZ_4K, 1), 0);
	KUNIT_EXPECT_EQ(test, sim_pgtable_map(&model_of(test)->table, &run,
					      GFP_KERNEL), -EEXIST);
	KUNIT_EXPECT_EQ(test, run.count, 5);
	KUNIT_EXPECT_EQ(test, run.iova, SZ_2M + 4 * SZ_4K);
	KUNIT_EXPECT_EQ(test, run.phys, SZ_1G + 4 * SZ_4K);
	KUNIT_EXPECT_EQ(test, walk(test, SZ_2M + 4 * SZ_4K), SZ_1M | WRITABLE);
	KUNIT_EXPECT_EQ(test, walk(test, SZ_2M + 5 * SZ_4K), 0);
}

static void keeps_sizes_apart(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, map(test, SZ_2M, SZ_2M, SZ_2M, 1), 0);
	KUNIT_EXPECT_EQ(test, map(test, 0, SZ_1G, SZ_1G, 1), -EEXIST);
	KUNIT_EXPECT_EQ(test, map(test, SZ_2M, 0, SZ_4K, 1), -EEXIST);
	KUNIT_EXPECT_EQ(test, map(test, SZ_2M, 0, SZ_2M, 1), -EEXIST);
	KUNIT_EXPECT_EQ(test, map(test, SZ_4M, 0, SZ_4K, 1), 0);
	KUNIT_EXPECT_EQ(test, map(test, SZ_4M, 0, SZ_2M, 1), -EEXIST);
	KUNIT_EXPECT_EQ(test, unmap(test, SZ_4M, SZ_4K, NULL), SZ_4K);
	KUNIT_EXPECT_EQ(test, map(test, SZ_4M, 0, SZ_2M, 1), 0);
}

static void unmaps_whole_leaves(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, map(test, SZ_2M, SZ_2M, SZ_2M, 2), 0);
	KUNIT_EXPECT_EQ(test, unmap(test, SZ_2M + SZ_4K, SZ_4K, NULL), 0);
	KUNIT_EXPECT_EQ(test, unmap(test, SZ_2M, SZ_4K, NULL), SZ_2M);
	KUNIT_EXPECT_EQ(test, walk(test, SZ_4M - 1), 0);
	KUNIT_EXPECT_EQ(test, walk(test, SZ_4M), SZ_4M | WRITABLE);
}

static void unmaps_up_to_a_hole(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, map(test, 0, SZ_1M, SZ_4K, 4), 0);
	KUNIT_ASSERT_EQ(test, map(test, 5 * SZ_4K, SZ_1M, SZ_4K, 1), 0);
	KUNIT_EXPECT_EQ(test, unmap(test, 0, 6 * SZ_4K, NULL), 4 * SZ_4K);
	KUNIT_EXPECT_EQ(test, walk(test, 5 * SZ_4K), SZ_1M | WRITABLE);
	KUNIT_EXPECT_EQ(test, unmap(test, 0, SZ_4K, NULL), 0);
}

static void gives_empty_tables_back(struct kunit *test)
{
	unsigned int freed;

	KUNIT_ASSERT_EQ(test, map(test, 0, SZ_1M, SZ_4K, 513), 0);
	KUNIT_ASSERT_EQ(test, nr_tables(test), 5);
	unmap(test, 512 * SZ_4K, SZ_4K, &freed);
	KUNIT_EXPECT_EQ(test, freed, 1);
	unmap(test, SZ_4K, 511 * SZ_4K, &freed);
	KUNIT_EXPECT_EQ(test, freed, 0);
	unmap(test, 0, SZ_4K, &freed);
	KUNIT_EXPECT_EQ(test, freed, 3);
	KUNIT_EXPECT_EQ(test, nr_tables(test), 1);
}

/* Maps in the model, up to what is in use; returns how many that are. */
static size_t model_map(struct model *model, const struct sim_run *run)
{
	unsigned long i, nr = run->pgsize >> PAGE_SHIFT;
	unsigned long page = page_at(run->iova);
	u64 entry = run->phys | (run->writable ? WRITABLE : READ_ONLY);
	size_t done;

	for (done = 0; done < run->count; done++, page += nr) {
		if (memchr_inv(model->sizes + page, 0,
			       nr * sizeof(*model->sizes)))
			break;
		for (i = page; i < page + nr; i++, entry += PAGE_SIZE) {
			model->entries[i] = entry;
			model->sizes[i] = run->pgsize;
		}
	}
	return done;
}

static size_t model_unmap(struct model *model, u64 iova, size_t size)
{
	unsigned long page, nr;
	size_t done, leaf;

	for (done = 0; done < size; done += leaf) {
		page = page_at(iova + done);
		leaf = page < WINDOW_PAGES ? model->sizes[page] : 0;
		if (!leaf || !IS_ALIGNED(iova + done, leaf))
			break;
		nr = leaf >> PAGE_SHIFT;
		memset(model->entries + page, 0, nr * sizeof(*model->entries));
		memset(model->sizes + page, 0, nr * sizeof(*model->sizes));
	}
	return done;
}

/* The most likely of sizes are the small ones. */
static size_t random_size(struct rnd_state *random)
{
	if (unit_one_in(random, 40))
		return SZ_1G;
	return unit_one_in(random, 4) ? SZ_2M : SZ_4K;
}

/* Near the border, where there is something; anywhere now and then. */
static u64 random_iova(struct rnd_state *random, size_t align)
{
	u64 at = unit_below(random, WINDOW_PAGES);

	if (!unit_one_in(random, 8))
		at = WINDOW_PAGES / 2 - 2048 + unit_below(random, 4096);
	return ALIGN_DOWN(WINDOW_START + (at << PAGE_SHIFT), align);
}

static void random_map(struct kunit *test)
{
	struct model *model = model_of(test);
	struct rnd_state *random = &model->random;
	size_t pgsize = random_size(random);
	struct sim_run run = {
		.iova = random_iova(random, pgsize),
		.phys = (u64)unit_below(random, 1024) * pgsize,
		.pgsize = pgsize,
		.count = 1 + unit_below(random, pgsize == SZ_4K ? 1200 : 4),
		.writable = unit_one_in(random, 2),
	};
	struct sim_run before = run;
	size_t done;
	int rc;

	run.count = min_t(u64, run.count,
			  (WINDOW_START + WINDOW - run.iova) / pgsize);
	before.count = run.count;
	done = model_map(model, &run);
	rc = sim_pgtable_map(&model->table, &run, GFP_KERNEL);
	KUNIT_EXPECT_EQ(test, rc, done < before.count ? -EEXIST : 0);
	KUNIT_EXPECT_EQ(test, run.count, before.count - done);
	KUNIT_EXPECT_EQ(test, run.iova, before.iova + done * pgsize);
	KUNIT_EXPECT_EQ(test, run.phys, before.phys + done * pgsize);
}

static void random_unmap(struct kunit *test)
{
	struct model *model = model_of(test);
	u64 iova = random_iova(&model->random, random_size(&model->random));
	size_t size = (1 + unit_below(&model->random, 3000)) << PAGE_SHIFT;
	unsigned int before = nr_tables(test), freed;

	KUNIT_EXPECT_EQ(test, unmap(test, iova, size, &freed),
			model_unmap(model, iova, size));
	KUNIT_EXPECT_EQ(test, nr_tables(test), before - freed);
}

static void check_page(struct kunit *test, u64 iova)
{
	struct model *model = model_of(test);
	u64 expected = model->entries[page_at(iova)];
	u64 size;

	KUNIT_ASSERT_EQ_MSG(test, look_up(&model->table, iova, &size),
			    expected, "hardware at %#llx", iova);
	KUNIT_ASSERT_EQ_MSG(test, walk(test, iova), expected,
			    "walk at %#llx", iova);
	if (expected)
		KUNIT_ASSERT_EQ(test, size, model->sizes[page_at(iova)]);
}

static void check_all_pages(struct kunit *test)
{
	u64 iova;

	for (iova = WINDOW_START; iova < WINDOW_START + WINDOW;
	     iova += PAGE_SIZE)
		check_page(test, iova);
}

static void agrees_with_a_model(struct kunit *test)
{
	struct model *model = model_of(test);
	unsigned int step, probe;

	unit_random_init(&model->random);
	for (step = 0; step < STEPS; step++) {
		if (unit_one_in(&model->random, 2))
			random_map(test);
		else
			random_unmap(test);
		for (probe = 0; probe < PROBES; probe++)
			check_page(test, random_iova(&model->random, SZ_4K));
	}
	check_all_pages(test);
}

static int init(struct kunit *test)
{
	struct model *model = kunit_kzalloc(test, sizeof(*model), GFP_KERNEL);

	if (!model)
		return -ENOMEM;
	test->priv = model;
	model->entries = vcalloc(WINDOW_PAGES, sizeof(*model->entries));
	model->sizes = vcalloc(WINDOW_PAGES, sizeof(*model->sizes));
	if (!model->entries || !model->sizes)
		return -ENOMEM;
	return sim_pgtable_init(&model->table);
}

static void exit(struct kunit *test)
{
	struct model *model = model_of(test);

	if (model && model->table.root)
		sim_pgtable_destroy(&model->table);
	if (model) {
		vfree(model->entries);
		vfree(model->sizes);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(is_empty_at_first),
	KUNIT_CASE(maps_one_page),
	KUNIT_CASE(maps_for_reading_only),
	KUNIT_CASE(maps_the_first_and_the_last_page),
	KUNIT_CASE(has_nothing_beyond_its_addresses),
	KUNIT_CASE(maps_across_tables),
	KUNIT_CASE(splits_leaves_for_a_walk),
	KUNIT_CASE(keeps_what_is_mapped),
	KUNIT_CASE(keeps_sizes_apart),
	KUNIT_CASE(unmaps_whole_leaves),
	KUNIT_CASE(unmaps_up_to_a_hole),
	KUNIT_CASE(gives_empty_tables_back),
	KUNIT_CASE(agrees_with_a_model),
	{}
};

static struct kunit_suite suite = {
	.name = "pgtable",
	.init = init,
	.exit = exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
