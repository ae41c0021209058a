/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stddef.h>

/* Where everything is mapped: the largest pages fit there. */
#define PEER_IOVA	(4ull << 30)

/**
 * struct peer_space - An I/O address space that a program controls
 * @fd: the fd by which it does
 * @ioas: of iommufd: which one of those that the fd has
 * @device: /dev/ioasid_bench
 */
struct peer_space {
	int fd;
	unsigned int ioas;
	int device;
};

/**
 * struct peer - One way to have such spaces; every call succeeds or ends the
 *	program
 * @create: make a space, with no device
 * @attach: attach the device of /dev/ioasid_bench
 * @map: map memory at PEER_IOVA
 * @unmap: unmap all of it
 */
struct peer {
	void (*create)(struct peer_space *space);
	void (*attach)(const struct peer_space *space);
	void (*map)(const struct peer_space *space, void *memory, size_t size);
	void (*unmap)(const struct peer_space *space, size_t size);
};

extern const struct peer peer_ioasid;
extern const struct peer peer_iommufd;

void peer_open(struct peer_space *space, const char *node);
void peer_call(int fd, unsigned long request, void *arg, const char *what);
void peer_detach(const struct peer_space *space);
void peer_destroy(const struct peer_space *space);

void run_map_rows(void);
void run_fault_rows(void);

#endif
