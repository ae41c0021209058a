// SPDX-License-Identifier: GPL-2.0-only
/*
 * Containers of VFIO with its type1, second version: what is unmapped there has
 * been mapped as it is, by one call or several.
 *
 * The driver of the device has it registered as the only one of its group. What
 * sysfs calls the two is what VFIO calls them.
 */
#include <err.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/vfio.h>

#include "must.h"
#include "peer.h"

#define GROUP_LINK	"/sys/bus/platform/drivers/ioasid_bench/*/iommu_group"

/* The link that a device has to its group. */
static const char *group_link(void)
{
	static glob_t found;

	if (!found.gl_pathc && glob(GROUP_LINK, 0, NULL, &found))
		errx(1, "there is no %s", GROUP_LINK);
	return found.gl_pathv[0];
}

static void group_node(char *node, size_t size)
{
	char group[PATH_MAX];

	if (!realpath(group_link(), group))
		err(1, "%s", group_link());
	snprintf(node, size, "/dev/vfio/%s", basename(group));
}

static int open_device(int group)
{
	char link[PATH_MAX];
	int fd;

	snprintf(link, sizeof(link), "%s", group_link());
	fd = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, basename(dirname(link)));
	if (fd < 0)
		err(1, "VFIO_GROUP_GET_DEVICE_FD");
	return fd;
}

static void vfio_create(struct peer_space *space)
{
	char group[NAME_MAX];

	group_node(group, sizeof(group));
	peer_open(space, "/dev/vfio/vfio", group);
}

static void vfio_attach(struct peer_space *space)
{
	must_call(space->device, VFIO_GROUP_SET_CONTAINER, &space->fd,
		  "VFIO_GROUP_SET_CONTAINER");
	must_call(space->fd, VFIO_SET_IOMMU, (void *)VFIO_TYPE1v2_IOMMU,
		  "VFIO_SET_IOMMU");
	space->opened = open_device(space->device);
}

static void vfio_detach(struct peer_space *space)
{
	close(space->opened);
	must_call(space->device, VFIO_GROUP_UNSET_CONTAINER, NULL,
		  "VFIO_GROUP_UNSET_CONTAINER");
}

static void vfio_map(const struct peer_space *space, void *memory, size_t size,
		     __u64 iova)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)memory,
		.size = size,
		.iova = iova,
	};

	must_call(space->fd, VFIO_IOMMU_MAP_DMA, &map, "VFIO_IOMMU_MAP_DMA");
}

static void vfio_unmap(const struct peer_space *space, size_t size)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = PEER_IOVA,
		.size = size,
	};

	must_call(space->fd, VFIO_IOMMU_UNMAP_DMA, &unmap,
		  "VFIO_IOMMU_UNMAP_DMA");
}

const struct peer peer_vfio = {
	.create = vfio_create,
	.attach = vfio_attach,
	.detach = vfio_detach,
	.map = vfio_map,
	.unmap = vfio_unmap,
};
