// SPDX-License-Identifier: GPL-2.0-only
/* Operations of an IOASID fd on the memory of a process. */
#include <sys/mman.h>
#include <unistd.h>

#include "nth.h"

#define PIN	(IOASID_PREFAULT_PIN | READ_WRITE)

static __s64 prefault(struct env *env)
{
	return space_prefault(env->sva.space, env->fresh, SIZE, READ_WRITE);
}

const struct op op_fd_prefault = {
	.run = prefault,
	.undo = undo_fresh,
	.says = SAYS_BOTH,
};

static int touch_huge(struct env *env)
{
	*env->huge = 1;
	return 0;
}

static __s64 prefault_huge(struct env *env)
{
	return space_prefault(env->sva.space, env->huge, HUGE, READ_WRITE);
}

static void forget_huge(struct env *env, __s64 result)
{
	madvise(env->huge, HUGE, MADV_DONTNEED);
}

const struct op op_fd_prefault_huge = {
	.before = touch_huge,
	.run = prefault_huge,
	.undo = forget_huge,
	.says = SAYS_BOTH,
};

static __s64 pin(struct env *env)
{
	return space_prefault(env->sva.space, env->fresh, SIZE, PIN);
}

static void unpin_fresh(struct env *env, __s64 result)
{
	space_unpin_all(env->sva.space);
	undo_fresh(env, result);
}

const struct op op_fd_prefault_pin = {
	.run = pin,
	.undo = unpin_fresh,
	.says = SAYS_BOTH,
};

static int pin_before(struct env *env)
{
	__s64 rc = pin(env);

	return rc < 0 ? rc : 0;
}

static __s64 unpin(struct env *env)
{
	return space_unpin(env->sva.space, env->fresh, SIZE);
}

const struct op op_fd_unpin = {
	.before = pin_before,
	.run = unpin,
	.undo = unpin_fresh,
	.says = SAYS_EFAULT,
	.stays_done = true,
};

/* From memory that is present into memory that is not, and the other way. */
static __s64 read_space(struct env *env)
{
	return result_of(pread(env->sva.space, env->fresh, SIZE,
			       address_of(env->mem)));
}

static __s64 write_space(struct env *env)
{
	return result_of(pwrite(env->sva.space, env->mem, SIZE,
				address_of(env->fresh)));
}

/* Part of it if the rest could not be had for want of memory. */
static bool is_moved(struct env *env, __s64 result)
{
	return result > 0 && pattern_holds(env->fresh, result, 1);
}

const struct op op_fd_read_iter_sva = {
	.run = read_space,
	.is_right = is_moved,
	.undo = undo_fresh,
	.says = SAYS_EFAULT,
};

const struct op op_fd_write_iter_sva = {
	.run = write_space,
	.is_right = is_moved,
	.undo = undo_fresh,
	.says = SAYS_ENOMEM,
};
