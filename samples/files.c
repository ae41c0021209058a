// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common.h"
#include "files.h"

/* CRC32C (Castagnoli), as the accelerator computes it, bits reversed. */
#define CRC_POLYNOMIAL	0x82f63b78

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
