/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all programs say in the same way.
 */
#ifndef COMMON_MESSAGE_H
#define COMMON_MESSAGE_H

#include "compiler.h"

#define VERSION	"0.1.0"

enum exit_status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
};

/* Says "PROGRAM: text" on stderr. */
__printf(1, 2)
void complain(const char *format, ...);

/*
 * The same about wrong arguments, and says where help is. Returns STATUS_USAGE.
 */
__printf(1, 2)
int complain_usage(const char *format, ...);

/* The command that the next wrong argument is of, for that help. */
void usage_is_of(const char *command);

/* Makes sure that everything printed has arrived. Returns an exit status. */
int finish_output(int status);

#endif
