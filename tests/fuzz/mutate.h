/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes programs: from nothing, or from one that was good for something.
 *
 * What a call needs is made for it: an attach gets a queue and a space in front
 * of it if the program has none.
 */
#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include "program.h"
#include "random.h"

void program_generate(struct program *program, struct random *random);
/* Changes it a little; @other is one that parts may be taken from. */
void program_mutate(struct program *program, const struct program *other,
		    struct random *random);

#endif
