// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making a space and closing it.
 *
 * The least that this can cost is what the kernel takes for any object behind
 * an fd: an eventfd is hardly more than that. A process that has a space keeps
 * what the kernel needs to follow its memory, so its first one costs more.
 */
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/iommufd.h>

#include <ioasid/ioasid.h>

#include "must.h"
#include "tables.h"

static int kept = -1;

static void open_system(const struct row *row, const struct contender *who)
{
	system_fd();
}

static void keep_one(const struct row *row, const struct contender *who)
{
	kept = must(ioasid_space_alloc_sva(system_fd(), NULL), "ALLOC");
}

static void close_kept(const struct row *row, const struct contender *who)
{
	close(kept);
}

static void run_sva(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		close(must(ioasid_space_alloc_sva(system_fd(), NULL), "ALLOC"));
}

static void run_iova(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		close(must(ioasid_space_alloc_iova(system_fd(), NULL),
			   "ALLOC"));
}

static void run_eventfd(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		close(eventfd(0, EFD_CLOEXEC));
}

static void run_memfd(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		close(memfd_create("bench", MFD_CLOEXEC));
}

static void open_iommufd(const struct row *row, const struct contender *who)
{
	kept = must_open("/dev/iommu");
}

static void run_iommufd(const struct row *row, const struct contender *who)
{
	struct iommu_ioas_alloc alloc = { .size = sizeof(alloc) };
	struct iommu_destroy destroy = { .size = sizeof(destroy) };
	unsigned int i;

	for (i = 0; i < row->times; i++) {
		must_call(kept, IOMMU_IOAS_ALLOC, &alloc, "IOMMU_IOAS_ALLOC");
		destroy.id = alloc.out_ioas_id;
		must_call(kept, IOMMU_DESTROY, &destroy, "IOMMU_DESTROY");
	}
}

static const struct contender of_memory[] = {
	{ .name = "ioasid", .begin = keep_one, .run = run_sva,
	  .end = close_kept },
	{ .name = "eventfd", .run = run_eventfd },
	{ .name = "memfd", .run = run_memfd },
	{ .name = "iommufd", .needs = "/dev/iommu", .begin = open_iommufd,
	  .run = run_iommufd, .end = close_kept },
	{ }
};

static const struct contender first_of_memory[] = {
	{ .name = "ioasid", .begin = open_system, .run = run_sva },
	{ .name = "eventfd", .run = run_eventfd },
	{ .name = "iommufd", .needs = "/dev/iommu", .begin = open_iommufd,
	  .run = run_iommufd, .end = close_kept },
	{ }
};

static const struct contender with_map[] = {
	{ .name = "ioasid", .begin = open_system, .run = run_iova },
	{ .name = "eventfd", .run = run_eventfd },
	{ .name = "iommufd", .needs = "/dev/iommu", .begin = open_iommufd,
	  .run = run_iommufd, .end = close_kept },
	{ }
};

static const struct row rows[] = {
	{ .name = "alloc + close", .times = 500, .contenders = of_memory },
	{ .name = "alloc + close, the only one", .times = 50,
	  .contenders = first_of_memory },
	{ .name = "alloc + close, IOVA", .times = 500,
	  .contenders = with_map },
};

const struct table spaces_table = {
	.name = "spaces",
	.meter = &clock_meter,
	.rows = rows,
	.nr_rows = ARRAY_SIZE(rows),
};
