/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include <sys/types.h>

/**
 * struct work - What a process does
 * @prepare: before it is told to begin, or NULL
 * @run: then, or NULL
 */
struct work {
	void (*prepare)(const void *arg);
	void (*run)(const void *arg);
};

/**
 * struct worker - A process that does it
 * @pid: the process
 * @socket: by which it is told, and tells
 */
struct worker {
	pid_t pid;
	int socket;
};

void worker_start(struct worker *worker, const struct work *work,
		  const void *arg, int cpu);
void worker_go(const struct worker *worker);
void worker_await(const struct worker *worker);
void worker_reap(const struct worker *worker);

#endif
