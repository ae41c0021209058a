// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "../common/line.h"
#include "command.h"
#include "complete.h"

/**
 * struct completion - What the words mean
 * @line: the words
 * @command: the command, or NULL
 * @arguments: how many files it has, and words that are no command
 */
struct completion {
	struct line line;
	const struct command *command;
	int arguments;
};

static void take_word(void *data, const char *word)
{
	struct completion *completion = data;

	if (completion->command || completion->arguments) {
		completion->arguments++;
	} else if (!command_is_help(word)) {
		completion->command = command_find(word);
		completion->arguments = !completion->command;
	}
}

static bool is_taken(const struct command *command, const struct option *option)
{
	return (option->val != 'p' && option->val != 's') ||
	       (command && command->fills);
}

static void offer_options(const struct completion *completion)
{
	const struct option *option;

	for (option = all_options; option->name; option++)
		if (is_taken(completion->command, option))
			line_offer_option(&completion->line, option);
}

static void offer_commands(const struct line *line)
{
	const struct command * const *command;

	for (command = all_commands; *command; command++)
		line_offer(line, (*command)->name, (*command)->summary);
	line_offer(line, "help", "help on a command");
}

static void offer_file(const struct completion *completion)
{
	if (completion->arguments < completion->command->max_arguments)
		puts(":files");
}

static void offer_value(const struct option *option)
{
	if (option->val == 'd')
		puts(":files");
}

void complete(char **words)
{
	struct completion completion = {};

	line_read(&completion.line, all_options, words, take_word, &completion);
	if (completion.line.expects)
		offer_value(completion.line.expects);
	else if (line_wants_option(&completion.line))
		offer_options(&completion);
	else if (completion.command)
		offer_file(&completion);
	else if (!completion.arguments)
		offer_commands(&completion.line);
}
