/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_SAMPLE_H
#define BENCH_SAMPLE_H

/* Samples of a row; the median of an odd number is one of them. */
#define ROUNDS		9

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

double now(void);
double median(double *samples);
void print_heading(const char *name, const char *ours, const char *theirs);
void print_row(const char *name, double ours, double theirs);

#endif
