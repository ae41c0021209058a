/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_FREE_H
#define BENCH_FREE_H

double free_kib(void);

#endif
