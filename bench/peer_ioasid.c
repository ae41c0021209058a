// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spaces of type IOVA.
 */
#include <stdint.h>
#include <unistd.h>

#include <linux/ioasid.h>

#include "module/ioasid_bench.h"
#include "must.h"
#include "peer.h"

static void ioasid_create(struct peer_space *space)
{
	struct ioasid_alloc alloc = {
		.size = sizeof(alloc),
		.type = IOASID_TYPE_IOVA,
	};

	peer_open(space, "/dev/ioasid", PEER_NODE);
	must_call(space->fd, IOASID_ALLOC, &alloc, "IOASID_ALLOC");
	close(space->fd);
	space->fd = alloc.out_fd;
}

static void ioasid_attach(struct peer_space *space)
{
	peer_attach(space, IOASID_BENCH_ATTACH);
}

static void ioasid_map(const struct peer_space *space, void *memory,
		       size_t size, __u64 iova)
{
	struct ioasid_map map = {
		.size = sizeof(map),
		.flags = IOASID_READ | IOASID_WRITE | IOASID_MAP_FIXED,
		.address = (uintptr_t)memory,
		.length = size,
		.iova = iova,
	};

	must_call(space->fd, IOASID_MAP, &map, "IOASID_MAP");
}

static void ioasid_unmap(const struct peer_space *space, size_t size)
{
	struct ioasid_unmap unmap = {
		.size = sizeof(unmap),
		.iova = PEER_IOVA,
		.length = size,
	};

	must_call(space->fd, IOASID_UNMAP, &unmap, "IOASID_UNMAP");
}

const struct peer peer_ioasid = {
	.create = ioasid_create,
	.attach = ioasid_attach,
	.detach = peer_detach,
	.map = ioasid_map,
	.unmap = ioasid_unmap,
};
