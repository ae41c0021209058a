// SPDX-License-Identifier: GPL-2.0-only
#include <curses.h>
#include <string.h>

#include "screen.h"

#define MS_PER_S	1000
#define TABLE_LINE	2

void screen_open(void)
{
	initscr();
	cbreak();
	noecho();
	curs_set(0);
	keypad(stdscr, TRUE);
}

void screen_close(void)
{
	endwin();
}

static const char *draw_line(int line, const char *text)
{
	size_t length = strcspn(text, "\n");

	if (line == TABLE_LINE)
		attron(A_REVERSE);
	mvaddnstr(line, 0, text, length < (size_t)COLS ? (int)length : COLS);
	attroff(A_REVERSE);
	return text[length] ? text + length + 1 : text + length;
}

void screen_draw(const char *table, size_t spaces, unsigned int hidden)
{
	int line;

	erase();
	mvprintw(0, 0, "%zu spaces", spaces);
	if (hidden)
		printw(", %u processes could not be looked at", hidden);
	printw("   q quit, order by: f faults, m mapped, p pinned, ");
	printw("a attachments, i id");
	for (line = TABLE_LINE; line < LINES && *table; line++)
		table = draw_line(line, table);
	refresh();
}

int screen_wait(double seconds)
{
	int key;

	timeout(seconds * MS_PER_S);
	key = getch();
	return key == ERR ? 0 : key;
}
