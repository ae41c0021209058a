// SPDX-License-Identifier: GPL-2.0-only
#include "corpus.h"

#include <stdatomic.h>

#include "run.h"

#define CORPUS	8192

/* @there: whether the program has been written as a whole. */
struct corpus {
	atomic_uint count;
	struct {
		atomic_bool there;
		struct program program;
	} entries[CORPUS];
};

static struct corpus *corpus;

void corpus_init(void)
{
	corpus = shared_memory(sizeof(*corpus));
}

unsigned int corpus_count(void)
{
	unsigned int count = corpus->count;

	return count < CORPUS ? count : CORPUS;
}

void corpus_add(const struct program *program)
{
	unsigned int i = atomic_fetch_add(&corpus->count, 1);

	if (i >= CORPUS)
		return;
	corpus->entries[i].program = *program;
	corpus->entries[i].there = true;
}

const struct program *corpus_get(unsigned int number)
{
	if (number >= corpus_count() || !corpus->entries[number].there)
		return NULL;
	return &corpus->entries[number].program;
}

const struct program *corpus_pick(struct random *random)
{
	unsigned int count = corpus_count(), i;

	if (!count)
		return NULL;
	i = random_below(random, count);
	if (random_once_in(random, 2))
		i = count - 1 - i / 4;
	return corpus_get(i);
}
