// SPDX-License-Identifier: GPL-2.0-only
/*
 * Samples, of times or of whatever else is compared, and tables of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sample.h"

/* In nanoseconds. */
double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/**
 * median() - The one in the middle
 * @samples: ROUNDS of them, sorted afterwards
 *
 * Return: the median.
 */
double median(double *samples)
{
	qsort(samples, ROUNDS, sizeof(*samples), compare);
	return samples[ROUNDS / 2];
}

/**
 * print_heading() - Begin a table
 * @name: what its rows have in common
 * @ours: what the first column is
 * @theirs: what the second column is
 */
void print_heading(const char *name, const char *ours, const char *theirs)
{
	printf("%-40s %11s %11s %7s\n", name, ours, theirs, "ratio");
}

void print_row(const char *name, double ours, double theirs)
{
	printf("  %-38s %11.2f %11.2f %7.2f\n", name, ours, theirs,
	       ours / theirs);
	fflush(stdout);
}
