// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process beside this one, which does a piece of work when it is told to, and
 * ends when it is told once more.
 */
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "worker.h"

static void tell(int socket)
{
	if (write(socket, "", 1) != 1)
		err(1, "socket");
}

static void hear(int socket)
{
	char byte;

	if (read(socket, &byte, 1) != 1)
		errx(1, "the other process has ended");
}

static void stay_on(int cpu)
{
	cpu_set_t set;

	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "processor %d", cpu);
}

/* Does not return. */
static void be_worker(const struct work *work, const void *arg, int cpu,
		      int socket)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	stay_on(cpu);
	if (work->prepare)
		work->prepare(arg);
	tell(socket);
	hear(socket);
	if (work->run)
		work->run(arg);
	tell(socket);
	hear(socket);
	_exit(0);
}

/**
 * worker_start() - Start a process, and let it get ready
 * @worker: gets the process
 * @work: what it will do
 * @arg: for that
 * @cpu: on which processor, or -1 for any
 */
void worker_start(struct worker *worker, const struct work *work,
		  const void *arg, int cpu)
{
	int sockets[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets))
		err(1, "socketpair");
	worker->pid = fork();
	if (worker->pid < 0)
		err(1, "fork");
	if (!worker->pid) {
		close(sockets[0]);
		be_worker(work, arg, cpu, sockets[1]);
	}
	close(sockets[1]);
	worker->socket = sockets[0];
	hear(worker->socket);
}

/* Have it do its work, or end when that is done. */
void worker_go(const struct worker *worker)
{
	tell(worker->socket);
}

/* Wait until its work is done. */
void worker_await(const struct worker *worker)
{
	hear(worker->socket);
}

/* Wait until it is gone. */
void worker_reap(const struct worker *worker)
{
	int status;

	if (waitpid(worker->pid, &status, 0) != worker->pid || status)
		errx(1, "process %d has failed", worker->pid);
	close(worker->socket);
}
