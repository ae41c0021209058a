// SPDX-License-Identifier: GPL-2.0-only
/* Other processes: to start, to talk to, to look at and to end. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "process.h"
#include "uapi.h"

__s64 now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

int child_start(struct child *child, int (*body)(int socket, void *arg),
		void *arg)
{
	int end[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end))
		return -errno;
	child->pid = fork();
	if (child->pid < 0)
		return -errno;
	if (!child->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(end[0]);
		_exit(body(end[1], arg));
	}
	close(end[1]);
	child->socket = end[0];
	return 0;
}

int child_wait(struct child *child)
{
	int status;

	close(child->socket);
	if (waitpid(child->pid, &status, 0) < 0)
		return -errno;
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

int child_kill(struct child *child)
{
	kill(child->pid, SIGKILL);
	return child_wait(child);
}

static int send_message(int socket, char byte, const int *fd)
{
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { .head = {
		.cmsg_len = CMSG_LEN(sizeof(int)),
		.cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS,
	} };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		memcpy(CMSG_DATA(&control.head), fd, sizeof(*fd));
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int send_byte(int socket, char byte)
{
	return send_message(socket, byte, NULL);
}

int send_fd(int socket, int fd)
{
	return send_message(socket, 'f', &fd);
}

int receive_byte(int socket)
{
	unsigned char byte;
	ssize_t count = recv(socket, &byte, 1, 0);

	if (count < 0)
		return -errno;
	return count ? byte : -EPIPE;
}

int receive_fd(int socket)
{
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	int fd;

	if (count < 0)
		return -errno;
	if (!count)
		return -EPIPE;
	if (!CMSG_FIRSTHDR(&message))
		return -ENOMSG;
	memcpy(&fd, CMSG_DATA(&control.head), sizeof(fd));
	return fd;
}

int fdinfo_value(pid_t pid, int fd, const char *name, char *value, size_t size)
{
	char path[64], line[256];
	size_t length = strlen(name);
	int rc = -ENOENT;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", pid, fd);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	while (rc && fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, length) ||
		    strncmp(line + length, ":\t", 2))
			continue;
		line[strcspn(line, "\n")] = 0;
		snprintf(value, size, "%s", line + length + 2);
		rc = 0;
	}
	fclose(file);
	return rc;
}

int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	if (!dir)
		return -errno;
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

int wait_until_asleep(pid_t tid)
{
	__s64 deadline = now_ms() + PATIENCE_MS;
	char path[64], state;
	FILE *file;
	int found;

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	do {
		file = fopen(path, "re");
		if (!file)
			return -errno;
		found = fscanf(file, "%*d (%*[^)]) %c", &state);
		fclose(file);
		if (found == 1 && (state == 'S' || state == 'D'))
			return 0;
		sched_yield();
	} while (now_ms() < deadline);
	return -ETIMEDOUT;
}

int read_number(const char *path, unsigned long *number)
{
	FILE *file = fopen(path, "re");
	int found;

	if (!file)
		return -errno;
	found = fscanf(file, "%lu", number);
	fclose(file);
	return found == 1 ? 0 : -EINVAL;
}

int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

static int simulator_reload(const char *parameters)
{
	char command[128];

	snprintf(command, sizeof(command),
		 "rmmod ioasid_sim && modprobe ioasid_sim %s", parameters);
	return system(command);
}

static pid_t simulator_loader;

static void simulator_restore(void)
{
	if (getpid() != simulator_loader || !simulator_reload(""))
		return;
	fflush(NULL);
	_exit(EXIT_FAILURE);
}

/* The harness does not return to main() when the tests are over. */
int simulator_load(const char *parameters)
{
	simulator_loader = getpid();
	return atexit(simulator_restore) ?: simulator_reload(parameters);
}
