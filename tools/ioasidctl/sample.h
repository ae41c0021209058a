/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looks at all spaces, and how many page requests there were between two.
 */
#ifndef IOASIDCTL_SAMPLE_H
#define IOASIDCTL_SAMPLE_H

#include "order.h"
#include "spaces.h"

/**
 * struct sorting - How rows are sorted
 * @by: column. Numbers of things begin with the largest, and names and what
 *	identifies a space with the first
 * @reverse: the other way round
 */
struct sorting {
	enum order by;
	bool reverse;
};

/**
 * struct row - One space in a look
 * @space: the space
 * @faults: page requests that were resolved, in a second
 * @failed: page requests that were refused, in a second
 */
struct row {
	const struct space *space;
	double faults;
	double failed;
};

/**
 * struct sample - A look at all spaces
 * @spaces: the spaces
 * @rows: one for each, in the order that was asked for
 * @time: when, in seconds of CLOCK_MONOTONIC
 * @has_rates: there was a look before
 */
struct sample {
	struct spaces spaces;
	struct row *rows;
	double time;
	bool has_rates;
};

/*
 * Looks again, and lets go of the look before, which is in @sample; all 0 at
 * first. Returns 0, or a negative errno. To be freed in both cases.
 */
int sample_take(struct sample *sample, const struct sorting *sorting);
void sample_sort(struct sample *sample, const struct sorting *sorting);

/* Seconds of CLOCK_MONOTONIC. */
double sample_now(void);

void sample_free(struct sample *sample);

#endif
