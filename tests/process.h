/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Other processes: to start, to talk to, to look at and to end.
 *
 * Two processes talk over a socket pair, one byte at a time, each with an fd or
 * without. A byte is also how one waits for the other. A child dies with its
 * parent, so a test that fails leaves nothing behind.
 *
 * Every function returns a value that is not negative, or a negative errno.
 */
#ifndef TESTS_PROCESS_H
#define TESTS_PROCESS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

__s64 now_ms(void);

/*
 * A child that runs @body with its end of a socket pair and exits with what
 * @body returns.
 */
struct child {
	pid_t pid;
	int socket;
};

int child_start(struct child *child, int (*body)(int socket, void *arg),
		void *arg);
/* Closes the socket. Returns the exit status, or 128 plus the signal. */
int child_wait(struct child *child);
/* The same, after SIGKILL. */
int child_kill(struct child *child);

int send_byte(int socket, char byte);
/* Returns the byte; -EPIPE when the other side is gone. */
int receive_byte(int socket);
int send_fd(int socket, int fd);
/* Returns the fd. */
int receive_fd(int socket);

/* Copies the value of a "name:<tab>value" line of /proc/PID/fdinfo/FD. */
int fdinfo_value(pid_t pid, int fd, const char *name, char *value, size_t size);
/* How many fds this process has open. */
int count_fds(void);
/* Waits until a task sleeps in the kernel. */
int wait_until_asleep(pid_t tid);
/* Reads an unsigned number from a file. */
int read_number(const char *path, unsigned long *number);
int write_text(const char *path, const char *text);
/*
 * Loads the simulator anew, with these parameters until this process exits.
 * Returns 0 if that works.
 */
int simulator_load(const char *parameters);

#endif
