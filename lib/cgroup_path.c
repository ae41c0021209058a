// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * From the id of a cgroup to its path.
 *
 * The id is the inode number of a directory, so the hierarchy is searched.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <ioasid/ioasid.h>

#include "hierarchy.h"

static int search(char *path, __u64 id);

static bool is_below(const struct dirent *entry)
{
	return entry->d_type == DT_DIR && entry->d_name[0] != '.';
}

/* Leaves @path as it was, unless it is found. */
static int search_entry(char *path, const struct dirent *entry, __u64 id)
{
	size_t used = strlen(path);
	int rc;

	if (used + strlen(entry->d_name) + 2 > PATH_MAX)
		return -ENOENT;
	snprintf(path + used, PATH_MAX - used, "/%s", entry->d_name);
	rc = entry->d_ino == id ? 0 : search(path, id);
	if (rc)
		path[used] = '\0';
	return rc;
}

/* What comes or goes meanwhile may be missed. */
static int search(char *path, __u64 id)
{
	const struct dirent *entry;
	int rc = -ENOENT;
	DIR *dir;

	dir = opendir(path);
	if (!dir)
		return -errno;
	while (rc && (entry = readdir(dir)))
		if (is_below(entry))
			rc = search_entry(path, entry, id);
	closedir(dir);
	return rc ? -ENOENT : 0;
}

static int find(const char *hierarchy, __u64 id, char *path, size_t size)
{
	char full[PATH_MAX];
	const char *below = full + strlen(hierarchy);
	struct stat root;
	int rc = 0;

	if (stat(hierarchy, &root))
		return -errno;
	snprintf(full, sizeof(full), "%s", hierarchy);
	if (root.st_ino != id)
		rc = search(full, id);
	if (rc)
		return rc;
	if (!*below)
		below = "/";
	if ((size_t)snprintf(path, size, "%s", below) >= size)
		return -ENAMETOOLONG;
	return 0;
}

int ioasid_cgroup_path_of(__u64 id, char *path, size_t size)
{
	struct hierarchy hierarchy;
	int saved = errno;
	int rc;

	rc = hierarchy_find(&hierarchy);
	if (!rc)
		rc = find(hierarchy.mount, id, path, size);
	errno = saved;
	return rc;
}
