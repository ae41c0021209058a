// SPDX-License-Identifier: GPL-2.0-only
/*
 * What somebody can do with an IOASID fd that carries the right to attach and
 * no other, of Documentation/authority.rst.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ioasid/ioasid.h>

static void give(int socket, int space)
{
	int share = ioasid_space_share(space, IOASID_RIGHT_ATTACH);

	if (share < 0)
		errx(1, "%s", ioasid_explain(IOASID_OP_SHARE, share));
	ioasid_fd_send(socket, share, "hello", 5);
	close(share);
}

static void print_outcome(const char *what, enum ioasid_op op, int rc)
{
	printf("%s: %s\n", what, rc < 0 ? ioasid_explain(op, rc) : "done");
}

static void take(int socket)
{
	char hello[5], byte = 'x';
	int space = ioasid_fd_recv(socket, hello, sizeof(hello));
	int rc = pread(space, &byte, 1, (off_t)(unsigned long)&byte);

	print_outcome("read", IOASID_OP_ACCESS, rc < 0 ? -errno : rc);
	print_outcome("share", IOASID_OP_SHARE,
		      ioasid_space_share(space, IOASID_RIGHT_ATTACH));
	print_outcome("free", IOASID_OP_SPACE, ioasid_space_free(space));
}

int main(void)
{
	int system = ioasid_system_open();
	int space = ioasid_space_alloc_sva(system, NULL);
	int sockets[2];

	if (space < 0)
		errx(1, "%s", ioasid_explain(IOASID_OP_ALLOC, space));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets))
		err(1, "socketpair");
	give(sockets[0], space);
	take(sockets[1]);
	return 0;
}
