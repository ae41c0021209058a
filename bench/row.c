// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables, and how they are measured.
 *
 * The contenders of a row take turns: a sample of the first one, a sample of
 * the second, and so on, several times. What counts is the median of each. A
 * first turn warms up and does not count.
 *
 * A figure is a line of five columns, with a tab in between: table, row,
 * contender, unit, and what doing the job once came to. Who cannot take part
 * here is left out, and stderr says why.
 *
 * Of one contender of one row, an emulator can say where the instructions go:
 * the samples that would count are between marks then.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mark.h"
#include "must.h"
#include "row.h"

/* Samples that count. The median of an odd number is one of them. */
#define ROUNDS		7
#define CONTENDERS_MAX	8

/* In nanoseconds. */
static double read_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

const struct meter clock_meter = {
	.unit = "ns",
	.read = read_clock,
};

static double leave_mark(void)
{
	mark();
	return 0;
}

static const struct meter mark_meter = {
	.read = leave_mark,
};

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts them. */
static double median(double *samples)
{
	qsort(samples, ROUNDS, sizeof(*samples), compare);
	return samples[ROUNDS / 2];
}

/* What was left to RCU before would otherwise be done meanwhile. */
static void settle(void)
{
	static const char barrier[] =
		"/sys/module/rcutree/parameters/do_rcu_barrier";

	if (!access(barrier, W_OK))
		must_write(barrier, "1");
}

static double take_sample(const struct meter *meter, const struct row *row,
			  const struct contender *who)
{
	double before, after;

	if (who->begin)
		who->begin(row, who);
	settle();
	before = meter->read();
	who->run(row, who);
	after = meter->read();
	if (who->end)
		who->end(row, who);
	return (after - before) / row->times;
}

static int is_there(const char *file, const char *table, const char *row,
		    const char *who)
{
	if (!file || !access(file, F_OK))
		return 1;
	fprintf(stderr, "%s, %s%s%s: left out, there is no %s\n", table, row,
		*who ? ", " : "", who, file);
	return 0;
}

static void print_figure(const struct table *table, const struct row *row,
			 const struct contender *who, double *samples)
{
	printf("%s\t%s\t%s\t%s\t%.2f\n", table->name, row->name, who->name,
	       table->meter->unit, median(samples));
	fflush(stdout);
}

static void run_in_turn(const struct table *table, const struct row *row,
			const struct contender **who, unsigned int nr)
{
	double samples[CONTENDERS_MAX][ROUNDS];
	unsigned int i, round;

	for (i = 0; i < nr; i++)
		take_sample(table->meter, row, who[i]);
	for (round = 0; round < ROUNDS; round++)
		for (i = 0; i < nr; i++)
			samples[i][round] =
				take_sample(table->meter, row, who[i]);
	for (i = 0; i < nr; i++)
		print_figure(table, row, who[i], samples[i]);
}

static unsigned int find_contenders(const struct table *table,
				    const struct row *row,
				    const struct contender **who)
{
	const struct contender *each = row->contenders;
	unsigned int nr = 0;

	for (; each->name && nr < CONTENDERS_MAX; each++)
		if (is_there(each->needs, table->name, row->name, each->name))
			who[nr++] = each;
	return nr;
}

static void run_row(const struct table *table, const struct row *row)
{
	const struct contender *who[CONTENDERS_MAX];
	unsigned int nr;

	if (!is_there(row->needs, table->name, row->name, ""))
		return;
	nr = find_contenders(table, row, who);
	run_in_turn(table, row, who, nr);
}

static void run_rows_of(const struct table *table, unsigned int contender)
{
	const struct contender *who;
	const struct row *row;

	for (row = table->rows; row < table->rows + table->nr_rows; row++) {
		who = &row->contenders[contender];
		if (is_there(row->needs, table->name, row->name, who->name))
			run_in_turn(table, row, &who, 1);
	}
}

/**
 * table_run() - Measure all rows of a table, and print them
 * @table: the table
 */
void table_run(const struct table *table)
{
	unsigned int i;

	if (table->one_by_one)
		for (i = 0; table->rows->contenders[i].name; i++)
			run_rows_of(table, i);
	else
		for (i = 0; i < table->nr_rows; i++)
			run_row(table, &table->rows[i]);
}

/**
 * table_row() - Find a row of a table
 * @table: the table
 * @name: the row; if it is not there, the program ends
 *
 * Return: the row.
 */
const struct row *table_row(const struct table *table, const char *name)
{
	const struct row *row;

	for (row = table->rows; row < table->rows + table->nr_rows; row++)
		if (!strcmp(row->name, name))
			return row;
	errx(2, "%s has no row %s", table->name, name);
}

static const struct contender *row_contender(const struct row *row,
					     const char *name)
{
	const struct contender *who;

	for (who = row->contenders; who->name; who++)
		if (!strcmp(who->name, name))
			return who;
	errx(2, "%s has no contender %s", row->name, name);
}

/**
 * table_profile() - Mark the samples of one contender, and print how often they
 *	do the job
 * @table: the table
 * @row_name: its row
 * @who_name: its contender
 */
void table_profile(const struct table *table, const char *row_name,
		   const char *who_name)
{
	const struct row *row = table_row(table, row_name);
	const struct contender *who = row_contender(row, who_name);
	unsigned int round;

	if (!is_there(row->needs, table->name, row_name, "") ||
	    !is_there(who->needs, table->name, row_name, who_name))
		exit(1);
	take_sample(table->meter, row, who);
	for (round = 0; round < ROUNDS; round++)
		take_sample(&mark_meter, row, who);
	printf("%u\n", ROUNDS * row->times);
}
