// SPDX-License-Identifier: GPL-2.0-only
/*
 * I/O address spaces of iommufd.
 */
#include <stdint.h>

#include <linux/iommufd.h>

#include "module/ioasid_bench.h"
#include "must.h"
#include "peer.h"

static void iommufd_create(struct peer_space *space)
{
	struct iommu_ioas_alloc alloc = { .size = sizeof(alloc) };

	peer_open(space, "/dev/iommu", PEER_NODE);
	must_call(space->fd, IOMMU_IOAS_ALLOC, &alloc, "IOMMU_IOAS_ALLOC");
	space->ioas = alloc.out_ioas_id;
}

static void iommufd_attach(struct peer_space *space)
{
	peer_attach(space, IOASID_BENCH_ATTACH_IOMMUFD);
}

static void iommufd_map(const struct peer_space *space, void *memory,
			size_t size, __u64 iova)
{
	struct iommu_ioas_map map = {
		.size = sizeof(map),
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA |
			 IOMMU_IOAS_MAP_WRITEABLE | IOMMU_IOAS_MAP_READABLE,
		.ioas_id = space->ioas,
		.user_va = (uintptr_t)memory,
		.length = size,
		.iova = iova,
	};

	must_call(space->fd, IOMMU_IOAS_MAP, &map, "IOMMU_IOAS_MAP");
}

static void iommufd_unmap(const struct peer_space *space, size_t size)
{
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap),
		.ioas_id = space->ioas,
		.iova = PEER_IOVA,
		.length = size,
	};

	must_call(space->fd, IOMMU_IOAS_UNMAP, &unmap, "IOMMU_IOAS_UNMAP");
}

const struct peer peer_iommufd = {
	.create = iommufd_create,
	.attach = iommufd_attach,
	.detach = peer_detach,
	.map = iommufd_map,
	.unmap = iommufd_unmap,
};
