/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calls that programs are made of: what they take, what they give, and how
 * they are made.
 */
#ifndef TESTS_FUZZ_CALLS_H
#define TESTS_FUZZ_CALLS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "program.h"

#define PAGE		0x1000ull
#define HUGE		0x200000ull

/*
 * Memory that programs may do with what they like, at the same place in every
 * run. It begins as ordinary memory. Nothing is on either side of it.
 */
#define ARENA		0x20000000ull
#define ARENA_SIZE	(4 * HUGE)
/* Most addresses are in its first pages, so that calls meet. */
#define ARENA_COMMON	(16 * PAGE)

/* What an argument is about, which says what numbers it gets. */
enum kind {
	KIND_NUMBER,	/* any */
	KIND_ZERO,	/* to be 0 */
	KIND_CHOICE,	/* one of its values */
	KIND_FLAGS,	/* any of its values, ored */
	KIND_PAGE,	/* an address of a page */
	KIND_BYTE,	/* an address */
	KIND_LENGTH,	/* of memory */
	KIND_SIZE,	/* of the structure that it is in */
	KIND_AT,	/* where the structure is; 0: somewhere safe */
};

/* What calls give and arguments want, a set of bits. */
#define SYSTEM		0x001
#define SVA		0x002
#define IOVA		0x004
#define SPACE		(SVA | IOVA)
#define QUEUE		0x008
#define FAULT		0x010
#define MEMFD		0x020
#define ANY_FD		(SYSTEM | SPACE | QUEUE | FAULT | MEMFD)
#define PASID		0x040
#define ADDRESS		0x080
#define GROUP		0x100
#define UFFD		0x200

/*
 * One argument. @wants: what stands there instead of a number, and is made for
 * it if there is none; an ADDRESS is taken if there is one, or a number all the
 * same. @initial: a number that is good for something. @offset and @width:
 * where in the structure of an ioctl. @inner: size of another structure that it
 * is the address of, and that begins with its size.
 */
struct arg {
	const char *name;
	enum kind kind;
	unsigned int wants;
	__u64 initial;
	const __u64 *values;
	unsigned int nr_values;
	unsigned int offset;
	unsigned int width;
	__u32 inner;
};

#define CALL_OUTPUTS	2

struct output {
	const char *name;
	unsigned int gives;
	unsigned int offset;
	unsigned int width;
};

struct call;

/* Returns a negative errno, or whatever is not negative. */
typedef long call_fn(const struct call *call, const __u64 *args,
		     __u64 *outputs);

/* @weight: how often, against others. @cmd, @size: of an ioctl. */
struct call {
	const char *name;
	call_fn *run;
	unsigned int weight;
	unsigned long cmd;
	size_t size;
	struct arg args[PROGRAM_ARGS];
	struct output outputs[CALL_OUTPUTS];
};

#define VALUES(...) \
	.values = (const __u64[]){ __VA_ARGS__ }, \
	.nr_values = sizeof((const __u64[]){ __VA_ARGS__ }) / sizeof(__u64)

/* The tables, each ending with a call without a name. */
extern const struct call ioctl_calls[];
extern const struct call fd_calls[];
extern const struct call memory_calls[];
extern const struct call job_calls[];
extern const struct call process_calls[];

/* All of them. */
#define MAX_CALLS	96

extern const struct call *calls[MAX_CALLS];
extern unsigned int nr_calls;

void calls_init(void);
/* Returns the index of the call, or -1. */
int call_find(const char *name);
unsigned int call_nr_args(const struct call *call);
unsigned int call_nr_outputs(const struct call *call);

/*
 * What programs name may not be there, so it is looked at in a way that fails
 * instead of killing. They return 0 or a negative errno.
 */
int peek(__u64 address, void *to, size_t size);
int poke(__u64 address, const void *from, size_t size);

/* The return value of a system call, with the errno. */
long result(long rc);

#endif
