// SPDX-License-Identifier: GPL-2.0-only
/*
 * Has the bug that it is told to have, so that it can be seen that those who
 * look for bugs are there and find them.
 *
 *	broken access|leak|overflow|unset
 */
#include <fcntl.h>
#include <limits.h>
#include <linux/ioasid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

static int read_behind_the_end(int number)
{
	char *text = strdup("");
	int found = text[number];

	free(text);
	return found;
}

static int lose_memory(int number)
{
	return *strdup("lost") == number;
}

static int overflow(int number)
{
	return INT_MAX + number;
}

/* The kernel does not mind what is in a member that it writes. */
static int give_what_is_not_set(int number)
{
	struct ioasid_info info;

	info.size = sizeof(info);
	info.flags = 0;
	return ioctl(open("/dev/ioasid", O_RDWR), IOASID_GET_INFO, &info);
}

static const struct {
	const char *name;
	int (*run)(int number);
} bugs[] = {
	{ "access", read_behind_the_end },
	{ "leak", lose_memory },
	{ "overflow", overflow },
	{ "unset", give_what_is_not_set },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc == 2 && i < sizeof(bugs) / sizeof(*bugs); i++)
		if (!strcmp(bugs[i].name, argv[1]))
			return bugs[i].run(argc);
	fputs("usage: broken access|leak|overflow|unset\n", stderr);
	return EXIT_FAILURE;
}
