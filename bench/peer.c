// SPDX-License-Identifier: GPL-2.0-only
/*
 * What those that are compared have in common: all get the same device.
 */
#include <string.h>
#include <unistd.h>

#include "module/ioasid_bench.h"
#include "must.h"
#include "peer.h"

/**
 * peer_open() - Open what a space is made from
 * @space: gets the fd, and
 * @node: the node that it is of
 * @device: what the device is attached by
 */
void peer_open(struct peer_space *space, const char *node, const char *device)
{
	memset(space, 0, sizeof(*space));
	space->fd = must_open(node);
	space->device = must_open(device);
}

void peer_destroy(const struct peer_space *space)
{
	close(space->fd);
	close(space->device);
}

/**
 * peer_attach() - Attach the device of PEER_NODE
 * @space: to what
 * @request: by which ioctl of <ioasid_bench.h>
 */
void peer_attach(const struct peer_space *space, unsigned long request)
{
	struct ioasid_bench_attach attach = {
		.size = sizeof(attach),
		.fd = space->fd,
		.ioas = space->ioas,
	};

	must_call(space->device, request, &attach, "attach");
}

void peer_detach(struct peer_space *space)
{
	struct ioasid_bench_detach detach = { .size = sizeof(detach) };

	must_call(space->device, IOASID_BENCH_DETACH, &detach, "detach");
}
