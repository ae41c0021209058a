// SPDX-License-Identifier: GPL-2.0-only
#include "numbers.h"

/* One number in so many is one that makes no sense. */
#define SELDOM	24

static const __u64 odd_numbers[] = {
	0, 1, 2, 0x7f, 0xff, 0xfff, 0x1000, 0x1001, 0x7fffffff, 0x80000000,
	0xffffffff, 0x100000000, 0x7ffffffff000, 0x800000000000,
	0x7fffffffffffffff, 0x8000000000000000, 0xffff888000000000,
	0xfffffffffffff000, 0xffffffffffffffff, ARENA, ARENA + ARENA_SIZE,
};

static const __u64 lengths[] = {
	PAGE, PAGE, PAGE, 2 * PAGE, 2 * PAGE, 3 * PAGE, 4 * PAGE, 8 * PAGE,
	16 * PAGE, 16 * PAGE, HUGE, HUGE, 2 * HUGE, ARENA_SIZE,
};

#define ELEMENTS(array)	(sizeof(array) / sizeof((array)[0]))

static __u64 any_number(struct random *random)
{
	if (random_once_in(random, 4))
		return random_u64(random) >> random_below(random, 64);
	return odd_numbers[random_below(random, ELEMENTS(odd_numbers))];
}

static __u64 flags(const struct arg *arg, struct random *random)
{
	__u64 number = 0;
	unsigned int i;

	for (i = 0; i < arg->nr_values; i++)
		if (random_once_in(random, 2))
			number |= arg->values[i];
	return number;
}

static __u64 page(struct random *random)
{
	unsigned int common = ARENA_COMMON / PAGE;

	switch (random_below(random, 8)) {
	case 0:
		return ARENA + HUGE * random_below(random, ARENA_SIZE / HUGE);
	case 1:
		return ARENA + PAGE * random_below(random, ARENA_SIZE / PAGE);
	case 2:
		return ARENA;
	default:
		return ARENA + PAGE * random_below(random, common);
	}
}

/* Most are aligned as descriptors and completion records want it. */
static __u64 byte(struct random *random)
{
	if (random_once_in(random, 8))
		return page(random) + random_below(random, PAGE);
	return page(random) + 64 * random_below(random, PAGE / 64);
}

static __u64 sensible(const struct arg *arg, struct random *random)
{
	switch (arg->kind) {
	case KIND_CHOICE:
		return arg->values[random_below(random, arg->nr_values)];
	case KIND_FLAGS:
		return flags(arg, random);
	case KIND_PAGE:
		return page(random);
	case KIND_BYTE:
		return byte(random);
	case KIND_LENGTH:
		return lengths[random_below(random, ELEMENTS(lengths))];
	case KIND_NUMBER:
		return random_below(random, 8);
	case KIND_AT:
		return random_once_in(random, SELDOM) ? byte(random) : 0;
	case KIND_ZERO:
	case KIND_SIZE:
		break;
	}
	return arg->initial;
}

__u64 number_for(const struct arg *arg, struct random *random)
{
	if (random_once_in(random, SELDOM))
		return any_number(random);
	if (random_once_in(random, 3))
		return arg->initial;
	return sensible(arg, random);
}

__u64 number_offset(struct random *random)
{
	if (random_once_in(random, 2))
		return 0;
	return PAGE * random_below(random, ARENA_COMMON / PAGE);
}
