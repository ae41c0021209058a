/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers that a seed determines (xorshift64*).
 */
#ifndef TESTS_FUZZ_RANDOM_H
#define TESTS_FUZZ_RANDOM_H

#include <linux/types.h>
#include <stdbool.h>

struct random {
	__u64 state;
};

static inline void random_init(struct random *random, __u64 seed)
{
	random->state = (seed + 1) * 0x9e3779b97f4a7c15ull | 1;
}

static inline __u64 random_u64(struct random *random)
{
	random->state ^= random->state >> 12;
	random->state ^= random->state << 25;
	random->state ^= random->state >> 27;
	return random->state * 0x2545f4914f6cdd1dull;
}

/* Smaller than @bound, which is not 0. */
static inline unsigned int random_below(struct random *random,
					unsigned int bound)
{
	return (random_u64(random) >> 32) % bound;
}

/* True once in so many times. */
static inline bool random_once_in(struct random *random, unsigned int times)
{
	return !random_below(random, times);
}

#endif
