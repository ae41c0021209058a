// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ending a process that has many spaces: the kernel closes what it has not
 * closed itself.
 *
 * Against it is a process that closes one by one before it ends, and one that
 * has eventfds.
 */
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <ioasid/ioasid.h>

#include "must.h"
#include "tables.h"
#include "worker.h"

static struct worker worker;
/* Of the worker. */
static int *fds;

static int space_create(void)
{
	return must(ioasid_space_alloc_sva(system_fd(), NULL), "ALLOC");
}

static int eventfd_create(void)
{
	return must(eventfd(0, EFD_CLOEXEC), "eventfd");
}

static void open_all(const struct row *row, int (*create)(void))
{
	unsigned int i;

	fds = calloc(row->count, sizeof(*fds));
	for (i = 0; i < row->count; i++)
		fds[i] = create();
}

static void open_spaces(const void *arg)
{
	open_all(arg, space_create);
}

static void open_eventfds(const void *arg)
{
	open_all(arg, eventfd_create);
}

static void close_all(const void *arg)
{
	const struct row *row = arg;
	unsigned int i;

	for (i = 0; i < row->count; i++)
		close(fds[i]);
}

static const struct work exit_with_spaces = { .prepare = open_spaces };
static const struct work close_spaces = { open_spaces, close_all };
static const struct work exit_with_eventfds = { .prepare = open_eventfds };

static void begin(const struct row *row, const struct contender *who)
{
	worker_start(&worker, who->how, row, -1);
}

static void run(const struct row *row, const struct contender *who)
{
	worker_go(&worker);
	worker_await(&worker);
	worker_go(&worker);
	worker_reap(&worker);
}

static const struct contender contenders[] = {
	{ .name = "ioasid", .how = &exit_with_spaces, .begin = begin,
	  .run = run },
	{ .name = "one by one", .how = &close_spaces, .begin = begin,
	  .run = run },
	{ .name = "eventfd", .how = &exit_with_eventfds, .begin = begin,
	  .run = run },
	{ }
};

#define ROW(_name, _count)						\
	{ .name = _name, .times = 1, .count = _count,			\
	  .contenders = contenders }

static const struct row rows[] = {
	ROW("1 spaces", 1),
	ROW("1000 spaces", 1000),
	ROW("100000 spaces", 100000),
};

const struct table exit_table = {
	.name = "exit",
	.meter = &clock_meter,
	.rows = rows,
	.nr_rows = ARRAY_SIZE(rows),
};
