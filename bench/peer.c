// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two that are compared: spaces of type IOVA, and iommufd.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/ioasid.h>
#include <linux/iommufd.h>

#include "iommufd/ioasid_bench.h"
#include "peer.h"

/**
 * peer_open() - Open what a space is made from
 * @space: gets the fd, and one of the device
 * @node: /dev/ioasid or /dev/iommu
 */
void peer_open(struct peer_space *space, const char *node)
{
	memset(space, 0, sizeof(*space));
	space->fd = open(node, O_RDWR | O_CLOEXEC);
	if (space->fd < 0)
		err(1, "%s", node);
	space->device = open("/dev/ioasid_bench", O_RDWR | O_CLOEXEC);
	if (space->device < 0)
		err(1, "/dev/ioasid_bench");
}

void peer_call(int fd, unsigned long request, void *arg, const char *what)
{
	if (ioctl(fd, request, arg))
		err(1, "%s", what);
}

void peer_detach(const struct peer_space *space)
{
	struct ioasid_bench_detach detach = { .size = sizeof(detach) };

	peer_call(space->device, IOASID_BENCH_DETACH, &detach, "detach");
}

void peer_destroy(const struct peer_space *space)
{
	close(space->fd);
	close(space->device);
}

static void attach(const struct peer_space *space, unsigned long request)
{
	struct ioasid_bench_attach attach = {
		.size = sizeof(attach),
		.fd = space->fd,
		.ioas = space->ioas,
	};

	peer_call(space->device, request, &attach, "attach");
}

static void ioasid_create(struct peer_space *space)
{
	struct ioasid_alloc alloc = {
		.size = sizeof(alloc),
		.type = IOASID_TYPE_IOVA,
	};

	peer_open(space, "/dev/ioasid");
	peer_call(space->fd, IOASID_ALLOC, &alloc, "IOASID_ALLOC");
	close(space->fd);
	space->fd = alloc.out_fd;
}

static void ioasid_attach(const struct peer_space *space)
{
	attach(space, IOASID_BENCH_ATTACH);
}

static void ioasid_map(const struct peer_space *space, void *memory,
		       size_t size)
{
	struct ioasid_map map = {
		.size = sizeof(map),
		.flags = IOASID_READ | IOASID_WRITE | IOASID_MAP_FIXED,
		.address = (uintptr_t)memory,
		.length = size,
		.iova = PEER_IOVA,
	};

	peer_call(space->fd, IOASID_MAP, &map, "IOASID_MAP");
}

static void ioasid_unmap(const struct peer_space *space, size_t size)
{
	struct ioasid_unmap unmap = {
		.size = sizeof(unmap),
		.iova = PEER_IOVA,
		.length = size,
	};

	peer_call(space->fd, IOASID_UNMAP, &unmap, "IOASID_UNMAP");
}

const struct peer peer_ioasid = {
	.create = ioasid_create,
	.attach = ioasid_attach,
	.map = ioasid_map,
	.unmap = ioasid_unmap,
};

static void iommufd_create(struct peer_space *space)
{
	struct iommu_ioas_alloc alloc = { .size = sizeof(alloc) };

	peer_open(space, "/dev/iommu");
	peer_call(space->fd, IOMMU_IOAS_ALLOC, &alloc, "IOMMU_IOAS_ALLOC");
	space->ioas = alloc.out_ioas_id;
}

static void iommufd_attach(const struct peer_space *space)
{
	attach(space, IOASID_BENCH_ATTACH_IOMMUFD);
}

static void iommufd_map(const struct peer_space *space, void *memory,
			size_t size)
{
	struct iommu_ioas_map map = {
		.size = sizeof(map),
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA |
			 IOMMU_IOAS_MAP_WRITEABLE | IOMMU_IOAS_MAP_READABLE,
		.ioas_id = space->ioas,
		.user_va = (uintptr_t)memory,
		.length = size,
		.iova = PEER_IOVA,
	};

	peer_call(space->fd, IOMMU_IOAS_MAP, &map, "IOMMU_IOAS_MAP");
}

static void iommufd_unmap(const struct peer_space *space, size_t size)
{
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap),
		.ioas_id = space->ioas,
		.iova = PEER_IOVA,
		.length = size,
	};

	peer_call(space->fd, IOMMU_IOAS_UNMAP, &unmap, "IOMMU_IOAS_UNMAP");
}

const struct peer peer_iommufd = {
	.create = iommufd_create,
	.attach = iommufd_attach,
	.map = iommufd_map,
	.unmap = iommufd_unmap,
};
