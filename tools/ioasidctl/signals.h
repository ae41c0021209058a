/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Signals that would end the program, for those that must tidy up before.
 */
#ifndef IOASIDCTL_SIGNALS_H
#define IOASIDCTL_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/*
 * Holds them back, so that they do no more than to end a wait with @mask, which
 * is set to what was blocked before: ppoll() then fails with EINTR.
 */
void signals_hold(sigset_t *mask);

/* Whether one has come since. */
bool signals_came(void);

#endif
