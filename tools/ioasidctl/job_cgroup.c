// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ioasid/ioasid.h>

#include "../common/message.h"
#include "job_cgroup.h"
#include "limit.h"

static void ascend(char *path)
{
	*strrchr(path, '/') = '\0';
}

/* How many there are above a cgroup that the caller sees. */
static unsigned int depth_of(const char *cgroup)
{
	unsigned int depth = 0;

	if (!cgroup[1])
		return 0;
	for (; *cgroup; cgroup++)
		depth += *cgroup == '/';
	return depth;
}

/* Leaves nothing behind if it fails. */
static int make_below(const char *above, const char *name, __u32 spaces,
		      char *directory)
{
	int rc;

	if (snprintf(directory, PATH_MAX, "%s/%s", above, name) >= PATH_MAX)
		return -ENAMETOOLONG;
	if (mkdir(directory, 0755))
		return -errno;
	rc = ioasid_limit_set(directory, spaces);
	if (rc)
		rmdir(directory);
	return rc;
}

static int make_near(const struct ioasid_limit *own, const char *name,
		     __u32 spaces, char *directory)
{
	unsigned int above = depth_of(own->cgroup);
	char path[PATH_MAX];
	int rc;

	snprintf(path, sizeof(path), "%s", own->directory);
	for (;;) {
		rc = make_below(path, name, spaces, directory);
		if (rc != -EBUSY || !above--)
			return rc;
		ascend(path);
	}
}

int job_cgroup_make(const char *name, __u32 spaces, char *directory)
{
	struct ioasid_limit *own;
	int rc;

	rc = ioasid_limit_of_process(0, &own);
	if (rc) {
		complain_limit("find", "a place for a cgroup", rc);
		return rc;
	}
	rc = make_near(own, name, spaces, directory);
	if (rc == -EEXIST)
		complain("%s exists: choose another --name", directory);
	else if (rc)
		complain_limit("make the cgroup", directory, rc);
	ioasid_limit_free(own);
	return rc;
}

static int open_in(const char *directory, const char *file, int flags)
{
	char path[PATH_MAX + sizeof("/cgroup.events")];

	snprintf(path, sizeof(path), "%s/%s", directory, file);
	return open(path, flags | O_CLOEXEC);
}

int job_cgroup_enter(const char *directory)
{
	int fd = open_in(directory, "cgroup.procs", O_WRONLY);
	int rc = 0;

	if (fd < 0 || write(fd, "0", 1) < 0) {
		rc = -errno;
		complain("cannot enter %s/cgroup.procs: %s", directory,
			 ioasid_explain(IOASID_OP_LIMIT, rc));
	}
	close(fd);
	return rc;
}

/* The number in the first line of an open file; -1 if it has none. */
static int number_in(int fd, const char *format)
{
	char text[64] = "";
	int number;

	if (pread(fd, text, sizeof(text) - 1, 0) < 0 ||
	    sscanf(text, format, &number) != 1)
		return -1;
	return number;
}

static int first_number(const char *directory, const char *file,
			const char *format)
{
	int fd = open_in(directory, file, O_RDONLY);
	int number = number_in(fd, format);

	close(fd);
	return number;
}

static bool has_processes(const char *directory)
{
	return first_number(directory, "cgroup.procs", "%d") >= 0;
}

static bool has_cgroups(const char *directory)
{
	return first_number(directory, "cgroup.stat", "nr_descendants %d") > 0;
}

/*
 * A process that has been waited for has left cgroup.procs, but newer kernels
 * count it until its last processor has switched to something else.
 */
static void wait_until_empty(const char *directory)
{
	struct pollfd events = {
		.fd = open_in(directory, "cgroup.events", O_RDONLY),
		.events = POLLPRI,
	};

	while (number_in(events.fd, "populated %d") > 0)
		poll(&events, 1, -1);
	close(events.fd);
}

/* The kernel forgets to free what it knows of a limit that is still set. */
void job_cgroup_remove(const char *directory)
{
	if (has_processes(directory)) {
		complain("%s is left: the command has left processes behind",
			 directory);
		return;
	}
	if (has_cgroups(directory)) {
		complain("%s is left: the command has left a cgroup in it",
			 directory);
		return;
	}
	wait_until_empty(directory);
	ioasid_limit_set(directory, IOASID_NO_LIMIT);
	if (rmdir(directory))
		complain("cannot remove %s: %s", directory, strerror(errno));
}
