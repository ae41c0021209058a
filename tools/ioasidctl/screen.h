/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The terminal, for "top": some lines, a table below them of which a part is
 * shown, and a line of keys at the bottom. What does not fit is not shown.
 */
#ifndef IOASIDCTL_SCREEN_H
#define IOASIDCTL_SCREEN_H

#include <signal.h>

/* Besides characters, and those of curses, which are above them. */
enum {
	SCREEN_TIME = -1,
	SCREEN_AGAIN = -2,
	SCREEN_END = -3,
};

/**
 * struct page - What is to be seen
 * @summary: first line
 * @table: lines, the first of which is a heading
 * @marked: part of the heading that stands out
 * @first: number of the line of the table, behind the heading, to begin with
 * @keys: last line
 */
struct page {
	const char *summary;
	const char *table;
	const char *marked;
	int first;
	const char *keys;
};

/*
 * Ends the program when the terminal is not one that is known. Holds back the
 * signal that it was resized: a wait has to let that through.
 */
void screen_open(void);
void screen_close(void);

void screen_draw(const struct page *page);

/* How many lines of a table there is room for. */
int screen_rows(void);

/*
 * Returns a key; SCREEN_TIME when the time is up, SCREEN_AGAIN when it is to be
 * drawn anew, SCREEN_END when a signal came that @mask lets through, or the
 * terminal has gone.
 */
int screen_wait(double seconds, const sigset_t *mask);

#endif
