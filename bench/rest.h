/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_REST_H
#define BENCH_REST_H

void rest_for_long(void);
void rest_as_usual(void);

#endif
