/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What "help" prints, at each level.
 */
#ifndef IOASIDCTL_HELP_H
#define IOASIDCTL_HELP_H

#include "command.h"

void help_on_all(void);
void help_on(const struct command *command);

#endif
