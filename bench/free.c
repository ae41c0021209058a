// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much memory nobody has.
 *
 * Pages that the kernel keeps at hand for each processor are free, too, but not
 * in MemFree. /proc/zoneinfo has both.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "buffer.h"
#include "free.h"

/* Counters lag behind, each processor's on its own, unless one asks. */
static void refresh_counters(void)
{
	int fd = open("/proc/sys/vm/stat_refresh", O_WRONLY);

	if (fd < 0 || write(fd, "1", 1) != 1)
		err(1, "/proc/sys/vm/stat_refresh");
	close(fd);
}

double free_kib(void)
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
	return sum * (double)PAGE / KIB;
}
