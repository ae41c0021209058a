// SPDX-License-Identifier: GPL-2.0-only
/* The least that a client and a service do, for README.md. */
#include <err.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

static const char *state(int space)
{
	struct ioasid_status status;

	if (ioasid_space_status(space, &status))
		errx(1, "no status");
	return ioasid_state_name(status.out_state);
}

static void serve(int socket)
{
	int queue = ioasid_queue_open("/dev/ioasid_sim0", 0);
	char hello[5];
	int space = ioasid_fd_recv(socket, hello, sizeof(hello));
	int rc = ioasid_queue_attach(queue, space, NULL);

	if (rc)
		errx(1, "%s", ioasid_explain(IOASID_OP_ATTACH, rc));
	close(space);
	send(socket, hello, 1, 0);
	recv(socket, hello, 1, 0);
}

static void use(int sock)
{
	char answer;

	/* My memory, as an fd. */
	int sys = ioasid_system_open();
	int space = ioasid_space_alloc_sva(sys, NULL);

	if (ioasid_space_pass(sock, space, IOASID_RIGHT_ATTACH, "hello", 5))
		errx(1, "cannot pass the space");
	if (recv(sock, &answer, 1, 0) != 1)
		errx(1, "the service has ended");
	printf("a device is in: %s\n", state(space));
	/* When this returns, no byte moves any more. */
	ioasid_space_free(space);
	printf("taken back: %s\n", state(space));
}

int main(void)
{
	int sockets[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets))
		err(1, "socketpair");
	if (!fork()) {
		close(sockets[0]);
		serve(sockets[1]);
		return 0;
	}
	close(sockets[1]);
	use(sockets[0]);
	close(sockets[0]);
	wait(NULL);
	return 0;
}
