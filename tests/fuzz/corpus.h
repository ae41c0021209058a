/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The programs that ran code which none before them did. All workers add to it
 * and take from it.
 */
#ifndef TESTS_FUZZ_CORPUS_H
#define TESTS_FUZZ_CORPUS_H

#include "program.h"
#include "random.h"

void corpus_init(void);
/* Of a full corpus nothing is left out, but nothing is added either. */
void corpus_add(const struct program *program);
/* One of them, the later ones rather; or NULL while there is none. */
const struct program *corpus_pick(struct random *random);
/* The one with this number, or NULL. */
const struct program *corpus_get(unsigned int number);
unsigned int corpus_count(void);

#endif
