/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs one program in a process of its own, whose end ends everything.
 */
#ifndef TESTS_FUZZ_RUN_H
#define TESTS_FUZZ_RUN_H

#include "program.h"

enum run_end {
	RUN_ENDED,
	RUN_HANGS,
};

/*
 * Runs it; threads that wait are interrupted after @ms. @outcomes, of
 * PROGRAM_STEPS, in memory that processes share, is what the calls returned, or
 * NO_OUTCOME for those that did not return.
 *
 * RUN_HANGS: a process cannot be killed. It has been told on stderr where.
 */
enum run_end run_program(const struct program *program, unsigned int ms,
			 int *outcomes);

/* In such a process: is it an fd that programs must leave alone? */
bool run_reserves(int fd);

/* Memory that processes share, zeroed. */
void *shared_memory(size_t size);

#endif
