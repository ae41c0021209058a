// SPDX-License-Identifier: GPL-2.0-only
/* The world that operations are run in. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "nth.h"

static int open_spaces(struct env *env)
{
	int space = space_alloc_iova(NULL);
	int rc;

	rc = dma_open(&env->sva, FIRST);
	if (!rc)
		rc = iova_dma_open(&env->iova, FIRST, space);
	if (!rc)
		rc = iova_dma_open(&env->other, SECOND, space);
	if (rc)
		return rc;
	env->empty = space_alloc_iova(NULL);
	if (env->empty < 0)
		return env->empty;
	return space_map_at(space, PLACE, env->mem, SIZE, READ_WRITE);
}

int env_open(struct env *env)
{
	env->mem = anon_map(SIZE);
	env->fresh = anon_map(SIZE);
	env->huge = anon_map_huge(HUGE);
	if (!env->mem || !env->fresh || !env->huge)
		return -ENOMEM;
	pattern_fill(env->mem, SIZE, 1);
	env->system = system_open(O_RDWR);
	if (env->system < 0)
		return env->system;
	return open_spaces(env);
}

void env_close(struct env *env)
{
	close(env->empty);
	iova_dma_close(&env->other);
	iova_dma_close(&env->iova);
	close(env->iova.space);
	dma_close(&env->sva);
	close(env->system);
}

__s64 result_of(__s64 result)
{
	return result < 0 ? -errno : result;
}

int open_file(struct env *env, const char *path, int flags)
{
	env->file = open(path, flags | O_CLOEXEC);
	return env->file < 0 ? -errno : 0;
}

int open_fdinfo(struct env *env, int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return open_file(env, path, O_RDONLY);
}

__s64 read_file(struct env *env)
{
	char text[1024];

	return result_of(pread(env->file, text, sizeof(text), 0));
}

void undo_close(struct env *env, __s64 fd)
{
	close(fd);
}

void undo_close_file(struct env *env, __s64 result)
{
	close(env->file);
}

void undo_fresh(struct env *env, __s64 result)
{
	madvise(env->fresh, SIZE, MADV_DONTNEED);
}
