// SPDX-License-Identifier: GPL-2.0-only
#include <limits.h>
#include <string.h>

#include "../common/message.h"
#include "command.h"

#define HELP	"help"

const struct command * const all_commands[] = {
	&info_command,
	&list_command,
	&show_command,
	&holders_command,
	&translate_command,
	&read_command,
	&map_command,
	&unmap_command,
	&cut_command,
	&free_command,
	&limit_command,
	&run_command,
	&monitor_command,
	&top_command,
	&metrics_command,
	&cdi_command,
	NULL,
};

const char *command_word(const struct command *command)
{
	const char *blank = strrchr(command->name, ' ');

	return blank ? blank + 1 : command->name;
}

void command_choices(const struct command * const *commands,
		     struct choices *choices)
{
	*choices = (struct choices){ .what = "command", .prefix = "" };
	for (; *commands; commands++)
		choices->names[choices->count++] = command_word(*commands);
	choices->names[choices->count++] = HELP;
}

bool command_is_help(const struct command * const *commands, const char *word)
{
	struct choices choices;

	command_choices(commands, &choices);
	return choice_find(&choices, word) == choices.count - 1;
}

const struct command *command_look_up(const struct command * const *commands,
				      const char *word)
{
	struct choices choices;
	int i;

	command_choices(commands, &choices);
	i = choice_find(&choices, word);
	return i < 0 ? NULL : commands[i];
}

const struct command *command_find(const struct command * const *commands,
				   const char *word)
{
	const struct command *command = command_look_up(commands, word);
	struct choices choices;

	if (command)
		return command;
	command_choices(commands, &choices);
	complain_choice(&choices, word);
	return NULL;
}

int command_run(const struct command *command, char **arguments,
		const struct options *options)
{
	int status, count = 0;

	usage_is_of(command->name);
	while (arguments[count])
		count++;
	if (command->commands)
		return complain_usage("'%s' needs a command: %s",
				      command->name, command->arguments);
	if (count < command->min_arguments)
		return complain_usage("'%s' needs %s: %s", command->name,
				      command->min_arguments > 1 ?
				      "more arguments" : "an argument",
				      command->arguments);
	if (count > command->max_arguments)
		return complain_usage("'%s' takes no argument '%s'",
				      command->name,
				      arguments[command->max_arguments]);
	status = options_check(options, command->takes, command->name);
	return status ?: command->run(arguments, options);
}
