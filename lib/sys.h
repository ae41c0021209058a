/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * System calls that return what they fail with and leave errno alone, as the
 * whole library does.
 */
#ifndef LIB_SYS_H
#define LIB_SYS_H

#include <errno.h>
#include <stddef.h>
#include <sys/types.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* All return a value that is not negative, or a negative errno. */
int sys_open(const char *path, int flags);
int sys_ioctl(int fd, unsigned long request, void *arg);
ssize_t sys_read(int fd, void *buf, size_t size);
ssize_t sys_write(int fd, const void *buf, size_t size);

/*
 * Of a function of the C library that has failed. Its errno is never 0, which
 * whoever looks at the code of a caller has to know.
 */
static inline int sys_failure(void)
{
	int rc = -errno;

	if (rc >= 0)
		__builtin_unreachable();
	return rc;
}

/*
 * Waits for @events, or an error or a hang-up, on one descriptor. Returns what
 * happened, or -ETIMEDOUT.
 */
int sys_poll(int fd, short events, int timeout_ms);

#endif
