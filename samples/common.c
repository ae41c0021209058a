// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

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

int connect_to(const char *path)
{
	struct sockaddr_un address;
	int fd = make_socket(path, &address);

	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		die(path, strerror(errno));
	return fd;
}
