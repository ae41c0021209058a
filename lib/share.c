// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Giving others a space, with less than all rights over it.
 */
#include <unistd.h>

#include <ioasid/ioasid.h>

#include "sys.h"

int ioasid_space_share(int space, __u32 rights)
{
	struct ioasid_share share = { .size = sizeof(share), .rights = rights };
	int rc;

	rc = sys_ioctl(space, IOASID_SHARE, &share);
	return rc ?: share.out_fd;
}

int ioasid_space_pass(int socket, int space, __u32 rights, const void *message,
		      size_t size)
{
	int fd, rc;

	fd = ioasid_space_share(space, rights);
	if (fd < 0)
		return fd;
	rc = ioasid_fd_send(socket, fd, message, size);
	close(fd);
	return rc;
}
