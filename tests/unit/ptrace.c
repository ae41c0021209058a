// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loaded into User Mode Linux by LD_PRELOAD, so that it runs on any processor.
 *
 * It keeps the floating point state of its processes in a place of fixed size,
 * which a processor with AMX exceeds; the host then refuses to restore it. Told
 * that the host has no extended state to give, it is content with the classical
 * one. The host process that runs the program keeps the rest.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/ptrace.h>

long ptrace(enum __ptrace_request request, ...)
{
	long (*next)(enum __ptrace_request request, ...);
	void *args[3];
	va_list list;
	int i;

	if (request == PTRACE_GETREGSET) {
		errno = EIO;
		return -1;
	}
	va_start(list, request);
	for (i = 0; i < 3; i++)
		args[i] = va_arg(list, void *);
	va_end(list);
	next = dlsym(RTLD_NEXT, "ptrace");
	return next(request, args[0], args[1], args[2]);
}
