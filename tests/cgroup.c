// SPDX-License-Identifier: GPL-2.0-only
/* Cgroups, and how many spaces they have. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"
#include "patience.h"
#include "process.h"

#define HIERARCHY	"/sys/fs/cgroup"

struct name {
	char text[256];
};

static struct name name_of(const char *path, const char *file)
{
	struct name name;

	snprintf(name.text, sizeof(name.text), HIERARCHY "%s%s", path, file);
	return name;
}

int cgroup_create(const char *path)
{
	return mkdir(name_of(path, "").text, 0755) ? -errno : 0;
}

int cgroup_remove(const char *path)
{
	return rmdir(name_of(path, "").text) ? -errno : 0;
}

int cgroup_enable(const char *path)
{
	return write_text(name_of(path, "/cgroup.subtree_control").text,
			  "+rdma");
}

int cgroup_enter(const char *path, pid_t pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	return write_text(name_of(path, "/cgroup.procs").text, text);
}

int cgroup_limit(const char *path, int spaces)
{
	char text[64] = "ioasid hca_object=max";

	if (spaces != CGROUP_NO_LIMIT)
		snprintf(text, sizeof(text), "ioasid hca_object=%d", spaces);
	return write_text(name_of(path, "/rdma.max").text, text);
}

/* Of "ioasid hca_handle=N hca_object=N". */
static int find_count(FILE *file)
{
	char line[128], *value;

	while (fgets(line, sizeof(line), file)) {
		value = strstr(line, " hca_object=");
		if (strncmp(line, "ioasid ", 7) || !value)
			continue;
		value += strlen(" hca_object=");
		return strncmp(value, "max", 3) ? atoi(value) : CGROUP_NO_LIMIT;
	}
	return -ENODATA;
}

static int read_count(const char *path, const char *name)
{
	FILE *file = fopen(name_of(path, name).text, "re");
	int count;

	if (!file)
		return -errno;
	count = find_count(file);
	fclose(file);
	return count;
}

int cgroup_usage(const char *path)
{
	return read_count(path, "/rdma.current");
}

int cgroup_max(const char *path)
{
	return read_count(path, "/rdma.max");
}

/* Of "nr_dying_descendants N". */
static int count_dying(const char *path)
{
	FILE *file = fopen(name_of(path, "/cgroup.stat").text, "re");
	char line[128];
	int nr = -ENODATA;

	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "nr_dying_descendants %d", &nr) == 1)
			break;
	fclose(file);
	return nr;
}

int cgroup_wait_for_removed(const char *path)
{
	__s64 end = now_ms() + PATIENCE_MS;
	int nr;

	do {
		nr = count_dying(path);
		if (nr <= 0)
			return nr;
		usleep(1000);
	} while (now_ms() < end);
	return -ETIMEDOUT;
}

__u64 cgroup_id(const char *path)
{
	struct stat stat_of;

	return stat(name_of(path, "").text, &stat_of) ? 0 : stat_of.st_ino;
}
