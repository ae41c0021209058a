// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/ioasid_sim.h>

#include "common.h"

void die(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what,
		why);
	exit(EXIT_FAILURE);
}

int check(enum ioasid_op op, int rc, const char *what)
{
	if (rc < 0)
		die(what, ioasid_explain(op, rc));
	return rc;
}

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

void *map_file(const char *path, bool writable, __u32 *size)
{
	int protection = PROT_READ | (writable ? PROT_WRITE : 0);
	int flags = writable ? O_RDWR | O_CREAT : O_RDONLY;
	int fd = open(path, flags | O_CLOEXEC, 0666);
	struct stat stat;
	void *map;

	if (fd < 0 || (writable && ftruncate(fd, *size)) || fstat(fd, &stat))
		die(path, strerror(errno));
	if (!stat.st_size || stat.st_size > IOASID_SIM_MAX_XFER)
		die(path, "has to have from 1 byte to 2 GiB");
	*size = stat.st_size;
	map = mmap(NULL, *size, protection, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		die(path, strerror(errno));
	close(fd);
	return map;
}
