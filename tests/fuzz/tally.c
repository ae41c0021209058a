// SPDX-License-Identifier: GPL-2.0-only
#include "tally.h"

#include <stdatomic.h>

#include "calls.h"
#include "run.h"

#define OUTCOMES	200
/* So many errors are told of one call. */
#define ERRORS		5

struct tally {
	atomic_ulong programs;
	atomic_ulong calls;
	/* The last is for those that did not return. */
	atomic_ulong outcomes[MAX_CALLS][OUTCOMES + 1];
};

static struct tally *tally;

void tally_init(void)
{
	tally = shared_memory(sizeof(*tally));
}

void tally_add(const struct program *program, const int *outcomes)
{
	unsigned int i, outcome;

	for (i = 0; i < program->length; i++) {
		outcome = outcomes[i];
		if (outcome > OUTCOMES)
			outcome = OUTCOMES;
		atomic_fetch_add(&tally->outcomes[program->steps[i].call]
				 [outcome], 1);
	}
	atomic_fetch_add(&tally->calls, program->length);
	atomic_fetch_add(&tally->programs, 1);
}

unsigned long tally_programs(void)
{
	return tally->programs;
}

unsigned long tally_calls(void)
{
	return tally->calls;
}

static unsigned long made(unsigned int call)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i <= OUTCOMES; i++)
		sum += tally->outcomes[call][i];
	return sum;
}

/* The most frequent error that was not yet told, or 0. */
static unsigned int next_error(unsigned int call, const bool *told)
{
	unsigned int i, best = 0;

	for (i = 1; i <= OUTCOMES; i++)
		if (!told[i] && tally->outcomes[call][i] &&
		    (!best || tally->outcomes[call][i] >
			      tally->outcomes[call][best]))
			best = i;
	return best;
}

static void print_errors(unsigned int call)
{
	bool told[OUTCOMES + 1] = {};
	unsigned int i, error;

	for (i = 0; i < ERRORS; i++) {
		error = next_error(call, told);
		if (!error)
			break;
		told[error] = true;
		printf("  %s %lu",
		       error == OUTCOMES ? "(no return)" : outcome_name(error),
		       tally->outcomes[call][error]);
	}
	printf("\n");
}

void tally_print(void)
{
	unsigned long all, good;
	unsigned int i;

	for (i = 0; i < nr_calls; i++) {
		all = made(i);
		good = tally->outcomes[i][0];
		printf("%-14s %8lu  %3lu%% ok", calls[i]->name, all,
		       all ? good * 100 / all : 0);
		print_errors(i);
	}
}
