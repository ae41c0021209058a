// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "sample.h"

#define NS_PER_S	1e9

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / NS_PER_S;
}

/* A space that was not there before has had all since then. */
static void fill_in(struct row *row, const struct space *space,
		    const struct spaces *before, double seconds)
{
	const struct space *earlier = spaces_find(before, space->id);
	__u64 faults = space->faults, failed = space->faults_failed;

	if (earlier) {
		faults -= earlier->faults;
		failed -= earlier->faults_failed;
	}
	*row = (struct row){
		.space = space,
		.faults = seconds > 0 ? faults / seconds : 0,
		.failed = seconds > 0 ? failed / seconds : 0,
	};
}

static int make_rows(struct sample *sample, const struct sample *before)
{
	double seconds = before->time ? sample->time - before->time : 0;
	size_t i;

	sample->has_rates = seconds > 0;
	sample->rows = calloc(sample->spaces.count + 1, sizeof(struct row));
	if (!sample->rows)
		return -ENOMEM;
	for (i = 0; i < sample->spaces.count; i++)
		fill_in(&sample->rows[i], &sample->spaces.list[i],
			&before->spaces, seconds);
	return 0;
}

static double weight(const struct row *row, enum order order)
{
	switch (order) {
	case ORDER_FAULTS:
		return row->faults + row->failed;
	case ORDER_MAPPED:
		return row->space->mapped;
	case ORDER_PINNED:
		return row->space->pinned;
	case ORDER_ATTACHMENTS:
		return row->space->nr_attached;
	default:
		return 0;
	}
}

static int compare(const void *left, const void *right, void *data)
{
	const struct row *a = left, *b = right;
	enum order order = *(enum order *)data;
	double first = weight(a, order), second = weight(b, order);

	if (first != second)
		return first < second ? 1 : -1;
	return (a->space->id > b->space->id) - (a->space->id < b->space->id);
}

void sample_sort(struct sample *sample, enum order order)
{
	qsort_r(sample->rows, sample->spaces.count, sizeof(*sample->rows),
		compare, &order);
}

int sample_take(struct sample *sample, enum order order)
{
	struct sample before = *sample;
	int rc;

	*sample = (struct sample){ .time = now() };
	rc = spaces_read(&sample->spaces);
	if (!rc)
		rc = make_rows(sample, &before);
	if (!rc)
		sample_sort(sample, order);
	sample_free(&before);
	return rc;
}

void sample_free(struct sample *sample)
{
	spaces_free(&sample->spaces);
	free(sample->rows);
}
