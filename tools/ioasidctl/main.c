// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl: looks at I/O address spaces, at who holds them and at what is in
 * them.
 *
 * Options may stand anywhere. Help is had on everything in three ways: "help"
 * before a command, "help" behind it, and --help.
 */
#include <stdio.h>
#include <string.h>

#include "../common/message.h"
#include "command.h"
#include "complete.h"
#include "help.h"

/* A cgroup may have that name, and so may a program. */
static bool asks_for_help(const struct command *command, char **words,
			  const struct options *options)
{
	if (!*words || words[1])
		return false;
	if (command->commands)
		return command_is_help(command->commands, *words);
	return !strcmp(*words, "help") && !options->given;
}

/* Follows the words to the command that they name. */
static const struct command *find_command(char ***words)
{
	const struct command * const *commands = all_commands;
	const struct command *command = NULL;

	while (**words && commands && !command_is_help(commands, **words)) {
		command = command_find(commands, *(*words)++);
		if (!command)
			return NULL;
		usage_is_of(command->name);
		commands = command->commands;
	}
	return command;
}

static int run(char **words, const struct options *options)
{
	const struct command *command;
	bool help = options->help;

	while (*words && command_is_help(all_commands, *words)) {
		help = true;
		words++;
	}
	if (!*words && !help)
		return complain_usage("a command is missing");
	if (!*words) {
		help_on_all();
		return STATUS_OK;
	}
	command = find_command(&words);
	if (!command)
		return STATUS_USAGE;
	if (!help && !asks_for_help(command, words, options))
		return command_run(command, words, options);
	help_on(command);
	return STATUS_OK;
}

/* What is behind the program of a command that passes on is not ours. */
static bool is_last_word(char **words, int count)
{
	const struct command *command;

	if (count != 2)
		return false;
	command = command_look_up(all_commands, words[0]);
	return command && command->passes_on;
}

int main(int argc, char **argv)
{
	struct options options;
	int status;

	if (argc > 1 && !strcmp(argv[1], "complete")) {
		complete(argv + 2);
		return finish_output(STATUS_OK);
	}
	status = options_read(&options, argc, argv, is_last_word);
	if (status)
		return status;
	if (options.version) {
		puts("ioasidctl " VERSION);
		return finish_output(STATUS_OK);
	}
	return finish_output(run(options.words, &options));
}
