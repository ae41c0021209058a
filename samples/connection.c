// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common.h"
#include "connection.h"

static int make_socket(const char *path, struct sockaddr_un *address)
{
	int fd;

	if (strlen(path) >= sizeof(address->sun_path))
		die(path, "too long for the name of a socket");
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	stpcpy(address->sun_path, path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("no socket", strerror(errno));
	return fd;
}

int listen_at(const char *path)
{
	struct sockaddr_un address;
	int fd = make_socket(path, &address);

	unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    chmod(path, 0666) || listen(fd, SOMAXCONN))
		die(path, strerror(errno));
	return fd;
}

int accept_client(int listener, pid_t *pid)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (fd < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size))
		die("cannot accept a client", strerror(errno));
	*pid = peer.pid;
	return fd;
}

int connect_to(const char *path)
{
	struct sockaddr_un address;
	int fd = make_socket(path, &address);

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		die(path, strerror(errno));
	return fd;
}

void send_message(int socket, const void *message, size_t size)
{
	if (send(socket, message, size, MSG_NOSIGNAL) < 0)
		die("cannot tell the other side", strerror(errno));
}

bool receive_message(int socket, void *message, size_t size)
{
	return recv(socket, message, size, 0) == (ssize_t)size;
}
