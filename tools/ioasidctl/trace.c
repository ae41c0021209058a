// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../common/message.h"
#include "trace.h"

#define INSTANCES	"/sys/kernel/tracing/instances"
#define PREFIX		"ioasidctl."

/* What is written to a file of an instance before the events are turned on. */
static const struct {
	const char *file;
	const char *text;
} settings[] = {
	{ "trace_clock", "mono" },
	{ "trace_options", "noirq-info" },
	{ "trace_options", "noannotate" },
	{ "events/ioasid/enable", "1" },
};

static bool is_left_behind(const char *name)
{
	pid_t pid;

	if (strncmp(name, PREFIX, strlen(PREFIX)))
		return false;
	pid = atoi(name + strlen(PREFIX));
	return pid > 0 && kill(pid, 0) && errno == ESRCH;
}

/* The kernel keeps those that somebody has open. */
static void remove_left_behind(void)
{
	char path[sizeof(INSTANCES) + 1 + NAME_MAX];
	const struct dirent *entry;
	DIR *dir;

	dir = opendir(INSTANCES);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (!is_left_behind(entry->d_name))
			continue;
		snprintf(path, sizeof(path), INSTANCES "/%s", entry->d_name);
		rmdir(path);
	}
	closedir(dir);
}

static int open_file(const struct trace *trace, const char *name, int flags)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", trace->instance, name);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int write_file(const struct trace *trace, const char *name,
		      const char *text)
{
	int fd, rc = 0;

	fd = open_file(trace, name, O_WRONLY);
	if (fd < 0)
		return fd;
	if (write(fd, text, strlen(text)) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

static int make_instance(struct trace *trace)
{
	int rc;

	remove_left_behind();
	snprintf(trace->instance, sizeof(trace->instance),
		 INSTANCES "/" PREFIX "%d", getpid());
	if (!mkdir(trace->instance, 0700))
		return 0;
	rc = -errno;
	trace->instance[0] = '\0';
	if (rc == -EACCES || rc == -EPERM)
		complain("to watch events takes root");
	else if (rc == -ENOENT)
		complain("no tracefs: 'mount -t tracefs none %s'",
			 "/sys/kernel/tracing");
	else
		complain("cannot make an instance in %s: %s", INSTANCES,
			 strerror(-rc));
	return rc;
}

static int set_up(struct trace *trace)
{
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		rc = write_file(trace, settings[i].file, settings[i].text);
		if (!rc)
			continue;
		if (rc == -ENOENT)
			complain("no events: is the module ioasid loaded?");
		else
			complain("%s/%s: %s", trace->instance,
				 settings[i].file, strerror(-rc));
		return rc;
	}
	trace->pipe = open_file(trace, "trace_pipe", O_RDONLY | O_NONBLOCK);
	if (trace->pipe >= 0)
		return 0;
	complain("%s/trace_pipe: %s", trace->instance, strerror(-trace->pipe));
	return trace->pipe;
}

int trace_open(struct trace *trace)
{
	int rc;

	*trace = (struct trace){ .pipe = -1 };
	rc = make_instance(trace);
	return rc ?: set_up(trace);
}

void trace_close(struct trace *trace)
{
	if (trace->pipe >= 0)
		close(trace->pipe);
	if (trace->instance[0] && rmdir(trace->instance))
		complain("cannot remove %s: %s", trace->instance,
			 strerror(errno));
}

/* A line that is longer than its room comes in pieces. */
static bool take_line(struct trace *trace, char line[TRACE_LINE_SIZE])
{
	char *end = memchr(trace->chunk, '\n', trace->used);
	size_t length, taken;

	if (!end && trace->used < TRACE_LINE_SIZE)
		return false;
	length = end ? (size_t)(end - trace->chunk) : trace->used;
	taken = length + !!end;
	if (length >= TRACE_LINE_SIZE) {
		length = TRACE_LINE_SIZE - 1;
		taken = length;
	}
	memcpy(line, trace->chunk, length);
	line[length] = '\0';
	trace->used -= taken;
	memmove(trace->chunk, trace->chunk + taken, trace->used);
	return true;
}

static int wait_for_more(int pipe, int timeout_ms, const sigset_t *mask)
{
	const struct timespec timeout = {
		.tv_sec = timeout_ms / 1000,
		.tv_nsec = timeout_ms % 1000 * 1000000,
	};
	struct pollfd pollfd = { .fd = pipe, .events = POLLIN };
	int rc;

	rc = ppoll(&pollfd, 1, timeout_ms < 0 ? NULL : &timeout, mask);
	if (rc < 0)
		return errno == EINTR ? 0 : -errno;
	return rc ?: -ETIMEDOUT;
}

static int read_more(struct trace *trace, int timeout_ms, const sigset_t *mask)
{
	ssize_t got;
	int rc;

	rc = wait_for_more(trace->pipe, timeout_ms, mask);
	if (rc <= 0)
		return rc;
	got = read(trace->pipe, trace->chunk + trace->used,
		   sizeof(trace->chunk) - trace->used);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 1 : -errno;
	trace->used += got;
	return 1;
}

int trace_next(struct trace *trace, int timeout_ms, const sigset_t *mask,
	       char line[TRACE_LINE_SIZE])
{
	int rc = 1;

	while (rc > 0 && !take_line(trace, line))
		rc = read_more(trace, timeout_ms, mask);
	return rc;
}
