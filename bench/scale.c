// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same jobs while the system is as good as full of spaces, and while there
 * is only what the job needs itself.
 *
 * PASIDs that rest are not used again for a second, so some are left free for
 * what is measured.
 */
#include <ioasid/ioasid.h>

#include "accel.h"
#include "must.h"
#include "peer.h"
#include "tables.h"
#include "worker.h"

#define NR_PASIDS	((1 << 20) - 1)
#define LEFT_FREE	16384
/* No process has more fds than that many spaces. */
#define CROWDS		4
#define CROWD		((NR_PASIDS - LEFT_FREE) / CROWDS)

/**
 * struct job - A row of another table
 * @table: the table
 * @row: its name
 */
struct job {
	const struct table *table;
	const char *row;
};

static struct worker crowds[CROWDS];
static int is_crowded;

static void be_many(const void *arg)
{
	unsigned int i;

	for (i = 0; i < CROWD; i++)
		must(ioasid_space_alloc_sva(system_fd(), NULL), "ALLOC");
}

static void gather(void)
{
	const struct work work = { .prepare = be_many };
	unsigned int i;

	for (i = 0; i < CROWDS && !is_crowded; i++)
		worker_start(&crowds[i], &work, NULL, -1);
	is_crowded = 1;
}

static void scatter(void)
{
	unsigned int i;

	for (i = 0; i < CROWDS && is_crowded; i++) {
		worker_go(&crowds[i]);
		worker_await(&crowds[i]);
		worker_go(&crowds[i]);
		worker_reap(&crowds[i]);
	}
	is_crowded = 0;
}

static const struct row *job_row(const struct row *row)
{
	const struct job *job = row->what;

	return table_row(job->table, job->row);
}

static void begin_job(const struct row *row)
{
	const struct row *job = job_row(row);

	if (job->contenders->begin)
		job->contenders->begin(job, job->contenders);
}

static void begin_crowded(const struct row *row, const struct contender *who)
{
	gather();
	begin_job(row);
}

static void begin_alone(const struct row *row, const struct contender *who)
{
	scatter();
	begin_job(row);
}

static void run(const struct row *row, const struct contender *who)
{
	const struct row *job = job_row(row);

	job->contenders->run(job, job->contenders);
}

static void end(const struct row *row, const struct contender *who)
{
	const struct row *job = job_row(row);

	if (job->contenders->end)
		job->contenders->end(job, job->contenders);
}

static const struct contender contenders[] = {
	{ .name = "ioasid", .begin = begin_crowded, .run = run, .end = end },
	{ .name = "one space", .begin = begin_alone, .run = run, .end = end },
	{ }
};

static const struct job alloc = { &spaces_table, "alloc + close" };
static const struct job attach = { &attach_table, "attach + detach" };
static const struct job map = { &map_table, "64 KiB" };
static const struct job touch = { &touch_table, "lone page" };
static const struct job copy = { &copy_table, "4 KiB" };

#define ROW(_name, _job, _needs, _times)				\
	{ .name = _name, .what = _job, .needs = _needs, .times = _times, \
	  .contenders = contenders }

static const struct row rows[] = {
	ROW("alloc + close", &alloc, NULL, 500),
	ROW("attach + detach", &attach, PEER_NODE, 2000),
	ROW("map + unmap 64 KiB", &map, PEER_NODE, 128),
	ROW("touch a lone page", &touch, ACCEL_NODE, 256),
	ROW("copy 4 KiB", &copy, ACCEL_NODE, 256),
};

const struct table scale_table = {
	.name = "scale",
	.meter = &clock_meter,
	.rows = rows,
	.nr_rows = ARRAY_SIZE(rows),
	.one_by_one = 1,
};
