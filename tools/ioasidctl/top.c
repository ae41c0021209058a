// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl top: the busiest spaces, over and over.
 *
 * One look gives no rates. So the screen begins without them, and what is
 * printed for other programs begins with the second look.
 */
#include <curses.h>
#include <limits.h>
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
#include "signals.h"
#include "table.h"

#define DEFAULT_DELAY	2.0
#define NS_PER_S	1e9

static const char * const headings[] = {
	"ID", "PASID", "CREATOR", "TYPE", "STATE", "FAULTS/S", "FAILED/S",
	"MAPPED", "PINNED", "ATTACHED",
};

static const char keys_line[] =
"q quit  f faults  m mapped  p pinned  a attached  i id  <> column  r reverse";

/**
 * struct top - What was asked for, and how far it is
 * @sample: the last look
 * @sorting: of the rows
 * @delay: seconds between two looks
 * @left: how many looks to show yet, if @limited
 * @limited: end when there are none left
 * @json: print JSON
 * @first: number of the first row on the screen
 */
struct top {
	struct sample sample;
	struct sorting sorting;
	double delay;
	unsigned long left;
	bool limited;
	bool json;
	int first;
};

/* Returns 0 or a negative errno. */
static int look(struct top *top)
{
	return sample_take(&top->sample, &top->sorting);
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
	int rc;

	rc = look(top);
	if (rc)
		return rc;
	do {
		wait_for_next(top->delay);
		rc = look(top);
	} while (!rc && print(top) && goes_on(top));
	return rc;
}

static size_t count(const struct spaces *spaces, enum ioasid_state state)
{
	size_t i, found = 0;

	for (i = 0; i < spaces->count; i++)
		found += space_is(&spaces->list[i], state);
	return found;
}

static void write_summary(const struct top *top, FILE *out)
{
	const struct spaces *spaces = &top->sample.spaces;

	fprintf(out, "%zu spaces: %zu active, %zu idle, %zu parked",
		spaces->count, count(spaces, IOASID_STATE_ACTIVE),
		count(spaces, IOASID_STATE_IDLE),
		count(spaces, IOASID_STATE_FREE_PENDING));
	if (top->first)
		fprintf(out, ", from row %d on", top->first + 1);
	if (spaces->hidden)
		fprintf(out, "; %u processes could not be looked at",
			spaces->hidden);
	if (spaces_absent(spaces))
		fprintf(out, "; /dev/ioasid: %s", spaces_absent(spaces));
}

/* Returns what was written, to be freed, or NULL. */
static char *text_of(const struct top *top,
		     void (*write)(const struct top *top, FILE *out))
{
	char *text = NULL;
	size_t size;
	FILE *out;

	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	write(top, out);
	fclose(out);
	return text;
}

static void draw(const struct top *top)
{
	char *summary = text_of(top, write_summary);
	char *table = text_of(top, write_table);
	const struct page page = {
		.summary = summary ?: "out of memory",
		.table = table ?: "",
		.marked = headings[top->sorting.by],
		.first = top->first,
		.keys = keys_line,
	};

	screen_draw(&page);
	free(summary);
	free(table);
}

/* Returns whether it was one. */
static bool take_sort_key(struct top *top, int key)
{
	static const char keys[] = {
		[ORDER_FAULTS] = 'f', [ORDER_MAPPED] = 'm',
		[ORDER_PINNED] = 'p', [ORDER_ATTACHED] = 'a',
		[ORDER_ID] = 'i',
	};
	const char *found = key > 0 && key < KEY_MIN ?
			    memchr(keys, key, sizeof(keys)) : NULL;
	enum order by = top->sorting.by;

	if (found)
		by = found - keys;
	else if (key == '<' || key == KEY_LEFT)
		by = (by + ORDER_COUNT - 1) % ORDER_COUNT;
	else if (key == '>' || key == KEY_RIGHT)
		by = (by + 1) % ORDER_COUNT;
	else if (key == 'r')
		top->sorting.reverse = !top->sorting.reverse;
	else
		return false;
	top->sorting.by = by;
	sample_sort(&top->sample, &top->sorting);
	return true;
}

static void scroll_by(struct top *top, int rows)
{
	int last = (int)top->sample.spaces.count - screen_rows();

	top->first += rows;
	if (top->first > last)
		top->first = last;
	if (top->first < 0)
		top->first = 0;
}

static void take_key(struct top *top, int key)
{
	if (take_sort_key(top, key))
		return;
	switch (key) {
	case KEY_UP:
		scroll_by(top, -1);
		break;
	case KEY_DOWN:
		scroll_by(top, 1);
		break;
	case KEY_PPAGE:
		scroll_by(top, -screen_rows());
		break;
	case KEY_NPAGE:
		scroll_by(top, screen_rows());
		break;
	case KEY_HOME:
		scroll_by(top, -INT_MAX / 2);
		break;
	case KEY_END:
		scroll_by(top, INT_MAX / 2);
		break;
	case KEY_RESIZE:
		scroll_by(top, 0);
		break;
	}
}

/* Waits for a key, but no longer than until it is time for the next look. */
static int wait_for_key(const struct top *top, const sigset_t *mask)
{
	double left = top->sample.time + top->delay - sample_now();

	return screen_wait(left > 0 ? left : 0, mask);
}

/* Returns whether to go on. */
static bool step(struct top *top, const sigset_t *mask, int *rc)
{
	int key;

	draw(top);
	key = wait_for_key(top, mask);
	if (key == 'q' || key == SCREEN_END)
		return false;
	if (key == SCREEN_TIME || key == ' ') {
		*rc = look(top);
		scroll_by(top, 0);
		return !*rc && goes_on(top);
	}
	take_key(top, key);
	return true;
}

/* A signal ends it as a key does, so that the terminal is as it was before. */
static int run_screen(struct top *top)
{
	sigset_t mask;
	int rc;

	signals_hold(&mask);
	screen_open();
	rc = look(top);
	while (!rc && step(top, &mask, &rc))
		;
	screen_close();
	return rc;
}

static int run(char **arguments, const struct options *options)
{
	bool json = options->given & OPTION_JSON;
	struct top top = {
		.sorting = {
			.by = options->given & OPTION_SORT ? options->sort :
			      ORDER_FAULTS,
			.reverse = options->given & OPTION_REVERSE,
		},
		.delay = options->given & OPTION_DELAY ? options->delay :
			 DEFAULT_DELAY,
		.left = options->count,
		.limited = options->given & OPTION_COUNT,
		.json = json,
	};
	int rc;

	if (json || options->given & OPTION_BATCH || !isatty(STDIN_FILENO) ||
	    !isatty(STDOUT_FILENO))
		rc = run_batch(&top);
	else
		rc = run_screen(&top);
	sample_free(&top.sample);
	if (!rc)
		return STATUS_OK;
	complain("cannot look for spaces: %s",
		 ioasid_explain(IOASID_OP_SPACE, rc));
	return STATUS_FAILED;
}

const struct command top_command = {
	.name = "top",
	.arguments = "[-b] [-n COUNT]",
	.summary = "the busiest spaces, over and over",
	.help =
"Shows all spaces, those with most page requests in a second first. Keys:\n"
"\n"
"  q              end\n"
"  f m p a i      sort by page requests, what is mapped, what is pinned,\n"
"                 attachments, id\n"
"  < > r          sort by the column before or behind, or the other way round\n"
"  arrows, PgUp, PgDn, Home, End\n"
"                 show other rows; left and right are as < and >\n"
"  space          look at once\n"
"\n"
"  -b, --batch          print a table each time, as when it is no terminal\n"
"  -d, --delay SECONDS  wait so long between two looks (default: 2)\n"
"  -n, --count COUNT    end after so many looks\n"
"  -s, --sort COLUMN    id, pasid, creator, type, state, faults, failed,\n"
"                       mapped, pinned or attached (default: faults)\n"
"  -r, --reverse        sort the other way round\n"
"\n"
"With --json, print one object on a line each time.\n",
	.examples =
"  ioasidctl top                            # until q is pressed\n"
"  ioasidctl top -b -n 1 --sort pinned      # a table, after two seconds\n",
	.takes = OPTION_JSON | OPTION_BATCH | OPTION_COUNT | OPTION_DELAY |
		 OPTION_SORT | OPTION_REVERSE,
	.run = run,
};
