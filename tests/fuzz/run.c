// SPDX-License-Identifier: GPL-2.0-only
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "calls.h"
#include "cover.h"
#include "stuck.h"
#include "trail.h"

#define STACK		(256u << 10)
#define KILL_MS		10000
/* What cannot be killed for so long never will be. */
#define HANG_MS		180000
/* For threads that were interrupted to come to an end. */
#define GRACE_MS	200

/* A program under way. */
static struct {
	const struct program *program;
	int *outcomes;
	pthread_mutex_t lock;
	pthread_cond_t progress;
	bool returned[PROGRAM_STEPS];
	__u64 outputs[PROGRAM_STEPS][CALL_OUTPUTS];
	unsigned int running;
	int reserved;
} run = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.progress = PTHREAD_COND_INITIALIZER,
};

void *shared_memory(size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED) {
		perror("fuzz: memory");
		exit(1);
	}
	return mem;
}

bool run_reserves(int fd)
{
	return fd < run.reserved;
}

static __u64 resolve(const struct value *value)
{
	__u64 number = value->number;

	if (value->step == NO_STEP)
		return number;
	pthread_mutex_lock(&run.lock);
	while (!run.returned[value->step])
		pthread_cond_wait(&run.progress, &run.lock);
	number += run.outputs[value->step][value->output];
	pthread_mutex_unlock(&run.lock);
	return number;
}

static void note(unsigned int i, long rc, const __u64 *outputs)
{
	pthread_mutex_lock(&run.lock);
	memcpy(run.outputs[i], outputs, sizeof(run.outputs[i]));
	run.returned[i] = true;
	run.outcomes[i] = rc < 0 ? -rc : 0;
	pthread_cond_broadcast(&run.progress);
	pthread_mutex_unlock(&run.lock);
}

static void run_step(unsigned int i)
{
	const struct step *step = &run.program->steps[i];
	const struct call *call = calls[step->call];
	__u64 outputs[CALL_OUTPUTS] = { -1, -1 };
	__u64 args[PROGRAM_ARGS] = {};
	unsigned int j;
	long rc;

	for (j = 0; j < call_nr_args(call); j++)
		args[j] = resolve(&step->args[j]);
	rc = call->run(call, args, outputs);
	if (rc < 0)
		memset(outputs, -1, sizeof(outputs));
	note(i, rc, outputs);
}

static void *run_thread(void *arg)
{
	unsigned int thread = (unsigned long)arg;
	unsigned int i;

	cover_start(thread);
	for (i = 0; i < run.program->length; i++)
		if (run.program->steps[i].thread == thread)
			run_step(i);
	pthread_mutex_lock(&run.lock);
	run.running--;
	pthread_cond_broadcast(&run.progress);
	pthread_mutex_unlock(&run.lock);
	return NULL;
}

/* Are all threads done by then? */
static bool wait_threads(unsigned int ms)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&run.lock);
	while (run.running && !rc)
		rc = pthread_cond_timedwait(&run.progress, &run.lock, &until);
	pthread_mutex_unlock(&run.lock);
	return !rc;
}

static void interrupted(int signal)
{
}

static void run_threads(unsigned int ms)
{
	pthread_t threads[PROGRAM_THREADS];
	pthread_attr_t attr;
	unsigned long i;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	run.running = PROGRAM_THREADS;
	for (i = 0; i < PROGRAM_THREADS; i++)
		if (pthread_create(&threads[i], &attr, run_thread, (void *)i))
			_exit(1);
	if (wait_threads(ms))
		return;
	for (i = 0; i < PROGRAM_THREADS; i++)
		pthread_kill(threads[i], SIGUSR1);
	wait_threads(GRACE_MS);
}

/* What the fuzzer has open is not for programs, as far as possible. */
static void hide_fds(void)
{
	int fd, null = open("/dev/null", O_RDWR);

	for (fd = 0; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	trail_hide(null);
	close(null);
	run.reserved = open("/dev/null", O_RDWR);
}

static void be_program(const struct program *program, unsigned int ms,
		       int *outcomes)
{
	const struct sigaction action = { .sa_handler = interrupted };
	sigset_t none;

	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	sigaction(SIGUSR1, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	hide_fds();
	if (mmap((void *)ARENA, ARENA_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		_exit(1);
	run.program = program;
	run.outcomes = outcomes;
	run_threads(ms);
	_exit(0);
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Until there is no process left, or @pid has ended; or until it is late. */
static bool reap(pid_t pid, unsigned int ms)
{
	const struct timespec tick = { .tv_sec = 1 };
	long until = now_ms() + ms;
	sigset_t child;
	pid_t ended;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		ended = waitpid(-1, NULL, WNOHANG);
		if (ended < 0 || (ended && ended == pid))
			return true;
		if (ended)
			continue;
		if (now_ms() > until)
			return false;
		sigtimedwait(&child, NULL, &tick);
	}
}

enum run_end run_program(const struct program *program, unsigned int ms,
			 int *outcomes)
{
	unsigned int i;
	pid_t pid;

	for (i = 0; i < PROGRAM_STEPS; i++)
		outcomes[i] = NO_OUTCOME;
	pid = fork();
	if (!pid)
		be_program(program, ms, outcomes);
	setpgid(pid, pid);
	reap(pid, ms + KILL_MS);
	kill(-pid, SIGKILL);
	if (reap(0, HANG_MS))
		return RUN_ENDED;
	stuck_tell(pid);
	return RUN_HANGS;
}
