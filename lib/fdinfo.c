// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * /proc/PID/fdinfo/N of an IOASID fd, taken apart.
 *
 * Each line is "name:<tab>value". Lines that are not known are passed over, as
 * newer kernels have more; a known one that cannot be understood is an error.
 * The line "ioasid:" tells an IOASID fd from all others.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ioasid/ioasid.h>

#include "sys.h"

#define GROW	4096

static int parse_u64(const char *value, __u64 *number)
{
	int saved = errno;
	char *end;
	int rc;

	errno = 0;
	*number = strtoull(value, &end, 10);
	rc = errno || end == value || *end ? -EPROTO : 0;
	errno = saved;
	return rc;
}

static int parse_u32(const char *value, __u32 *number)
{
	__u64 wide;
	int rc;

	rc = parse_u64(value, &wide);
	if (rc)
		return rc;
	*number = wide;
	return *number == wide ? 0 : -EPROTO;
}

static int parse_word(const char *value, char *word, size_t size)
{
	size_t length = strlen(value);

	if (length >= size)
		return -EPROTO;
	memcpy(word, value, length + 1);
	return 0;
}

static int parse_mm(struct ioasid_fdinfo *info, const char *value)
{
	info->has_mm = true;
	info->mm_gone = !strcmp(value, "gone");
	return info->mm_gone || !strcmp(value, "live") ? 0 : -EPROTO;
}

static int add_device(struct ioasid_fdinfo *info, const char *name)
{
	char **devices;

	devices = reallocarray(info->devices, info->nr_devices + 1,
			       sizeof(*devices));
	if (!devices)
		return -ENOMEM;
	info->devices = devices;
	devices[info->nr_devices] = strdup(name);
	if (!devices[info->nr_devices])
		return -ENOMEM;
	info->nr_devices++;
	return 0;
}

/* Rights of newer kernels have no bit here. */
static int parse_rights(struct ioasid_fdinfo *info, const char *value)
{
	char words[IOASID_RIGHTS_TEXT_SIZE], *rest = words, *word;
	__u32 right;

	info->has_rights = true;
	snprintf(words, sizeof(words), "%s", value);
	while ((word = strsep(&rest, " ")))
		for (right = 1; ioasid_right_name(right); right <<= 1)
			if (!strcmp(word, ioasid_right_name(right)))
				info->rights |= right;
	return 0;
}

/* "PID NAME", and a name may have spaces. */
static int parse_creator(struct ioasid_fdinfo *info, char *value)
{
	char *name = strchr(value, ' ');
	__u32 pid = 0;
	int rc;

	if (!name)
		return -EPROTO;
	*name++ = '\0';
	rc = parse_u32(value, &pid);
	info->creator_pid = pid;
	return rc ?: parse_word(name, info->creator_comm,
				sizeof(info->creator_comm));
}

static int parse_line(struct ioasid_fdinfo *info, const char *name,
		      char *value)
{
	if (!strcmp(name, "ioasid"))
		return parse_u64(value, &info->id);
	if (!strcmp(name, "type"))
		return parse_word(value, info->type, sizeof(info->type));
	if (!strcmp(name, "state"))
		return parse_word(value, info->state, sizeof(info->state));
	if (!strcmp(name, "pasid"))
		return parse_u32(value, &info->pasid);
	if (!strcmp(name, "mm"))
		return parse_mm(info, value);
	if (!strcmp(name, "attachments"))
		return parse_u32(value, &info->attachments);
	if (!strcmp(name, "faults"))
		return parse_u64(value, &info->faults);
	if (!strcmp(name, "faults-failed"))
		return parse_u64(value, &info->faults_failed);
	if (!strcmp(name, "mapped"))
		return parse_u64(value, &info->mapped);
	if (!strcmp(name, "pinned"))
		return parse_u64(value, &info->pinned);
	if (!strcmp(name, "maps"))
		return parse_u64(value, &info->maps);
	if (!strcmp(name, "rights"))
		return parse_rights(info, value);
	if (!strcmp(name, "fds"))
		return parse_u32(value, &info->fds);
	if (!strcmp(name, "creator"))
		return parse_creator(info, value);
	if (!strcmp(name, "cgroup"))
		return parse_u64(value, &info->cgroup);
	if (!strcmp(name, "device"))
		return add_device(info, value);
	return 0;
}

static int parse(struct ioasid_fdinfo *info, char *text)
{
	char *line, *value;
	int rc;

	while ((line = strsep(&text, "\n"))) {
		value = strstr(line, ":\t");
		if (!value)
			continue;
		*value = '\0';
		rc = parse_line(info, line, value + 2);
		if (rc)
			return rc;
	}
	return info->id ? 0 : -EBADFD;
}

static int read_all(int fd, char **text)
{
	size_t size = 0;
	char *bigger;
	ssize_t got;

	*text = NULL;
	for (;;) {
		bigger = realloc(*text, size + GROW);
		if (!bigger)
			return -ENOMEM;
		*text = bigger;
		got = sys_read(fd, bigger + size, GROW - 1);
		if (got < 0)
			return got;
		size += got;
		bigger[size] = '\0';
		if (!got)
			return 0;
	}
}

static int read_fdinfo(pid_t pid, int fd, char **text)
{
	char path[64];
	int file, rc;

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", pid, fd);
	else
		snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = sys_open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return file;
	rc = read_all(file, text);
	close(file);
	return rc;
}

int ioasid_fdinfo_read(pid_t pid, int fd, struct ioasid_fdinfo **fdinfo)
{
	struct ioasid_fdinfo *info;
	char *text = NULL;
	int rc;

	info = calloc(1, sizeof(*info));
	if (!info)
		return -ENOMEM;
	rc = read_fdinfo(pid, fd, &text);
	if (!rc)
		rc = parse(info, text);
	free(text);
	if (rc) {
		ioasid_fdinfo_free(info);
		return rc;
	}
	*fdinfo = info;
	return 0;
}

void ioasid_fdinfo_free(struct ioasid_fdinfo *fdinfo)
{
	size_t i;

	if (!fdinfo)
		return;
	for (i = 0; i < fdinfo->nr_devices; i++)
		free(fdinfo->devices[i]);
	free(fdinfo->devices);
	free(fdinfo);
}
