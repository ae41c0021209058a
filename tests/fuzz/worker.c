// SPDX-License-Identifier: GPL-2.0-only
#include "worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "corpus.h"
#include "cover.h"
#include "mutate.h"
#include "run.h"
#include "tally.h"
#include "trail.h"

/* How long a thread may wait. */
#define PATIENCE_MS	700
/* One program in so many is made from nothing. */
#define FROM_NOTHING	16

static void try(const struct worker *worker, const struct program *program)
{
	static unsigned int number;
	static int *outcomes;

	if (!outcomes)
		outcomes = shared_memory(PROGRAM_STEPS * sizeof(*outcomes));
	trail_write(worker->number, number++, program);
	if (run_program(program, PATIENCE_MS, outcomes) == RUN_HANGS)
		exit(1);
	tally_add(program, outcomes);
	if (cover_collect())
		corpus_add(program);
}

static void make(struct program *program, struct random *random)
{
	const struct program *from = corpus_pick(random);
	const struct program *other = corpus_pick(random);

	if (!from || !other || random_once_in(random, FROM_NOTHING)) {
		program_generate(program, random);
		return;
	}
	*program = *from;
	program_mutate(program, other, random);
}

int worker_run(const struct worker *worker)
{
	struct program program;
	struct random random;
	unsigned int i;

	/* What programs leave behind comes to their worker. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	cover_open();
	random_init(&random, worker->seed * worker->workers + worker->number);
	for (i = worker->number; i < worker->nr_seeds; i += worker->workers)
		try(worker, &worker->seeds[i]);
	while (time(NULL) < worker->until) {
		make(&program, &random);
		try(worker, &program);
	}
	return 0;
}
