// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Passing a descriptor over a Unix socket (SCM_RIGHTS).
 *
 * The receiver does not trust the sender: there is room for more descriptors
 * than are wanted, so that all that arrive are seen, and every one that is not
 * handed to the caller is closed. What does not even fit there the kernel
 * closes itself, and MSG_CTRUNC tells that it did.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ioasid/ioasid.h>

#define ROOM	16

union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(ROOM * sizeof(int))];
};

struct received {
	int fds[ROOM];
	unsigned int count;
};

int ioasid_fd_send(int socket, int fd, const void *message, size_t size)
{
	struct iovec iov = { .iov_base = (void *)message, .iov_len = size };
	union control control = {};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_SPACE(sizeof(fd)),
	};
	int saved = errno;
	ssize_t sent;
	int rc = 0;

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));

	sent = sendmsg(socket, &msg, MSG_NOSIGNAL);
	if (sent < 0)
		rc = -errno;
	else if ((size_t)sent != size)
		rc = -EMSGSIZE;
	errno = saved;
	return rc;
}

static void collect(struct msghdr *msg, struct received *received)
{
	struct cmsghdr *header;
	size_t size;

	for (header = CMSG_FIRSTHDR(msg); header;
	     header = CMSG_NXTHDR(msg, header)) {
		if (header->cmsg_level != SOL_SOCKET ||
		    header->cmsg_type != SCM_RIGHTS)
			continue;
		size = header->cmsg_len - CMSG_LEN(0);
		memcpy(&received->fds[received->count], CMSG_DATA(header),
		       size);
		received->count += size / sizeof(int);
	}
}

static void close_all(const struct received *received)
{
	unsigned int i;

	for (i = 0; i < received->count; i++)
		close(received->fds[i]);
}

int ioasid_fd_recv(int socket, void *message, size_t size)
{
	struct iovec iov = { .iov_base = message, .iov_len = size };
	struct received received = {};
	union control control;
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	int saved = errno;
	ssize_t got;
	int rc;

	got = recvmsg(socket, &msg, MSG_CMSG_CLOEXEC | MSG_WAITALL);
	if (got < 0) {
		rc = -errno;
		errno = saved;
		return rc;
	}
	collect(&msg, &received);
	if (!got && !received.count)
		return -ENODATA;
	if ((size_t)got == size && received.count == 1 &&
	    !(msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		return received.fds[0];
	close_all(&received);
	errno = saved;
	return -EBADMSG;
}
