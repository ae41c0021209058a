// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasid-bench: what users of spaces wait for, against what they would use
 * instead.
 *
 *	ioasid-bench [TABLE...]	measure these tables (default: all)
 *	ioasid-bench -l		list them
 *	ioasid-bench -p TABLE ROW CONTENDER
 *				mark where this one does its job, for a profile
 *
 * Run as root. Figures go to stdout: see row.c.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "tables.h"

/* What depends on how memory lies comes before what has put it into pieces. */
static const struct table *const tables[] = {
	&touch_table,
	&copy_table,
	&map_table,
	&late_table,
	&spaces_table,
	&pasids_table,
	&attach_table,
	&fault_table,
	&cut_table,
	&exit_table,
	&memory_table,
	&cpus_table,
	&scale_table,
};

static int list(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		puts(tables[i]->name);
	return 0;
}

static const struct table *find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		if (!strcmp(tables[i]->name, name))
			return tables[i];
	errx(2, "there is no table %s; -l lists them", name);
}

static void run_all(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		table_run(tables[i]);
}

static void run_some(char **names)
{
	char **name;

	for (name = names; *name; name++)
		find(*name);
	for (name = names; *name; name++)
		table_run(find(*name));
}

/* Memory that is mapped is charged, and many spaces take many fds. */
static void lift_limits(void)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	const struct rlimit files = { 1 << 20, 1 << 20 };

	if (setrlimit(RLIMIT_MEMLOCK, &unlimited))
		err(1, "RLIMIT_MEMLOCK");
	if (setrlimit(RLIMIT_NOFILE, &files))
		err(1, "RLIMIT_NOFILE");
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "-l"))
		return list();
	lift_limits();
	if (argc == 5 && !strcmp(argv[1], "-p"))
		table_profile(find(argv[2]), argv[3], argv[4]);
	else if (argc > 1)
		run_some(argv + 1);
	else
		run_all();
	return 0;
}
