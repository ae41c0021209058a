/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands of ioasid-dsa. Each lives in a file of its own and is described
 * by one struct, which commands.c has in its table.
 */
#ifndef IOASID_DSA_COMMAND_H
#define IOASID_DSA_COMMAND_H

#include <stdbool.h>

#include "engine.h"
#include "settings.h"

/**
 * struct command - One command
 * @name: what the user types
 * @arguments: its arguments, for the usage line
 * @summary: one line
 * @help: what help prints below the usage line
 * @examples: lines of examples, and of comments on them
 * @min_arguments: how many arguments it needs
 * @max_arguments: how many it takes
 * @fills: it takes a pattern and a size
 * @trouble: exit status when it cannot do its work
 * @run: does it. Returns an exit status
 * @run_file: for a command that does the same to each file, instead of @run:
 *	does it to one. Returns 0, or a negative errno once it has said why;
 *	-EINTR ends the command
 */
struct command {
	const char *name;
	const char *arguments;
	const char *summary;
	const char *help;
	const char *examples;
	int min_arguments;
	int max_arguments;
	bool fills;
	int trouble;
	int (*run)(struct engine *engine, char **arguments,
		   const struct settings *settings);
	int (*run_file)(struct engine *engine, const char *name,
			const struct settings *settings);
};

extern const struct command copy_command;
extern const struct command fill_command;
extern const struct command compare_command;
extern const struct command crc_command;

/* All of them, and NULL. */
extern const struct command * const all_commands[];

/* The one that is meant, or that begins so and no other does; or NULL. */
const struct command *command_find(const char *word);
/* Says what is wrong with a word that is none. Returns STATUS_USAGE. */
int command_complain(const char *word);
/* "help" is no command, but stands where one does. */
bool command_is_help(const char *word);

#endif
