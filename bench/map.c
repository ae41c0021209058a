// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mapping memory for a device, and unmapping it again.
 *
 * Without a device iommufd pins nothing: it enters a range into a tree, and
 * does the work when a device is attached. The others pin memory when it is
 * mapped. So a device takes part, be it attached before the memory is mapped or
 * after. VFIO cannot map before it has one.
 */
#include "buffer.h"
#include "peer.h"
#include "tables.h"

static struct peer_space space;
static void *memory;

static void create(const struct row *row, const struct contender *who)
{
	const struct peer *peer = who->how;

	memory = buffer_for(row);
	peer->create(&space);
}

static void create_and_attach(const struct row *row,
			      const struct contender *who)
{
	const struct peer *peer = who->how;

	create(row, who);
	peer->attach(&space);
}

static void destroy(const struct row *row, const struct contender *who)
{
	peer_destroy(&space);
}

static void detach_and_destroy(const struct row *row,
			       const struct contender *who)
{
	const struct peer *peer = who->how;

	peer->detach(&space);
	peer_destroy(&space);
}

static void run(const struct row *row, const struct contender *who)
{
	const struct peer *peer = who->how;
	unsigned int i;

	for (i = 0; i < row->times; i++) {
		peer->map(&space, memory, row->size, PEER_IOVA);
		peer->unmap(&space, row->size);
	}
}

static void run_late(const struct row *row, const struct contender *who)
{
	const struct peer *peer = who->how;
	unsigned int i;

	for (i = 0; i < row->times; i++) {
		peer->map(&space, memory, row->size, PEER_IOVA);
		peer->attach(&space);
		peer->unmap(&space, row->size);
		peer->detach(&space);
	}
}

static const struct contender attached[] = {
	{ .name = "ioasid", .how = &peer_ioasid, .begin = create_and_attach,
	  .run = run, .end = detach_and_destroy },
	{ .name = "iommufd", .how = &peer_iommufd, .needs = "/dev/iommu",
	  .begin = create_and_attach, .run = run, .end = detach_and_destroy },
	{ .name = "vfio", .how = &peer_vfio, .needs = "/dev/vfio/vfio",
	  .begin = create_and_attach, .run = run, .end = detach_and_destroy },
	{ }
};

static const struct contender attached_late[] = {
	{ .name = "ioasid", .how = &peer_ioasid, .begin = create,
	  .run = run_late, .end = destroy },
	{ .name = "iommufd", .how = &peer_iommufd, .needs = "/dev/iommu",
	  .begin = create, .run = run_late, .end = destroy },
	{ }
};

#define ROW(_name, _size, _backing, _times, _contenders)		\
	{ .name = _name, .needs = PEER_NODE, .size = _size,		\
	  .backing = _backing, .times = _times, .contenders = _contenders }

static const struct row map_rows[] = {
	ROW("4 KiB", PAGE, PAGES_4K, 256, attached),
	ROW("64 KiB", 64 * KIB, PAGES_4K, 128, attached),
	ROW("64 KiB, scattered", 64 * KIB, PAGES_4K_SCATTERED, 128, attached),
	ROW("2 MiB", 2 * MIB, PAGES_4K, 16, attached),
	ROW("2 MiB, scattered", 2 * MIB, PAGES_4K_SCATTERED, 16, attached),
	ROW("2 MiB in a 2 MiB page", 2 * MIB, PAGES_2M, 64, attached),
	ROW("32 MiB, scattered", 32 * MIB, PAGES_4K_SCATTERED, 2, attached),
	ROW("32 MiB in 2 MiB pages", 32 * MIB, PAGES_2M, 16, attached),
	ROW("1 GiB", GIB, PAGES_4K, 1, attached),
	ROW("1 GiB, scattered", GIB, PAGES_4K_SCATTERED, 1, attached),
	ROW("1 GiB in 2 MiB pages", GIB, PAGES_2M, 1, attached),
	ROW("1 GiB in a 1 GiB page", GIB, PAGES_1G, 1, attached),
};

static const struct row late_rows[] = {
	ROW("4 KiB", PAGE, PAGES_4K, 64, attached_late),
	ROW("2 MiB", 2 * MIB, PAGES_4K, 16, attached_late),
	ROW("2 MiB in a 2 MiB page", 2 * MIB, PAGES_2M, 64, attached_late),
	ROW("1 GiB in 2 MiB pages", GIB, PAGES_2M, 1, attached_late),
};

const struct table map_table = {
	.name = "map",
	.meter = &clock_meter,
	.rows = map_rows,
	.nr_rows = ARRAY_SIZE(map_rows),
};

const struct table late_table = {
	.name = "late",
	.meter = &clock_meter,
	.rows = late_rows,
	.nr_rows = ARRAY_SIZE(late_rows),
};
