/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is about to be run, written down where it outlasts the machine: the
 * virtual one's trail (see scripts/vm). Elsewhere it is not written.
 */
#ifndef TESTS_FUZZ_TRAIL_H
#define TESTS_FUZZ_TRAIL_H

#include "program.h"

void trail_open(void);
void trail_write(unsigned int worker, unsigned int number,
		 const struct program *program);
/* Puts what @null is in its place. */
void trail_hide(int null);

#endif
