/* SPDX-License-Identifier: GPL-2.0-only */
/* A compressed disk in memory, with a filesystem on it. */
#ifndef TESTS_DISK_H
#define TESTS_DISK_H

#include <stdbool.h>

struct disk {
	unsigned long id;
	char node[32];
	char dir[32];
};

/* Can this kernel make one? */
bool disk_is_possible(void);
bool disk_make(struct disk *disk);
bool disk_remove(const struct disk *disk);

#endif
