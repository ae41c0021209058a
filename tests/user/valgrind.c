// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loaded by LD_PRELOAD into what valgrind runs, to tell it of our ioctls. Their
 * numbers do not say what is read and written.
 *
 * An argument begins with its size, and all of it is read. Answers in it
 * overwrite what is defined already; lists elsewhere become defined here.
 *
 * It also gives processes their names back, which would be that of valgrind.
 * And it makes the calls about pidfds that valgrind 3.19 does not know, outside
 * of its emulation, where nothing of the C library works.
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/ioasid.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <valgrind/memcheck.h>

__attribute__((constructor))
static void take_name(void)
{
	prctl(PR_SET_NAME, program_invocation_short_name);
}

static void check_argument(unsigned long request, const __u32 *size)
{
	if (_IOC_TYPE(request) == IOASID_IOCTL_TYPE &&
	    !VALGRIND_CHECK_MEM_IS_DEFINED(size, sizeof(*size)))
		VALGRIND_CHECK_MEM_IS_DEFINED(size, *size);
}

static void define(__u64 list, size_t size)
{
	VALGRIND_MAKE_MEM_DEFINED((void *)(unsigned long)list, size);
}

static void define_lists(unsigned long request, const void *argument)
{
	const struct ioasid_attachments *attachments = argument;
	const struct ioasid_iova_ranges *ranges = argument;
	const struct ioasid_maps *maps = argument;

	switch (request) {
	case IOASID_ATTACHMENTS:
		define(attachments->entries,
		       attachments->out_nr *
		       sizeof(struct ioasid_attachment_entry));
		break;
	case IOASID_IOVA_RANGES:
		define(ranges->ranges,
		       ranges->out_nr * sizeof(struct ioasid_iova_range));
		break;
	case IOASID_MAPS:
		define(maps->entries,
		       maps->out_nr * sizeof(struct ioasid_map_entry));
		break;
	}
}

int ioctl(int fd, unsigned long request, ...)
{
	void *argument;
	va_list args;
	int rc;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	check_argument(request, argument);
	rc = syscall(SYS_ioctl, fd, request, argument);
	if (!rc)
		define_lists(request, argument);
	return rc;
}

static long call_outside(long thread, long number, long first, long second)
{
	long rc;

	asm volatile("syscall" : "=a" (rc) :
		     "a" (number), "D" (first), "S" (second), "d" (0L) :
		     "rcx", "r11", "memory");
	return rc;
}

static long pidfd_call(long number, long first, long second)
{
	long rc;

	rc = VALGRIND_NON_SIMD_CALL3(call_outside, number, first, second);
	if (rc >= 0)
		return rc;
	errno = -rc;
	return -1;
}

long syscall(long number, ...)
{
	long (*next)(long number, ...) = dlsym(RTLD_NEXT, "syscall");
	long args[6];
	va_list list;
	int i;

	va_start(list, number);
	for (i = 0; i < 6; i++)
		args[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_pidfd_open || number == SYS_pidfd_getfd)
		return pidfd_call(number, args[0], args[1]);
	return next(number, args[0], args[1], args[2], args[3], args[4],
		    args[5]);
}
