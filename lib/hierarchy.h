/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The hierarchy of cgroups that limits spaces: the one that has the rdma
 * controller, as the caller sees it.
 *
 * That is the unified hierarchy (cgroup v2), or one of cgroup v1 that somebody
 * has mounted with that controller. A cgroup is named by its path below the
 * mount point, which is "/".
 *
 * Every function returns a value that is not negative, or a negative errno, and
 * may change errno.
 */
#ifndef LIB_HIERARCHY_H
#define LIB_HIERARCHY_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/**
 * struct hierarchy - Where cgroups are
 * @mount: the mount point
 * @root: which cgroup is mounted there, as /proc/PID/cgroup would name it
 * @v1: it is of cgroup v1: whatever is in it has counts of its own
 */
struct hierarchy {
	char mount[PATH_MAX];
	char root[PATH_MAX];
	bool v1;
};

/*
 * -EOPNOTSUPP: the kernel has no rdma controller. -ENOMEDIUM: the hierarchy is
 * not mounted. -EXDEV: it is, but for another cgroup namespace.
 */
int hierarchy_find(struct hierarchy *hierarchy);

/* Is the cgroup at "/" the root of all, or only as much as the caller sees? */
bool hierarchy_is_whole(const struct hierarchy *hierarchy);

/*
 * These fill in a path of PATH_MAX. A cgroup may be named by its path, with or
 * without the first "/" or the mount point. -ENOENT: there is no such cgroup.
 */
int hierarchy_resolve(const struct hierarchy *hierarchy, const char *name,
		      char *path);
/* Of a process, 0 is the caller. -ESRCH; -EXDEV: it is not below "/". */
int hierarchy_locate(const struct hierarchy *hierarchy, pid_t pid, char *path);

/* Where a file of a cgroup is; "" is its directory. -ENAMETOOLONG. */
int hierarchy_file(const struct hierarchy *hierarchy, const char *path,
		   const char *file, char *full);

/* Cuts the last name off. Returns false at "/". */
bool hierarchy_ascend(char *path);

#endif
