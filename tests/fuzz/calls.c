// SPDX-License-Identifier: GPL-2.0-only
#include "calls.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct call *calls[MAX_CALLS];
unsigned int nr_calls;

static void add(const struct call *table)
{
	for (; table->name; table++) {
		if (nr_calls == MAX_CALLS) {
			fprintf(stderr, "fuzz: MAX_CALLS is too small\n");
			exit(1);
		}
		calls[nr_calls++] = table;
	}
}

void calls_init(void)
{
	add(ioctl_calls);
	add(fd_calls);
	add(memory_calls);
	add(job_calls);
	add(process_calls);
}

int call_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < nr_calls; i++)
		if (!strcmp(calls[i]->name, name))
			return i;
	return -1;
}

unsigned int call_nr_args(const struct call *call)
{
	unsigned int nr = 0;

	while (nr < PROGRAM_ARGS && call->args[nr].name)
		nr++;
	return nr;
}

unsigned int call_nr_outputs(const struct call *call)
{
	unsigned int nr = 0;

	while (nr < CALL_OUTPUTS && call->outputs[nr].name)
		nr++;
	return nr;
}

/* By a pipe: one end of it is the memory that may not be there. */
static int move(void *to, const void *from, size_t size)
{
	int ends[2], rc = 0;

	if (pipe(ends))
		return -errno;
	if (write(ends[1], from, size) != (ssize_t)size ||
	    read(ends[0], to, size) != (ssize_t)size)
		rc = -EFAULT;
	close(ends[0]);
	close(ends[1]);
	return rc;
}

int peek(__u64 address, void *to, size_t size)
{
	return move(to, (void *)address, size);
}

int poke(__u64 address, const void *from, size_t size)
{
	return move((void *)address, from, size);
}

long result(long rc)
{
	return rc < 0 ? -errno : rc;
}
