/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is fuzzed with: a program, a short sequence of calls.
 *
 * An argument is a number, or what an earlier call has given (an fd, a PASID,
 * an address) plus a number. Each call is made by one of a few threads. Those
 * of a thread are made in order; a call that refers to one of another thread
 * waits until that has returned. All else goes on at the same time.
 *
 * As text, a program has one call a line, with the result's name in front of
 * it if it has one, and the thread, if it is not the first:
 *
 *	# whatever
 *	r0 = open_system
 *	r1 = alloc_sva fd=r0 -> ok
 *	@1 free fd=r1
 *	status fd=r1.out_fd size=0x10 -> EINVAL
 *
 * Arguments that are left out have the value that calls.h calls their initial
 * one. "r1" means the first output of the call, and "r1+0x1000" so much more.
 * Behind the arrow stands what a replay expects, where that is certain.
 */
#ifndef TESTS_FUZZ_PROGRAM_H
#define TESTS_FUZZ_PROGRAM_H

#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>

#define PROGRAM_STEPS	24
#define PROGRAM_ARGS	13
#define PROGRAM_THREADS	3
/* The text of any program fits in here. */
#define PROGRAM_TEXT	16384

#define NO_STEP		(-1)

/* Outcomes are 0, or an errno. */
#define NO_OUTCOME	(-1)

/* @number, plus output @output of step @step if that is not NO_STEP. */
struct value {
	__u64 number;
	short step;
	unsigned short output;
};

/* @call is an index into calls[]. */
struct step {
	unsigned int call;
	unsigned int thread;
	int expected;
	struct value args[PROGRAM_ARGS];
};

struct program {
	unsigned int length;
	struct step steps[PROGRAM_STEPS];
};

/* Writes the text, without a comment, and returns its length. */
size_t program_print(const struct program *program, char *text, size_t size);
/* Returns whether it could; if not, it has said why on stderr. */
bool program_parse(struct program *program, const char *name, FILE *file);

/* The name of an outcome, "ok" for 0. */
const char *outcome_name(int outcome);

#endif
