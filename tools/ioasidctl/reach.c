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

#define PASID_PREFIX	"pasid:"

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

static int complain_unknown(const char *name)
{
	complain("there is no space %s that you may see: see 'list'", name);
	return STATUS_FAILED;
}

static int find_id(const struct spaces *spaces, const char *name, __u64 id,
		   const struct space **space)
{
	*space = spaces_find(spaces, id);
	return *space ? STATUS_OK : complain_unknown(name);
}

static int find_descriptor(const struct spaces *spaces, const char *name,
			   pid_t pid, int fd, const struct space **space)
{
	int status;
	__u64 id;

	status = id_of_descriptor(name, pid, fd, &id);
	return status ?: find_id(spaces, name, id, space);
}

static int find_pasid(const struct spaces *spaces, const char *name,
		      __u32 pasid, const struct space **space)
{
	*space = spaces_find_pasid(spaces, pasid);
	if (*space)
		return STATUS_OK;
	complain("no space that you may see has PASID %u: see 'list'", pasid);
	return STATUS_FAILED;
}

int reach_name(const struct spaces *spaces, const char *name,
	       const struct space **space)
{
	const char *pasid = name + strlen(PASID_PREFIX);
	unsigned long long first, second;
	char *end;

	if (!strncmp(name, PASID_PREFIX, strlen(PASID_PREFIX))) {
		if (parse_number(pasid, &end, UINT_MAX, &first) || *end)
			goto out_usage;
		return find_pasid(spaces, name, first, space);
	}
	if (parse_number(name, &end, ULLONG_MAX, &first))
		goto out_usage;
	if (!*end)
		return find_id(spaces, name, first, space);
	if (*end != '/' || !first || first > INT_MAX ||
	    parse_number(end + 1, &end, INT_MAX, &second) || *end)
		goto out_usage;
	return find_descriptor(spaces, name, first, second, space);

out_usage:
	complain_usage("'%s' is neither an ID nor PID/FD nor pasid:N", name);
	return STATUS_USAGE;
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

/* Kernels that do not tell of rights have none to lack. */
static bool has_right(const struct holder *holder, __u32 rights)
{
	return !holder->has_rights || holder->rights & rights;
}

int reach_holder(const struct space *space, __u32 rights)
{
	int rc = space->nr_holders ? -EKEYREJECTED : -ENOKEY;
	size_t i;

	for (i = 0; i < space->nr_holders; i++) {
		if (!has_right(&space->holders[i], rights))
			continue;
		rc = take_same(&space->holders[i], space->id);
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
	case -ENOKEY:
		return "no process that you may look at has a descriptor of it";
	case -EKEYREJECTED:
		return "no descriptor of it carries the right to do that";
	default:
		return ioasid_explain(IOASID_OP_SPACE, rc);
	}
}

static int open_space(const struct spaces *spaces, const char *name,
		      __u32 rights, int *fd, __u64 *id)
{
	const struct space *space;
	int status;

	status = reach_name(spaces, name, &space);
	if (status)
		return status;
	*id = space->id;
	*fd = reach_holder(space, rights);
	if (*fd >= 0)
		return STATUS_OK;
	complain("cannot get at space %llu: %s", *id, reach_explain(*fd));
	return STATUS_FAILED;
}

int reach_space(const char *name, __u32 rights, int *fd, __u64 *id)
{
	struct spaces spaces;
	int status;

	status = spaces_take(&spaces);
	if (!status)
		status = open_space(&spaces, name, rights, fd, id);
	spaces_free(&spaces);
	return status;
}
