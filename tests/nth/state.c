// SPDX-License-Identifier: GPL-2.0-only
/*
 * State: everything that an operation can change, or leave behind.
 *
 * That is how many spaces there are and what is charged for them; what nodes
 * there are; and every fd of this process, with all that the fdinfo of ours
 * says, and what the ioctls of a space list. What differs each time that the
 * same is made again is left out: numbers, and counts of what has happened.
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../cgroup.h"
#include "../process.h"
#include "nth.h"
#include "state.h"

#define MAX_ENTRIES	64

static void add_counts(FILE *to)
{
	int fd = system_open(O_RDONLY);
	struct ioasid_info info;
	unsigned int i;

	if (!system_info(fd, &info))
		fprintf(to, "%u spaces, %llu pinned, %d charged\n",
			info.out_spaces, info.out_pinned, cgroup_usage(CGROUP));
	close(fd);
	for (i = FIRST; i <= WITHOUT_PRS; i++) {
		char path[32];

		snprintf(path, sizeof(path), SIM_NODE "%u", i);
		if (!access(path, F_OK))
			fprintf(to, "%s\n", path);
	}
}

/* Copies lines of a file, but those that begin with one of some words. */
static void add_lines(FILE *to, const char *path, const char * const *but)
{
	FILE *from = fopen(path, "re");
	char line[256];
	unsigned int i;

	while (from && fgets(line, sizeof(line), from)) {
		for (i = 0; but[i]; i++)
			if (!strncmp(line, but[i], strlen(but[i])))
				break;
		if (!but[i])
			fputs(line, to);
	}
	if (from)
		fclose(from);
}

static void add_locked(FILE *to)
{
	char line[256];
	FILE *from = fopen("/proc/self/status", "re");

	while (from && fgets(line, sizeof(line), from))
		if (!strncmp(line, "VmLck", 5) || !strncmp(line, "VmPin", 5))
			fputs(line, to);
	if (from)
		fclose(from);
}

static void add_maps(FILE *to, int space)
{
	struct ioasid_map_entry entries[MAX_ENTRIES];
	int i, nr = space_maps(space, 0, entries, MAX_ENTRIES);

	fprintf(to, "maps %d\n", nr);
	for (i = 0; i < nr; i++)
		fprintf(to, "  %llx %llx %x\n", entries[i].iova,
			entries[i].length, entries[i].flags);
}

static void add_ranges(FILE *to, int space)
{
	struct ioasid_iova_range ranges[MAX_ENTRIES];
	int i, nr = space_iova_ranges(space, ranges, MAX_ENTRIES);

	fprintf(to, "ranges %d\n", nr);
	for (i = 0; i < nr; i++)
		fprintf(to, "  %llx %llx\n", ranges[i].start, ranges[i].last);
}

static void add_attachments(FILE *to, int space)
{
	struct ioasid_attachment_entry entries[MAX_ENTRIES];
	int i, nr = space_list(space, 0, entries, MAX_ENTRIES);

	fprintf(to, "attachments %d\n", nr);
	for (i = 0; i < nr; i++)
		fprintf(to, "  %s %x %llx\n", entries[i].device,
			entries[i].flags, entries[i].cookie);
}

static bool is_sva(int space)
{
	struct ioasid_status status;

	return !space_status(space, &status) &&
	       status.out_type == IOASID_TYPE_SVA;
}

/* What devices have of an SVA space comes and goes by itself. */
static void add_space(FILE *to, int space, const char *fdinfo)
{
	static const char * const but[] = {
		"ino:", "ioasid:", "pasid:", "faults", NULL,
	};
	static const char * const but_of_sva[] = {
		"ino:", "ioasid:", "pasid:", "faults", "mapped:", NULL,
	};

	add_lines(to, fdinfo, is_sva(space) ? but_of_sva : but);
	add_maps(to, space);
	add_ranges(to, space);
	add_attachments(to, space);
}

static void add_fd(FILE *to, int fd)
{
	static const char * const but[] = { "ino:", "ioasid:", NULL };
	char path[64], target[128] = "";

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (readlink(path, target, sizeof(target) - 1) < 0)
		return;
	fprintf(to, "fd %d %s\n", fd, target);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	if (!strcmp(target, "anon_inode:[ioasid]"))
		add_space(to, fd, path);
	else
		add_lines(to, path, but);
	if (!strncmp(target, SIM_NODE, strlen(SIM_NODE)))
		fprintf(to, "events %x\n", fd_events(fd, POLLIN | POLLPRI, 0));
}

static void add_fds(FILE *to)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (*entry->d_name != '.' && atoi(entry->d_name) != dirfd(dir))
			add_fd(to, atoi(entry->d_name));
	if (dir)
		closedir(dir);
}

char *state_read(void)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	add_counts(to);
	add_locked(to);
	add_fds(to);
	fclose(to);
	return text;
}

void state_skip_same(const char **one, const char **other)
{
	size_t i, line = 0;

	for (i = 0; (*one)[i] && (*one)[i] == (*other)[i]; i++)
		if ((*one)[i] == '\n')
			line = i + 1;
	*one += line;
	*other += line;
}
