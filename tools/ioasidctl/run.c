// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl run: a command that may have so many spaces, and no more, in a
 * cgroup of its own.
 *
 * Signals are for the command. Those that a terminal sends, it sends to both of
 * us, so only those from processes are passed on.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../common/message.h"
#include "command.h"
#include "job_cgroup.h"

/* As other programs that run a command have it. */
enum run_status {
	RUN_FAILED = 125,
	RUN_CANNOT = 126,
	RUN_NOT_FOUND = 127,
	RUN_SIGNAL = 128,
};

static int become(char **words, const char *directory, const sigset_t *mask)
{
	int status;

	if (job_cgroup_enter(directory))
		return RUN_FAILED;
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(words[0], words);
	status = errno == ENOENT ? RUN_NOT_FOUND : RUN_CANNOT;
	complain("%s: %s", words[0], strerror(errno));
	return status;
}

/* Sets @mask to what was blocked before. */
static void block_signals(sigset_t *blocked, sigset_t *mask)
{
	static const int signals[] = {
		SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2,
	};
	size_t i;

	sigemptyset(blocked);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaddset(blocked, signals[i]);
	sigprocmask(SIG_BLOCK, blocked, mask);
}

static bool has_ended(pid_t pid, int *status)
{
	return waitpid(pid, status, WNOHANG) == pid;
}

static int wait_for(pid_t pid, const sigset_t *blocked)
{
	siginfo_t info;
	int status;

	while (!has_ended(pid, &status)) {
		if (sigwaitinfo(blocked, &info) < 0)
			continue;
		if (info.si_signo != SIGCHLD && info.si_code <= 0)
			kill(pid, info.si_signo);
	}
	return WIFSIGNALED(status) ? RUN_SIGNAL + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

static int run_in(const char *directory, char **words, const sigset_t *blocked,
		  const sigset_t *mask)
{
	pid_t pid;

	pid = fork();
	if (pid < 0) {
		complain("cannot make a process: %s", strerror(errno));
		return RUN_FAILED;
	}
	if (!pid)
		_exit(become(words, directory, mask));
	return wait_for(pid, blocked);
}

static bool is_name(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/');
}

/* Returns 0, or has complained. */
static int make_cgroup(const struct options *options, char *directory)
{
	char name[NAME_MAX + 1];

	snprintf(name, sizeof(name), "ioasidctl-%d", getpid());
	if (options->given & OPTION_NAME)
		snprintf(name, sizeof(name), "%s", options->name);
	return job_cgroup_make(name, options->spaces, directory);
}

static int run_limited(char **words, const struct options *options)
{
	char directory[PATH_MAX];
	sigset_t blocked, mask;
	int status;

	if (!(options->given & OPTION_SPACES))
		return complain_usage("'run' needs --spaces N");
	if (options->given & OPTION_NAME && !is_name(options->name))
		return complain_usage("'%s' is not the name of a cgroup",
				      options->name);
	block_signals(&blocked, &mask);
	if (make_cgroup(options, directory))
		return RUN_FAILED;
	status = run_in(directory, words, &blocked, &mask);
	job_cgroup_remove(directory);
	return status;
}

const struct command run_command = {
	.name = "run",
	.arguments = "--spaces N COMMAND...",
	.summary = "a command that may have N spaces",
	.help =
"Runs a command, with its arguments, that may have no more than N spaces,\n"
"together with whatever it starts: in a cgroup of its own, below that of the\n"
"caller if there can be one, or else below the nearest above. It is removed in\n"
"the end. Signals are passed on to the command.\n"
"\n"
"      --spaces N   how many, or \"max\"\n"
"      --name NAME  how to call the cgroup (ioasidctl-PID)\n"
"\n"
"Exit status: that of the command, 128 plus the number of the signal that has\n"
"ended it, 127 if it was not found, 126 if it cannot be run, 125 if there can be\n"
"no such cgroup, 2 for wrong usage.\n",
	.examples =
"  ioasidctl run --spaces 8 -- ioasid-dsa crc data.img\n"
"  ioasidctl run --spaces 4 --name dma -- sh -c \"ioasidctl info\"\n",
	.min_arguments = 1,
	.max_arguments = INT_MAX,
	.takes = OPTION_SPACES | OPTION_NAME,
	.passes_on = true,
	.first = ARGUMENT_PROGRAM,
	.rest = ARGUMENT_PROGRAM,
	.run = run_limited,
};
