// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The system fd and spaces of any type: one function for each ioctl. Every
 * structure is sent with the size that this library was built with; the kernel
 * takes older and newer ones.
 */
#include <errno.h>
#include <fcntl.h>

#include <ioasid/ioasid.h>

#include "reason.h"
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

/* Kernels that tell no reason refuse to be asked for one. */
int ioasid_space_alloc(int system, enum ioasid_type type, __u32 *pasid,
		       struct ioasid_reason *reason)
{
	struct ioasid_alloc alloc = { .size = sizeof(alloc), .type = type };
	int rc;

	alloc.reason = reason_prepare(reason);
	rc = sys_ioctl(system, IOASID_ALLOC, &alloc);
	if (rc == -E2BIG && reason) {
		alloc.reason = 0;
		rc = sys_ioctl(system, IOASID_ALLOC, &alloc);
	}
	if (rc)
		return rc;
	if (pasid)
		*pasid = alloc.out_pasid;
	return alloc.out_fd;
}

int ioasid_space_alloc_sva(int system, __u32 *pasid)
{
	return ioasid_space_alloc(system, IOASID_TYPE_SVA, pasid, NULL);
}

int ioasid_space_alloc_iova(int system, __u32 *pasid)
{
	return ioasid_space_alloc(system, IOASID_TYPE_IOVA, pasid, NULL);
}

int ioasid_system_next(int system, __u32 *pasid, struct ioasid_status *status)
{
	struct ioasid_next next = {
		.size = sizeof(next),
		.pasid = *pasid,
		.status = (unsigned long)status,
	};
	int rc;

	*status = (struct ioasid_status){ .size = sizeof(*status) };
	rc = sys_ioctl(system, IOASID_NEXT, &next);
	if (rc == -ENOENT)
		return 0;
	if (rc)
		return rc;
	*pasid = next.out_pasid + 1;
	return 1;
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
