/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A progress bar on stderr, for transfers that take longer than a moment and
 * only when somebody can be watching.
 */
#ifndef IOASID_DSA_PROGRESS_H
#define IOASID_DSA_PROGRESS_H

#include <stdbool.h>

#include <linux/types.h>

struct progress {
	const char *name;
	__u64 total;
	double started;
	double drawn;
	bool enabled;
	bool visible;
};

void progress_start(struct progress *progress, const char *name, __u64 total,
		    bool enabled);
/* @done: how many of the bytes */
void progress_show(struct progress *progress, __u64 done);
/* Leaves the line as if there had been no bar. */
void progress_clear(struct progress *progress);
double progress_seconds(const struct progress *progress);

#endif
