// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much memory the kernel takes for a space, an attachment, and what is
 * mapped.
 *
 * It is how many pages fewer are free, whatever they went to: slabs, page
 * tables of the IOMMU, lists of what is pinned. Small things are counted in the
 * thousand, so that they fill pages. The least that a space can take is what an
 * eventfd does. A device's first attachment brings a page table, and so does
 * the first one of each space; another one to the same space does not.
 */
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/iommufd.h>

#include <ioasid/ioasid.h>

#include "accel.h"
#include "free.h"
#include "module/ioasid_bench.h"
#include "must.h"
#include "peer.h"
#include "rest.h"
#include "tables.h"

#define MANY		4000

static int fds[MANY];
static struct peer_space space;
static struct accel accel;
static void *memory;

static void close_all(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		close(fds[i]);
}

static void begin_new(const struct row *row, const struct contender *who)
{
	system_fd();
	rest_for_long();
}

static void end_new(const struct row *row, const struct contender *who)
{
	rest_as_usual();
	close_all(row, who);
}

static void make_sva(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		fds[i] = must(ioasid_space_alloc_sva(system_fd(), NULL),
			      "ALLOC");
}

static void make_iova(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		fds[i] = must(ioasid_space_alloc_iova(system_fd(), NULL),
			      "ALLOC");
}

static void make_eventfd(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		fds[i] = eventfd(0, EFD_CLOEXEC);
}

static void make_memfd(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		fds[i] = memfd_create("bench", MFD_CLOEXEC);
}

static void open_iommufd(const struct row *row, const struct contender *who)
{
	fds[0] = must_open("/dev/iommu");
}

/* They go with the fd. */
static void make_ioas(const struct row *row, const struct contender *who)
{
	struct iommu_ioas_alloc alloc = { .size = sizeof(alloc) };
	unsigned int i;

	for (i = 0; i < row->times; i++)
		must_call(fds[0], IOMMU_IOAS_ALLOC, &alloc, "IOMMU_IOAS_ALLOC");
}

static void close_iommufd(const struct row *row, const struct contender *who)
{
	close(fds[0]);
}

#define IOASID(_run)							\
	{ .name = "ioasid", .begin = begin_new, .run = _run,		\
	  .end = end_new }
#define IOMMUFD								\
	{ .name = "iommufd", .needs = "/dev/iommu",			\
	  .begin = open_iommufd, .run = make_ioas, .end = close_iommufd }

static const struct contender of_memory[] = {
	IOASID(make_sva),
	{ .name = "eventfd", .run = make_eventfd, .end = close_all },
	{ .name = "memfd", .run = make_memfd, .end = close_all },
	IOMMUFD,
	{ }
};

static const struct contender with_map[] = {
	IOASID(make_iova),
	{ .name = "eventfd", .run = make_eventfd, .end = close_all },
	IOMMUFD,
	{ }
};

static void attach_fd(int fd)
{
	space.fd = fd;
	peer_attach(&space, IOASID_BENCH_ATTACH);
}

static void begin_many(const struct row *row, const struct contender *who)
{
	make_iova(row, who);
	space.device = must_open(PEER_NODE);
}

static void attach_each(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		attach_fd(fds[i]);
}

static void end_many(const struct row *row, const struct contender *who)
{
	peer_detach(&space);
	close(space.device);
	close_all(row, who);
}

static const struct contender to_many[] = {
	{ .name = "ioasid", .begin = begin_many, .run = attach_each,
	  .end = end_many },
	{ }
};

static void create(const struct row *row, const struct contender *who)
{
	const struct peer *peer = who->how;

	peer->create(&space);
}

static void attach(const struct row *row, const struct contender *who)
{
	const struct peer *peer = who->how;

	peer->attach(&space);
}

static void create_and_attach(const struct row *row,
			      const struct contender *who)
{
	create(row, who);
	attach(row, who);
}

static void detach_and_destroy(const struct row *row,
			       const struct contender *who)
{
	const struct peer *peer = who->how;

	peer->detach(&space);
	peer_destroy(&space);
}

static void attach_more(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		attach(row, who);
}

static const struct contender to_same[] = {
	{ .name = "ioasid", .how = &peer_ioasid, .begin = create_and_attach,
	  .run = attach_more, .end = detach_and_destroy },
	{ }
};

#define PEER(_name, _needs, _begin, _run)				\
	{ .name = #_name, .needs = _needs, .how = &peer_##_name,	\
	  .begin = _begin, .run = _run, .end = detach_and_destroy }

static const struct contender to_device[] = {
	PEER(ioasid, NULL, create, attach),
	PEER(iommufd, "/dev/iommu", create, attach),
	PEER(vfio, "/dev/vfio/vfio", create, attach),
	{ }
};

static void begin_map(const struct row *row, const struct contender *who)
{
	memory = buffer_for(row);
	create_and_attach(row, who);
}

static void map(const struct row *row, const struct contender *who)
{
	const struct peer *peer = who->how;

	peer->map(&space, memory, row->size, PEER_IOVA);
}

static const struct contender mapped[] = {
	PEER(ioasid, NULL, begin_map, map),
	PEER(iommufd, "/dev/iommu", begin_map, map),
	PEER(vfio, "/dev/vfio/vfio", begin_map, map),
	{ }
};

static void begin_prefault(const struct row *row, const struct contender *who)
{
	memory = buffer_for(row);
	accel_open(&accel);
}

static void prefault(const struct row *row, const struct contender *who)
{
	must(ioasid_space_prefault(accel.space, (uintptr_t)memory, row->size,
				   IOASID_READ | IOASID_WRITE, NULL),
	     "PREFAULT");
}

static void end_prefault(const struct row *row, const struct contender *who)
{
	accel_close(&accel);
}

static const struct contender shared[] = {
	{ .name = "ioasid", .begin = begin_prefault, .run = prefault,
	  .end = end_prefault },
	{ }
};

#define GIB_ROW(_name, _backing)					\
	{ .name = _name, .needs = PEER_NODE, .times = 1, .size = GIB,	\
	  .backing = _backing, .contenders = mapped }

#define SHARED_ROW(_name, _backing)					\
	{ .name = _name, .needs = ACCEL_NODE, .times = 1, .size = GIB,	\
	  .backing = _backing, .contenders = shared }

static const struct row rows[] = {
	{ .name = "space", .times = MANY, .contenders = of_memory },
	{ .name = "space, IOVA", .times = MANY, .contenders = with_map },
	{ .name = "attached device", .needs = PEER_NODE, .times = 1,
	  .contenders = to_device },
	{ .name = "attachment of a space", .needs = PEER_NODE, .times = MANY,
	  .contenders = to_many },
	{ .name = "another of the same space", .needs = PEER_NODE,
	  .times = MANY, .contenders = to_same },
	GIB_ROW("1 GiB", PAGES_4K),
	GIB_ROW("1 GiB, scattered", PAGES_4K_SCATTERED),
	GIB_ROW("1 GiB in 2 MiB pages", PAGES_2M),
	GIB_ROW("1 GiB in a 1 GiB page", PAGES_1G),
	SHARED_ROW("1 GiB, SVA", PAGES_4K),
	SHARED_ROW("1 GiB in 2 MiB pages, SVA", PAGES_2M),
};

const struct table memory_table = {
	.name = "memory",
	.meter = &memory_meter,
	.rows = rows,
	.nr_rows = ARRAY_SIZE(rows),
};
