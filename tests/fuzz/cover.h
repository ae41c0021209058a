/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which code of the modules has run, as kcov tells. Without kcov all of this
 * does nothing.
 *
 * What has been seen is common to all workers. Each has a kcov for each thread
 * of a program, which sees what that thread itself runs, not the kernel's
 * threads that work for it.
 */
#ifndef TESTS_FUZZ_COVER_H
#define TESTS_FUZZ_COVER_H

/* Once, before there are workers. */
void cover_init(void);
/* In each worker. */
void cover_open(void);
/* By a thread of a program, when it begins. Its end ends it. */
void cover_start(unsigned int thread);
/* How many places were run for the first time, since the last time. */
unsigned int cover_collect(void);
/* How many places have been run in all. */
unsigned int cover_count(void);

#endif
