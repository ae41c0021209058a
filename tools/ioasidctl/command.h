/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands of ioasidctl. Each lives in a file of its own and is described
 * by one struct, which main.c has in its table.
 */
#ifndef IOASIDCTL_COMMAND_H
#define IOASIDCTL_COMMAND_H

#include <stdbool.h>

/**
 * struct command - One command
 * @name: what the user types
 * @arguments: its arguments, for the usage line
 * @summary: one line
 * @help: what --help prints below the usage line
 * @min_arguments: how many arguments it needs
 * @max_arguments: how many it takes
 * @run: does it. Returns an exit status
 */
struct command {
	const char *name;
	const char *arguments;
	const char *summary;
	const char *help;
	int min_arguments;
	int max_arguments;
	int (*run)(char **arguments, bool json);
};

extern const struct command info_command;
extern const struct command list_command;
extern const struct command show_command;

#endif
