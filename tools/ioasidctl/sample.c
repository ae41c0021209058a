// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "describe.h"
#include "sample.h"

#define NS_PER_S	1e9

double sample_now(void)
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

/* Of what there may be little or much. */
static double amount(const struct row *row, enum order by)
{
	switch (by) {
	case ORDER_FAULTS:
		return row->faults + row->failed;
	case ORDER_FAILED:
		return row->failed;
	case ORDER_MAPPED:
		return row->space->mapped;
	case ORDER_PINNED:
		return row->space->pinned;
	case ORDER_ATTACHED:
		return row->space->nr_attached;
	default:
		return 0;
	}
}

static int compare_numbers(double a, double b)
{
	return (a > b) - (a < b);
}

static int compare_by(const struct row *a, const struct row *b, enum order by)
{
	switch (by) {
	case ORDER_ID:
		return 0;
	case ORDER_PASID:
		return compare_numbers(a->space->pasid, b->space->pasid);
	case ORDER_CREATOR:
		return strcmp(describe_creator_name(a->space),
			      describe_creator_name(b->space));
	case ORDER_TYPE:
		return strcmp(a->space->type, b->space->type);
	case ORDER_STATE:
		return strcmp(a->space->state, b->space->state);
	default:
		return -compare_numbers(amount(a, by), amount(b, by));
	}
}

static int compare(const void *left, const void *right, void *data)
{
	const struct row *a = left, *b = right;
	const struct sorting *sorting = data;
	int rc;

	rc = compare_by(a, b, sorting->by);
	if (!rc)
		rc = (a->space->id > b->space->id) -
		     (a->space->id < b->space->id);
	return sorting->reverse ? -rc : rc;
}

void sample_sort(struct sample *sample, const struct sorting *sorting)
{
	qsort_r(sample->rows, sample->spaces.count, sizeof(*sample->rows),
		compare, (void *)sorting);
}

int sample_take(struct sample *sample, const struct sorting *sorting)
{
	struct sample before = *sample;
	int rc;

	*sample = (struct sample){ .time = sample_now() };
	rc = spaces_read(&sample->spaces);
	if (!rc)
		rc = make_rows(sample, &before);
	if (!rc)
		sample_sort(sample, sorting);
	sample_free(&before);
	return rc;
}

void sample_free(struct sample *sample)
{
	spaces_free(&sample->spaces);
	free(sample->rows);
}
