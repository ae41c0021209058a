// SPDX-License-Identifier: GPL-2.0-only
#include "stuck.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT	4096

static void copy_to_stderr(const char *name)
{
	char text[TEXT];
	FILE *file = fopen(name, "r");
	size_t size;

	if (!file)
		return;
	fprintf(stderr, "%s:\n", name);
	while ((size = fread(text, 1, sizeof(text), file)) > 0)
		fwrite(text, 1, size, stderr);
	fclose(file);
}

void stuck_tell(pid_t group)
{
	glob_t found;
	size_t i;

	fprintf(stderr, "fuzz: a process cannot be killed\n");
	if (glob("/proc/[0-9]*/task/[0-9]*/stack", 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++)
		if (getpgid(atoi(found.gl_pathv[i] + strlen("/proc/"))) ==
		    group)
			copy_to_stderr(found.gl_pathv[i]);
	globfree(&found);
}
