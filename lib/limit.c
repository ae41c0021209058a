// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Limits: how many spaces a cgroup has, and how many more it can get.
 *
 * The counts are those of the rdma controller, in the lines of rdma.max and
 * rdma.current that begin with "ioasid": a space is one hca_object there. A
 * cgroup has these files if the one above it passes the controller on. What is
 * created in one that has not is charged to the nearest above that has. The
 * root has no limits.
 *
 * The files are read one after the other, so the counts of a cgroup and of one
 * above may be of different moments.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ioasid/ioasid.h>

#include "hierarchy.h"
#include "sys.h"

#define DEVICE		"ioasid"
#define RESOURCE	"hca_object="
#define LINE_SIZE	256

struct counts {
	__u32 max;
	__u32 current;
};

/* Of the line of a device: "DEVICE hca_handle=N hca_object=N". */
static int parse_count(char *line, __u32 *count)
{
	const char *value;
	char *end;

	if (strncmp(line, DEVICE " ", strlen(DEVICE " ")))
		return -ENODEV;
	value = strstr(line, RESOURCE);
	if (!value)
		return -EPROTO;
	value += strlen(RESOURCE);
	if (!strncmp(value, "max", 3))
		return 0;
	*count = strtoul(value, &end, 10);
	return end == value ? -EPROTO : 0;
}

/* ENODEV from the kernel means that the cgroup has just been removed. */
static int find_count(FILE *file, __u32 *count)
{
	char line[LINE_SIZE];
	int rc = -ENODEV;

	while (rc == -ENODEV && fgets(line, sizeof(line), file))
		rc = parse_count(line, count);
	if (rc == -ENODEV && ferror(file))
		rc = errno == ENODEV ? -ENOENT : sys_failure();
	return rc;
}

static int read_count(const struct hierarchy *hierarchy, const char *path,
		      const char *name, __u32 *count)
{
	char full[PATH_MAX];
	FILE *file;
	int rc;

	*count = IOASID_NO_LIMIT;
	rc = hierarchy_file(hierarchy, path, name, full);
	if (rc)
		return rc;
	file = fopen(full, "re");
	if (!file)
		return errno == ENOENT ? -ENODATA : sys_failure();
	rc = find_count(file, count);
	fclose(file);
	return rc;
}

/* -ENODATA: it has none. -ENODEV: the module was never loaded. */
static int read_counts(const struct hierarchy *hierarchy, const char *path,
		       struct counts *counts)
{
	int rc;

	rc = read_count(hierarchy, path, "rdma.max", &counts->max);
	return rc ?: read_count(hierarchy, path, "rdma.current",
				&counts->current);
}

static __u32 left_of(const struct counts *counts)
{
	if (counts->max == IOASID_NO_LIMIT)
		return IOASID_NO_LIMIT;
	return counts->max > counts->current ? counts->max - counts->current :
					       0;
}

/* The cgroup at @path, the same or one above, leaves so many. */
static int consider(struct ioasid_limit *limit, const char *path, __u32 left)
{
	if (left >= limit->left)
		return 0;
	limit->left = left;
	free(limit->tightest);
	limit->tightest = strdup(path);
	return limit->tightest ? 0 : -ENOMEM;
}

static int consider_above(const struct hierarchy *hierarchy,
			  struct ioasid_limit *limit)
{
	struct counts counts;
	char path[PATH_MAX];
	int rc;

	snprintf(path, sizeof(path), "%s", limit->cgroup);
	while (hierarchy_ascend(path)) {
		rc = read_counts(hierarchy, path, &counts);
		if (!rc)
			rc = consider(limit, path, left_of(&counts));
		if (rc && rc != -ENODATA)
			return rc;
	}
	return 0;
}

static int read_own(const struct hierarchy *hierarchy,
		    struct ioasid_limit *limit)
{
	struct counts counts;
	int rc;

	limit->max = IOASID_NO_LIMIT;
	limit->left = IOASID_NO_LIMIT;
	rc = read_counts(hierarchy, limit->cgroup, &counts);
	if (rc == -ENODATA)
		return 0;
	if (rc)
		return rc;
	limit->counted = true;
	limit->max = counts.max;
	limit->current = counts.current;
	return consider(limit, limit->cgroup, left_of(&counts));
}

static int find(const struct hierarchy *hierarchy, struct ioasid_limit *limit,
		const char *path)
{
	char full[PATH_MAX];
	struct stat stat_of;
	int rc;

	rc = hierarchy_file(hierarchy, path, "", full);
	if (rc)
		return rc;
	if (stat(full, &stat_of))
		return sys_failure();
	limit->id = stat_of.st_ino;
	limit->hidden = !hierarchy_is_whole(hierarchy);
	limit->cgroup = strdup(path);
	limit->directory = strdup(full);
	return limit->cgroup && limit->directory ? 0 : -ENOMEM;
}

/*
 * @path is from the hierarchy, not from the user. @above is what was read of
 * the cgroup above, or NULL.
 */
static int read_limit(const struct hierarchy *hierarchy, const char *path,
		      const struct ioasid_limit *above,
		      struct ioasid_limit **out)
{
	struct ioasid_limit *limit;
	int rc;

	limit = calloc(1, sizeof(*limit));
	if (!limit)
		return -ENOMEM;
	rc = find(hierarchy, limit, path);
	if (!rc)
		rc = read_own(hierarchy, limit);
	if (!rc && above)
		rc = consider(limit, above->tightest, above->left);
	else if (!rc)
		rc = consider_above(hierarchy, limit);
	if (rc) {
		ioasid_limit_free(limit);
		return rc;
	}
	*out = limit;
	return 0;
}

static int find_and_read(const char *cgroup, pid_t pid,
			 struct ioasid_limit **limit)
{
	struct hierarchy hierarchy;
	char path[PATH_MAX];
	int rc;

	rc = hierarchy_find(&hierarchy);
	if (rc)
		return rc;
	if (cgroup)
		rc = hierarchy_resolve(&hierarchy, cgroup, path);
	else
		rc = hierarchy_locate(&hierarchy, pid, path);
	return rc ?: read_limit(&hierarchy, path, NULL, limit);
}

int ioasid_limit_read(const char *cgroup, struct ioasid_limit **limit)
{
	int saved = errno;
	int rc;

	rc = find_and_read(cgroup, 0, limit);
	errno = saved;
	return rc;
}

int ioasid_limit_of_process(pid_t pid, struct ioasid_limit **limit)
{
	int saved = errno;
	int rc;

	rc = find_and_read(NULL, pid, limit);
	errno = saved;
	return rc;
}

void ioasid_limit_free(struct ioasid_limit *limit)
{
	if (!limit)
		return;
	free(limit->cgroup);
	free(limit->directory);
	free(limit->tightest);
	free(limit);
}

static int write_file(const struct hierarchy *hierarchy, const char *path,
		      const char *name, const char *text)
{
	char full[PATH_MAX];
	ssize_t done;
	int fd, rc;

	rc = hierarchy_file(hierarchy, path, name, full);
	if (rc)
		return rc;
	fd = sys_open(full, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return fd;
	done = sys_write(fd, text, strlen(text));
	close(fd);
	return done < 0 ? done : 0;
}

static bool has_file(const struct hierarchy *hierarchy, const char *path,
		     const char *name)
{
	char full[PATH_MAX];

	return !hierarchy_file(hierarchy, path, name, full) &&
	       !access(full, F_OK);
}

/* Has all that are above pass the controller on, the highest first. */
static int enable(const struct hierarchy *hierarchy, const char *path)
{
	char above[PATH_MAX];
	int rc;

	if (has_file(hierarchy, path, "rdma.max"))
		return 0;
	snprintf(above, sizeof(above), "%s", path);
	if (!hierarchy_ascend(above))
		return hierarchy_is_whole(hierarchy) ? 0 : -ENODATA;
	rc = enable(hierarchy, above);
	return rc ?: write_file(hierarchy, above, "cgroup.subtree_control",
				"+rdma");
}

static int set(const struct hierarchy *hierarchy, const char *path, __u32 max)
{
	char text[64] = DEVICE " " RESOURCE "max";
	int rc;

	rc = enable(hierarchy, path);
	if (rc)
		return rc;
	if (max != IOASID_NO_LIMIT)
		snprintf(text, sizeof(text), DEVICE " " RESOURCE "%u", max);
	rc = write_file(hierarchy, path, "rdma.max", text);
	return rc == -ENOENT ? -ENODATA : rc;
}

int ioasid_limit_set(const char *cgroup, __u32 max)
{
	struct hierarchy hierarchy;
	char path[PATH_MAX];
	int saved = errno;
	int rc;

	if (max > IOASID_LIMIT_MAX && max != IOASID_NO_LIMIT)
		return -ERANGE;
	rc = hierarchy_find(&hierarchy);
	if (!rc)
		rc = hierarchy_resolve(&hierarchy, cgroup, path);
	if (!rc)
		rc = set(&hierarchy, path, max);
	errno = saved;
	return rc;
}

/**
 * struct walk - All cgroups below one
 * @hierarchy: where
 * @path: where in it, for all levels: whoever was given a cgroup may make one
 *	below the other until a stack is full
 * @fn: to be called for each
 * @data: passed to @fn
 */
struct walk {
	struct hierarchy hierarchy;
	char path[PATH_MAX];
	ioasid_limit_fn fn;
	void *data;
};

static int walk_from(struct walk *walk, const struct ioasid_limit *above);

static int is_cgroup(const struct dirent *entry)
{
	return entry->d_type == DT_DIR && entry->d_name[0] != '.';
}

/* Leaves the path as it was. */
static int walk_entry(struct walk *walk, const char *name,
		      const struct ioasid_limit *above)
{
	size_t used = strlen(walk->path);
	int rc;

	if (used + strlen(name) + 2 > PATH_MAX)
		return 0;
	snprintf(walk->path + used, PATH_MAX - used, "%s%s",
		 walk->path[1] ? "/" : "", name);
	rc = walk_from(walk, above);
	walk->path[used] = '\0';
	return rc;
}

static int list(const struct walk *walk, struct dirent ***entries)
{
	char full[PATH_MAX];
	int rc;

	rc = hierarchy_file(&walk->hierarchy, walk->path, "", full);
	if (rc)
		return rc;
	rc = scandir(full, entries, is_cgroup, alphasort);
	if (rc < 0 && errno != ENOENT)
		return sys_failure();
	return rc < 0 ? 0 : rc;
}

static int walk_below(struct walk *walk, const struct ioasid_limit *above)
{
	struct dirent **entries = NULL;
	int count, i, rc = 0;

	count = list(walk, &entries);
	if (!entries)
		return count;
	for (i = 0; i < count; i++) {
		if (!rc)
			rc = walk_entry(walk, entries[i]->d_name, above);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

/* What has gone meanwhile is passed over. */
static int walk_from(struct walk *walk, const struct ioasid_limit *above)
{
	struct ioasid_limit *limit;
	int rc;

	rc = read_limit(&walk->hierarchy, walk->path, above, &limit);
	if (rc)
		return above && rc == -ENOENT ? 0 : rc;
	limit->depth = above ? above->depth + 1 : 0;
	rc = walk->fn(limit, walk->data);
	if (!rc)
		rc = walk_below(walk, limit);
	ioasid_limit_free(limit);
	return rc;
}

int ioasid_limit_walk(const char *cgroup, ioasid_limit_fn fn, void *data)
{
	struct walk walk = { .fn = fn, .data = data };
	int saved = errno;
	int rc;

	rc = hierarchy_find(&walk.hierarchy);
	if (!rc)
		rc = hierarchy_resolve(&walk.hierarchy, cgroup, walk.path);
	if (!rc)
		rc = walk_from(&walk, NULL);
	errno = saved;
	return rc;
}
