/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands of "ioasidctl limit".
 */
#ifndef IOASIDCTL_LIMIT_COMMAND_H
#define IOASIDCTL_LIMIT_COMMAND_H

#include "command.h"

extern const struct command limit_apply_command;
extern const struct command limit_set_command;
extern const struct command limit_show_command;
extern const struct command limit_watch_command;

#endif
