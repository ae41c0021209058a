// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl run: a command that may have so many spaces, and no more.
 *
 * It runs in a cgroup of its own, as near below ours as there can be one: a
 * cgroup that has processes cannot pass a controller on, unless it is the root.
 * The cgroup goes when the command has ended. If the command has left processes
 * or cgroups there, it stays, for they shall not get more.
 *
 * Signals are for the command. Those that a terminal sends, it sends to both of
 * us, so only those from processes are passed on.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ioasid/ioasid.h>

#include "../common/message.h"
#include "command.h"
#include "limit.h"

/* As other programs that run a command have it. */
enum run_status {
	RUN_FAILED = 125,
	RUN_CANNOT = 126,
	RUN_NOT_FOUND = 127,
	RUN_SIGNAL = 128,
};

static bool is_name(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/');
}

static void ascend(char *path)
{
	*strrchr(path, '/') = '\0';
}

/* How many there are above a cgroup that the caller sees. */
static unsigned int depth_of(const char *cgroup)
{
	unsigned int depth = 0;

	if (!cgroup[1])
		return 0;
	for (; *cgroup; cgroup++)
		depth += *cgroup == '/';
	return depth;
}

/* Leaves nothing behind if it fails. */
static int make_below(const char *above, const char *name, __u32 spaces,
		      char *directory)
{
	int rc;

	if (snprintf(directory, PATH_MAX, "%s/%s", above, name) >= PATH_MAX)
		return -ENAMETOOLONG;
	if (mkdir(directory, 0755))
		return -errno;
	rc = ioasid_limit_set(directory, spaces);
	if (rc)
		rmdir(directory);
	return rc;
}

static int make_near(const struct ioasid_limit *own, const char *name,
		     __u32 spaces, char *directory)
{
	unsigned int above = depth_of(own->cgroup);
	char path[PATH_MAX];
	int rc;

	snprintf(path, sizeof(path), "%s", own->directory);
	for (;;) {
		rc = make_below(path, name, spaces, directory);
		if (rc != -EBUSY || !above--)
			return rc;
		ascend(path);
	}
}

/* Returns 0, or has complained. */
static int make_cgroup(const struct options *options, char *directory)
{
	char name[NAME_MAX + 1];
	struct ioasid_limit *own;
	int rc;

	snprintf(name, sizeof(name), "ioasidctl-%d", getpid());
	if (options->given & OPTION_NAME)
		snprintf(name, sizeof(name), "%s", options->name);
	rc = ioasid_limit_of_process(0, &own);
	if (rc) {
		complain_limit("find", "a place for a cgroup", rc);
		return rc;
	}
	rc = make_near(own, name, options->spaces, directory);
	if (rc == -EEXIST)
		complain("%s exists: choose another --name", directory);
	else if (rc)
		complain_limit("make the cgroup", directory, rc);
	ioasid_limit_free(own);
	return rc;
}

/* The number that a file of a cgroup begins with, after its name; -1 for none. */
static int first_number(const char *directory, const char *file,
			const char *format)
{
	char path[PATH_MAX + sizeof("/cgroup.events")];
	FILE *stream;
	int number;

	snprintf(path, sizeof(path), "%s/%s", directory, file);
	stream = fopen(path, "re");
	if (!stream)
		return -1;
	if (fscanf(stream, format, &number) != 1)
		number = -1;
	fclose(stream);
	return number;
}

static bool has_processes(const char *directory)
{
	return first_number(directory, "cgroup.procs", "%d") >= 0;
}

static bool has_cgroups(const char *directory)
{
	return first_number(directory, "cgroup.stat", "nr_descendants %d") > 0;
}

/*
 * A process that has been waited for has left cgroup.procs, but newer kernels
 * count it until its last processor has switched to something else.
 */
static void wait_until_empty(const char *directory)
{
	char path[PATH_MAX + sizeof("/cgroup.events")];
	struct pollfd events = { .events = POLLPRI };
	char text[64] = "";

	snprintf(path, sizeof(path), "%s/cgroup.events", directory);
	events.fd = open(path, O_RDONLY | O_CLOEXEC);
	while (pread(events.fd, text, sizeof(text) - 1, 0) > 0 &&
	       strstr(text, "populated 1"))
		poll(&events, 1, -1);
	close(events.fd);
}

/* The kernel forgets to free what it knows of a limit that is still set. */
static void remove_cgroup(const char *directory)
{
	if (has_processes(directory)) {
		complain("%s is left: the command has left processes behind",
			 directory);
		return;
	}
	if (has_cgroups(directory)) {
		complain("%s is left: the command has left a cgroup in it",
			 directory);
		return;
	}
	wait_until_empty(directory);
	ioasid_limit_set(directory, IOASID_NO_LIMIT);
	if (rmdir(directory))
		complain("cannot remove %s: %s", directory, strerror(errno));
}

static int move_to(const char *directory)
{
	char path[PATH_MAX + sizeof("/cgroup.procs")];
	int fd, rc = 0;

	snprintf(path, sizeof(path), "%s/cgroup.procs", directory);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) < 0) {
		rc = -errno;
		complain("cannot enter %s: %s", path,
			 ioasid_explain(IOASID_OP_LIMIT, rc));
	}
	close(fd);
	return rc;
}

static int become(char **words, const char *directory, const sigset_t *mask)
{
	int status;

	if (move_to(directory))
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
	remove_cgroup(directory);
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
