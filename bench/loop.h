/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_LOOP_H
#define BENCH_LOOP_H

#include "module/ioasid_bench.h"
#include "row.h"

void loop_run(const struct row *row, const struct contender *who);
void loop_run_with(const struct row *row, const struct contender *who, int fd,
		   unsigned int ioas);

#endif
