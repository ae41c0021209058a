// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Page requests of an IOVA space, taken and answered by whoever maps. Counts
 * are of records here, not of bytes: the kernel moves whole ones only.
 */
#include <ioasid/ioasid.h>

#include "sys.h"

int ioasid_fault_open(int space, __u32 depth)
{
	struct ioasid_fault_open arg = { .size = sizeof(arg), .depth = depth };
	int rc;

	rc = sys_ioctl(space, IOASID_FAULT_OPEN, &arg);
	return rc ?: arg.out_fd;
}

int ioasid_fault_read(int fd, struct ioasid_fault *faults, unsigned int nr)
{
	ssize_t got;

	got = sys_read(fd, faults, nr * sizeof(*faults));
	return got < 0 ? got : got / (ssize_t)sizeof(*faults);
}

int ioasid_fault_answer(int fd, const struct ioasid_fault_answer *answers,
			unsigned int nr)
{
	ssize_t written;

	written = sys_write(fd, answers, nr * sizeof(*answers));
	return written < 0 ? written : written / (ssize_t)sizeof(*answers);
}
