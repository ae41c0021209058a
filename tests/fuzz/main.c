// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fuzzer of the two modules' whole interface to user space, which follows
 * coverage: of programs that run new code, it makes more.
 *
 *	program, text		what is run, and its format
 *	calls, *_calls		the table of calls, and how each is made
 *	mutate, numbers, random	making programs
 *	run, stuck, post	running one, in a process of its own
 *	cover, corpus, tally	what has come of them
 *	trail			what was run last, when the kernel has crashed
 *	worker, main		all of it together
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "calls.h"
#include "corpus.h"
#include "cover.h"
#include "post.h"
#include "run.h"
#include "tally.h"
#include "trail.h"
#include "worker.h"

#define WORKERS		4
#define MAX_SEEDS	256
#define REPORT_SECONDS	30
/* A replay meets a race, or not, so many times. */
#define REPLAYS		10
#define REPLAY_MS	5000

static struct program seeds[MAX_SEEDS];
static unsigned int nr_seeds;

static void usage(void)
{
	fprintf(stderr,
		"Usage: fuzz run SECONDS SEED [FILE]...\n"
		"       fuzz replay FILE...\n"
		"       fuzz calls\n");
	exit(2);
}

static void load(const char *name)
{
	FILE *file = fopen(name, "r");

	if (!file || nr_seeds == MAX_SEEDS) {
		perror(name);
		exit(1);
	}
	if (!program_parse(&seeds[nr_seeds++], name, file))
		exit(1);
	fclose(file);
}

static void print_progress(time_t start)
{
	printf("%5ld s: %lu programs, %lu calls, %u in the corpus, %u places\n",
	       (long)(time(NULL) - start), tally_programs(), tally_calls(),
	       corpus_count(), cover_count());
	fflush(stdout);
}

static void start_workers(time_t seconds, __u64 seed)
{
	struct worker worker = {
		.workers = WORKERS,
		.seed = seed,
		.until = time(NULL) + seconds,
		.seeds = seeds,
		.nr_seeds = nr_seeds,
	};

	for (; worker.number < WORKERS; worker.number++)
		if (!fork())
			exit(worker_run(&worker));
}

/* Returns whether all ended well. */
static bool wait_workers(time_t start)
{
	const struct timespec interval = { .tv_sec = REPORT_SECONDS };
	unsigned int left = WORKERS;
	bool good = true;
	sigset_t child;
	int status;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (left) {
		if (waitpid(-1, &status, WNOHANG) > 0) {
			good = good && !status;
			left--;
		} else if (sigtimedwait(&child, NULL, &interval) < 0) {
			print_progress(start);
		}
	}
	return good;
}

static void print_corpus(void)
{
	static char text[PROGRAM_TEXT];
	unsigned int i;

	for (i = 0; i < corpus_count() && corpus_get(i); i++) {
		program_print(corpus_get(i), text, sizeof(text));
		printf("# corpus %u\n%s", i, text);
	}
}

static int fuzz(int argc, char **argv)
{
	time_t start = time(NULL);
	bool good;
	int i;

	if (argc < 4)
		usage();
	for (i = 4; i < argc; i++)
		load(argv[i]);
	trail_open();
	printf("seed %s, %s s, %d workers, %u programs to begin with\n",
	       argv[3], argv[2], WORKERS, nr_seeds);
	fflush(stdout);
	start_workers(strtol(argv[2], NULL, 0), strtoull(argv[3], NULL, 0));
	good = wait_workers(start);
	print_progress(start);
	tally_print();
	if (getenv("FUZZ_CORPUS"))
		print_corpus();
	return !good;
}

static bool as_expected(const struct program *program, const int *outcomes)
{
	const struct step *step;
	bool good = true;
	unsigned int i;

	for (i = 0; i < program->length; i++) {
		step = &program->steps[i];
		if (step->expected == NO_OUTCOME ||
		    step->expected == outcomes[i])
			continue;
		fprintf(stderr, "call %u, %s: %s, not %s\n", i,
			calls[step->call]->name,
			outcomes[i] == NO_OUTCOME ? "no return" :
			outcome_name(outcomes[i]),
			outcome_name(step->expected));
		good = false;
	}
	return good;
}

static bool replay_one(const struct program *program, int *outcomes)
{
	unsigned int i;

	for (i = 0; i < REPLAYS; i++) {
		if (run_program(program, REPLAY_MS, outcomes) == RUN_HANGS ||
		    !as_expected(program, outcomes))
			return false;
	}
	return true;
}

static int replay(int argc, char **argv)
{
	int *outcomes = shared_memory(PROGRAM_STEPS * sizeof(*outcomes));
	bool good = true;
	unsigned int i;

	if (argc < 3)
		usage();
	for (i = 2; i < argc; i++)
		load(argv[i]);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	cover_open();
	for (i = 0; i < nr_seeds; i++)
		good = replay_one(&seeds[i], outcomes) && good;
	return !good;
}

static int print_calls(void)
{
	unsigned int i, j;

	for (i = 0; i < nr_calls; i++) {
		printf("%s", calls[i]->name);
		for (j = 0; j < call_nr_args(calls[i]); j++)
			printf(" %s=%#llx", calls[i]->args[j].name,
			       calls[i]->args[j].initial);
		printf("\n");
	}
	return 0;
}

static void prepare(void)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	calls_init();
	cover_init();
	corpus_init();
	tally_init();
	post_open();
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "nothing"))
		return 0;
	prepare();
	if (argc > 1 && !strcmp(argv[1], "run"))
		return fuzz(argc, argv);
	if (argc > 1 && !strcmp(argv[1], "replay"))
		return replay(argc, argv);
	if (argc == 2 && !strcmp(argv[1], "calls"))
		return print_calls();
	usage();
}
