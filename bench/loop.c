// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs that only the kernel can do: /dev/ioasid_bench does them, as often as
 * it is told to in one call.
 */
#include "loop.h"
#include "must.h"
#include "peer.h"

static int node(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = must_open(PEER_NODE);
	return fd;
}

/**
 * loop_run_with() - Have a job done that needs an fd
 * @row: how often
 * @who: which job: @how points to it
 * @fd: an IOASID fd, or one of /dev/iommu
 * @ioas: of the latter, which I/O address space
 */
void loop_run_with(const struct row *row, const struct contender *who, int fd,
		   unsigned int ioas)
{
	const enum ioasid_bench_loop_job *job = who->how;
	struct ioasid_bench_loop loop = {
		.size = sizeof(loop),
		.job = *job,
		.times = row->times,
		.fd = fd,
		.ioas = ioas,
	};

	must_call(node(), IOASID_BENCH_LOOP, &loop, "IOASID_BENCH_LOOP");
}

/* Have a job done that needs none. */
void loop_run(const struct row *row, const struct contender *who)
{
	loop_run_with(row, who, -1, 0);
}
