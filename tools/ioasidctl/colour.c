// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "colour.h"

/* A change of colour begins with the one and ends with the other. */
#define BEGIN	0x1b
#define END	'm'

static const char * const starts[] = {
	[COLOUR_NONE] = "",
	[COLOUR_RED] = "\033[31m",
	[COLOUR_GREEN] = "\033[32m",
	[COLOUR_YELLOW] = "\033[33m",
};

static bool is_wanted(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return !(no_color && *no_color) && isatty(STDOUT_FILENO) &&
	       term && strcmp(term, "dumb");
}

const char *colour_start(enum colour colour)
{
	return is_wanted() ? starts[colour] : "";
}

const char *colour_end(enum colour colour)
{
	return colour != COLOUR_NONE && is_wanted() ? "\033[0m" : "";
}

int colour_width(const char *text)
{
	bool escaped = false;
	int width = 0;

	for (; *text; text++) {
		if (*text == BEGIN)
			escaped = true;
		width += !escaped;
		if (*text == END)
			escaped = false;
	}
	return width;
}
