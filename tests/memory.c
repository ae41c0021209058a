// SPDX-License-Identifier: GPL-2.0-only
/* Memory whose content can be judged. */
#include <errno.h>
#include <linux/types.h>
#include <string.h>
#include <stdint.h>
#include <sys/mman.h>

#include "memory.h"

#define GUARD_SEED	0x9a7d
#define GUARD_SIZE	(2 * PAGE)

/* A multiplicative hash of the place: cheap, and never the same twice. */
static unsigned char pattern_byte(size_t at, unsigned int seed)
{
	__u32 hash = ((__u32)at + seed * 0x01000193u) * 0x9e3779b1u;

	return hash >> 24;
}

void pattern_fill(void *mem, size_t size, unsigned int seed)
{
	unsigned char *byte = mem;
	size_t at;

	for (at = 0; at < size; at++)
		byte[at] = pattern_byte(at, seed);
}

bool pattern_holds(const void *mem, size_t size, unsigned int seed)
{
	const unsigned char *byte = mem;
	size_t at;

	for (at = 0; at < size; at++)
		if (byte[at] != pattern_byte(at, seed))
			return false;
	return true;
}

bool bytes_are(const void *mem, size_t size, unsigned char value)
{
	const unsigned char *byte = mem;

	return !size ||
	       (byte[0] == value && !memcmp(byte, byte + 1, size - 1));
}

void *anon_map(size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mem == MAP_FAILED ? NULL : mem;
}

void *anon_map_huge(size_t size)
{
	char *mem = anon_map(size + HUGE);
	char *aligned;

	if (!mem)
		return NULL;
	aligned = (char *)(((uintptr_t)mem + HUGE - 1) & ~(HUGE - 1));
	munmap(mem, aligned - mem);
	munmap(aligned + size, mem + HUGE - aligned);
	return aligned;
}

void *end_of_memory(void)
{
	char *mem = anon_map(2 * PAGE);

	if (!mem || munmap(mem + PAGE, PAGE))
		return NULL;
	return mem + PAGE;
}

static size_t margin_after(const struct guarded *guarded)
{
	return guarded->area + guarded->area_size -
	       (guarded->mem + guarded->size);
}

int guarded_map(struct guarded *guarded, size_t size, size_t skew)
{
	guarded->area_size = GUARD_SIZE + skew + size + GUARD_SIZE;
	guarded->area = anon_map(guarded->area_size);
	if (!guarded->area)
		return -ENOMEM;
	guarded->mem = guarded->area + GUARD_SIZE + skew;
	guarded->size = size;
	pattern_fill(guarded->area, GUARD_SIZE + skew, GUARD_SEED);
	pattern_fill(guarded->mem + size, margin_after(guarded), GUARD_SEED);
	return 0;
}

bool guarded_intact(const struct guarded *guarded)
{
	return pattern_holds(guarded->area, guarded->mem - guarded->area,
			     GUARD_SEED) &&
	       pattern_holds(guarded->mem + guarded->size,
			     margin_after(guarded), GUARD_SEED);
}

void guarded_unmap(struct guarded *guarded)
{
	munmap(guarded->area, guarded->area_size);
}
