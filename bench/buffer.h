/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_BUFFER_H
#define BENCH_BUFFER_H

#include <stddef.h>

#define KIB		1024ul
#define MIB		(1024 * KIB)
#define GIB		(1024 * MIB)
#define PAGE		(4 * KIB)

/**
 * enum backing - What pages a buffer has
 * @PAGES_4K: of 4 KiB, one behind the other in memory as far as that comes by
 *	itself when a program touches them in their order
 * @PAGES_4K_SCATTERED: of 4 KiB, hardly ever two in a row
 * @PAGES_2M: of 2 MiB, of hugetlb
 * @PAGES_1G: of 1 GiB, of hugetlb
 */
enum backing {
	PAGES_4K,
	PAGES_4K_SCATTERED,
	PAGES_2M,
	PAGES_1G,
};

struct row;

void memory_tidy(void);
void *buffer_create(size_t size, enum backing backing);
void buffer_destroy(void *buffer, size_t size);
void *buffer_for(const struct row *row);

#endif
