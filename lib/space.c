// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The system fd and spaces of any type: one function for each ioctl, and for
 * poll(). Every structure is sent with the size that this library was
 * built with; the kernel takes older and newer ones.
 */
#include <fcntl.h>
#include <poll.h>

#include <ioasid/ioasid.h>

#include "sys.h"

int ioasid_system_open(void)
{
	return sys_open("/dev/ioasid", O_RDWR | O_CLOEXEC);
}

int ioasid_system_info(int system, struct ioasid_info *info)
{
	*info = (struct ioasid_info){ .size = sizeof(*info) };
	return sys_ioctl(system, IOASID_GET_INFO, info);
}

static int alloc_space(int system, enum ioasid_type type, __u32 *pasid)
{
	struct ioasid_alloc alloc = { .size = sizeof(alloc), .type = type };
	int rc;

	rc = sys_ioctl(system, IOASID_ALLOC, &alloc);
	if (rc)
		return rc;
	if (pasid)
		*pasid = alloc.out_pasid;
	return alloc.out_fd;
}

int ioasid_space_alloc_sva(int system, __u32 *pasid)
{
	return alloc_space(system, IOASID_TYPE_SVA, pasid);
}

int ioasid_space_alloc_iova(int system, __u32 *pasid)
{
	return alloc_space(system, IOASID_TYPE_IOVA, pasid);
}

int ioasid_space_status(int space, struct ioasid_status *status)
{
	*status = (struct ioasid_status){ .size = sizeof(*status) };
	return sys_ioctl(space, IOASID_STATUS, status);
}

int ioasid_space_free(int space)
{
	struct ioasid_free arg = { .size = sizeof(arg) };
	int rc;

	rc = sys_ioctl(space, IOASID_FREE, &arg);
	return rc ?: (int)arg.out_state;
}

int ioasid_space_wait_hangup(int space, int timeout_ms)
{
	int rc;

	rc = sys_poll(space, 0, timeout_ms);
	return rc < 0 ? rc : 0;
}
