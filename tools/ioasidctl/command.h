/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands of ioasidctl. Each lives in a file of its own and is described
 * by one struct, which main.c has in its table.
 */
#ifndef IOASIDCTL_COMMAND_H
#define IOASIDCTL_COMMAND_H

#include "options.h"

/**
 * struct command - One command
 * @name: what the user types
 * @arguments: its arguments, for the usage line
 * @summary: one line
 * @help: what --help prints below the usage line
 * @min_arguments: how many arguments it needs
 * @max_arguments: how many it takes
 * @takes: OPTION_* bits of the options that it takes
 * @run: does it. Returns an exit status
 */
struct command {
	const char *name;
	const char *arguments;
	const char *summary;
	const char *help;
	int min_arguments;
	int max_arguments;
	unsigned int takes;
	int (*run)(char **arguments, const struct options *options);
};

/*
 * Runs a command with all its arguments, which end with NULL, or complains of
 * them. Returns an exit status.
 */
int command_run(const struct command *command, char **arguments,
		const struct options *options);

extern const struct command cut_command;
extern const struct command free_command;
extern const struct command holders_command;
extern const struct command info_command;
extern const struct command limit_command;
extern const struct command list_command;
extern const struct command map_command;
extern const struct command monitor_command;
extern const struct command read_command;
extern const struct command run_command;
extern const struct command show_command;
extern const struct command top_command;
extern const struct command translate_command;
extern const struct command unmap_command;

#endif
