// SPDX-License-Identifier: GPL-2.0-only
/*
 * A space that maps a file, without the library: of ioctl_ioasid_map(2) and
 * Documentation/reference/uapi.rst.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/ioasid.h>

static int make_space(void)
{
	struct ioasid_alloc alloc = {
		.size = sizeof(alloc),
		.type = IOASID_TYPE_IOVA,
	};
	int system = open("/dev/ioasid", O_RDWR | O_CLOEXEC);

	if (system < 0 || ioctl(system, IOASID_ALLOC, &alloc))
		err(1, "/dev/ioasid");
	close(system);
	return alloc.out_fd;
}

static void map_file(int space, int file)
{
	struct ioasid_map map = {
		.size = sizeof(map),
		.flags = IOASID_READ | IOASID_MAP_FILE,
		.fd = file,
		.length = 2 << 20,
	};

	if (ioctl(space, IOASID_MAP, &map))
		err(1, "IOASID_MAP");
	printf("0x%llx\n", map.out_iova);
}

int main(void)
{
	int file = memfd_create("file", MFD_CLOEXEC);

	if (file < 0 || ftruncate(file, 2 << 20))
		err(1, "file");
	map_file(make_space(), file);
	return 0;
}
