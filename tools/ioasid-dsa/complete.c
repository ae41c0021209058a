// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "../common/option.h"
#include "command.h"
#include "complete.h"

/**
 * struct line - What stands before the word to be completed
 * @word: that word
 * @command: the command, or NULL
 * @arguments: how many files it has, and words that are no command
 * @expects: the option that the word is the value of, or NULL
 * @plain: there are no more options
 */
struct line {
	const char *word;
	const struct command *command;
	int arguments;
	const struct option *expects;
	bool plain;
};

static void offer(const struct line *line, const char *candidate,
		  const char *what)
{
	if (!strncmp(candidate, line->word, strlen(line->word)))
		printf("%s\t%s\n", candidate, what);
}

static void take_word(struct line *line, const char *word)
{
	if (line->command || line->arguments) {
		line->arguments++;
	} else if (!command_is_help(word)) {
		line->command = command_find(word);
		line->arguments = !line->command;
	}
}

/* To bash, "=" between an option and its value is a word. */
static void take(struct line *line, const char *word)
{
	if (line->expects) {
		if (strcmp(word, "="))
			line->expects = NULL;
	} else if (line->plain || *word != '-' || !word[1]) {
		take_word(line, word);
	} else if (!strcmp(word, "--")) {
		line->plain = true;
	} else {
		line->expects = option_expecting(all_options, word);
	}
}

static bool is_taken(const struct command *command, const struct option *option)
{
	return (option->val != 'p' && option->val != 's') ||
	       (command && command->fills);
}

static void offer_options(const struct line *line)
{
	const struct option *option;
	char text[64];

	for (option = all_options; option->name; option++) {
		if (!is_taken(line->command, option))
			continue;
		snprintf(text, sizeof(text), "--%s", option->name);
		offer(line, text, "");
	}
}

static void offer_commands(const struct line *line)
{
	const struct command * const *command;

	for (command = all_commands; *command; command++)
		offer(line, (*command)->name, (*command)->summary);
	offer(line, "help", "help on a command");
}

static void offer_file(const struct line *line)
{
	if (line->arguments < line->command->max_arguments)
		puts(":files");
}

static void offer_value(const struct line *line)
{
	if (line->expects->val == 'd')
		puts(":files");
}

void complete(char **words)
{
	struct line line = { .word = "" };

	for (; *words; words++) {
		if (!words[1])
			line.word = *words;
		else
			take(&line, *words);
	}
	if (line.expects)
		offer_value(&line);
	else if (*line.word == '-' && !line.plain)
		offer_options(&line);
	else if (line.command)
		offer_file(&line);
	else if (!line.arguments)
		offer_commands(&line);
}
