/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cgroup for one command, as near below ours as there can be one: a cgroup
 * that has processes cannot pass a controller on, unless it is the root.
 *
 * Each of these says what is wrong.
 */
#ifndef IOASIDCTL_JOB_CGROUP_H
#define IOASIDCTL_JOB_CGROUP_H

#include <linux/types.h>

/*
 * @spaces: how many it may have, or IOASID_NO_LIMIT
 * @directory: where it is, PATH_MAX bytes
 * Returns 0 or a negative errno.
 */
int job_cgroup_make(const char *name, __u32 spaces, char *directory);

/* Returns 0 or a negative errno. */
int job_cgroup_enter(const char *directory);

/*
 * For when the command has ended. If it has left processes or cgroups there, it
 * stays, for they shall not get more.
 */
void job_cgroup_remove(const char *directory);

#endif
