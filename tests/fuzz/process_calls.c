// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to the process that a space is bound to.
 */
#include <errno.h>
#include <linux/ioasid.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "calls.h"

#define NOBODY	65534

enum child {
	CHILD_EXITS,
	CHILD_STAYS,
	CHILD_WRITES,
	CHILD_UNMAPS,
	CHILD_CLOSES,
};

static void be_child(enum child how)
{
	__u64 page;
	char byte = 2;

	switch (how) {
	case CHILD_EXITS:
		_exit(0);
	case CHILD_STAYS:
		break;
	case CHILD_WRITES:
		for (page = 0; page < ARENA_COMMON; page += PAGE)
			poke(ARENA + page, &byte, sizeof(byte));
		break;
	case CHILD_UNMAPS:
		munmap((void *)ARENA, ARENA_SIZE);
		break;
	case CHILD_CLOSES:
		close_range(3, ~0u, 0);
		break;
	}
	/* Until the program has ended. */
	for (;;)
		pause();
}

static long run_fork(const struct call *call, const __u64 *args,
		     __u64 *outputs)
{
	/* fork(), which not every architecture has */
	long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (child)
		return result(child);
	be_child(args[0]);
	return 0;
}

static long run_exec(const struct call *call, const __u64 *args,
		     __u64 *outputs)
{
	return result(execl("/proc/self/exe", "fuzz", "nothing", NULL));
}

static long run_exit(const struct call *call, const __u64 *args,
		     __u64 *outputs)
{
	_exit(0);
}

static long run_kill(const struct call *call, const __u64 *args,
		     __u64 *outputs)
{
	return result(kill(getpid(), SIGKILL));
}

/* Of the thread only, as the kernel has it. */
static long run_drop(const struct call *call, const __u64 *args,
		     __u64 *outputs)
{
	return result(syscall(SYS_setresuid, NOBODY, NOBODY, NOBODY));
}

static long run_limit(const struct call *call, const __u64 *args,
		      __u64 *outputs)
{
	struct rlimit limit = { .rlim_cur = args[1], .rlim_max = args[1] };

	return result(setrlimit(args[0], &limit));
}

const struct call process_calls[] = {
	{
		"fork", run_fork, 2,
		.args = { { "child", KIND_CHOICE,
			    VALUES(CHILD_EXITS, CHILD_STAYS, CHILD_WRITES,
				   CHILD_UNMAPS, CHILD_CLOSES) } },
	}, {
		.name = "exec", .run = run_exec, .weight = 1,
	}, {
		.name = "exit", .run = run_exit, .weight = 1,
	}, {
		.name = "kill", .run = run_kill, .weight = 1,
	}, {
		.name = "drop", .run = run_drop, .weight = 1,
	}, {
		"limit", run_limit, 1,
		.args = { { "resource", KIND_CHOICE,
			    .initial = RLIMIT_MEMLOCK,
			    VALUES(RLIMIT_MEMLOCK, RLIMIT_NOFILE) },
			  { "value", KIND_CHOICE, .initial = 8 * PAGE,
			    VALUES(0, 16, PAGE, 8 * PAGE, HUGE) } },
	},
	{}
};
