/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ioasidctl complete WORD...: what shells offer for the last of these words,
 * which follow "ioasidctl". Not for people, so it is in no table of commands.
 *
 * Prints a candidate in each line, and behind a tab what it is. For what shells
 * know better there is a single line ":files" or ":programs" instead.
 */
#ifndef IOASIDCTL_COMPLETE_H
#define IOASIDCTL_COMPLETE_H

/* @words end with NULL. */
void complete(char **words);

#endif
