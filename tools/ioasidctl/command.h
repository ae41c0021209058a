/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands of ioasidctl. Each lives in a file of its own and is described
 * by one struct, which commands.c has in its table, or a command that groups
 * others. What is run, what help says and what shells complete all comes from
 * these.
 */
#ifndef IOASIDCTL_COMMAND_H
#define IOASIDCTL_COMMAND_H

#include "../common/choice.h"
#include "options.h"

/* What an argument names, for whoever completes it. */
enum argument {
	ARGUMENT_OTHER,
	ARGUMENT_SPACE,
	ARGUMENT_ATTACHMENT,
	ARGUMENT_CGROUP,
	ARGUMENT_LIMIT,
	ARGUMENT_PROGRAM,
	ARGUMENT_FILE,
};

/**
 * struct command - One command
 * @name: what the user types, behind the names of those that it is grouped by
 * @arguments: its arguments, for the usage line
 * @summary: one line
 * @help: what help prints below the usage line
 * @examples: lines of examples, and of comments on them
 * @commands: those that it groups, and NULL behind them; it has neither
 *	arguments nor @run then
 * @min_arguments: how many arguments it needs
 * @max_arguments: how many it takes
 * @takes: OPTION_* bits of the options that it takes
 * @passes_on: what follows its first argument are no options of ours
 * @first: what its first argument names
 * @rest: what the others name
 * @run: does it. Returns an exit status
 */
struct command {
	const char *name;
	const char *arguments;
	const char *summary;
	const char *help;
	const char *examples;
	const struct command * const *commands;
	int min_arguments;
	int max_arguments;
	unsigned int takes;
	bool passes_on;
	enum argument first;
	enum argument rest;
	int (*run)(char **arguments, const struct options *options);
};

/* All that are not grouped by another, and NULL behind them. */
extern const struct command * const all_commands[];

/* The last word of its name, which is what tells it from those beside it. */
const char *command_word(const struct command *command);

/* Those words, and "help". */
void command_choices(const struct command * const *commands,
		     struct choices *choices);

/* The one that is meant, or NULL. Complains only where the other does not. */
const struct command *command_look_up(const struct command * const *commands,
				      const char *word);
const struct command *command_find(const struct command * const *commands,
				   const char *word);

/* Whether @word asks for help. */
bool command_is_help(const struct command * const *commands, const char *word);

/*
 * Runs a command with all its arguments, which end with NULL, or complains of
 * them. Returns an exit status.
 */
int command_run(const struct command *command, char **arguments,
		const struct options *options);

extern const struct command cdi_command;
extern const struct command cut_command;
extern const struct command free_command;
extern const struct command holders_command;
extern const struct command info_command;
extern const struct command limit_command;
extern const struct command list_command;
extern const struct command map_command;
extern const struct command metrics_command;
extern const struct command monitor_command;
extern const struct command read_command;
extern const struct command run_command;
extern const struct command show_command;
extern const struct command top_command;
extern const struct command translate_command;
extern const struct command unmap_command;

#endif
