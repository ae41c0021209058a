/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Colours, for people: only when the standard output is a terminal, and not
 * when NO_COLOR is set.
 */
#ifndef IOASIDCTL_COLOUR_H
#define IOASIDCTL_COLOUR_H

enum colour {
	COLOUR_NONE,
	COLOUR_RED,
	COLOUR_GREEN,
	COLOUR_YELLOW,
};

/* What to write before and behind, maybe nothing. */
const char *colour_start(enum colour colour);
const char *colour_end(enum colour colour);

/* Length of a text on the terminal. */
int colour_width(const char *text);

#endif
