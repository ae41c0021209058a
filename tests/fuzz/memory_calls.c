// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a process does to its own memory, which spaces of type SVA follow and
 * MAP pins. Calls that would change anything outside of the arena are refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/ioasid.h>
#include <linux/userfaultfd.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "calls.h"

/* Newer than the headers of some C libraries. */
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

#define MEMORY \
	[0] = { .name = "address", .kind = KIND_PAGE, .initial = ARENA }, \
	{ .name = "length", .kind = KIND_LENGTH, .initial = 4 * PAGE }

#define PROTECTION { \
	.name = "prot", .kind = KIND_FLAGS, \
	.initial = PROT_READ | PROT_WRITE, \
	VALUES(PROT_READ, PROT_WRITE), \
}

static bool in_arena(__u64 address, __u64 length)
{
	return address >= ARENA && length <= ARENA_SIZE &&
	       address - ARENA <= ARENA_SIZE - length;
}

static long run_mmap(const struct call *call, const __u64 *args,
		     __u64 *outputs)
{
	void *mem;

	if (!in_arena(args[0], args[1]))
		return -EINVAL;
	mem = mmap((void *)args[0], args[1], args[2], args[3] | MAP_FIXED, -1,
		   0);
	return mem == MAP_FAILED ? result(-1) : 0;
}

static long run_mmap_memfd(const struct call *call, const __u64 *args,
			   __u64 *outputs)
{
	void *mem;

	if (!in_arena(args[0], args[1]))
		return -EINVAL;
	mem = mmap((void *)args[0], args[1], args[2], MAP_SHARED | MAP_FIXED,
		   args[3], args[4]);
	return mem == MAP_FAILED ? result(-1) : 0;
}

static long run_munmap(const struct call *call, const __u64 *args,
		       __u64 *outputs)
{
	if (!in_arena(args[0], args[1]))
		return -EINVAL;
	return result(munmap((void *)args[0], args[1]));
}

static long run_mremap(const struct call *call, const __u64 *args,
		       __u64 *outputs)
{
	void *mem;

	if (!in_arena(args[0], args[1]) || !in_arena(args[2], args[1]))
		return -EINVAL;
	mem = mremap((void *)args[0], args[1], args[1],
		     args[3] | MREMAP_MAYMOVE | MREMAP_FIXED, args[2]);
	return mem == MAP_FAILED ? result(-1) : 0;
}

static long run_mprotect(const struct call *call, const __u64 *args,
			 __u64 *outputs)
{
	if (!in_arena(args[0], args[1]))
		return -EINVAL;
	return result(mprotect((void *)args[0], args[1], args[2]));
}

static long run_madvise(const struct call *call, const __u64 *args,
			__u64 *outputs)
{
	if (!in_arena(args[0], args[1]))
		return -EINVAL;
	return result(madvise((void *)args[0], args[1], args[2]));
}

static long run_mlock(const struct call *call, const __u64 *args,
		      __u64 *outputs)
{
	if (!in_arena(args[0], args[1]))
		return -EINVAL;
	return result(mlock((void *)args[0], args[1]));
}

static long run_touch(const struct call *call, const __u64 *args,
		      __u64 *outputs)
{
	char byte = 1;

	if (args[1])
		return poke(args[0], &byte, sizeof(byte));
	return peek(args[0], &byte, sizeof(byte));
}

/* Whoever touches the range then waits, until it is copied to. */
static long run_uffd(const struct call *call, const __u64 *args,
		     __u64 *outputs)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { .start = args[0], .len = args[1] },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	outputs[0] = fd;
	if (fd < 0 || ioctl(fd, UFFDIO_API, &api))
		return result(-1);
	if (!in_arena(args[0], args[1]))
		return -EINVAL;
	return result(ioctl(fd, UFFDIO_REGISTER, &range));
}

static long run_uffd_zero(const struct call *call, const __u64 *args,
			  __u64 *outputs)
{
	struct uffdio_zeropage zero = {
		.range = { .start = args[0], .len = args[1] },
	};

	return result(ioctl(args[2], UFFDIO_ZEROPAGE, &zero));
}

/* For IOASID_IOVA_KEEP: two ranges. */
static long run_store_ranges(const struct call *call, const __u64 *args,
			     __u64 *outputs)
{
	struct ioasid_iova_range ranges[] = {
		{ args[1], args[2] },
		{ args[3], args[4] },
	};

	return poke(args[0], ranges, sizeof(ranges));
}

const struct call memory_calls[] = {
	{
		"mmap", run_mmap, 3,
		.args = { MEMORY, PROTECTION,
			  { "flags", KIND_CHOICE,
			    .initial = MAP_PRIVATE | MAP_ANONYMOUS,
			    VALUES(MAP_PRIVATE | MAP_ANONYMOUS,
				   MAP_SHARED | MAP_ANONYMOUS,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
				   MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB) },
		},
	}, {
		"mmap_memfd", run_mmap_memfd, 2,
		.args = { MEMORY, PROTECTION,
			  { "fd", KIND_ZERO, .wants = MEMFD },
			  { "offset", KIND_LENGTH } },
	}, {
		"munmap", run_munmap, 3,
		.args = { MEMORY },
	}, {
		"mremap", run_mremap, 2,
		.args = { MEMORY,
			  { "to", KIND_PAGE, .initial = ARENA + HUGE },
			  { "flags", KIND_FLAGS, VALUES(MREMAP_DONTUNMAP) } },
	}, {
		"mprotect", run_mprotect, 2,
		.args = { MEMORY, PROTECTION },
	}, {
		"madvise", run_madvise, 3,
		.args = { MEMORY,
			  { "advice", KIND_CHOICE, .initial = MADV_DONTNEED,
			    VALUES(MADV_DONTNEED, MADV_FREE, MADV_PAGEOUT,
				   MADV_COLLAPSE, MADV_HUGEPAGE, MADV_REMOVE,
				   MADV_DONTFORK, MADV_WIPEONFORK,
				   MADV_POPULATE_WRITE, MADV_MERGEABLE) } },
	}, {
		"mlock", run_mlock, 1,
		.args = { MEMORY },
	}, {
		"touch", run_touch, 3,
		.args = { { "at", KIND_BYTE, .initial = ARENA },
			  { "write", KIND_CHOICE, .initial = 1,
			    VALUES(0, 1) } },
	}, {
		"uffd", run_uffd, 1,
		.args = { MEMORY },
		.outputs = { { "fd", UFFD } },
	}, {
		"uffd_zero", run_uffd_zero, 1,
		.args = { MEMORY, { "fd", KIND_ZERO, .wants = UFFD } },
	}, {
		"store_ranges", run_store_ranges, 1,
		.args = { { "at", KIND_BYTE, .initial = ARENA },
			  { "start", KIND_PAGE, .initial = PAGE },
			  { "last", KIND_PAGE, .initial = (1ull << 32) - 1 },
			  { "start2", KIND_PAGE, .initial = 1ull << 32 },
			  { "last2", KIND_PAGE,
			    .initial = (1ull << 40) - 1 } },
	},
	{}
};
