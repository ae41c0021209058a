/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ending in order when the user presses Ctrl-C.
 *
 * The first signal only makes a note, which transfers look at; a second one
 * ends the program at once. Signals that were ignored from the start, as nohup
 * does it, stay ignored.
 */
#ifndef IOASID_DSA_INTERRUPT_H
#define IOASID_DSA_INTERRUPT_H

#include <stdbool.h>

void interrupt_catch(void);
bool interrupted(void);

/* Ends the program by the signal that was noted, if there was one. */
void interrupt_deliver(void);

#endif
