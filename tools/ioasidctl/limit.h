/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How many spaces cgroups may have, in words.
 */
#ifndef IOASIDCTL_LIMIT_H
#define IOASIDCTL_LIMIT_H

#include <linux/types.h>

struct json_object;

struct limit_text {
	char text[16];
};

/* Of a number of spaces, or "max". Returns 0, or -EINVAL if it is neither. */
int parse_limit(const char *text, __u32 *limit);

/* The same of an argument, or complains. Returns an exit status. */
int take_limit(const char *text, __u32 *limit);

/* The number, or "max". */
struct limit_text format_limit(__u32 limit);

/* The number, or null. */
void json_add_limit(struct json_object *object, const char *name, __u32 limit);

/* Says what could not be done with a cgroup, and why. Returns STATUS_FAILED. */
int complain_limit(const char *what, const char *cgroup, int rc);

#endif
