// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Waiting for the end of a space, of which there are two: POLLHUP, no device
 * reaches it, and later POLLPRI, no driver holds it.
 *
 * poll() reports a hang-up whether it is asked for or not, and so would never
 * wait for what comes after. epoll can be told to report each event once.
 */
#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include <ioasid/ioasid.h>

#include "sys.h"

#define MS_PER_S	1000
#define NS_PER_MS	1000000

int ioasid_space_wait_hangup(int space, int timeout_ms)
{
	int rc;

	rc = sys_poll(space, 0, timeout_ms);
	return rc < 0 ? rc : 0;
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

/* @end: when, by now_ms(); negative for never */
static int wait_for_pri(int epoll, long long end)
{
	struct epoll_event event;
	long long left = -1;
	int rc;

	do {
		if (end >= 0) {
			left = end - now_ms();
			if (left < 0)
				left = 0;
		}
		rc = epoll_wait(epoll, &event, 1, left);
		if (rc < 0)
			return -errno;
		if (!rc)
			return -ETIMEDOUT;
	} while (!(event.events & EPOLLPRI));
	return 0;
}

int ioasid_space_wait_released(int space, int timeout_ms)
{
	struct epoll_event event = { .events = EPOLLPRI | EPOLLET };
	long long end = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
	int saved = errno;
	int epoll, rc;

	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0) {
		rc = -errno;
	} else {
		rc = epoll_ctl(epoll, EPOLL_CTL_ADD, space, &event);
		rc = rc ? -errno : wait_for_pri(epoll, end);
		close(epoll);
	}
	errno = saved;
	return rc;
}
