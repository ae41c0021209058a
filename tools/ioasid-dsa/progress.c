// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "../common/size.h"
#include "progress.h"

#define FIRST_AFTER_S	1.0
#define EVERY_S		0.1
#define BAR_WIDTH	30

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

void progress_start(struct progress *progress, const char *name, __u64 total,
		    bool enabled)
{
	*progress = (struct progress){
		.name = name,
		.total = total,
		.started = now(),
		.enabled = enabled && isatty(STDERR_FILENO),
	};
}

double progress_seconds(const struct progress *progress)
{
	return now() - progress->started;
}

static void draw(const struct progress *progress, __u64 done, double seconds)
{
	double share = (double)done / progress->total;
	int filled = share * BAR_WIDTH;
	int column;

	fprintf(stderr, "\r%3.0f%% [", share * 100);
	for (column = 0; column < BAR_WIDTH; column++)
		fputc(column < filled ? '#' : '.', stderr);
	fprintf(stderr, "] %s/s", format_size(done / seconds).text);
	if (done)
		fprintf(stderr, ", %.0f s left",
			seconds / done * (progress->total - done));
	fprintf(stderr, "  %s\033[K", progress->name);
}

void progress_show(struct progress *progress, __u64 done)
{
	double seconds;

	if (!progress->enabled)
		return;
	seconds = progress_seconds(progress);
	if (seconds < FIRST_AFTER_S || seconds - progress->drawn < EVERY_S)
		return;
	draw(progress, done, seconds);
	progress->drawn = seconds;
	progress->visible = true;
}

void progress_clear(struct progress *progress)
{
	if (progress->visible)
		fputs("\r\033[K", stderr);
	progress->visible = false;
}
