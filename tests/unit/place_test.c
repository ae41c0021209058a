// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where there is room in a space: kernel/ioasid/iova/place.c and ranges.c.
 *
 * The devices are structures whose IOMMU reserves what the case says.
 */
#include <kunit/test.h>
#include <linux/iommu.h>
#include <linux/slab.h>

#include "iova.h"
#include "unit.h"

#define WINDOW		256
#define DEVICES		2
#define KEEP_MAX	4
#define ROUNDS		150
#define FINDS		60

/**
 * struct fake_device - A device for which addresses are reserved
 * @dev: it
 * @iommu: what the iommu core knows of it
 * @region: what is reserved
 * @has_region: whether anything is
 */
struct fake_device {
	struct device dev;
	struct dev_iommu iommu;
	struct ioasid_iova_range region;
	bool has_region;
};

struct fixture {
	struct ioasid_space *space;
	struct ioasid_iova_map *map;
	struct fake_device devices[DEVICES];
};

static void get_resv_regions(struct device *dev, struct list_head *list)
{
	struct fake_device *device = container_of(dev, struct fake_device, dev);
	struct iommu_resv_region *region;

	region = iommu_alloc_resv_region(device->region.start,
					 device->region.last -
					 device->region.start + 1, 0,
					 IOMMU_RESV_RESERVED, GFP_KERNEL);
	if (region)
		list_add_tail(&region->list, list);
}

static const struct iommu_ops fake_ops = {
	.get_resv_regions = get_resv_regions,
};

static struct iommu_device fake_iommu = {
	.ops = &fake_ops,
};

static struct ioasid_iova_map *map_of(struct kunit *test)
{
	struct fixture *f = test->priv;

	return f->map;
}

/* Which is not mapped by any page table, since there is none. */
static void occupy(struct kunit *test, unsigned long first, unsigned long last)
{
	struct ioasid_area *area = ioasid_area_alloc();
	struct fixture *f = test->priv;
	LIST_HEAD(areas);

	KUNIT_ASSERT_NOT_NULL(test, area);
	area->start = first;
	area->last = last;
	list_add(&area->node, &areas);
	KUNIT_ASSERT_EQ(test, ioasid_iova_enter(f->map, &areas), 0);
}

static int reserve(struct kunit *test, unsigned int device, u64 start, u64 last)
{
	struct fixture *f = test->priv;
	struct fake_device *fake = &f->devices[device];
	int rc;

	fake->region.start = start;
	fake->region.last = last;
	rc = ioasid_ranges_take(f->map, &fake->dev);
	fake->has_region = !rc;
	return rc;
}

static void keep(struct kunit *test, const struct ioasid_iova_range *ranges,
		 unsigned int nr)
{
	struct fixture *f = test->priv;

	kfree(f->map->keep);
	f->map->keep = kmemdup(ranges, nr * sizeof(*ranges), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, f->map->keep);
	f->map->nr_keep = nr;
}

/* Index of the lowest place for pages, or an error. */
static long find(struct kunit *test, unsigned long nr, unsigned long first,
		 unsigned long last)
{
	struct ioasid_place place = {
		.nr = nr, .first = first, .last = last, .align = 1,
	};
	struct fixture *f = test->priv;
	unsigned long index;
	int rc;

	rc = ioasid_place_find(f->map, &place, &index);
	return rc ?: index;
}

static void finds_the_lowest_place(struct kunit *test)
{
	guard(rwsem_write)(&map_of(test)->lock);

	KUNIT_EXPECT_EQ(test, find(test, 10, 0, 100), 0);
	occupy(test, 0, 4);
	KUNIT_EXPECT_EQ(test, find(test, 10, 0, 100), 5);
	occupy(test, 10, 20);
	KUNIT_EXPECT_EQ(test, find(test, 5, 0, 100), 5);
	KUNIT_EXPECT_EQ(test, find(test, 6, 0, 100), 21);
	KUNIT_EXPECT_EQ(test, find(test, 1, 7, 100), 7);
}

static void fits_exactly_or_not_at_all(struct kunit *test)
{
	guard(rwsem_write)(&map_of(test)->lock);

	occupy(test, 10, 10);
	KUNIT_EXPECT_EQ(test, find(test, 10, 0, 9), 0);
	KUNIT_EXPECT_EQ(test, find(test, 10, 1, 10), -ENOSPC);
	KUNIT_EXPECT_EQ(test, find(test, 10, 1, 19), -ENOSPC);
	KUNIT_EXPECT_EQ(test, find(test, 10, 1, 20), 11);
	KUNIT_EXPECT_EQ(test, find(test, 1, 5, 4), -ENOSPC);
}

static void never_uses_the_last_page(struct kunit *test)
{
	unsigned long last = IOASID_INDEX_LAST;

	guard(rwsem_write)(&map_of(test)->lock);

	KUNIT_EXPECT_EQ(test, find(test, 2, last - 2, ULONG_MAX), last - 2);
	KUNIT_EXPECT_EQ(test, find(test, 1, last - 1, ULONG_MAX), last - 1);
	KUNIT_EXPECT_EQ(test, find(test, 2, last - 1, ULONG_MAX), -ENOSPC);
	KUNIT_EXPECT_EQ(test, find(test, 1, last, ULONG_MAX), -ENOSPC);
}

static void aligns_with_an_offset(struct kunit *test)
{
	struct ioasid_place place = {
		.nr = 2, .last = 100, .align = 8, .offset = 3,
	};
	struct fixture *f = test->priv;
	unsigned long index;

	guard(rwsem_write)(&map_of(test)->lock);

	KUNIT_EXPECT_EQ(test, ioasid_place_find(f->map, &place, &index), 0);
	KUNIT_EXPECT_EQ(test, index, 3);
	occupy(test, 4, 4);
	KUNIT_EXPECT_EQ(test, ioasid_place_find(f->map, &place, &index), 0);
	KUNIT_EXPECT_EQ(test, index, 11);
	place.last = 11;
	KUNIT_EXPECT_EQ(test, ioasid_place_find(f->map, &place, &index),
			-ENOSPC);
}

static void goes_around_what_is_reserved(struct kunit *test)
{
	guard(rwsem_write)(&map_of(test)->lock);

	KUNIT_ASSERT_EQ(test, reserve(test, 0, 4 * PAGE_SIZE + 10,
				      4 * PAGE_SIZE + 20), 0);
	KUNIT_EXPECT_EQ(test, find(test, 4, 0, 100), 0);
	KUNIT_EXPECT_EQ(test, find(test, 5, 0, 100), 5);
	KUNIT_EXPECT_EQ(test, find(test, 1, 4, 4), -ENOSPC);
}

static void stays_in_what_is_kept(struct kunit *test)
{
	const struct ioasid_iova_range ranges[] = {
		{ 10 * PAGE_SIZE, 12 * PAGE_SIZE - 1 },
		{ 12 * PAGE_SIZE, 20 * PAGE_SIZE - 1 },
	};

	guard(rwsem_write)(&map_of(test)->lock);

	keep(test, ranges, 2);
	KUNIT_EXPECT_EQ(test, find(test, 2, 0, 100), 10);
	KUNIT_EXPECT_EQ(test, find(test, 3, 0, 100), 12);
	KUNIT_EXPECT_EQ(test, find(test, 8, 0, 100), 12);
	KUNIT_EXPECT_EQ(test, find(test, 9, 0, 100), -ENOSPC);
}

static void says_why_a_place_is_taken(struct kunit *test)
{
	struct fixture *f = test->priv;

	guard(rwsem_write)(&map_of(test)->lock);

	occupy(test, 10, 19);
	KUNIT_ASSERT_EQ(test, reserve(test, 0, 25 * PAGE_SIZE,
				      26 * PAGE_SIZE - 1), 0);
	KUNIT_EXPECT_EQ(test, ioasid_place_check(f->map, 0, 9), 0);
	KUNIT_EXPECT_EQ(test, ioasid_place_check(f->map, 0, 10), -EEXIST);
	KUNIT_EXPECT_EQ(test, ioasid_place_check(f->map, 19, 30), -EEXIST);
	KUNIT_EXPECT_EQ(test, ioasid_place_check(f->map, 20, 24), 0);
	KUNIT_EXPECT_EQ(test, ioasid_place_check(f->map, 20, 25),
			-EADDRNOTAVAIL);
	KUNIT_EXPECT_EQ(test, ioasid_place_check(f->map, 26, 30), 0);
}

static void lets_no_device_take_what_is_mapped(struct kunit *test)
{
	struct fixture *f = test->priv;

	guard(rwsem_write)(&map_of(test)->lock);

	occupy(test, 10, 19);
	KUNIT_EXPECT_EQ(test, reserve(test, 0, 19 * PAGE_SIZE + 1,
				      30 * PAGE_SIZE), -EADDRINUSE);
	KUNIT_EXPECT_EQ(test, f->map->obstacle.start, 19 * PAGE_SIZE + 1);
	KUNIT_EXPECT_EQ(test, f->map->obstacle.last, 20 * PAGE_SIZE - 1);
	KUNIT_EXPECT_EQ(test, reserve(test, 0, 20 * PAGE_SIZE, U64_MAX), 0);
}

static void lets_no_device_take_what_is_kept(struct kunit *test)
{
	const struct ioasid_iova_range range = {
		10 * PAGE_SIZE, 20 * PAGE_SIZE - 1
	};
	struct fixture *f = test->priv;

	guard(rwsem_write)(&map_of(test)->lock);

	keep(test, &range, 1);
	KUNIT_EXPECT_EQ(test, reserve(test, 0, 0, 10 * PAGE_SIZE),
			-EADDRNOTAVAIL);
	KUNIT_EXPECT_EQ(test, f->map->obstacle.start, 10 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, f->map->obstacle.last, 10 * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, reserve(test, 0, 0, 10 * PAGE_SIZE - 1), 0);
	KUNIT_EXPECT_EQ(test, ioasid_ranges_fit(f->map, 0, U64_MAX), 0);
	KUNIT_EXPECT_EQ(test, ioasid_ranges_fit(f->map, range.start,
						range.last), 0);
	KUNIT_EXPECT_EQ(test, ioasid_ranges_fit(f->map, range.start + 1,
						U64_MAX), -EADDRNOTAVAIL);
	KUNIT_EXPECT_EQ(test, ioasid_ranges_fit(f->map, 0, range.last - 1),
			-EADDRNOTAVAIL);
}

static void keeps_what_another_device_has_taken(struct kunit *test)
{
	struct fixture *f = test->priv;

	guard(rwsem_write)(&map_of(test)->lock);

	KUNIT_ASSERT_EQ(test, reserve(test, 0, 0, 10 * PAGE_SIZE - 1), 0);
	KUNIT_ASSERT_EQ(test, reserve(test, 1, 0, 5 * PAGE_SIZE - 1), 0);
	KUNIT_EXPECT_EQ(test, find(test, 1, 0, 100), 10);
	ioasid_ranges_give(f->map, &f->devices[0].dev);
	KUNIT_EXPECT_EQ(test, find(test, 1, 0, 100), 5);
	ioasid_ranges_give(f->map, &f->devices[1].dev);
	KUNIT_EXPECT_EQ(test, find(test, 1, 0, 100), 0);
}

/**
 * struct model - What is where in the window
 * @random: what happens next
 * @start: index of the first page of the window
 * @mapped: pages that are mapped
 * @reserved: pages of which a byte is reserved
 * @keep: what is kept
 * @nr_keep: how many ranges; 0 for everything
 */
struct model {
	struct rnd_state random;
	unsigned long start;
	bool mapped[WINDOW];
	bool reserved[WINDOW];
	struct ioasid_iova_range keep[KEEP_MAX];
	unsigned int nr_keep;
};

static bool any(const bool *pages, unsigned int first, unsigned int last)
{
	return memchr(pages + first, true, last - first + 1);
}

static void random_part(struct rnd_state *random, unsigned int max,
			unsigned int *first, unsigned int *last)
{
	*first = unit_below(random, WINDOW);
	*last = min(*first + unit_below(random, max), WINDOW - 1);
}

static void random_areas(struct kunit *test, struct model *model)
{
	unsigned int i, first, last, nr = unit_below(&model->random, 12);

	for (i = 0; i < nr; i++) {
		random_part(&model->random, 30, &first, &last);
		if (any(model->mapped, first, last))
			continue;
		occupy(test, model->start + first, model->start + last);
		memset(model->mapped + first, true, last - first + 1);
	}
}

/* Of bytes, not of pages. Fails where something is mapped. */
static void random_reserve(struct kunit *test, struct model *model)
{
	unsigned int first, last, i;
	u64 start, end;
	int rc;

	for (i = 0; i < DEVICES; i++) {
		random_part(&model->random, 20, &first, &last);
		start = ((u64)model->start + first) << PAGE_SHIFT;
		end = ((u64)model->start + last) << PAGE_SHIFT;
		start += unit_below(&model->random, PAGE_SIZE);
		end += PAGE_SIZE - 1;
		rc = reserve(test, i, start, end);
		KUNIT_ASSERT_EQ(test, rc, any(model->mapped, first, last) ?
				-EADDRINUSE : 0);
		if (!rc)
			memset(model->reserved + first, true, last - first + 1);
	}
}

static void random_keep(struct kunit *test, struct model *model)
{
	unsigned int at = 0, length;

	model->nr_keep = 0;
	while (unit_below(&model->random, 2) && model->nr_keep < KEEP_MAX) {
		at += unit_below(&model->random, 20);
		length = 1 + unit_below(&model->random, 60);
		model->keep[model->nr_keep++] = (struct ioasid_iova_range){
			((u64)model->start + at) << PAGE_SHIFT,
			(((u64)model->start + at + length) << PAGE_SHIFT) - 1,
		};
		at += length;
	}
	if (model->nr_keep)
		keep(test, model->keep, model->nr_keep);
}

static bool is_kept(const struct model *model, unsigned long first,
		    unsigned long last)
{
	unsigned int i;

	for (i = 0; i < model->nr_keep; i++)
		if (model->keep[i].start >> PAGE_SHIFT <= first &&
		    last <= model->keep[i].last >> PAGE_SHIFT)
			return true;
	return !model->nr_keep;
}

static long model_find(const struct model *model,
		       const struct ioasid_place *place)
{
	unsigned long index;
	unsigned int at;

	for (index = place->first; index + place->nr - 1 <= place->last;
	     index++) {
		at = index - model->start;
		if ((index - place->offset) % place->align == 0 &&
		    !any(model->mapped, at, at + place->nr - 1) &&
		    !any(model->reserved, at, at + place->nr - 1) &&
		    is_kept(model, index, index + place->nr - 1))
			return index;
	}
	return -ENOSPC;
}

static void random_find(struct kunit *test, struct model *model)
{
	unsigned long align = BIT(unit_below(&model->random, 6));
	struct fixture *f = test->priv;
	struct ioasid_place place = {
		.nr = 1 + unit_below(&model->random, 24),
		.align = align,
		.offset = unit_below(&model->random, align),
	};
	unsigned int first, last;
	unsigned long index;
	int rc;

	random_part(&model->random, WINDOW, &first, &last);
	place.first = model->start + first;
	place.last = model->start + last;
	rc = ioasid_place_find(f->map, &place, &index);
	KUNIT_ASSERT_EQ_MSG(test, rc ?: (long)index, model_find(model, &place),
			    "%lu in %lx to %lx, %lu + %lu", place.nr,
			    place.first, place.last, place.align, place.offset);
}

static void random_check(struct kunit *test, struct model *model)
{
	struct fixture *f = test->priv;
	unsigned int first, last;
	int expected = 0;

	random_part(&model->random, 30, &first, &last);
	if (any(model->mapped, first, last))
		expected = -EEXIST;
	else if (any(model->reserved, first, last))
		expected = -EADDRNOTAVAIL;
	KUNIT_ASSERT_EQ(test, ioasid_place_check(f->map, model->start + first,
						 model->start + last),
			expected);
}

/* Whether a byte is in one of the ranges that are reported. */
static bool is_reported(struct fixture *f, u64 iova)
{
	struct ioasid_iova_range range = {};
	u64 from = 0;

	while (ioasid_ranges_next(f->map, from, &range)) {
		if (range.start <= iova && iova <= range.last)
			return true;
		from = range.last + 1;
	}
	return false;
}

static bool is_reserved(struct fixture *f, u64 iova)
{
	unsigned int i;

	for (i = 0; i < DEVICES; i++)
		if (f->devices[i].has_region &&
		    f->devices[i].region.start <= iova &&
		    iova <= f->devices[i].region.last)
			return true;
	return false;
}

/* At the ends of what is reserved, and beside them. */
static void check_ranges(struct kunit *test)
{
	struct fixture *f = test->priv;
	u64 probes[4], i, j;

	for (i = 0; i < DEVICES; i++) {
		probes[0] = f->devices[i].region.start - 1;
		probes[1] = f->devices[i].region.start;
		probes[2] = f->devices[i].region.last;
		probes[3] = f->devices[i].region.last + 1;
		for (j = 0; j < ARRAY_SIZE(probes); j++)
			KUNIT_ASSERT_EQ_MSG(test, is_reported(f, probes[j]),
					    !is_reserved(f, probes[j]),
					    "at %#llx", probes[j]);
	}
}

static void begin(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	f->space = unit_space_new(test);
	for (i = 0; i < DEVICES; i++)
		f->devices[i].has_region = false;
	f->map = &f->space->map;
}

static void end(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	down_write(&f->map->lock);
	for (i = 0; i < DEVICES; i++)
		ioasid_ranges_give(f->map, &f->devices[i].dev);
	up_write(&f->map->lock);
	KUNIT_EXPECT_TRUE(test, RB_EMPTY_ROOT(&f->map->reserved.rb_root));
	unit_space_end(test, f->space);
}

static void random_round(struct kunit *test, struct model *model)
{
	unsigned int i;

	guard(rwsem_write)(&map_of(test)->lock);
	memset(model->mapped, 0, sizeof(model->mapped));
	memset(model->reserved, 0, sizeof(model->reserved));
	model->start = 1 + unit_below(&model->random, 1 << 20);
	random_areas(test, model);
	random_reserve(test, model);
	check_ranges(test);
	random_keep(test, model);
	for (i = 0; i < FINDS; i++) {
		random_find(test, model);
		random_check(test, model);
	}
}

static void agrees_with_a_model(struct kunit *test)
{
	struct model *model = kunit_kzalloc(test, sizeof(*model), GFP_KERNEL);
	unsigned int round;

	KUNIT_ASSERT_NOT_NULL(test, model);
	unit_random_init(&model->random);
	for (round = 0; round < ROUNDS; round++) {
		random_round(test, model);
		end(test);
		begin(test);
	}
}

static int init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	unsigned int i;

	if (!f)
		return -ENOMEM;
	test->priv = f;
	for (i = 0; i < DEVICES; i++) {
		f->devices[i].dev.iommu = &f->devices[i].iommu;
		f->devices[i].iommu.iommu_dev = &fake_iommu;
	}
	begin(test);
	return 0;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(finds_the_lowest_place),
	KUNIT_CASE(fits_exactly_or_not_at_all),
	KUNIT_CASE(never_uses_the_last_page),
	KUNIT_CASE(aligns_with_an_offset),
	KUNIT_CASE(goes_around_what_is_reserved),
	KUNIT_CASE(stays_in_what_is_kept),
	KUNIT_CASE(says_why_a_place_is_taken),
	KUNIT_CASE(lets_no_device_take_what_is_mapped),
	KUNIT_CASE(lets_no_device_take_what_is_kept),
	KUNIT_CASE(keeps_what_another_device_has_taken),
	KUNIT_CASE(agrees_with_a_model),
	{}
};

static struct kunit_suite suite = {
	.name = "place",
	.init = init,
	.exit = end,
	.test_cases = cases,
};

kunit_test_suite(suite);
