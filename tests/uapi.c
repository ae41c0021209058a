// SPDX-License-Identifier: GPL-2.0-only
/* The ioctls as functions. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "uapi.h"

static int call(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) < 0 ? -errno : 0;
}

static int open_node(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int system_open(int flags)
{
	return open_node(SYSTEM_NODE, flags);
}

int space_alloc(__u32 *pasid)
{
	struct ioasid_alloc alloc = {
		.size = sizeof(alloc),
		.type = IOASID_TYPE_SVA,
	};
	int system_fd = system_open(O_RDWR);
	int rc;

	if (system_fd < 0)
		return system_fd;
	rc = call(system_fd, IOASID_ALLOC, &alloc);
	close(system_fd);
	if (rc)
		return rc;
	if (pasid)
		*pasid = alloc.out_pasid;
	return alloc.out_fd;
}

int space_status(int space, struct ioasid_status *status)
{
	*status = (struct ioasid_status){ .size = sizeof(*status) };
	return call(space, IOASID_STATUS, status);
}

int space_state(int space)
{
	struct ioasid_status status;
	int rc = space_status(space, &status);

	return rc ? rc : (int)status.out_state;
}

int space_flags(int space)
{
	struct ioasid_status status;
	int rc = space_status(space, &status);

	return rc ? rc : (int)status.out_flags;
}

int space_attachments(int space)
{
	struct ioasid_status status;
	int rc = space_status(space, &status);

	return rc ? rc : (int)status.out_attachments;
}

int space_free(int space)
{
	struct ioasid_free freed = { .size = sizeof(freed) };
	int rc = call(space, IOASID_FREE, &freed);

	return rc ? rc : (int)freed.out_state;
}

int queue_open(unsigned int accelerator, int flags)
{
	char path[32];

	snprintf(path, sizeof(path), SIM_NODE "%u", accelerator);
	return open_node(path, flags);
}

int queue_attach(int queue, int space, __u32 *pasid)
{
	struct ioasid_sim_attach attach = {
		.size = sizeof(attach),
		.fd = space,
	};
	int rc = call(queue, IOASID_SIM_ATTACH, &attach);

	if (!rc && pasid)
		*pasid = attach.out_pasid;
	return rc;
}

int queue_detach(int queue, __u32 pasid)
{
	struct ioasid_sim_detach detach = {
		.size = sizeof(detach),
		.pasid = pasid,
	};

	return call(queue, IOASID_SIM_DETACH, &detach);
}

int queue_error(int queue, struct ioasid_sim_error *error)
{
	*error = (struct ioasid_sim_error){ .size = sizeof(*error) };
	return call(queue, IOASID_SIM_GET_ERROR, error);
}

int fd_events(int fd, short events, int timeout_ms)
{
	struct pollfd pollfd = { .fd = fd, .events = events };

	if (poll(&pollfd, 1, timeout_ms) < 0)
		return -errno;
	return pollfd.revents;
}
