/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_FREE_H
#define BENCH_FREE_H

#include "row.h"

extern const struct meter memory_meter;

#endif
