// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps and their page tables: kernel/ioasid/iova/map.c, area.c and table.c, on
 * the real iommu core.
 *
 * The page tables are arrays with an entry for each page of a window. They are
 * strict: whoever maps what is mapped, unmaps a hole, or unmaps part of a leaf,
 * breaks them. What should be mapped is kept for each page by itself.
 */
#include <kunit/test.h>
#include <linux/iommu.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "iova.h"
#include "unit.h"

#define WINDOW		2048
#define WINDOW_FIRST	(SZ_1G >> PAGE_SHIFT)
#define TABLES		3
#define STEPS		600
#define PROBES		16

/**
 * struct table - A page table
 * @iommu: what the iommu core sees of it
 * @domain: what the map sees of it, NULL while it is not in use
 * @phys: where each page is in memory
 * @prot: what may be done with it
 * @size: of the leaf that it is in, 0 if nothing is mapped
 * @maps_left: so many leaves, less one, can be mapped; 0 for any number
 * @is_broken: something was asked for that must not be
 */
struct table {
	struct iommu_domain iommu;
	struct ioasid_domain *domain;
	u64 phys[WINDOW];
	int prot[WINDOW];
	u64 size[WINDOW];
	unsigned int maps_left;
	bool is_broken;
};

/* Each has other sizes of leaves. */
static const u64 table_sizes[TABLES] = {
	SZ_4K | SZ_2M | SZ_1G,
	SZ_4K | SZ_16K | SZ_64K,
	SZ_4K | SZ_2M,
};

/**
 * struct page_model - What should be mapped at a page
 * @pfn: where it is in memory
 * @flags: what may be done with it; 0 if nothing is mapped
 */
struct page_model {
	u64 pfn;
	u32 flags;
};

struct fixture {
	struct ioasid_space *space;
	struct ioasid_iova_map *map;
	struct table tables[TABLES];
	struct page_model pages[WINDOW];
	u64 pfns[WINDOW];
	struct rnd_state random;
};

static unsigned long page_at(u64 iova)
{
	return (iova >> PAGE_SHIFT) - WINDOW_FIRST;
}

static bool is_full(struct table *table)
{
	return table->maps_left && !--table->maps_left;
}

static void set_leaf(struct table *table, u64 iova, u64 phys, u64 size,
		     int prot)
{
	unsigned long page = page_at(iova), end = page + (size >> PAGE_SHIFT);

	for (; page < end; page++, phys += PAGE_SIZE) {
		table->is_broken |= table->size[page] != 0;
		table->phys[page] = phys;
		table->size[page] = size;
		table->prot[page] = prot;
	}
}

static int table_map(struct iommu_domain *iommu, unsigned long iova,
		     phys_addr_t phys, size_t pgsize, size_t pgcount, int prot,
		     gfp_t gfp, size_t *mapped)
{
	struct table *table = container_of(iommu, struct table, iommu);

	for (*mapped = 0; pgcount; pgcount--, *mapped += pgsize) {
		if (!(gfp & __GFP_NOFAIL) && is_full(table))
			return -ENOMEM;
		set_leaf(table, iova + *mapped, phys + *mapped, pgsize, prot);
	}
	return 0;
}

static size_t table_unmap(struct iommu_domain *iommu, unsigned long iova,
			  size_t pgsize, size_t pgcount,
			  struct iommu_iotlb_gather *gather)
{
	struct table *table = container_of(iommu, struct table, iommu);
	size_t done, leaf, size = pgsize * pgcount;

	for (done = 0; done < size; done += leaf) {
		leaf = table->size[page_at(iova + done)];
		if (!leaf || !IS_ALIGNED(iova + done, leaf) ||
		    leaf > size - done) {
			table->is_broken = true;
			break;
		}
		memset(table->size + page_at(iova + done), 0,
		       (leaf >> PAGE_SHIFT) * sizeof(*table->size));
	}
	return done;
}

/* What is left goes with the table, as with a real one. */
static void table_free(struct iommu_domain *iommu)
{
	struct table *table = container_of(iommu, struct table, iommu);

	memset(table->size, 0, sizeof(table->size));
}

static const struct iommu_domain_ops table_ops = {
	.map_pages = table_map,
	.unmap_pages = table_unmap,
	.free = table_free,
};

static void use_table(struct kunit *test, unsigned int i, bool faultless)
{
	struct fixture *f = test->priv;
	struct table *table = &f->tables[i];

	table->iommu = (struct iommu_domain){
		.type = IOMMU_DOMAIN_UNMANAGED,
		.ops = &table_ops,
		.pgsize_bitmap = table_sizes[i],
		.geometry = { .aperture_end = U64_MAX },
	};
	down_write(&f->map->lock);
	table->domain = f->map->domains.ops->create(&f->map->domains,
						    &table->iommu);
	if (!IS_ERR(table->domain))
		table->domain->faultless = faultless;
	up_write(&f->map->lock);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, table->domain);
}

static void retire_table(struct kunit *test, unsigned int i)
{
	struct fixture *f = test->priv;
	struct ioasid_domain *domain = f->tables[i].domain;

	f->tables[i].domain = NULL;
	down_write(&f->map->lock);
	f->map->domains.ops->retire(domain);
	up_write(&f->map->lock);
	f->map->domains.ops->release(domain);
}

/* Of the first of f->pfns. */
static struct ioasid_area *area_new(struct kunit *test, unsigned long page,
				    unsigned long nr, u32 flags)
{
	struct ioasid_area *area = ioasid_area_alloc();
	struct fixture *f = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, area);
	area->start = WINDOW_FIRST + page;
	area->last = area->start + nr - 1;
	area->flags = flags;
	area->page_sizes = U64_MAX;
	area->pages = unit_pages_new(test, f->space, f->pfns, nr);
	area->use.last = nr - 1;
	ioasid_pages_share(area->pages, &area->use);
	return area;
}

static void model_enter(struct fixture *f, const struct ioasid_area *area)
{
	unsigned long page = area->start - WINDOW_FIRST, i;

	for (i = 0; i < ioasid_area_nr(area); i++)
		f->pages[page + i] = (struct page_model){ f->pfns[i],
							  area->flags };
}

/* Gives the area up if it is not entered. */
static int enter(struct kunit *test, struct ioasid_area *area)
{
	struct fixture *f = test->priv;
	LIST_HEAD(areas);
	int rc;

	list_add(&area->node, &areas);
	down_write(&f->map->lock);
	rc = ioasid_iova_enter(f->map, &areas);
	up_write(&f->map->lock);
	if (rc)
		ioasid_area_free(area);
	else
		model_enter(f, area);
	return rc;
}

/* Maps memory that lies in one piece. */
static int enter_run(struct kunit *test, unsigned long page, unsigned long nr,
		     u64 pfn)
{
	struct fixture *f = test->priv;
	unsigned long i;

	for (i = 0; i < nr; i++)
		f->pfns[i] = pfn + i;
	return enter(test, area_new(test, page, nr,
				    IOASID_READ | IOASID_WRITE));
}

static int leave(struct kunit *test, unsigned long first, unsigned long last,
		 u64 *bytes)
{
	struct fixture *f = test->priv;
	int rc;

	rc = ioasid_iova_remove(f->map, WINDOW_FIRST + first,
				WINDOW_FIRST + last, bytes);
	if (!rc)
		memset(&f->pages[first], 0,
		       (last - first + 1) * sizeof(*f->pages));
	return rc;
}

static void check_table(struct kunit *test, const struct table *table)
{
	struct fixture *f = test->priv;
	unsigned int i;
	int prot;

	KUNIT_ASSERT_FALSE(test, table->is_broken);
	for (i = 0; i < WINDOW; i++) {
		KUNIT_ASSERT_EQ_MSG(test, !!table->size[i], !!f->pages[i].flags,
				    "page %u", i);
		if (!table->size[i])
			continue;
		prot = IOMMU_READ | IOMMU_CACHE;
		if (f->pages[i].flags & IOASID_WRITE)
			prot |= IOMMU_WRITE;
		KUNIT_ASSERT_EQ(test, table->prot[i], prot);
		KUNIT_ASSERT_EQ(test, table->phys[i] >> PAGE_SHIFT,
				f->pages[i].pfn);
	}
}

static u64 model_bytes(const struct fixture *f)
{
	u64 bytes = 0;
	unsigned int i;

	for (i = 0; i < WINDOW; i++)
		bytes += f->pages[i].flags ? PAGE_SIZE : 0;
	return bytes;
}

/* Every table in use shows what it should. */
static void check(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	for (i = 0; i < TABLES; i++)
		if (f->tables[i].domain)
			check_table(test, &f->tables[i]);
	KUNIT_ASSERT_EQ(test, f->map->bytes, model_bytes(f));
}

static u64 size_at(struct kunit *test, unsigned int table, unsigned long page)
{
	struct fixture *f = test->priv;

	return f->tables[table].size[page];
}

static void makes_the_largest_leaves(struct kunit *test)
{
	use_table(test, 0, false);
	use_table(test, 1, false);
	KUNIT_ASSERT_EQ(test, enter_run(test, 511, 514, 0x4000 + 511), 0);
	check(test);
	KUNIT_EXPECT_EQ(test, size_at(test, 0, 511), SZ_4K);
	KUNIT_EXPECT_EQ(test, size_at(test, 0, 512), SZ_2M);
	KUNIT_EXPECT_EQ(test, size_at(test, 0, 1023), SZ_2M);
	KUNIT_EXPECT_EQ(test, size_at(test, 0, 1024), SZ_4K);
	KUNIT_EXPECT_EQ(test, size_at(test, 1, 512), SZ_64K);
}

static void makes_small_leaves_where_memory_is_not_aligned(struct kunit *test)
{
	use_table(test, 0, false);
	KUNIT_ASSERT_EQ(test, enter_run(test, 0, 1024, 0x4001), 0);
	check(test);
	KUNIT_EXPECT_EQ(test, size_at(test, 0, 0), SZ_4K);
	KUNIT_EXPECT_EQ(test, size_at(test, 0, 512), SZ_4K);
}

static void keeps_to_the_sizes_of_an_area(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ioasid_area *area;
	unsigned int i;

	use_table(test, 0, false);
	use_table(test, 1, false);
	for (i = 0; i < 512; i++)
		f->pfns[i] = 0x4000 + i;
	area = area_new(test, 0, 512, IOASID_READ);
	area->page_sizes = 2 * SZ_16K - 1;
	KUNIT_ASSERT_EQ(test, enter(test, area), 0);
	check(test);
	KUNIT_EXPECT_EQ(test, size_at(test, 0, 0), SZ_4K);
	KUNIT_EXPECT_EQ(test, size_at(test, 1, 0), SZ_16K);
	KUNIT_EXPECT_EQ(test, ioasid_area_leaf_sizes(f->map, area),
			SZ_4K | SZ_16K);
}

static void cuts_a_leaf(struct kunit *test)
{
	u64 bytes;

	use_table(test, 0, false);
	KUNIT_ASSERT_EQ(test, enter_run(test, 0, 1024, 0x4000), 0);
	KUNIT_EXPECT_EQ(test, leave(test, 100, 100, &bytes), 0);
	KUNIT_EXPECT_EQ(test, bytes, PAGE_SIZE);
	check(test);
	KUNIT_EXPECT_EQ(test, size_at(test, 0, 99), SZ_4K);
	KUNIT_EXPECT_EQ(test, size_at(test, 0, 512), SZ_2M);
}

static void cuts_no_leaf_of_a_device_that_cannot_wait(struct kunit *test)
{
	u64 bytes;

	use_table(test, 0, true);
	KUNIT_ASSERT_EQ(test, enter_run(test, 0, 1024, 0x4000), 0);
	KUNIT_EXPECT_EQ(test, leave(test, 100, 100, &bytes), -EBUSY);
	KUNIT_EXPECT_EQ(test, bytes, 0);
	KUNIT_EXPECT_EQ(test, leave(test, 0, 600, &bytes), -EBUSY);
	check(test);
	KUNIT_EXPECT_EQ(test, leave(test, 0, 511, &bytes), 0);
	KUNIT_EXPECT_EQ(test, bytes, SZ_2M);
	check(test);
}

static void unmaps_several_areas(struct kunit *test)
{
	struct fixture *f = test->priv;
	u64 bytes;

	use_table(test, 1, false);
	KUNIT_ASSERT_EQ(test, enter_run(test, 10, 10, 1000), 0);
	KUNIT_ASSERT_EQ(test, enter_run(test, 20, 10, 2000), 0);
	KUNIT_ASSERT_EQ(test, enter_run(test, 40, 10, 3000), 0);
	KUNIT_EXPECT_EQ(test, f->map->nr, 3);
	KUNIT_EXPECT_EQ(test, leave(test, 15, 44, &bytes), 0);
	KUNIT_EXPECT_EQ(test, bytes, 20 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, f->map->nr, 2);
	check(test);
	KUNIT_EXPECT_EQ(test, leave(test, 15, 44, &bytes), -ENOENT);
	KUNIT_EXPECT_EQ(test, bytes, 0);
}

static void maps_all_or_nothing(struct kunit *test)
{
	struct fixture *f = test->priv;

	use_table(test, 0, false);
	use_table(test, 1, false);
	KUNIT_ASSERT_EQ(test, enter_run(test, 600, 10, 1), 0);
	f->tables[1].maps_left = 5;
	KUNIT_EXPECT_EQ(test, enter_run(test, 1, 513, 0x4001), -ENOMEM);
	KUNIT_EXPECT_EQ(test, f->map->nr, 1);
	check(test);
	KUNIT_EXPECT_EQ(test, enter_run(test, 1, 513, 0x4001), 0);
	check(test);
}

static void fills_a_table_that_comes_late(struct kunit *test)
{
	u64 bytes;

	KUNIT_ASSERT_EQ(test, enter_run(test, 0, 1024, 0x4000), 0);
	KUNIT_EXPECT_EQ(test, leave(test, 100, 200, &bytes), 0);
	use_table(test, 0, false);
	check(test);
	KUNIT_EXPECT_EQ(test, size_at(test, 0, 512), SZ_2M);
}

static void says_what_is_in_a_hole(struct kunit *test)
{
	struct ioasid_translate translate = {
		.iova = (WINDOW_FIRST + 15ULL) << PAGE_SHIFT,
	};
	struct fixture *f = test->priv;

	KUNIT_ASSERT_EQ(test, enter_run(test, 0, 10, 1000), 0);
	KUNIT_ASSERT_EQ(test, enter_run(test, 20, 10, 2000), 0);
	KUNIT_EXPECT_EQ(test, ioasid_iova_translate(f->space, &translate), 0);
	KUNIT_EXPECT_EQ(test, translate.out_flags, 0);
	KUNIT_EXPECT_EQ(test, translate.out_iova,
			(WINDOW_FIRST + 10ULL) << PAGE_SHIFT);
	KUNIT_EXPECT_EQ(test, translate.out_length, 10 * PAGE_SIZE);
}

static void refuses_a_space_that_was_freed(struct kunit *test)
{
	struct fixture *f = test->priv;
	u64 bytes;

	KUNIT_ASSERT_EQ(test, enter_run(test, 0, 10, 1000), 0);
	f->space->freed = true;
	KUNIT_EXPECT_EQ(test, leave(test, 0, 9, &bytes), -ESTALE);
}

/* In runs of any length, half of which can be large leaves. */
static void random_pfns(struct fixture *f, unsigned long page, unsigned long nr)
{
	unsigned long i, left = 0;
	u64 pfn = 0;

	for (i = 0; i < nr; i++, left--, pfn++) {
		if (!left) {
			left = 1 + unit_below(&f->random, 1200);
			pfn = (u64)unit_below(&f->random, 1 << 20) * 512;
			pfn += unit_one_in(&f->random, 2) ?
			       (page + i) % 512 :
			       unit_below(&f->random, 512);
		}
		f->pfns[i] = pfn;
	}
}

static bool any_mapped(const struct fixture *f, unsigned long first,
		       unsigned long last)
{
	for (; first <= last; first++)
		if (f->pages[first].flags)
			return true;
	return false;
}

static void random_part(struct fixture *f, unsigned long *first,
			unsigned long *last)
{
	*first = unit_below(&f->random, WINDOW);
	*last = min(*first + unit_below(&f->random,
					unit_one_in(&f->random, 2) ?
					20 : 1200), WINDOW - 1);
}

static void random_enter(struct kunit *test)
{
	const u64 sizes_max[] = { SZ_4K, SZ_16K, SZ_64K, SZ_2M, SZ_1G };
	struct fixture *f = test->priv;
	struct ioasid_area *area;
	unsigned long first, last;
	struct table *limited;
	int rc;

	random_part(f, &first, &last);
	if (any_mapped(f, first, last))
		return;
	random_pfns(f, first, last - first + 1);
	area = area_new(test, first, last - first + 1,
			IOASID_READ << unit_below(&f->random, 2));
	area->page_sizes = 2 * sizes_max[unit_below(&f->random,
						    ARRAY_SIZE(sizes_max))] - 1;
	limited = &f->tables[unit_below(&f->random, TABLES)];
	if (unit_one_in(&f->random, 4))
		limited->maps_left = 1 + unit_below(&f->random, 20);
	rc = enter(test, area);
	KUNIT_ASSERT_TRUE(test, !rc || rc == -ENOMEM);
	limited->maps_left = 0;
}

/* Whether a cut right before a page goes through a leaf. */
static bool cuts_leaf(const struct table *table, unsigned long page)
{
	u64 iova = (WINDOW_FIRST + page) << PAGE_SHIFT;

	return page && page < WINDOW && table->size[page] &&
	       !IS_ALIGNED(iova, table->size[page]);
}

static int expected_of_remove(const struct fixture *f, unsigned long first,
			      unsigned long last)
{
	const struct table *table;
	unsigned int i;

	if (!any_mapped(f, first, last))
		return -ENOENT;
	for (i = 0; i < TABLES; i++) {
		table = &f->tables[i];
		if (table->domain && table->domain->faultless &&
		    (cuts_leaf(table, first) || cuts_leaf(table, last + 1)))
			return -EBUSY;
	}
	return 0;
}

static void random_remove(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned long first, last;
	u64 bytes, before = f->map->bytes;
	int expected;

	random_part(f, &first, &last);
	expected = expected_of_remove(f, first, last);
	KUNIT_ASSERT_EQ(test, leave(test, first, last, &bytes), expected);
	KUNIT_ASSERT_EQ(test, bytes, before - model_bytes(f));
}

static void random_change_of_tables(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i = unit_below(&f->random, TABLES);

	if (f->tables[i].domain)
		retire_table(test, i);
	else
		use_table(test, i, unit_one_in(&f->random, 3));
}

/* The smallest leaf that a page has in any table. */
static u64 smallest_leaf(const struct fixture *f, unsigned long page)
{
	u64 smallest = 0;
	unsigned int i;

	for (i = 0; i < TABLES; i++)
		if (f->tables[i].domain)
			smallest = min_not_zero(smallest,
						f->tables[i].size[page]);
	return smallest;
}

/* What the map says of leaves, which it does not remember. */
static void probe(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned long page = unit_below(&f->random, WINDOW);
	unsigned long index = WINDOW_FIRST + page;
	struct ioasid_leaf leaf = {};
	struct ioasid_area *area;

	down_read(&f->map->lock);
	area = ioasid_area_find(f->map, index, index);
	if (area)
		leaf = ioasid_area_leaf(f->map, area, index);
	up_read(&f->map->lock);
	KUNIT_ASSERT_EQ(test, !!area, !!f->pages[page].flags);
	if (!area)
		return;
	KUNIT_ASSERT_EQ_MSG(test, leaf.size, smallest_leaf(f, page),
			    "page %lu", page);
	KUNIT_ASSERT_EQ(test, leaf.phys + (((u64)index << PAGE_SHIFT) -
					   leaf.iova),
			f->pages[page].pfn << PAGE_SHIFT);
}

static void agrees_with_a_model(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i, j;

	unit_random_init(&f->random);
	for (i = 0; i < STEPS; i++) {
		if (unit_one_in(&f->random, 12))
			random_change_of_tables(test);
		else if (unit_one_in(&f->random, 2))
			random_enter(test);
		else
			random_remove(test);
		check(test);
		for (j = 0; j < PROBES; j++)
			probe(test);
	}
}

static int init(struct kunit *test)
{
	struct fixture *f = kvzalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	test->priv = f;
	f->space = unit_space_new(test);
	f->map = &f->space->map;
	return 0;
}

static void exit(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	for (i = 0; i < TABLES; i++)
		if (f->tables[i].domain)
			retire_table(test, i);
	unit_space_end(test, f->space);
	kvfree(f);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(makes_the_largest_leaves),
	KUNIT_CASE(makes_small_leaves_where_memory_is_not_aligned),
	KUNIT_CASE(keeps_to_the_sizes_of_an_area),
	KUNIT_CASE(cuts_a_leaf),
	KUNIT_CASE(cuts_no_leaf_of_a_device_that_cannot_wait),
	KUNIT_CASE(unmaps_several_areas),
	KUNIT_CASE(maps_all_or_nothing),
	KUNIT_CASE(fills_a_table_that_comes_late),
	KUNIT_CASE(says_what_is_in_a_hole),
	KUNIT_CASE(refuses_a_space_that_was_freed),
	KUNIT_CASE(agrees_with_a_model),
	{}
};

static struct kunit_suite suite = {
	.name = "map",
	.init = init,
	.exit = exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
