// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much memory nobody has.
 *
 * Pages that the kernel keeps at hand for each processor are free, too, but not
 * in MemFree. /proc/zoneinfo has both.
 *
 * What was let go of may not be free yet: objects wait for RCU to end, some for
 * seconds until there are enough of them. So everything that can hurry them is
 * done until it makes no difference.
 */
#include <err.h>
#include <stdio.h>

#include "free.h"
#include "must.h"

/* Something else is going on if it is not enough. */
#define SETTLE_TRIES	50

/* Counters lag behind, each processor's on its own, unless one asks. */
static void refresh_counters(void)
{
	must_write("/proc/sys/vm/stat_refresh", "1");
}

static unsigned long free_pages(void)
{
	unsigned long pages, sum = 0;
	char line[256];
	FILE *file;

	refresh_counters();
	file = fopen("/proc/zoneinfo", "r");
	if (!file)
		err(1, "/proc/zoneinfo");
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, " nr_free_pages %lu", &pages) == 1 ||
		    sscanf(line, " count: %lu", &pages) == 1)
			sum += pages;
	fclose(file);
	return sum;
}

/* A shrinker has what kfree_rcu() was given freed without waiting for more. */
static void hurry(void)
{
	must_write("/proc/sys/vm/drop_caches", "2");
	must_write("/sys/module/rcutree/parameters/do_rcu_barrier", "1");
}

static unsigned long settled_free_pages(void)
{
	unsigned long before, now = free_pages();
	int tries = SETTLE_TRIES;

	do {
		before = now;
		hurry();
		now = free_pages();
	} while (now != before && --tries);
	if (!tries)
		warnx("the amount of free memory does not settle");
	return now;
}

/* So it grows by what is taken. */
static double read_taken(void)
{
	return -(double)settled_free_pages() * PAGE / KIB;
}

const struct meter memory_meter = {
	.unit = "KiB",
	.read = read_taken,
};
