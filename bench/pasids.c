// SPDX-License-Identifier: GPL-2.0-only
/*
 * A number and nothing else, as the kernel takes and gives back one.
 */
#include "loop.h"
#include "peer.h"
#include "tables.h"

static const enum ioasid_bench_loop_job pasid = IOASID_BENCH_LOOP_PASID;
static const enum ioasid_bench_loop_job ida = IOASID_BENCH_LOOP_IDA;

static const struct contender contenders[] = {
	{ .name = "ioasid", .how = &pasid, .run = loop_run },
	{ .name = "ida", .how = &ida, .run = loop_run },
	{ }
};

static const struct row rows[] = {
	{ .name = "alloc + free", .needs = PEER_NODE, .times = 2000,
	  .contenders = contenders },
};

const struct table pasids_table = {
	.name = "pasids",
	.meter = &clock_meter,
	.rows = rows,
	.nr_rows = ARRAY_SIZE(rows),
};
