/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often each call was made, and what came of it: it shows how deep the
 * programs get.
 */
#ifndef TESTS_FUZZ_TALLY_H
#define TESTS_FUZZ_TALLY_H

#include "program.h"

void tally_init(void);
void tally_add(const struct program *program, const int *outcomes);
unsigned long tally_programs(void);
unsigned long tally_calls(void);
/* A line for each call, to stdout. */
void tally_print(void);

#endif
