/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NTH_STATE_H
#define NTH_STATE_H

/*
 * What can be seen of this process and of spaces, as text to be compared and
 * freed; NULL if there is no memory.
 */
char *state_read(void);
/* Moves both to the first line in which they differ. */
void state_skip_same(const char **one, const char **other);

#endif
