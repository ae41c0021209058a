/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_ROW_H
#define BENCH_ROW_H

#include <stddef.h>

#include "buffer.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

struct contender;

/**
 * struct row - A job that can be done in several ways
 * @name: the job
 * @needs: a file without which nobody can do it, or NULL
 * @times: how often a sample does it
 * @size: in bytes, and
 * @backing: with what pages, if it is about memory
 * @count: of objects, if it is about many
 * @what: else, for the functions of its contenders
 * @contenders: the ways, ours first; ends with one that has no name
 */
struct row {
	const char *name;
	const char *needs;
	unsigned int times;
	size_t size;
	enum backing backing;
	unsigned int count;
	const void *what;
	const struct contender *contenders;
};

/**
 * struct contender - A way to do a job; what fails ends the program
 * @name: its name
 * @needs: a file without which it is left out, or NULL
 * @how: for the functions
 * @begin: gets ready for a sample
 * @run: does the job so often as the row says: that is measured
 * @end: cleans up. This and @begin may be NULL
 */
struct contender {
	const char *name;
	const char *needs;
	const void *how;
	void (*begin)(const struct row *row, const struct contender *who);
	void (*run)(const struct row *row, const struct contender *who);
	void (*end)(const struct row *row, const struct contender *who);
};

/**
 * struct meter - What is measured
 * @unit: of what
 * @read: returns grows by
 */
struct meter {
	const char *unit;
	double (*read)(void);
};

extern const struct meter clock_meter;

/**
 * struct table - Rows that belong together
 * @name: of the table
 * @meter: what they measure
 * @rows: the rows, @nr_rows of them
 * @one_by_one: contenders do not take turns, since getting ready takes long:
 *	all rows are for the first one, then all for the next; of all rows they
 *	are the same
 */
struct table {
	const char *name;
	const struct meter *meter;
	const struct row *rows;
	unsigned int nr_rows;
	int one_by_one;
};

void table_run(const struct table *table);
const struct row *table_row(const struct table *table, const char *name);
void table_profile(const struct table *table, const char *row_name,
		   const char *who_name);

#endif
