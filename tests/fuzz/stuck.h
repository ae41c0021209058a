/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where processes hang that cannot be killed.
 */
#ifndef TESTS_FUZZ_STUCK_H
#define TESTS_FUZZ_STUCK_H

#include <sys/types.h>

/* Prints to stderr where each thread of the process group waits. */
void stuck_tell(pid_t group);

#endif
