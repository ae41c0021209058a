// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Every IOASID fd that /proc shows.
 *
 * The link in /proc/PID/fd tells which descriptors are worth a look at their
 * fdinfo. All of it is a race with processes that come and go: what has
 * vanished is passed over, and only a process that is there and may not be
 * looked at counts as hidden. Kernel threads hold nothing and do not count.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ioasid/ioasid.h>

#include "sys.h"

#define LINK_TEXT	"anon_inode:[ioasid]"
/* A flag of a task, in /proc/PID/stat. */
#define PF_KTHREAD	0x00200000

struct walk {
	ioasid_holder_fn fn;
	void *data;
	unsigned int hidden;
};

static DIR *open_dir(const char *path, int *rc)
{
	int saved = errno;
	DIR *dir;

	dir = opendir(path);
	*rc = dir ? 0 : -errno;
	errno = saved;
	return dir;
}

/* Returns the entry's number, or -1 at the end. Passes other names over. */
static int next_number(DIR *dir)
{
	const struct dirent *entry;

	while ((entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			return atoi(entry->d_name);
	return -1;
}

static int read_file(pid_t pid, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = sys_open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fd;
	got = sys_read(fd, text, size - 1);
	close(fd);
	if (got < 0)
		return got;
	text[got] = '\0';
	return 0;
}

static void read_comm(pid_t pid, char *comm, size_t size)
{
	size_t length;

	if (read_file(pid, "comm", comm, size))
		comm[0] = '\0';
	length = strlen(comm);
	if (length && comm[length - 1] == '\n')
		comm[length - 1] = '\0';
}

static bool is_kernel_thread(pid_t pid)
{
	unsigned int flags = 0;
	char stat[512];
	char *fields;

	if (read_file(pid, "stat", stat, sizeof(stat)))
		return false;
	fields = strrchr(stat, ')');
	return fields &&
	       sscanf(fields, ") %*c %*d %*d %*d %*d %*d %u", &flags) == 1 &&
	       flags & PF_KTHREAD;
}

static bool is_space(pid_t pid, int fd)
{
	char target[sizeof(LINK_TEXT) + 1];
	int saved = errno;
	char path[64];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	length = readlink(path, target, sizeof(target));
	errno = saved;
	return length == sizeof(LINK_TEXT) - 1 &&
	       !memcmp(target, LINK_TEXT, length);
}

static int visit_fd(struct walk *walk, pid_t pid, int fd)
{
	struct ioasid_holder holder = { .pid = pid, .fd = fd };
	int rc;

	rc = ioasid_fdinfo_read(pid, fd, &holder.fdinfo);
	if (rc == -ENOMEM || rc == -EPROTO)
		return rc;
	if (rc)
		return 0;
	read_comm(pid, holder.comm, sizeof(holder.comm));
	rc = walk->fn(&holder, walk->data);
	ioasid_fdinfo_free(holder.fdinfo);
	return rc;
}

static int visit_process(struct walk *walk, pid_t pid)
{
	char path[64];
	DIR *dir;
	int fd, rc;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = open_dir(path, &rc);
	if (!dir) {
		if ((rc == -EACCES || rc == -EPERM) && !is_kernel_thread(pid))
			walk->hidden++;
		return 0;
	}
	while (!rc && (fd = next_number(dir)) >= 0)
		if (is_space(pid, fd))
			rc = visit_fd(walk, pid, fd);
	closedir(dir);
	return rc;
}

int ioasid_walk_holders(ioasid_holder_fn fn, void *data, unsigned int *hidden)
{
	struct walk walk = { .fn = fn, .data = data };
	DIR *proc;
	int pid, rc;

	proc = open_dir("/proc", &rc);
	if (!proc)
		return rc;
	while (!rc && (pid = next_number(proc)) >= 0)
		rc = visit_process(&walk, pid);
	closedir(proc);
	if (hidden)
		*hidden = walk.hidden;
	return rc;
}
