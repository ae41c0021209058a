// SPDX-License-Identifier: GPL-2.0-only
/*
 * The map of an IOVA space, with no device in sight: what can be entered and
 * where, what the kernel chooses, what comes out again, and what the queries
 * say of all that.
 *
 * After each step the list of maps is compared with what it should be.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <sched.h>

#include "iova.h"
#include "memory.h"
#include "process.h"

#define PAGES		16
#define SIZE		(PAGES * PAGE)
#define GIB4		0x100000000ull
#define READ_WRITE	(IOASID_READ | IOASID_WRITE)

FIXTURE(iova)
{
	int space;
	char *mem;
};

FIXTURE_SETUP(iova)
{
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->mem);
}

FIXTURE_TEARDOWN(iova)
{
	close(self->space);
}

static int map_pages(int space, __u64 iova, const void *mem, size_t pages)
{
	return space_map_at(space, iova, mem, pages * PAGE, READ_WRITE);
}

/* What is mapped, in units of pages from PLACE. */
struct extent {
	unsigned int first;
	unsigned int pages;
};

static bool is_extent(const struct ioasid_map_entry *entry,
		      const struct extent *extent)
{
	return entry->iova == PLACE + extent->first * PAGE &&
	       entry->length == extent->pages * PAGE &&
	       entry->flags == READ_WRITE && !entry->__reserved &&
	       !entry->page_sizes;
}

static bool maps_are(int space, const struct extent *extents, unsigned int nr)
{
	struct ioasid_map_entry entries[16];
	struct ioasid_status status;
	__u64 mapped = 0;
	unsigned int i;

	if (space_maps(space, 0, entries, ARRAY_SIZE(entries)) != nr)
		return false;
	for (i = 0; i < nr; i++) {
		if (!is_extent(&entries[i], &extents[i]))
			return false;
		mapped += entries[i].length;
	}
	return !space_status(space, &status) && status.out_maps == nr &&
	       status.out_mapped == mapped && status.out_pinned == mapped;
}

#define EXPECT_MAPS(...) do {						\
	static const struct extent expected[] = { __VA_ARGS__ };	\
									\
	EXPECT_TRUE(maps_are(self->space, expected,			\
			     ARRAY_SIZE(expected)));			\
} while (0)

#define EXPECT_NO_MAPS()	EXPECT_TRUE(maps_are(self->space, NULL, 0))

TEST_F(iova, fresh)
{
	struct ioasid_status status;

	ASSERT_EQ(0, space_status(self->space, &status));
	EXPECT_EQ(IOASID_TYPE_IOVA, status.out_type);
	EXPECT_EQ(IOASID_STATE_IDLE, status.out_state);
	EXPECT_EQ(0, status.out_flags);
	EXPECT_NO_MAPS();
}

TEST_F(iova, outputs_of_map)
{
	struct ioasid_map map = {
		.flags = READ_WRITE,
		.address = (__u64)self->mem,
		.length = SIZE,
		.alignment = PAGE,
	};

	ASSERT_EQ(0, space_map(self->space, &map));
	EXPECT_EQ(GIB4, map.out_iova);
	EXPECT_EQ(SIZE, map.out_length);
	EXPECT_EQ(READ_WRITE, map.flags);
	EXPECT_EQ(0, map.iova);
	EXPECT_EQ(SIZE, space_unmap(self->space, GIB4, SIZE));
	EXPECT_NO_MAPS();
}

/* Two ranges in every relation in which they have a page in common. */
TEST_F(iova, overlap)
{
	unsigned int first, end;

	ASSERT_EQ(0, map_pages(self->space, PLACE + 4 * PAGE, self->mem, 4));
	for (first = 0; first < 8; first++)
		for (end = first > 4 ? first + 1 : 5; end < 12; end++) {
			EXPECT_EQ(-EEXIST,
				  map_pages(self->space, PLACE + first * PAGE,
					    self->mem, end - first)) {
				TH_LOG("from %u to %u", first, end);
			}
		}
	EXPECT_MAPS({ 4, 4 });
}

/* Those that only touch stay maps of their own. */
TEST_F(iova, neighbours)
{
	ASSERT_EQ(0, map_pages(self->space, PLACE + 4 * PAGE, self->mem, 4));
	EXPECT_EQ(0, map_pages(self->space, PLACE, self->mem, 4));
	EXPECT_EQ(0, map_pages(self->space, PLACE + 8 * PAGE, self->mem, 4));
	EXPECT_MAPS({ 0, 4 }, { 4, 4 }, { 8, 4 });
}

TEST_F(iova, overlap_of_two)
{
	ASSERT_EQ(0, map_pages(self->space, PLACE, self->mem, 2));
	ASSERT_EQ(0, map_pages(self->space, PLACE + 4 * PAGE, self->mem, 2));
	EXPECT_EQ(-EEXIST, map_pages(self->space, PLACE + PAGE, self->mem, 4));
	EXPECT_EQ(-EEXIST, map_pages(self->space, PLACE, self->mem, 6));
	EXPECT_EQ(0, map_pages(self->space, PLACE + 2 * PAGE, self->mem, 2));
	EXPECT_MAPS({ 0, 2 }, { 2, 2 }, { 4, 2 });
}

TEST_F(iova, lowest_and_highest_address)
{
	struct ioasid_iova_range range;
	__u64 top;

	ASSERT_EQ(1, space_iova_ranges(self->space, &range, 1));
	EXPECT_EQ(0, range.start);
	top = range.last + 1 - PAGE;
	EXPECT_EQ(0, map_pages(self->space, 0, self->mem, 1));
	EXPECT_EQ(0, map_pages(self->space, top, self->mem, 1));
	EXPECT_EQ(PAGE, space_unmap(self->space, top, PAGE));
	EXPECT_EQ(PAGE, space_unmap(self->space, 0, PAGE));
	EXPECT_NO_MAPS();
}

#define FIXED		(READ_WRITE | IOASID_MAP_FIXED)
#define FIXED_AT(_iova, _length, ...) \
	{ .flags = FIXED, .iova = _iova, .length = _length, __VA_ARGS__ }
#define CHOSEN(_length, ...) \
	{ .flags = READ_WRITE, .length = _length, __VA_ARGS__ }
#define WITH_FLAGS(_flags) \
	{ .flags = _flags, .length = PAGE, }

/* Calls of IOASID_MAP that are refused; addresses count from memory there. */
static const struct {
	int error;
	struct ioasid_map map;
} refusals[] = {
	{ EINVAL, FIXED_AT(PLACE, 0) },
	{ EINVAL, FIXED_AT(PLACE, 1) },
	{ EINVAL, FIXED_AT(PLACE, PAGE / 2) },
	{ EINVAL, FIXED_AT(PLACE, PAGE + 1) },
	{ EINVAL, FIXED_AT(PLACE + 1, PAGE) },
	{ EINVAL, FIXED_AT(PLACE + PAGE / 2, PAGE) },
	{ EINVAL, FIXED_AT(PLACE, PAGE, .address = 1) },
	{ EINVAL, FIXED_AT(PLACE, PAGE, .address = PAGE / 2) },
	{ EINVAL, FIXED_AT(PLACE, PAGE, .last = PLACE + PAGE - 1) },
	{ EINVAL, FIXED_AT(PLACE, PAGE, .alignment = PAGE) },
	{ EINVAL, FIXED_AT(PLACE, PAGE, .page_size_max = 3 * PAGE) },
	{ EINVAL, FIXED_AT(PLACE, PAGE, .page_size_max = -1ull) },
	{ EINVAL, FIXED_AT(PLACE, PAGE, .fd = 1) },
	{ EINVAL, FIXED_AT(PLACE, PAGE, .fd = -1) },
	{ EINVAL, WITH_FLAGS(0) },
	{ EINVAL, WITH_FLAGS(IOASID_MAP_FIXED) },
	{ EINVAL, WITH_FLAGS(FIXED | IOASID_MAP_FILE | IOASID_MAP_SPACE) },
	{ EINVAL, CHOSEN(0) },
	{ EINVAL, CHOSEN(PAGE + 1) },
	{ EINVAL, CHOSEN(PAGE, .fd = 1) },
	{ EINVAL, CHOSEN(PAGE, .alignment = 3 * PAGE) },
	{ EINVAL, CHOSEN(PAGE, .alignment = PAGE + 1) },
	{ EINVAL, CHOSEN(PAGE, .alignment = -1ull) },
	{ EINVAL, CHOSEN(PAGE, .iova = PLACE, .last = PLACE - 1) },
	{ EINVAL, CHOSEN(PAGE, .iova = -PAGE, .last = PLACE) },
	{ EOVERFLOW, FIXED_AT(-PAGE, 2 * PAGE) },
	{ EOVERFLOW, FIXED_AT(PLACE, -PAGE) },
	{ EOVERFLOW, FIXED_AT(-PLACE, -PAGE) },
	{ ENOSPC, CHOSEN(PAGE, .last = PAGE - 1) },
	{ ENOSPC, CHOSEN(PAGE, .iova = PLACE, .last = PLACE + PAGE - 2) },
	{ ENOSPC, CHOSEN(3 * PAGE, .iova = PLACE,
			 .last = PLACE + 2 * PAGE - 1) },
	{ ENOSPC, CHOSEN(PAGE, .iova = PLACE + PAGE,
			 .last = PLACE + 3 * PAGE - 1, .alignment = 4 * PAGE) },
};

TEST_F(iova, refused_maps)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		struct ioasid_map map = refusals[i].map;

		map.address += (__u64)self->mem;
		EXPECT_EQ(-refusals[i].error, space_map(self->space, &map)) {
			TH_LOG("case %u", i);
		}
	}
	EXPECT_NO_MAPS();
}

TEST_F(iova, overflow_of_address)
{
	EXPECT_EQ(-EOVERFLOW, map_pages(self->space, PLACE, (void *)-PAGE, 2));
	EXPECT_EQ(-EOVERFLOW,
		  space_map_at(self->space, PLACE, (void *)(1ull << 63),
			       1ull << 63 | PAGE, READ_WRITE));
	EXPECT_EQ(-EOVERFLOW,
		  space_map_at(self->space, PLACE, (void *)PAGE, -PAGE,
			       READ_WRITE));
	EXPECT_NO_MAPS();
}

/* Nothing is there, and finding that out must not take long. */
TEST_F(iova, nothing_at_address)
{
	static const struct {
		__u64 address;
		__u64 length;
	} cases[] = {
		{ 0, PAGE }, { PAGE, PAGE }, { PAGE, 1ull << 40 },
		{ PAGE, 1ull << 62 }, { 0x7ffffffff000, PAGE },
		{ 0x800000000000, PAGE }, { 0x7fffffffe000, 4 * PAGE },
		{ 0xffff888000000000, PAGE },
		{ 0xffffffff81000000, 512 * PAGE },
		{ 0xffffffffff600000, PAGE }, { -2 * PAGE, PAGE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		EXPECT_EQ(-EFAULT,
			  space_map_at(self->space, PLACE,
				       (void *)cases[i].address,
				       cases[i].length, IOASID_READ)) {
			TH_LOG("case %u", i);
		}
	}
	EXPECT_NO_MAPS();
}

TEST_F(iova, file_offsets)
{
	int fd = memfd_create("offsets", MFD_CLOEXEC);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ftruncate(fd, SIZE));
	EXPECT_EQ(-EINVAL, space_map_file(self->space, PLACE, fd, 1, PAGE,
					  IOASID_READ));
	EXPECT_EQ(-EFAULT, space_map_file(self->space, PLACE, fd, SIZE, PAGE,
					  IOASID_READ));
	EXPECT_EQ(-EFAULT, space_map_file(self->space, PLACE, fd, SIZE - PAGE,
					  2 * PAGE, IOASID_READ));
	EXPECT_EQ(-EFAULT, space_map_file(self->space, PLACE, fd, 1ull << 62,
					  PAGE, IOASID_READ));
	EXPECT_EQ(-EFAULT, space_map_file(self->space, PLACE, fd,
					  (1ull << 63) - PAGE, PAGE,
					  IOASID_READ));
	EXPECT_EQ(-EFAULT, space_map_file(self->space, PLACE, fd, 0,
					  1ull << 63, IOASID_READ));
	EXPECT_EQ(-EOVERFLOW, space_map_file(self->space, PLACE, fd, -PAGE,
					     2 * PAGE, IOASID_READ));
	EXPECT_NO_MAPS();
	EXPECT_EQ(0, space_map_file(self->space, PLACE, fd, SIZE - PAGE, PAGE,
				    READ_WRITE));
	EXPECT_MAPS({ 0, 1 });
	close(fd);
}

TEST_F(iova, kinds_of_access)
{
	struct ioasid_map_entry entries[3];

	ASSERT_EQ(0, space_map_at(self->space, PLACE, self->mem, PAGE,
				  IOASID_READ));
	ASSERT_EQ(0, space_map_at(self->space, PLACE + PAGE, self->mem, PAGE,
				  IOASID_WRITE));
	ASSERT_EQ(2, space_maps(self->space, 0, entries, 3));
	EXPECT_EQ(IOASID_READ, entries[0].flags);
	/* Writing includes reading. */
	EXPECT_EQ(READ_WRITE, entries[1].flags);
}

TEST_F(iova, freed)
{
	struct ioasid_iova_range range = { PLACE, PLACE + PAGE - 1 };
	struct ioasid_translate translate;
	struct ioasid_map_entry entry;
	struct ioasid_status status;

	ASSERT_EQ(0, map_pages(self->space, PLACE, self->mem, 1));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->space));
	EXPECT_EQ(-ESTALE, map_pages(self->space, PLACE, self->mem, 1));
	EXPECT_EQ(-ESTALE, space_unmap(self->space, PLACE, PAGE));
	EXPECT_EQ(-ESTALE, space_unmap_all(self->space));
	EXPECT_EQ(-ESTALE, space_maps(self->space, 0, &entry, 1));
	EXPECT_EQ(-ESTALE, space_iova_ranges(self->space, &range, 1));
	EXPECT_EQ(-ESTALE, space_keep(self->space, &range, 1));
	EXPECT_EQ(-ESTALE, space_translate(self->space, PLACE, &translate));
	EXPECT_EQ(-ESTALE, fault_open(self->space, 0));
	ASSERT_EQ(0, space_status(self->space, &status));
	EXPECT_EQ(0, status.out_mapped);
	EXPECT_EQ(0, status.out_pinned);
	EXPECT_EQ(0, status.out_maps);
}

/* What the kernel chooses for @pages pages, or a negative errno. */
static __s64 choose(int space, const void *mem, size_t pages, __u64 iova,
		    __u64 last, __u64 alignment)
{
	struct ioasid_map map = {
		.flags = READ_WRITE,
		.address = (__u64)mem,
		.length = pages * PAGE,
		.iova = iova,
		.last = last,
		.alignment = alignment,
	};
	int rc = space_map(space, &map);

	return rc ? rc : (__s64)map.out_iova;
}

TEST_F(iova, chooses_lowest)
{
	int i;

	for (i = 0; i < 4; i++)
		EXPECT_EQ(GIB4 + i * PAGE,
			  choose(self->space, self->mem, 1, 0, 0, PAGE));
	EXPECT_EQ(PAGE, space_unmap(self->space, GIB4 + PAGE, PAGE));
	EXPECT_EQ(GIB4 + 4 * PAGE,
		  choose(self->space, self->mem, 2, 0, 0, PAGE));
	EXPECT_EQ(GIB4 + PAGE, choose(self->space, self->mem, 1, 0, 0, PAGE));
}

/* A map below 4 GiB that goes beyond is in the way as any other. */
TEST_F(iova, chooses_behind_what_is_at_4_gib)
{
	ASSERT_EQ(0, map_pages(self->space, GIB4 - PAGE, self->mem, 2));
	EXPECT_EQ(GIB4 + PAGE, choose(self->space, self->mem, 1, 0, 0, PAGE));
}

TEST_F(iova, chooses_from_wish)
{
	EXPECT_EQ(PAGE, choose(self->space, self->mem, 1, PAGE, 0, PAGE));
	EXPECT_EQ(2 * PAGE, choose(self->space, self->mem, 1, PAGE, 0, PAGE));
	EXPECT_EQ(PLACE, choose(self->space, self->mem, 1, PLACE, 0, PAGE));
	EXPECT_EQ(PLACE + PAGE,
		  choose(self->space, self->mem, 1, PLACE, 0, PAGE));
	EXPECT_EQ(3 * PAGE, choose(self->space, self->mem, 1, PAGE, PLACE, 0));
}

TEST_F(iova, chooses_up_to_wish)
{
	const __u64 last = 4 * PAGE - 1;

	/* Never 0. */
	EXPECT_EQ(PAGE, choose(self->space, self->mem, 2, 0, last, PAGE));
	EXPECT_EQ(-ENOSPC, choose(self->space, self->mem, 2, 0, last, PAGE));
	EXPECT_EQ(3 * PAGE, choose(self->space, self->mem, 1, 0, last, PAGE));
	EXPECT_EQ(-ENOSPC, choose(self->space, self->mem, 1, 0, last, PAGE));
	EXPECT_EQ(4 * PAGE, choose(self->space, self->mem, 1, 0, last + PAGE,
				   PAGE));
}

TEST_F(iova, wish_that_is_no_page)
{
	__s64 iova = choose(self->space, self->mem, 1, PLACE,
			    PLACE + PAGE + PAGE / 2, PAGE);

	EXPECT_EQ(PLACE, iova);
	EXPECT_EQ(-ENOSPC, choose(self->space, self->mem, 1, PLACE,
				  PLACE + PAGE + PAGE / 2, PAGE));
	EXPECT_EQ(-ENOSPC, choose(self->space, self->mem, 1, 0, PAGE / 2,
				  PAGE));
}

TEST_F(iova, chooses_aligned)
{
	__u64 alignment;

	EXPECT_EQ(GIB4, choose(self->space, self->mem, 1, 0, 0, PAGE));
	for (alignment = 2 * PAGE; alignment < GIB4; alignment *= 8)
		EXPECT_EQ(GIB4 + alignment,
			  choose(self->space, self->mem, 1, 0, 0, alignment));
	EXPECT_EQ(1ull << 50,
		  choose(self->space, self->mem, 1, 0, 0, 1ull << 50));
	EXPECT_EQ(1ull << 51,
		  choose(self->space, self->mem, 1, 0, 0, 1ull << 50));
}

TEST_F(iova, alignment_that_fits_once)
{
	struct ioasid_map map = {
		.flags = READ_WRITE,
		.address = (__u64)self->mem,
		.length = PAGE,
		.alignment = 1ull << 63,
	};

	EXPECT_EQ(0, space_map(self->space, &map));
	EXPECT_EQ(1ull << 63, map.out_iova);
	EXPECT_EQ(-ENOSPC, space_map(self->space, &map));
}

/* There is room, but none that begins where it has to. */
TEST_F(iova, alignment_that_does_not_fit)
{
	const __u64 last = PLACE + 8 * PAGE - 1;

	EXPECT_EQ(-ENOSPC, choose(self->space, self->mem, 1, PLACE + PAGE,
				  last, 8 * PAGE));
	EXPECT_EQ(-ENOSPC, choose(self->space, self->mem, 5, PLACE + PAGE,
				  last, 4 * PAGE));
	EXPECT_EQ(PLACE + 4 * PAGE, choose(self->space, self->mem, 4,
					   PLACE + PAGE, last, 4 * PAGE));
	EXPECT_MAPS({ 4, 4 });
}

/* So that a huge page of memory is one in the tables too. */
TEST_F(iova, chooses_for_huge_pages)
{
	char *huge = anon_map_huge(2 * HUGE);
	int round;
	__s64 iova;

	ASSERT_NE(NULL, huge);
	for (round = 0; round < 3; round++) {
		EXPECT_LE(0, space_map_anywhere(self->space, self->mem, PAGE));
		iova = space_map_anywhere(self->space, huge, 2 * HUGE);
		EXPECT_LE((__s64)GIB4, iova);
		EXPECT_EQ(0, iova % HUGE);
	}
}

/* Unless it would not be one anyway. */
TEST_F(iova, chooses_for_small_pages)
{
	struct ioasid_map map = {
		.flags = READ_WRITE,
		.length = 2 * HUGE,
		.page_size_max = PAGE,
	};

	map.address = (__u64)anon_map_huge(map.length);
	ASSERT_NE(0, map.address);
	EXPECT_EQ(GIB4, space_map_anywhere(self->space, self->mem, PAGE));
	EXPECT_EQ(0, space_map(self->space, &map));
	EXPECT_EQ(GIB4 + PAGE, map.out_iova);
	map.page_size_max = HUGE;
	EXPECT_EQ(0, space_map(self->space, &map));
	EXPECT_EQ(GIB4 + 3 * HUGE, map.out_iova);
}

TEST_F(iova, many_chosen_are_apart)
{
	__s64 iova;
	int i;

	for (i = 0; i < 500; i++) {
		iova = space_map_anywhere(self->space, self->mem,
					  (1 + i % 5) * PAGE);
		ASSERT_LE((__s64)GIB4, iova);
	}
	EXPECT_EQ(500 / 5 * 15 * PAGE, space_unmap_all(self->space));
	EXPECT_NO_MAPS();
}

static int keep_one(int space, __u64 start, __u64 size)
{
	struct ioasid_iova_range range = { start, start + size - 1 };

	return space_keep(space, &range, 1);
}

TEST_F(iova, kept_range_is_filled)
{
	int i;

	ASSERT_EQ(0, keep_one(self->space, PLACE, 4 * PAGE));
	for (i = 0; i < 4; i++)
		EXPECT_EQ(PLACE + i * PAGE,
			  choose(self->space, self->mem, 1, 0, 0, 0));
	EXPECT_EQ(-ENOSPC, choose(self->space, self->mem, 1, 0, 0, 0));
	EXPECT_EQ(2 * PAGE, space_unmap(self->space, PLACE + PAGE, 2 * PAGE));
	EXPECT_EQ(-ENOSPC, choose(self->space, self->mem, 3, 0, 0, 0));
	EXPECT_EQ(PLACE + PAGE, choose(self->space, self->mem, 2, 0, 0, PAGE));
	EXPECT_MAPS({ 0, 1 }, { 1, 2 }, { 3, 1 });
}

TEST_F(iova, kept_range_of_page_zero)
{
	ASSERT_EQ(0, keep_one(self->space, 0, 2 * PAGE));
	EXPECT_EQ(PAGE, choose(self->space, self->mem, 1, 0, 0, 0));
	EXPECT_EQ(-ENOSPC, choose(self->space, self->mem, 1, 0, 0, 0));
	EXPECT_EQ(0, map_pages(self->space, 0, self->mem, 1));
}

TEST_F(iova, goes_below_4_gib_only_without_room)
{
	const struct ioasid_iova_range ranges[] = {
		{ 16 * PAGE, 18 * PAGE - 1 }, { GIB4 - PAGE, GIB4 + PAGE - 1 },
	};

	ASSERT_EQ(0, space_keep(self->space, ranges, 2));
	EXPECT_EQ(GIB4, choose(self->space, self->mem, 1, 0, 0, PAGE));
	EXPECT_EQ(16 * PAGE, choose(self->space, self->mem, 1, 0, 0, PAGE));
	EXPECT_EQ(17 * PAGE, choose(self->space, self->mem, 1, 0, 0, PAGE));
	EXPECT_EQ(GIB4 - PAGE, choose(self->space, self->mem, 1, 0, 0, PAGE));
	EXPECT_EQ(-ENOSPC, choose(self->space, self->mem, 1, 0, 0, PAGE));
}

TEST_F(iova, kept_ranges_do_not_bind_fixed)
{
	ASSERT_EQ(0, keep_one(self->space, PLACE, 4 * PAGE));
	EXPECT_EQ(0, map_pages(self->space, PLACE + 3 * PAGE, self->mem, 2));
	EXPECT_EQ(0, map_pages(self->space, PLACE + 8 * PAGE, self->mem, 1));
	EXPECT_EQ(-ENOSPC,
		  choose(self->space, self->mem, 1, PLACE + 4 * PAGE, 0, 0));
	EXPECT_EQ(PLACE, choose(self->space, self->mem, 3, 0, 0, PAGE));
	EXPECT_MAPS({ 0, 3 }, { 3, 2 }, { 8, 1 });
}

/* A map does not span two ranges unless they touch. */
TEST_F(iova, kept_ranges_replace_each_other)
{
	ASSERT_EQ(0, keep_one(self->space, PLACE, 4 * PAGE));
	ASSERT_EQ(0, keep_one(self->space, 2 * PLACE, 4 * PAGE));
	EXPECT_EQ(2 * PLACE, choose(self->space, self->mem, 1, 0, 0, PAGE));
	ASSERT_EQ(0, space_keep(self->space, NULL, 0));
	EXPECT_EQ(GIB4, choose(self->space, self->mem, 1, 0, 0, PAGE));
}

/* Ranges that are refused as they are, and are not kept. */
static const struct ioasid_iova_range bad_ranges[][2] = {
	{ { PLACE + 1, PLACE + PAGE - 1 } },
	{ { PLACE, PLACE + PAGE } },
	{ { PLACE, PLACE + PAGE - 2 } },
	{ { PLACE, PLACE - 1 } },
	{ { PLACE + PAGE, PLACE - 1 } },
	{ { PLACE, PLACE } },
	{ { -1ull, -1ull } },
	{ { PLACE, PLACE + PAGE - 1 }, { PLACE, PLACE + PAGE - 1 } },
	{ { PLACE, PLACE + 2 * PAGE - 1 },
	  { PLACE + PAGE, PLACE + 3 * PAGE - 1 } },
	{ { PLACE + 4 * PAGE, PLACE + 5 * PAGE - 1 },
	  { PLACE, PLACE + PAGE - 1 } },
};

TEST_F(iova, refused_ranges)
{
	static struct ioasid_iova_range many[IOASID_IOVA_KEEP_MAX + 1];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad_ranges); i++) {
		EXPECT_EQ(-EINVAL,
			  space_keep(self->space, bad_ranges[i],
				     bad_ranges[i][1].last ? 2 : 1)) {
			TH_LOG("case %u", i);
		}
	}
	for (i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = (struct ioasid_iova_range){
			PLACE + 2 * i * PAGE, PLACE + (2 * i + 1) * PAGE - 1,
		};
	EXPECT_EQ(-EINVAL, space_keep(self->space, many, ARRAY_SIZE(many)));
	EXPECT_EQ(-EINVAL, space_keep(self->space, many, -1));
	EXPECT_EQ(-EFAULT, space_keep(self->space, (void *)8, 1));
	EXPECT_EQ(GIB4, choose(self->space, self->mem, 1, 0, 0, PAGE));
	EXPECT_EQ(0, space_keep(self->space, many, IOASID_IOVA_KEEP_MAX));
	EXPECT_EQ(PLACE, choose(self->space, self->mem, 1, 0, 0, PAGE));
	EXPECT_EQ(PLACE + 2 * PAGE,
		  choose(self->space, self->mem, 1, 0, 0, PAGE));
	EXPECT_EQ(-ENOSPC, choose(self->space, self->mem, 2, 0, 0, PAGE));
}

TEST_F(iova, everything_can_be_kept)
{
	struct ioasid_iova_range range;

	ASSERT_EQ(1, space_iova_ranges(self->space, &range, 1));
	EXPECT_EQ(0, space_keep(self->space, &range, 1));
	EXPECT_EQ(GIB4, choose(self->space, self->mem, 1, 0, 0, PAGE));
}

TEST_F(iova, ranges_without_device)
{
	struct ioasid_iova_range ranges[2] = { { 7, 7 }, { 7, 7 } };
	struct ioasid_iova_ranges arg = {
		.size = sizeof(arg),
		.nr = 2,
		.ranges = (__u64)ranges,
	};

	ASSERT_EQ(0, fd_ioctl(self->space, IOASID_IOVA_RANGES, &arg));
	EXPECT_EQ(1, arg.out_nr);
	EXPECT_EQ(0, arg.out_page_sizes);
	EXPECT_EQ(PAGE, arg.out_alignment);
	EXPECT_EQ(0, ranges[0].start);
	EXPECT_LT(1ull << 62, ranges[0].last);
	EXPECT_EQ(7, ranges[1].start);
}

TEST_F(iova, ranges_without_room)
{
	struct ioasid_iova_ranges arg = { .size = sizeof(arg) };

	EXPECT_EQ(-EMSGSIZE, fd_ioctl(self->space, IOASID_IOVA_RANGES, &arg));
	EXPECT_EQ(1, arg.out_nr);
	EXPECT_EQ(PAGE, arg.out_alignment);
	arg.nr = 1;
	arg.ranges = 8;
	EXPECT_EQ(-EFAULT, fd_ioctl(self->space, IOASID_IOVA_RANGES, &arg));
}

TEST_F(iova, ranges_tell_also_what_is_mapped)
{
	struct ioasid_iova_range before, after;

	ASSERT_EQ(1, space_iova_ranges(self->space, &before, 1));
	ASSERT_EQ(0, map_pages(self->space, PLACE, self->mem, PAGES));
	ASSERT_EQ(0, keep_one(self->space, PLACE, PAGE));
	ASSERT_EQ(1, space_iova_ranges(self->space, &after, 1));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(before)));
}

/* One map of twelve pages, and what a cut leaves of it. */
FIXTURE(cut)
{
	int space;
	char *mem;
};

FIXTURE_VARIANT(cut)
{
	unsigned int first;
	unsigned int pages;
	unsigned int unmapped;
	struct extent left[2];
	unsigned int nr_left;
};

FIXTURE_VARIANT_ADD(cut, exact)
{
	.first = 2, .pages = 12, .unmapped = 12,
};

FIXTURE_VARIANT_ADD(cut, around)
{
	.first = 0, .pages = 16, .unmapped = 12,
};

FIXTURE_VARIANT_ADD(cut, front)
{
	.first = 2, .pages = 3, .unmapped = 3,
	.left = { { 5, 9 } }, .nr_left = 1,
};

FIXTURE_VARIANT_ADD(cut, back)
{
	.first = 13, .pages = 1, .unmapped = 1,
	.left = { { 2, 11 } }, .nr_left = 1,
};

FIXTURE_VARIANT_ADD(cut, middle)
{
	.first = 6, .pages = 4, .unmapped = 4,
	.left = { { 2, 4 }, { 10, 4 } }, .nr_left = 2,
};

FIXTURE_VARIANT_ADD(cut, one_page_of_the_middle)
{
	.first = 3, .pages = 1, .unmapped = 1,
	.left = { { 2, 1 }, { 4, 10 } }, .nr_left = 2,
};

FIXTURE_VARIANT_ADD(cut, over_the_front)
{
	.first = 0, .pages = 4, .unmapped = 2,
	.left = { { 4, 10 } }, .nr_left = 1,
};

FIXTURE_VARIANT_ADD(cut, over_the_back)
{
	.first = 10, .pages = 10, .unmapped = 4,
	.left = { { 2, 8 } }, .nr_left = 1,
};

FIXTURE_SETUP(cut)
{
	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->mem);
	ASSERT_EQ(0, map_pages(self->space, PLACE + 2 * PAGE, self->mem, 12));
}

FIXTURE_TEARDOWN(cut)
{
	close(self->space);
}

TEST_F(cut, leaves_the_rest)
{
	const __u64 iova = PLACE + variant->first * PAGE;

	EXPECT_EQ(variant->unmapped * PAGE,
		  space_unmap(self->space, iova, variant->pages * PAGE));
	EXPECT_TRUE(maps_are(self->space, variant->left, variant->nr_left));
	EXPECT_EQ(-ENOENT,
		  space_unmap(self->space, iova, variant->pages * PAGE));
	EXPECT_TRUE(maps_are(self->space, variant->left, variant->nr_left));
}

/* What is left can be unmapped too, and the hole can be mapped again. */
TEST_F(cut, makes_room)
{
	const __u64 iova = PLACE + variant->first * PAGE;

	EXPECT_EQ(variant->unmapped * PAGE,
		  space_unmap(self->space, iova, variant->pages * PAGE));
	EXPECT_EQ(0, map_pages(self->space, iova, self->mem, variant->pages));
	EXPECT_EQ((12 - variant->unmapped + variant->pages) * PAGE,
		  space_unmap_all(self->space));
	EXPECT_NO_MAPS();
}

FIXTURE(row)
{
	int space;
	char *mem;
};

/* Four maps of two pages, with a hole of two behind each. */
FIXTURE_SETUP(row)
{
	int i;

	self->space = space_alloc_iova(NULL);
	ASSERT_LE(0, self->space);
	self->mem = anon_map(SIZE);
	ASSERT_NE(NULL, self->mem);
	for (i = 0; i < 4; i++)
		ASSERT_EQ(0, map_pages(self->space, PLACE + 4 * i * PAGE,
				       self->mem + i * 2 * PAGE, 2));
}

FIXTURE_TEARDOWN(row)
{
	close(self->space);
}

TEST_F(row, unmap_several)
{
	EXPECT_EQ(4 * PAGE, space_unmap(self->space, PLACE + 2 * PAGE,
					10 * PAGE));
	EXPECT_MAPS({ 0, 2 }, { 12, 2 });
}

TEST_F(row, unmap_from_middle_to_middle)
{
	EXPECT_EQ(6 * PAGE, space_unmap(self->space, PLACE + PAGE, 12 * PAGE));
	EXPECT_MAPS({ 0, 1 }, { 13, 1 });
}

TEST_F(row, unmap_hole)
{
	EXPECT_EQ(-ENOENT, space_unmap(self->space, PLACE + 2 * PAGE,
				       2 * PAGE));
	EXPECT_EQ(-ENOENT, space_unmap(self->space, 0, PLACE));
	EXPECT_EQ(-ENOENT, space_unmap(self->space, PLACE + 14 * PAGE,
				       1ull << 48));
	EXPECT_MAPS({ 0, 2 }, { 4, 2 }, { 8, 2 }, { 12, 2 });
}

TEST_F(row, unmap_most_of_the_space)
{
	EXPECT_EQ(8 * PAGE, space_unmap(self->space, PAGE, -2 * PAGE));
	EXPECT_NO_MAPS();
}

TEST_F(row, unmap_all)
{
	EXPECT_EQ(8 * PAGE, space_unmap_all(self->space));
	EXPECT_NO_MAPS();
	EXPECT_EQ(0, space_unmap_all(self->space));
	EXPECT_EQ(-ENOENT, space_unmap(self->space, PLACE, PAGE));
}

TEST_F(row, refused_unmaps)
{
	static const struct {
		int error;
		struct ioasid_unmap arg;
	} cases[] = {
		{ EINVAL, { .iova = PLACE } },
		{ EINVAL, { .iova = PLACE, .length = 1 } },
		{ EINVAL, { .iova = PLACE, .length = PAGE + PAGE / 2 } },
		{ EINVAL, { .iova = PLACE + 1, .length = PAGE } },
		{ EINVAL, { .iova = PLACE + PAGE / 2, .length = PAGE } },
		{ EINVAL, { .flags = IOASID_UNMAP_ALL, .iova = PLACE } },
		{ EINVAL, { .flags = IOASID_UNMAP_ALL, .length = PAGE } },
		{ EOVERFLOW, { .iova = PLACE, .length = -PAGE } },
		{ EOVERFLOW, { .iova = -PAGE, .length = 2 * PAGE } },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ioasid_unmap arg = cases[i].arg;

		arg.size = sizeof(arg);
		EXPECT_EQ(-cases[i].error,
			  fd_ioctl(self->space, IOASID_UNMAP, &arg)) {
			TH_LOG("case %u", i);
		}
	}
	EXPECT_MAPS({ 0, 2 }, { 4, 2 }, { 8, 2 }, { 12, 2 });
}

/* The work is done although the answer cannot be given. */
TEST_F(row, unmap_with_read_only_struct)
{
	struct ioasid_unmap *arg = anon_map(PAGE);

	ASSERT_NE(NULL, arg);
	arg->size = sizeof(*arg);
	arg->iova = PLACE;
	arg->length = 2 * PAGE;
	ASSERT_EQ(0, mprotect(arg, PAGE, PROT_READ));
	EXPECT_EQ(-EFAULT, fd_ioctl(self->space, IOASID_UNMAP, arg));
	EXPECT_MAPS({ 4, 2 }, { 8, 2 }, { 12, 2 });
}

TEST_F(row, maps_in_pages)
{
	struct ioasid_map_entry entry;
	unsigned int found = 0;
	__u64 iova = 0;

	while (space_maps(self->space, iova, &entry, 1) == 1) {
		EXPECT_EQ(PLACE + 4 * found * PAGE, entry.iova);
		EXPECT_EQ(2 * PAGE, entry.length);
		iova = entry.iova + entry.length;
		found++;
	}
	EXPECT_EQ(4, found);
}

TEST_F(row, maps_from_the_middle)
{
	struct ioasid_map_entry entries[5];

	EXPECT_EQ(0, space_maps(self->space, 0, NULL, 0));
	EXPECT_EQ(4, space_maps(self->space, PLACE + PAGE, entries, 5));
	EXPECT_EQ(PLACE, entries[0].iova);
	EXPECT_EQ(4, space_maps(self->space, PLACE + 2 * PAGE - 1, entries, 5));
	EXPECT_EQ(3, space_maps(self->space, PLACE + 2 * PAGE, entries, 5));
	EXPECT_EQ(PLACE + 4 * PAGE, entries[0].iova);
	EXPECT_EQ(2, space_maps(self->space, PLACE + 4 * PAGE, entries, 2));
	EXPECT_EQ(PLACE + 8 * PAGE, entries[1].iova);
	EXPECT_EQ(0, space_maps(self->space, PLACE + 14 * PAGE, entries, 5));
	EXPECT_EQ(0, space_maps(self->space, -1, entries, 5));
}

TEST_F(row, maps_to_bad_memory)
{
	struct ioasid_map_entry *entries = anon_map(2 * PAGE);

	ASSERT_NE(NULL, entries);
	ASSERT_EQ(0, munmap((char *)entries + PAGE, PAGE));
	EXPECT_EQ(-EFAULT, space_maps(self->space, 0, (void *)8, 4));
	entries += PAGE / sizeof(*entries) - 2;
	EXPECT_EQ(-EFAULT, space_maps(self->space, 0, entries, 4));
	EXPECT_EQ(2, space_maps(self->space, 0, entries, 2));
	EXPECT_EQ(0, space_maps(self->space, PLACE + 14 * PAGE, (void *)8, 4));
}

TEST_F(row, fdinfo)
{
	char value[32];

	EXPECT_EQ(0, fdinfo_value(getpid(), self->space, "type", value,
				  sizeof(value)));
	EXPECT_STREQ("iova", value);
	EXPECT_EQ(0, fdinfo_value(getpid(), self->space, "maps", value,
				  sizeof(value)));
	EXPECT_STREQ("4", value);
	EXPECT_EQ(0, fdinfo_value(getpid(), self->space, "pinned", value,
				  sizeof(value)));
	EXPECT_STREQ("32768", value);
	EXPECT_EQ(0, fdinfo_value(getpid(), self->space, "mapped", value,
				  sizeof(value)));
	EXPECT_STREQ("32768", value);
	EXPECT_EQ(-ENOENT, fdinfo_value(getpid(), self->space, "mm", value,
					sizeof(value)));
}

/* Is nothing mapped from @start to @end, and is all of that told at once? */
static bool is_hole(int space, __u64 iova, __u64 start, __u64 end)
{
	struct ioasid_translate answer;

	return !space_translate(space, iova, &answer) && !answer.out_flags &&
	       answer.out_iova == start && answer.out_length == end - start &&
	       !answer.out_page_size && !answer.out_phys;
}

TEST_F(row, translate_holes)
{
	const __u64 hole = PLACE + 2 * PAGE, rest = PLACE + 14 * PAGE;

	EXPECT_TRUE(is_hole(self->space, 0, 0, PLACE));
	EXPECT_TRUE(is_hole(self->space, 12345, 0, PLACE));
	EXPECT_TRUE(is_hole(self->space, PLACE - 1, 0, PLACE));
	EXPECT_TRUE(is_hole(self->space, hole, hole, hole + 2 * PAGE));
	EXPECT_TRUE(is_hole(self->space, hole + PAGE + 7, hole,
			    hole + 2 * PAGE));
	EXPECT_TRUE(is_hole(self->space, hole + 2 * PAGE - 1, hole,
			    hole + 2 * PAGE));
	EXPECT_TRUE(is_hole(self->space, rest, rest, 0));
	EXPECT_TRUE(is_hole(self->space, -1, rest, 0));
}

TEST_F(row, translate_empty_space)
{
	EXPECT_EQ(8 * PAGE, space_unmap_all(self->space));
	EXPECT_TRUE(is_hole(self->space, 0, 0, 0));
	EXPECT_TRUE(is_hole(self->space, PLACE, 0, 0));
	EXPECT_TRUE(is_hole(self->space, -1, 0, 0));
}

TEST_F(row, translate_map_at_zero)
{
	EXPECT_EQ(8 * PAGE, space_unmap_all(self->space));
	ASSERT_EQ(0, map_pages(self->space, 0, self->mem, 1));
	EXPECT_TRUE(is_hole(self->space, PAGE, PAGE, 0));
}

/* The physical address of @mem, as the kernel tells those who may know. */
static __u64 physical(const void *mem)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	__u64 entry = 0;

	if (pread(fd, &entry, sizeof(entry),
		  (__u64)mem / PAGE * sizeof(entry)) < 0)
		entry = 0;
	close(fd);
	return (entry & ((1ull << 55) - 1)) * PAGE;
}

TEST_F(row, translate_maps)
{
	struct ioasid_translate answer;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		const __u64 iova = PLACE + (i / 2 * 4 + i % 2) * PAGE;

		ASSERT_EQ(0, space_translate(self->space, iova + 77 * i,
					     &answer));
		EXPECT_EQ(READ_WRITE | IOASID_MAPPED, answer.out_flags);
		EXPECT_EQ(iova, answer.out_iova);
		EXPECT_EQ(PAGE, answer.out_length);
		EXPECT_EQ(0, answer.out_page_size);
		EXPECT_EQ(physical(self->mem + i * PAGE), answer.out_phys);
		EXPECT_NE(0, answer.out_phys);
	}
}

TEST_F(row, translate_read_only)
{
	struct ioasid_translate answer;

	ASSERT_EQ(0, space_map_at(self->space, PLACE + 2 * PAGE, self->mem,
				  PAGE, IOASID_READ));
	ASSERT_EQ(0, space_translate(self->space, PLACE + 2 * PAGE, &answer));
	EXPECT_EQ(IOASID_READ | IOASID_MAPPED, answer.out_flags);
}

TEST_F(row, translate_without_privilege)
{
	struct ioasid_translate answer;

	ASSERT_EQ(0, setresuid(65534, 65534, 65534));
	ASSERT_EQ(0, space_translate(self->space, PLACE, &answer));
	EXPECT_EQ(READ_WRITE | IOASID_MAPPED, answer.out_flags);
	EXPECT_EQ(PLACE, answer.out_iova);
	EXPECT_EQ(0, answer.out_phys);
}

/* Not even with a capability in a user namespace of its own. */
TEST_F(row, translate_in_user_namespace)
{
	struct ioasid_translate answer;

	if (unshare(CLONE_NEWUSER))
		SKIP(return, "no user namespaces");
	ASSERT_EQ(0, space_translate(self->space, PLACE, &answer));
	EXPECT_EQ(0, answer.out_phys);
}

TEST_HARNESS_MAIN
