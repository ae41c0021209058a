/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes programs and runs them, until the time is up.
 */
#ifndef TESTS_FUZZ_WORKER_H
#define TESTS_FUZZ_WORKER_H

#include <linux/types.h>
#include <time.h>

#include "program.h"

/* @number: of @workers. @seeds are shared among them, to begin with. */
struct worker {
	unsigned int number;
	unsigned int workers;
	__u64 seed;
	time_t until;
	const struct program *seeds;
	unsigned int nr_seeds;
};

/* Returns an exit status. */
int worker_run(const struct worker *worker);

#endif
