// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The hierarchy of cgroups that has the rdma controller.
 *
 * /proc/cgroups tells whether there is one, /proc/self/mountinfo where, and
 * /proc/PID/cgroup which cgroup a process is in. What is mounted need not be
 * the whole hierarchy: in a container it is a part, which /proc then names by a
 * path that is no path below the mount point, unless the container has a cgroup
 * namespace.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hierarchy.h"

#define CONTROLLER	"rdma"
#define LINE_SIZE	(4 * PATH_MAX)

/* Is the word in a list with commas? */
static bool has_word(const char *list, const char *word)
{
	size_t length = strlen(word);
	const char *found;

	for (found = list; (found = strstr(found, word)); found += length)
		if ((found == list || found[-1] == ',') &&
		    (!found[length] || found[length] == ','))
			return true;
	return false;
}

/*
 * Of "rdma<tab>hierarchy<tab>cgroups<tab>enabled". A kernel without that file
 * has nothing to say against it.
 */
static bool is_enabled(void)
{
	FILE *file = fopen("/proc/cgroups", "re");
	char line[256], name[64];
	int enabled = 0, is_on;

	if (!file)
		return true;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "%63s %*d %*d %d", name, &is_on) == 2 &&
		    !strcmp(name, CONTROLLER))
			enabled = is_on;
	fclose(file);
	return enabled;
}

/* In /proc, what would end a field is written as \ooo. */
static void unescape(char *text)
{
	unsigned int code;
	char *to = text;

	while (*text) {
		if (*text == '\\' && sscanf(text + 1, "%3o", &code) == 1) {
			*to++ = code;
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

/*
 * Is it a better one than @best, which may be none yet? A later one may have
 * been mounted over it.
 */
static bool is_better(const struct hierarchy *found,
		      const struct hierarchy *best)
{
	if (!*best->mount || !strcmp(found->mount, best->mount))
		return true;
	if (found->v1 != best->v1)
		return found->v1;
	return !strcmp(found->root, "/") && strcmp(best->root, "/");
}

/* Is that line of mountinfo about a hierarchy that may have the controller? */
static bool parse_mount(char *line, struct hierarchy *found)
{
	char type[32], options[1024];
	char *rest = strstr(line, " - ");

	if (!rest)
		return false;
	*rest = '\0';
	if (sscanf(rest + 3, "%31s %*s %1023s", type, options) != 2 ||
	    sscanf(line, "%*d %*d %*s %4095s %4095s", found->root,
		   found->mount) != 2)
		return false;
	unescape(found->root);
	unescape(found->mount);
	found->v1 = !strcmp(type, "cgroup");
	if (found->v1)
		return has_word(options, CONTROLLER);
	return !strcmp(type, "cgroup2");
}

static int find_mount(struct hierarchy *hierarchy)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	struct hierarchy found;
	char line[LINE_SIZE];

	if (!file)
		return -errno;
	hierarchy->mount[0] = '\0';
	while (fgets(line, sizeof(line), file))
		if (parse_mount(line, &found) && is_better(&found, hierarchy))
			*hierarchy = found;
	fclose(file);
	return *hierarchy->mount ? 0 : -ENOMEDIUM;
}

/* The unified hierarchy has it unless one of cgroup v1 does. */
static bool has_controller(const struct hierarchy *hierarchy)
{
	char line[256], full[PATH_MAX];
	bool found = false;
	FILE *file;

	if (hierarchy->v1 || !hierarchy_is_whole(hierarchy) ||
	    hierarchy_file(hierarchy, "/", "cgroup.controllers", full))
		return true;
	file = fopen(full, "re");
	if (!file)
		return false;
	while (!found && fscanf(file, "%255s", line) == 1)
		found = !strcmp(line, CONTROLLER);
	fclose(file);
	return found;
}

int hierarchy_find(struct hierarchy *hierarchy)
{
	int rc;

	if (!is_enabled())
		return -EOPNOTSUPP;
	rc = find_mount(hierarchy);
	if (rc)
		return rc;
	if (!strncmp(hierarchy->root, "/..", 3))
		return -EXDEV;
	return has_controller(hierarchy) ? 0 : -ENOMEDIUM;
}

/* Each version has a file that only the root has, or only the root has not. */
bool hierarchy_is_whole(const struct hierarchy *hierarchy)
{
	const char *file = hierarchy->v1 ? "release_agent" : "cgroup.type";
	char full[PATH_MAX];

	if (hierarchy_file(hierarchy, "/", file, full))
		return false;
	return !access(full, F_OK) == hierarchy->v1;
}

/* Returns what is behind a directory's name in a path, or NULL. */
static const char *behind(const char *path, const char *dir)
{
	size_t length = strcmp(dir, "/") ? strlen(dir) : 0;

	if (strncmp(path, dir, length) ||
	    (path[length] && path[length] != '/'))
		return NULL;
	return path[length] ? path + length : "/";
}

int hierarchy_resolve(const struct hierarchy *hierarchy, const char *name,
		      char *path)
{
	char full[PATH_MAX], real[PATH_MAX];
	const char *below = behind(name, hierarchy->mount);
	int rc;

	if (!*name)
		return -ENOENT;
	rc = hierarchy_file(hierarchy, below ?: name, "cgroup.procs", full);
	if (rc)
		return rc;
	if (!realpath(full, real))
		return errno == ENOTDIR ? -ENOENT : -errno;
	hierarchy_ascend(real);
	below = behind(real, hierarchy->mount);
	if (!below)
		return -ENOENT;
	snprintf(path, PATH_MAX, "%s", below);
	return 0;
}

/* Is that line of /proc/PID/cgroup about the hierarchy? */
static const char *path_in(const struct hierarchy *hierarchy, char *line)
{
	char *controllers = strchr(line, ':');
	char *path = controllers ? strchr(controllers + 1, ':') : NULL;

	if (!path)
		return NULL;
	*path++ = '\0';
	path[strcspn(path, "\n")] = '\0';
	if (hierarchy->v1)
		return has_word(controllers + 1, CONTROLLER) ? path : NULL;
	return controllers[1] ? NULL : path;
}

static int copy_below(const struct hierarchy *hierarchy, const char *from,
		      char *path)
{
	const char *below = behind(from, hierarchy->root);

	if (!below || !strncmp(below, "/..", 3))
		return -EXDEV;
	if (snprintf(path, PATH_MAX, "%s", below) >= PATH_MAX)
		return -ENAMETOOLONG;
	return 0;
}

int hierarchy_locate(const struct hierarchy *hierarchy, pid_t pid, char *path)
{
	char name[32] = "/proc/self/cgroup";
	char line[LINE_SIZE];
	int rc = -ENOMEDIUM;
	const char *found;
	FILE *file;

	if (pid)
		snprintf(name, sizeof(name), "/proc/%d/cgroup", pid);
	file = fopen(name, "re");
	if (!file)
		return errno == ENOENT ? -ESRCH : -errno;
	while (rc == -ENOMEDIUM && fgets(line, sizeof(line), file)) {
		found = path_in(hierarchy, line);
		if (found)
			rc = copy_below(hierarchy, found, path);
	}
	fclose(file);
	return rc;
}

int hierarchy_file(const struct hierarchy *hierarchy, const char *path,
		   const char *file, char *full)
{
	int length;

	path += strspn(path, "/");
	length = snprintf(full, PATH_MAX, "%s%s%s%s%s", hierarchy->mount,
			  *path ? "/" : "", path, *file ? "/" : "", file);
	return length < PATH_MAX ? 0 : -ENAMETOOLONG;
}

bool hierarchy_ascend(char *path)
{
	char *last = strrchr(path, '/');

	if (!last || !last[1])
		return false;
	if (last == path)
		last++;
	*last = '\0';
	return true;
}
