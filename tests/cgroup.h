/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cgroups, and how many spaces they have.
 *
 * A cgroup is named by its path below the root, as in "/test/a". It is in the
 * unified hierarchy, which the VM has at /sys/fs/cgroup.
 *
 * Every function returns a value that is not negative, or a negative errno.
 */
#ifndef TESTS_CGROUP_H
#define TESTS_CGROUP_H

#include <limits.h>
#include <linux/types.h>
#include <sys/types.h>

#define CGROUP_NO_LIMIT	INT_MAX

int cgroup_create(const char *path);
int cgroup_remove(const char *path);
/* Lets those below a cgroup, "" is the root, have limits of their own. */
int cgroup_enable(const char *path);
/* Moves a process, 0 is the caller. */
int cgroup_enter(const char *path, pid_t pid);

/* How many spaces a cgroup may have, or CGROUP_NO_LIMIT. */
int cgroup_limit(const char *path, int spaces);
/* Returns how many it has. */
int cgroup_usage(const char *path);
/* Returns how many it may have, or CGROUP_NO_LIMIT. */
int cgroup_max(const char *path);
/* Waits until the kernel has nothing any more of those that were below it. */
int cgroup_wait_for_removed(const char *path);
/* Returns 0 if there is no such cgroup. */
__u64 cgroup_id(const char *path);

#endif
