// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl top: the busiest spaces, over and over.
 *
 * One look gives no rates. So the screen begins without them, and what is
 * printed for other programs begins with the second look.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../common/message.h"
#include "../common/size.h"
#include "command.h"
#include "describe.h"
#include "json.h"
#include "sample.h"
#include "screen.h"
#include "table.h"

#define DEFAULT_DELAY	2.0
#define NS_PER_S	1e9

static const char * const headings[] = {
	"ID", "PASID", "CREATOR", "TYPE", "STATE", "FAULTS/S", "FAILED/S",
	"MAPPED", "PINNED", "ATTACHED",
};

/**
 * struct top - What was asked for, and how far it is
 * @sample: the last look
 * @order: of the rows
 * @delay: seconds between two looks
 * @left: how many looks to show yet, if @limited
 * @limited: end when there are none left
 * @json: print JSON
 */
struct top {
	struct sample sample;
	enum order order;
	double delay;
	unsigned long left;
	bool limited;
	bool json;
};

static int look(struct top *top)
{
	int rc;

	rc = sample_take(&top->sample, top->order);
	if (!rc)
		return STATUS_OK;
	complain("cannot find out about spaces: %s", strerror(-rc));
	return STATUS_FAILED;
}

static void add_rate(struct table *table, const struct top *top, double rate)
{
	if (top->sample.has_rates)
		table_add(table, "%.1f", rate);
	else
		table_add(table, "-");
}

static void add_row(struct table *table, const struct top *top,
		    const struct row *row)
{
	const struct space *space = row->space;

	table_add(table, "%llu", space->id);
	table_add(table, "%u", space->pasid);
	table_add(table, "%s", describe_creator(space).text);
	table_add(table, "%s", space->type);
	table_add(table, "%s", describe_state_plain(space).text);
	add_rate(table, top, row->faults);
	add_rate(table, top, row->failed);
	table_add(table, "%s", format_size(space->mapped).text);
	table_add(table, "%s", format_size(space->pinned).text);
	table_add(table, "%u", space->nr_attached);
}

static void write_table(const struct top *top, FILE *out)
{
	struct table table = { .columns = ARRAY_SIZE(headings) };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(headings); i++)
		table_add(&table, "%s", headings[i]);
	for (i = 0; i < top->sample.spaces.count; i++)
		add_row(&table, top, &top->sample.rows[i]);
	table_write(&table, "", out);
}

static struct json_object *row_to_json(const struct row *row)
{
	struct json_object *object = space_to_json(row->space);

	json_object_object_add(object, "faults_per_second",
			       json_object_new_double(row->faults));
	json_object_object_add(object, "faults_failed_per_second",
			       json_object_new_double(row->failed));
	return object;
}

static void print_json(const struct sample *sample)
{
	struct json_object *root = json_object_new_object();
	struct json_object *spaces = json_object_new_array();
	size_t i;

	for (i = 0; i < sample->spaces.count; i++)
		json_object_array_add(spaces, row_to_json(&sample->rows[i]));
	json_object_object_add(root, "time",
			       json_object_new_double(sample->time));
	json_object_object_add(root, "spaces", spaces);
	json_print_line(root);
}

/* Returns whether the output can still be written. */
static bool print(const struct top *top)
{
	if (top->json) {
		print_json(&top->sample);
	} else {
		write_table(top, stdout);
		putchar('\n');
	}
	return !fflush(stdout);
}

/* Returns whether that was not the last one. */
static bool goes_on(struct top *top)
{
	return !top->limited || --top->left;
}

static void wait_for_next(double seconds)
{
	const struct timespec time = {
		.tv_sec = seconds,
		.tv_nsec = (seconds - (time_t)seconds) * NS_PER_S,
	};

	nanosleep(&time, NULL);
}

static int run_batch(struct top *top)
{
	int status;

	status = look(top);
	if (status)
		return status;
	do {
		wait_for_next(top->delay);
		status = look(top);
	} while (!status && print(top) && goes_on(top));
	return status;
}

static void draw(const struct top *top)
{
	char *text = NULL;
	size_t size;
	FILE *out;

	out = open_memstream(&text, &size);
	if (!out)
		return;
	write_table(top, out);
	fclose(out);
	screen_draw(text, top->sample.spaces.count, top->sample.spaces.hidden);
	free(text);
}

/* Returns whether to go on. */
static bool take_key(struct top *top, int key)
{
	static const char keys[] = {
		[ORDER_FAULTS] = 'f', [ORDER_MAPPED] = 'm',
		[ORDER_PINNED] = 'p', [ORDER_ATTACHMENTS] = 'a',
		[ORDER_ID] = 'i',
	};
	const char *found;

	if (key == 'q')
		return false;
	found = key ? memchr(keys, key, sizeof(keys)) : NULL;
	if (found) {
		top->order = found - keys;
		sample_sort(&top->sample, top->order);
	}
	return true;
}

/* A key changes the order at once; time that passes brings a new look. */
static int run_screen(struct top *top)
{
	int status, key = 0;
	bool on = true;

	screen_open();
	status = look(top);
	while (!status && on) {
		draw(top);
		key = screen_wait(top->delay);
		on = take_key(top, key);
		if (on && !key) {
			status = look(top);
			on = goes_on(top);
		}
	}
	screen_close();
	return status;
}

static int run(char **arguments, const struct options *options)
{
	bool json = options->given & OPTION_JSON;
	struct top top = {
		.delay = options->given & OPTION_DELAY ? options->delay :
			 DEFAULT_DELAY,
		.left = options->count,
		.limited = options->given & OPTION_COUNT,
		.json = json,
	};
	int status;

	if (json || options->given & OPTION_BATCH)
		status = run_batch(&top);
	else if (isatty(STDOUT_FILENO))
		status = run_screen(&top);
	else
		return complain_usage("no terminal: give --batch or --json");
	sample_free(&top.sample);
	return status;
}

const struct command top_command = {
	.name = "top",
	.arguments = "[-b] [-n COUNT]",
	.summary = "the busiest spaces, over and over",
	.help =
"Shows all spaces, those with most page requests in a second first. Keys: q ends\n"
"it; f orders by page requests, m by what is mapped, p by what is pinned, a by\n"
"attachments, i by id.\n"
"\n"
"  -b, --batch          print a table each time, without a terminal\n"
"  -d, --delay SECONDS  wait so long between two looks (default: 2)\n"
"  -n, --count COUNT    end after so many looks\n"
"\n"
"With --json, print one object on a line each time.\n",
	.takes = OPTION_JSON | OPTION_BATCH | OPTION_COUNT | OPTION_DELAY,
	.run = run,
};
