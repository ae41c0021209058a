// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasid-bench-peers: what a map of one's own costs, against iommufd.
 *
 *	ioasid-bench-peers [maps] [faults]	default: both
 *
 * Both drive the same device, /dev/ioasid_bench, in the same run, and take
 * turns: each sample of ours is followed by one of theirs. What counts is the
 * ratio of the medians.
 */
#include <err.h>
#include <string.h>
#include <sys/resource.h>

#include "peer.h"
#include "sample.h"

static const struct {
	const char *name;
	void (*run)(void);
} tables[] = {
	{ "maps", run_map_rows },
	{ "faults", run_fault_rows },
};

static int is_wanted(const char *name, char **names)
{
	if (!*names)
		return 1;
	for (; *names; names++)
		if (!strcmp(*names, name))
			return 1;
	return 0;
}

int main(int argc, char **argv)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	unsigned int i;

	(void)argc;
	if (setrlimit(RLIMIT_MEMLOCK, &unlimited))
		err(1, "RLIMIT_MEMLOCK");
	for (i = 0; i < ARRAY_SIZE(tables); i++)
		if (is_wanted(tables[i].name, argv + 1))
			tables[i].run();
	return 0;
}
