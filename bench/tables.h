/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tables, by the files that have them.
 */
#ifndef BENCH_TABLES_H
#define BENCH_TABLES_H

#include "row.h"

extern const struct table spaces_table;
extern const struct table pasids_table;
extern const struct table attach_table;
extern const struct table map_table;
extern const struct table late_table;
extern const struct table touch_table;
extern const struct table fault_table;
extern const struct table copy_table;
extern const struct table cut_table;
extern const struct table exit_table;
extern const struct table scale_table;
extern const struct table memory_table;
extern const struct table cpus_table;

#endif
