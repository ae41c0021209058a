// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations of an IOASID fd on the map of an IOVA space: one that two
 * accelerators behind different IOMMUs have, or one that none has.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../process.h"
#include "nth.h"

/* Enough of them that the record of where they are grows, and is trimmed. */
#define SCATTERED_PAGES	1100ul

#define NR_HUGEPAGES	"/proc/sys/vm/nr_hugepages"

static __s64 map_empty(struct env *env)
{
	return space_map_at(env->empty, PLACE, env->mem, SIZE, READ_WRITE);
}

static __s64 map_anywhere(struct env *env)
{
	return space_map_anywhere(env->empty, env->mem, SIZE);
}

static void unmap_empty(struct env *env, __s64 result)
{
	space_unmap_all(env->empty);
}

const struct op op_fd_map = {
	.run = map_empty,
	.undo = unmap_empty,
	.says = SAYS_BOTH,
};

const struct op op_fd_map_anywhere = {
	.run = map_anywhere,
	.undo = unmap_empty,
	.says = SAYS_BOTH,
};

static __s64 map_absent(struct env *env)
{
	return space_map_at(env->empty, PLACE, env->fresh, 4 * PAGE,
			    READ_WRITE);
}

static void unmap_absent(struct env *env, __s64 result)
{
	space_unmap_all(env->empty);
	undo_fresh(env, result);
}

const struct op op_fd_map_absent = {
	.run = map_absent,
	.undo = unmap_absent,
	.says = SAYS_BOTH,
};

static __s64 map_with_devices(struct env *env)
{
	return space_map_at(env->iova.space, NOWHERE, env->mem, SIZE,
			    READ_WRITE);
}

static void unmap_nowhere(struct env *env, __s64 result)
{
	space_unmap(env->iova.space, NOWHERE, SIZE);
}

const struct op op_fd_map_with_devices = {
	.run = map_with_devices,
	.undo = unmap_nowhere,
	.says = SAYS_BOTH,
};

static int map_backward(int file, char *mem, size_t size)
{
	size_t at;

	for (at = 0; at < size; at += PAGE)
		if (mmap(mem + size - at - PAGE, PAGE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED | MAP_POPULATE, file,
			 at) == MAP_FAILED)
			return -errno;
	return 0;
}

/* Pages of a file in the wrong order, so that no two of them are neighbours. */
static int make_scattered(struct env *env)
{
	size_t size = SCATTERED_PAGES * PAGE;
	int rc = -ENOMEM;
	int file;

	if (env->scattered)
		return 0;
	env->scattered = anon_map(size);
	file = memfd_create("scattered", MFD_CLOEXEC);
	if (env->scattered && file >= 0 && !ftruncate(file, size))
		rc = map_backward(file, env->scattered, size);
	close(file);
	return rc;
}

static __s64 map_scattered(struct env *env)
{
	return space_map_at(env->empty, PLACE, env->scattered,
			    SCATTERED_PAGES * PAGE, READ_WRITE);
}

const struct op op_fd_map_scattered = {
	.before = make_scattered,
	.run = map_scattered,
	.undo = unmap_empty,
	.says = SAYS_BOTH,
};

static int make_file(struct env *env)
{
	env->file = memfd_create("file", MFD_CLOEXEC);
	if (env->file < 0)
		return -errno;
	return pwrite(env->file, env->mem, SIZE, 0) == SIZE ? 0 : -EIO;
}

static int make_huge_file(struct env *env)
{
	if (write_text(NR_HUGEPAGES, "2"))
		return -ENOMEM;
	env->file = memfd_create("huge", MFD_CLOEXEC | MFD_HUGETLB);
	if (env->file < 0)
		return -errno;
	return ftruncate(env->file, HUGE) ? -errno : 0;
}

static __s64 map_file(struct env *env)
{
	return space_map_file(env->empty, PLACE, env->file, 0, SIZE,
			      READ_WRITE);
}

static void unmap_file(struct env *env, __s64 result)
{
	space_unmap_all(env->empty);
	close(env->file);
}

static void unmap_huge_file(struct env *env, __s64 result)
{
	unmap_file(env, result);
	write_text(NR_HUGEPAGES, "0");
}

const struct op op_fd_map_file = {
	.before = make_file,
	.run = map_file,
	.undo = unmap_file,
	.says = SAYS_BOTH,
};

const struct op op_fd_map_huge_file = {
	.before = make_huge_file,
	.run = map_file,
	.undo = unmap_huge_file,
	.says = SAYS_BOTH,
};

static __s64 map_space(struct env *env)
{
	return space_map_space(env->empty, PLACE, env->iova.space, PLACE, SIZE,
			       READ_WRITE);
}

const struct op op_fd_map_space = {
	.run = map_space,
	.undo = unmap_empty,
	.says = SAYS_BOTH,
};

static __s64 unmap(struct env *env)
{
	return space_unmap(env->iova.space, PLACE, SIZE);
}

static __s64 unmap_middle(struct env *env)
{
	return space_unmap(env->iova.space, PLACE + 4 * PAGE, PAGE);
}

static void mend(struct env *env, __s64 result)
{
	space_unmap(env->iova.space, PLACE, SIZE);
	space_map_at(env->iova.space, PLACE, env->mem, SIZE, READ_WRITE);
}

const struct op op_fd_unmap = {
	.run = unmap,
	.undo = mend,
	.says = SAYS_EFAULT,
	.stays_done = true,
};

const struct op op_fd_unmap_middle = {
	.run = unmap_middle,
	.undo = mend,
	.says = SAYS_BOTH,
	.stays_done = true,
};

static int map_huge(struct env *env)
{
	*env->huge = 1;
	return space_map_at(env->iova.space, NOWHERE, env->huge, HUGE,
			    READ_WRITE);
}

static __s64 unmap_part_of_huge(struct env *env)
{
	return space_unmap(env->iova.space, NOWHERE + 4 * PAGE, PAGE);
}

static void unmap_huge(struct env *env, __s64 result)
{
	space_unmap(env->iova.space, NOWHERE, HUGE);
}

/* What is left of a large leaf is entered anew. */
const struct op op_fd_unmap_part_of_huge = {
	.before = map_huge,
	.run = unmap_part_of_huge,
	.undo = unmap_huge,
	.says = SAYS_BOTH,
	.stays_done = true,
};

static int fill_empty(struct env *env)
{
	return map_empty(env);
}

static __s64 unmap_all(struct env *env)
{
	return space_unmap_all(env->empty);
}

const struct op op_fd_unmap_all = {
	.before = fill_empty,
	.run = unmap_all,
	.undo = unmap_empty,
	.says = SAYS_EFAULT,
	.stays_done = true,
};

static __s64 maps(struct env *env)
{
	struct ioasid_map_entry entries[4];

	return space_maps(env->iova.space, 0, entries, 4);
}

const struct op op_fd_maps = {
	.run = maps,
	.says = SAYS_BOTH,
};

static __s64 iova_ranges(struct env *env)
{
	struct ioasid_iova_range ranges[4];

	return space_iova_ranges(env->iova.space, ranges, 4);
}

const struct op op_fd_iova_ranges = {
	.run = iova_ranges,
	.says = SAYS_BOTH,
};

static __s64 keep(struct env *env)
{
	const struct ioasid_iova_range range = {
		.start = PLACE,
		.last = PLACE + SIZE - 1,
	};

	return space_keep(env->empty, &range, 1);
}

static void keep_nothing(struct env *env, __s64 result)
{
	space_keep(env->empty, NULL, 0);
}

const struct op op_fd_iova_keep = {
	.run = keep,
	.undo = keep_nothing,
	.says = SAYS_BOTH,
};

static __s64 read_space(struct env *env)
{
	return result_of(pread(env->iova.space, env->fresh, SIZE, PLACE));
}

static bool is_read(struct env *env, __s64 result)
{
	return result > 0 && pattern_holds(env->fresh, result, 1);
}

/*
 * A buffer that cannot be written is made present and tried again; the kernel
 * says EFAULT if there is no memory for that.
 */
const struct op op_fd_read_iter_iova = {
	.run = read_space,
	.is_right = is_read,
	.undo = undo_fresh,
	.says = SAYS_EFAULT,
};

static __s64 write_space(struct env *env)
{
	return result_of(pwrite(env->iova.space, env->mem, SIZE, PLACE));
}

static bool is_written(struct env *env, __s64 result)
{
	return result == SIZE && pattern_holds(env->mem, SIZE, 1);
}

const struct op op_fd_write_iter_iova = {
	.run = write_space,
	.is_right = is_written,
};
