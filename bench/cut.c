// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking a space back with all that is mapped in it: how long it is until no
 * device reaches anything and all memory is given back.
 *
 * iommufd has no call for that. What comes next to it is to detach the device
 * and to destroy the I/O address space.
 */
#include <unistd.h>

#include <linux/iommufd.h>

#include <ioasid/ioasid.h>

#include "must.h"
#include "peer.h"
#include "tables.h"

/* Far enough that no two areas become one. */
#define STRIDE		(2 * PAGE)

static struct peer_space space;

static void map_areas(const struct row *row, const struct peer *peer)
{
	char *memory = buffer_for(row);
	unsigned int i;

	for (i = 0; i < row->count; i++)
		peer->map(&space, memory, PAGE, PEER_IOVA + i * STRIDE);
}

static void begin(const struct row *row, const struct contender *who)
{
	const struct peer *peer = who->how;

	peer->create(&space);
	peer->attach(&space);
	map_areas(row, peer);
}

static void run_ioasid(const struct row *row, const struct contender *who)
{
	must(ioasid_space_free(space.fd), "FREE");
}

static void end_ioasid(const struct row *row, const struct contender *who)
{
	peer_ioasid.detach(&space);
	peer_destroy(&space);
}

static void run_iommufd(const struct row *row, const struct contender *who)
{
	struct iommu_destroy destroy = {
		.size = sizeof(destroy),
		.id = space.ioas,
	};

	peer_iommufd.detach(&space);
	must_call(space.fd, IOMMU_DESTROY, &destroy, "IOMMU_DESTROY");
}

static void end_iommufd(const struct row *row, const struct contender *who)
{
	peer_destroy(&space);
}

static const struct contender contenders[] = {
	{ .name = "ioasid", .how = &peer_ioasid, .begin = begin,
	  .run = run_ioasid, .end = end_ioasid },
	{ .name = "iommufd", .needs = "/dev/iommu", .how = &peer_iommufd,
	  .begin = begin, .run = run_iommufd, .end = end_iommufd },
	{ }
};

#define ROW(_name, _count)						\
	{ .name = _name, .needs = PEER_NODE, .times = 1, .size = PAGE,	\
	  .count = _count, .contenders = contenders }

static const struct row rows[] = {
	ROW("1 areas", 1),
	ROW("100 areas", 100),
	ROW("10000 areas", 10000),
};

const struct table cut_table = {
	.name = "cut",
	.meter = &clock_meter,
	.rows = rows,
	.nr_rows = ARRAY_SIZE(rows),
};
