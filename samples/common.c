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

#include <ioasid/dsa.h>

#include "common.h"

/* CRC32C (Castagnoli), as the accelerator computes it, bits reversed. */
#define CRC_POLYNOMIAL	0x82f63b78

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

int make_own_space(__u32 *pasid)
{
	int system = check(IOASID_OP_SYSTEM_OPEN, ioasid_system_open(),
			   "/dev/ioasid");
	int space = check(IOASID_OP_ALLOC,
			  ioasid_space_alloc_sva(system, pasid), "no space");

	close(system);
	return space;
}

int open_queue(const char *accelerator, int flags, int space)
{
	int queue = check(IOASID_OP_QUEUE_OPEN,
			  ioasid_queue_open(accelerator, flags), accelerator);

	check(IOASID_OP_ATTACH, ioasid_queue_attach(queue, space, NULL),
	      "cannot attach");
	return queue;
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

int open_file(const char *path, __u64 *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat stat;

	if (fd < 0 || fstat(fd, &stat))
		die(path, strerror(errno));
	*size = stat.st_size;
	return fd;
}

static __u32 add_to_crc(__u32 crc, const unsigned char *bytes, ssize_t count)
{
	ssize_t i;
	int bit;

	for (i = 0; i < count; i++) {
		crc ^= bytes[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? CRC_POLYNOMIAL : 0);
	}
	return crc;
}

__u32 file_crc(int fd)
{
	static unsigned char bytes[65536];
	__u32 crc = ~0;
	ssize_t got;

	lseek(fd, 0, SEEK_SET);
	while ((got = read(fd, bytes, sizeof(bytes))) > 0)
		crc = add_to_crc(crc, bytes, got);
	if (got < 0)
		die("cannot read the file", strerror(errno));
	return ~crc;
}
