/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The terminal, for "top".
 */
#ifndef IOASIDCTL_SCREEN_H
#define IOASIDCTL_SCREEN_H

#include <stddef.h>

/* Ends the program when the terminal is not one that is known. */
void screen_open(void);
void screen_close(void);

/* Shows a table, whose first line is a heading, as far as it fits. */
void screen_draw(const char *table, size_t spaces, unsigned int hidden);

/* Returns a key, or 0 when the time is up. */
int screen_wait(double seconds);

#endif
