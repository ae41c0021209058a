// SPDX-License-Identifier: GPL-2.0-only
#include <curses.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "screen.h"
#include "signals.h"

#define NS_PER_S	1e9
#define HEADING_LINE	1
#define TABLE_LINE	2
/* With less there are no keys to be seen. */
#define LINES_WITH_KEYS	5

/* Otherwise one that comes just before the wait would be seen after it. */
static void hold_resizes(void)
{
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGWINCH);
	sigprocmask(SIG_BLOCK, &held, NULL);
}

void screen_open(void)
{
	hold_resizes();
	initscr();
	cbreak();
	noecho();
	curs_set(0);
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
}

void screen_close(void)
{
	endwin();
}

static bool has_keys(void)
{
	return LINES >= LINES_WITH_KEYS;
}

int screen_rows(void)
{
	int rows = LINES - TABLE_LINE - has_keys();

	return rows > 1 ? rows : 1;
}

static int length_of(const char *line)
{
	size_t length = strcspn(line, "\n");

	return length < (size_t)COLS ? (int)length : COLS;
}

static const char *next_line(const char *text)
{
	text += strcspn(text, "\n");
	return *text ? text + 1 : text;
}

static void draw_heading(const char *heading, const char *marked)
{
	const char *found = strstr(heading, marked);
	int column = found ? found - heading : 0;

	mvaddnstr(HEADING_LINE, 0, heading, length_of(heading));
	mvchgat(HEADING_LINE, 0, -1, A_REVERSE, 0, NULL);
	if (found && column < COLS)
		mvchgat(HEADING_LINE, column, strlen(marked),
			A_BOLD | A_UNDERLINE, 0, NULL);
}

static void draw_rows(const char *rows, int first)
{
	int line;

	while (first-- > 0)
		rows = next_line(rows);
	for (line = 0; line < screen_rows() && *rows; line++) {
		mvaddnstr(TABLE_LINE + line, 0, rows, length_of(rows));
		rows = next_line(rows);
	}
}

void screen_draw(const struct page *page)
{
	erase();
	mvaddnstr(0, 0, page->summary, length_of(page->summary));
	draw_heading(page->table, page->marked);
	draw_rows(next_line(page->table), page->first);
	if (has_keys())
		mvaddnstr(LINES - 1, 0, page->keys, length_of(page->keys));
	refresh();
}

/* Curses may have a key that was read already. Without input there is none. */
int screen_wait(double seconds, const sigset_t *mask)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	const struct timespec time = {
		.tv_sec = seconds,
		.tv_nsec = (seconds - (time_t)seconds) * NS_PER_S,
	};
	int key, rc;

	key = getch();
	if (key != ERR)
		return key;
	rc = ppoll(&input, 1, &time, mask);
	if (!rc)
		return SCREEN_TIME;
	if (signals_came())
		return SCREEN_END;
	key = getch();
	if (key != ERR)
		return key;
	return rc < 0 ? SCREEN_AGAIN : SCREEN_END;
}
