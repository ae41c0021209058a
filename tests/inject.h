/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Making the kernel fail: an allocation, or a copy from or to user space. Which
 * one, is said by number, of those that a thread comes to, or by chance.
 *
 * Every function returns a value that is not negative, or a negative errno.
 */
#ifndef TESTS_INJECT_H
#define TESTS_INJECT_H

#include <stdbool.h>

/* What fails; a set of bits. */
enum inject_what {
	INJECT_OBJECTS = 1,
	INJECT_COPIES = 2,
	INJECT_PAGES = 4,
};

/* Code of the kernel, the end of which is not part of it. */
struct inject_text {
	unsigned long start;
	unsigned long end;
};

/* Whether this kernel can do it; if so, it does it silently from now on. */
bool inject_init(void);
/* Says how many failures there were since then, by what they were. */
void inject_report(void);
/* What can fail, if it is called from some code, or NULL for anywhere. */
int inject_choose(unsigned int what, const struct inject_text *from);

/* For the calling thread. The first one returns a file for the others. */
int inject_open(void);
void inject_arm(int file, unsigned int nth);
/* Returns whether it came to that. */
bool inject_disarm(int file);

/* For all threads: so many of a hundred. */
int inject_by_chance(unsigned int percent);

#endif
