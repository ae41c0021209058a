// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaching a device and detaching it, as a driver does.
 *
 * The least that this can cost is the iommu core's own call, with a page table
 * that is there already. So it is for us when the device has another space of
 * the same process; otherwise we make one, as iommufd does, which attaches the
 * whole device rather than one of its PASIDs.
 */
#include <unistd.h>

#include <ioasid/ioasid.h>

#include "loop.h"
#include "must.h"
#include "peer.h"
#include "tables.h"

static const enum ioasid_bench_loop_job attach = IOASID_BENCH_LOOP_ATTACH;
static const enum ioasid_bench_loop_job attach_iommufd =
	IOASID_BENCH_LOOP_ATTACH_IOMMUFD;
static const enum ioasid_bench_loop_job attach_bare =
	IOASID_BENCH_LOOP_ATTACH_BARE;

static struct peer_space space, earlier;

static void begin_sva(const struct row *row, const struct contender *who)
{
	space.fd = must(ioasid_space_alloc_sva(system_fd(), NULL), "ALLOC");
}

static void begin_shared(const struct row *row, const struct contender *who)
{
	begin_sva(row, who);
	earlier.device = must_open(PEER_NODE);
	earlier.fd = must(ioasid_space_alloc_sva(system_fd(), NULL), "ALLOC");
	peer_ioasid.attach(&earlier);
}

static void begin_iova(const struct row *row, const struct contender *who)
{
	space.fd = must(ioasid_space_alloc_iova(system_fd(), NULL), "ALLOC");
}

static void begin_iommufd(const struct row *row, const struct contender *who)
{
	peer_iommufd.create(&space);
}

static void run(const struct row *row, const struct contender *who)
{
	loop_run_with(row, who, space.fd, space.ioas);
}

static void end(const struct row *row, const struct contender *who)
{
	close(space.fd);
}

static void end_iommufd(const struct row *row, const struct contender *who)
{
	peer_destroy(&space);
}

static void end_shared(const struct row *row, const struct contender *who)
{
	peer_ioasid.detach(&earlier);
	peer_destroy(&earlier);
	end(row, who);
}

static const struct contender to_memory[] = {
	{ .name = "ioasid", .how = &attach, .begin = begin_sva, .run = run,
	  .end = end },
	{ .name = "bare", .how = &attach_bare, .run = loop_run },
	{ .name = "iommufd", .needs = "/dev/iommu", .how = &attach_iommufd,
	  .begin = begin_iommufd, .run = run, .end = end_iommufd },
	{ }
};

static const struct contender to_shared_memory[] = {
	{ .name = "ioasid", .how = &attach, .begin = begin_shared, .run = run,
	  .end = end_shared },
	{ .name = "bare", .how = &attach_bare, .begin = begin_shared,
	  .run = loop_run, .end = end_shared },
	{ }
};

static const struct contender to_map[] = {
	{ .name = "ioasid", .how = &attach, .begin = begin_iova, .run = run,
	  .end = end },
	{ .name = "bare", .how = &attach_bare, .run = loop_run },
	{ .name = "iommufd", .needs = "/dev/iommu", .how = &attach_iommufd,
	  .begin = begin_iommufd, .run = run, .end = end_iommufd },
	{ }
};

static const struct row rows[] = {
	{ .name = "attach + detach", .needs = PEER_NODE, .times = 2000,
	  .contenders = to_memory },
	{ .name = "attach + detach, one more", .needs = PEER_NODE,
	  .times = 2000, .contenders = to_shared_memory },
	{ .name = "attach + detach, IOVA", .needs = PEER_NODE, .times = 2000,
	  .contenders = to_map },
};

const struct table attach_table = {
	.name = "attach",
	.meter = &clock_meter,
	.rows = rows,
	.nr_rows = ARRAY_SIZE(rows),
};
