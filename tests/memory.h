/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory whose content can be judged.
 *
 * A pattern is a sequence that differs at every place and for every seed, so
 * that bytes which are lost, moved or left over from elsewhere are seen.
 *
 * A guarded buffer has a margin of a known pattern on both sides: whatever
 * writes outside the buffer is caught by guarded_intact().
 */
#ifndef TESTS_MEMORY_H
#define TESTS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "patience.h"

#define PAGE	4096ul
#define HUGE	(512 * PAGE)

struct guarded {
	unsigned char *area;
	size_t area_size;
	unsigned char *mem;
	size_t size;
};

void pattern_fill(void *mem, size_t size, unsigned int seed);
bool pattern_holds(const void *mem, size_t size, unsigned int seed);
/* Are all bytes of @mem equal to @value? */
bool bytes_are(const void *mem, size_t size, unsigned char value);

/* Anonymous private memory that nobody has touched, or NULL. */
void *anon_map(size_t size);
/* The same, aligned to a huge page. */
void *anon_map_huge(size_t size);
/* The end of a page with nothing behind it, or NULL. */
void *end_of_memory(void);

/*
 * @mem begins @skew bytes into a page and is filled with zeroes. Returns 0 or
 * a negative errno.
 */
int guarded_map(struct guarded *guarded, size_t size, size_t skew);
bool guarded_intact(const struct guarded *guarded);
void guarded_unmap(struct guarded *guarded);

#endif
