// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sys.h"

/* Puts errno back to @saved, and returns what a call that gave @rc means. */
static ssize_t result(ssize_t rc, int saved)
{
	if (rc >= 0)
		return rc;
	rc = -errno;
	errno = saved;
	return rc;
}

int sys_open(const char *path, int flags)
{
	int saved = errno;

	return result(open(path, flags), saved);
}

int sys_ioctl(int fd, unsigned long request, void *arg)
{
	int saved = errno;

	return result(ioctl(fd, request, arg), saved);
}

ssize_t sys_read(int fd, void *buf, size_t size)
{
	int saved = errno;

	return result(read(fd, buf, size), saved);
}

ssize_t sys_write(int fd, const void *buf, size_t size)
{
	int saved = errno;

	return result(write(fd, buf, size), saved);
}

int sys_poll(int fd, short events, int timeout_ms)
{
	struct pollfd pollfd = { .fd = fd, .events = events };
	int saved = errno;
	int rc;

	rc = result(poll(&pollfd, 1, timeout_ms), saved);
	if (rc < 0)
		return rc;
	if (!rc)
		return -ETIMEDOUT;
	return pollfd.revents & POLLNVAL ? -EBADF : pollfd.revents;
}
