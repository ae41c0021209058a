/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stddef.h>

#include <linux/types.h>

#define PEER_NODE	"/dev/ioasid_bench"
/* Where everything is mapped: the largest pages fit there. */
#define PEER_IOVA	(4ull << 30)

/**
 * struct peer_space - An I/O address space that a program controls
 * @fd: the fd by which it does
 * @ioas: of iommufd: which one of those that the fd has
 * @device: by which the device is attached: PEER_NODE, or its group of VFIO
 * @opened: of VFIO: the device, while it is attached
 */
struct peer_space {
	int fd;
	unsigned int ioas;
	int device;
	int opened;
};

/**
 * struct peer - One way to have such spaces; every call succeeds or ends the
 *	program
 * @create: make a space, with no device. That of VFIO cannot be mapped in
 *	before there is one
 * @attach: attach the device of PEER_NODE
 * @detach: detach it
 * @map: map memory at an address
 * @unmap: unmap so much at PEER_IOVA
 */
struct peer {
	void (*create)(struct peer_space *space);
	void (*attach)(struct peer_space *space);
	void (*detach)(struct peer_space *space);
	void (*map)(const struct peer_space *space, void *memory, size_t size,
		    __u64 iova);
	void (*unmap)(const struct peer_space *space, size_t size);
};

extern const struct peer peer_ioasid;
extern const struct peer peer_iommufd;
extern const struct peer peer_vfio;

void peer_open(struct peer_space *space, const char *node, const char *device);
void peer_destroy(const struct peer_space *space);
void peer_attach(const struct peer_space *space, unsigned long request);
void peer_detach(struct peer_space *space);

#endif
