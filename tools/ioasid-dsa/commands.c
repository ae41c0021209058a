// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>

#include "../common/choice.h"
#include "command.h"

const struct command * const all_commands[] = {
	&copy_command,
	&fill_command,
	&compare_command,
	&crc_command,
	NULL
};

/* "help" comes last. */
static struct choices names(void)
{
	struct choices choices = { .what = "command", .prefix = "" };

	for (; all_commands[choices.count]; choices.count++)
		choices.names[choices.count] =
			all_commands[choices.count]->name;
	choices.names[choices.count++] = "help";
	return choices;
}

const struct command *command_find(const char *word)
{
	const struct choices choices = names();
	int i = choice_find(&choices, word);

	return i < 0 ? NULL : all_commands[i];
}

int command_complain(const char *word)
{
	const struct choices choices = names();

	return complain_choice(&choices, word);
}

bool command_is_help(const char *word)
{
	const struct choices choices = names();

	return choice_find(&choices, word) == choices.count - 1;
}
