// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../common/message.h"
#include "reach.h"

/* Reads digits up to @end, which is moved behind them. */
static int parse_number(const char *text, char **end, unsigned long long max,
			unsigned long long *number)
{
	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*number = strtoull(text, end, 10);
	return errno || *number > max ? -EINVAL : 0;
}

static int id_of_descriptor(const char *name, pid_t pid, int fd, __u64 *id)
{
	struct ioasid_fdinfo *info;
	int rc;

	rc = ioasid_fdinfo_read(pid, fd, &info);
	if (rc) {
		complain("%s: %s", name,
			 ioasid_explain(IOASID_OP_FDINFO, rc));
		return STATUS_FAILED;
	}
	*id = info->id;
	ioasid_fdinfo_free(info);
	return STATUS_OK;
}

int reach_id(const char *name, __u64 *id)
{
	unsigned long long first, second;
	char *end;

	if (parse_number(name, &end, ULLONG_MAX, &first))
		goto out_usage;
	if (!*end) {
		*id = first;
		return STATUS_OK;
	}
	if (*end != '/' || !first || first > INT_MAX ||
	    parse_number(end + 1, &end, INT_MAX, &second) || *end)
		goto out_usage;
	return id_of_descriptor(name, first, second, id);

out_usage:
	return complain_usage("'%s' is neither the id of a space nor PID/FD",
			      name);
}

static int take_descriptor(const struct holder *holder)
{
	int pidfd, fd, rc;

	pidfd = syscall(SYS_pidfd_open, holder->pid, 0);
	if (pidfd < 0)
		return -errno;
	fd = syscall(SYS_pidfd_getfd, pidfd, holder->fd, 0);
	rc = fd < 0 ? -errno : fd;
	close(pidfd);
	return rc;
}

/* The holder may have ended, or closed it, since /proc was read. */
static int take_same(const struct holder *holder, __u64 id)
{
	struct ioasid_status status;
	int fd;

	fd = take_descriptor(holder);
	if (fd < 0)
		return fd;
	if (!ioasid_space_status(fd, &status) && status.out_id == id)
		return fd;
	close(fd);
	return -ESRCH;
}

int reach_holder(const struct space *space)
{
	int rc = -ESRCH;
	size_t i;

	for (i = 0; i < space->nr_holders; i++) {
		rc = take_same(&space->holders[i], space->info->id);
		if (rc >= 0)
			break;
	}
	return rc;
}

const char *reach_explain(int rc)
{
	switch (rc) {
	case -EPERM:
	case -EACCES:
		return "you may not trace its holders: run as root";
	case -ESRCH:
	case -EBADF:
		return "its holders have just gone";
	default:
		return strerror(-rc);
	}
}

static int open_space(const struct spaces *spaces, __u64 id, int *fd)
{
	const struct space *space = spaces_find(spaces, id);

	if (!space) {
		spaces_complain_unknown(id);
		return STATUS_FAILED;
	}
	*fd = reach_holder(space);
	if (*fd >= 0)
		return STATUS_OK;
	complain("cannot get at space %llu: %s", id, reach_explain(*fd));
	return STATUS_FAILED;
}

int reach_space(const char *name, int *fd, __u64 *id)
{
	struct spaces spaces;
	int status, rc;

	status = reach_id(name, id);
	if (status)
		return status;
	rc = spaces_read(&spaces);
	if (rc) {
		complain("cannot look at /proc: %s", strerror(-rc));
		status = STATUS_FAILED;
	} else {
		status = open_space(&spaces, *id, fd);
	}
	spaces_free(&spaces);
	return status;
}
