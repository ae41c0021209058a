// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl limit apply: sets the limits that the files of a directory name.
 *
 * A line that is wrong, or whose limit cannot be set, is named, and the others
 * are applied nevertheless: better a limit too few than none.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ioasid/ioasid.h>

#include "../common/message.h"
#include "limit.h"
#include "limit_command.h"

#define DIRECTORY	"/etc/ioasid/limits.d"
#define SUFFIX		".conf"
#define BLANKS		" \t\n"

/* Where a line stands. */
struct place {
	const char *file;
	unsigned int line;
};

static int set_limit(const struct place *place, const char *cgroup, __u32 max,
		     bool may_be_missing)
{
	int rc = ioasid_limit_set(cgroup, max);

	if (!rc || (may_be_missing && rc == -ENOENT))
		return STATUS_OK;
	complain("%s:%u: cannot set the limit of %s: %s", place->file,
		 place->line, cgroup, ioasid_explain(IOASID_OP_LIMIT, rc));
	return STATUS_FAILED;
}

static int apply_words(const struct place *place, const char *cgroup,
		       const char *limit)
{
	bool may_be_missing = *cgroup == '-';
	__u32 max;

	cgroup += may_be_missing;
	if (*cgroup != '/') {
		complain("%s:%u: '%s' is not the path of a cgroup, as /a/b",
			 place->file, place->line, cgroup);
		return STATUS_FAILED;
	}
	if (parse_limit(limit, &max)) {
		complain("%s:%u: '%s' is no number of spaces, nor 'max'",
			 place->file, place->line, limit);
		return STATUS_FAILED;
	}
	return set_limit(place, cgroup, max, may_be_missing);
}

static int apply_line(const struct place *place, char *line)
{
	char *cgroup, *limit, *rest;

	cgroup = strtok_r(line, BLANKS, &rest);
	if (!cgroup || *cgroup == '#')
		return STATUS_OK;
	limit = strtok_r(NULL, BLANKS, &rest);
	if (limit && !strtok_r(NULL, BLANKS, &rest))
		return apply_words(place, cgroup, limit);
	complain("%s:%u: a line has a cgroup and a limit, as '/a/b 8'",
		 place->file, place->line);
	return STATUS_FAILED;
}

static int complain_read(const char *path)
{
	complain("cannot read %s: %s", path, strerror(errno));
	return STATUS_FAILED;
}

static int apply_lines(const char *path, FILE *file)
{
	struct place place = { .file = path };
	int status = STATUS_OK;
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, file) >= 0) {
		place.line++;
		status |= apply_line(&place, line);
	}
	if (ferror(file))
		status = complain_read(path);
	free(line);
	return status;
}

static int apply_file(const char *directory, const char *name)
{
	char path[PATH_MAX];
	FILE *file;
	int status;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "re");
	if (!file)
		return complain_read(path);
	status = apply_lines(path, file);
	fclose(file);
	return status;
}

static int has_limits(const struct dirent *entry)
{
	const char *suffix = strrchr(entry->d_name, '.');

	return *entry->d_name != '.' && suffix && !strcmp(suffix, SUFFIX);
}

static int run(char **arguments, const struct options *options)
{
	const char *directory = arguments[0] ?: DIRECTORY;
	struct dirent **entries;
	int status = STATUS_OK;
	int count, i;

	count = scandir(directory, &entries, has_limits, alphasort);
	if (count < 0)
		return complain_read(directory);
	for (i = 0; i < count; i++) {
		status |= apply_file(directory, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return status;
}

const struct command limit_apply_command = {
	.name = "limit apply",
	.arguments = "[DIRECTORY]",
	.summary = "set the limits that files name",
	.help =
"Sets the limits that the files DIRECTORY/*.conf name, those of /etc/ioasid/limits.d\n"
"by default: see ioasid-limits(5).\n",
	.examples =
"  ioasidctl limit apply\n"
"  ioasidctl limit apply /etc/ioasid/limits.d\n",
	.max_arguments = 1,
	.first = ARGUMENT_FILE,
	.run = run,
};
