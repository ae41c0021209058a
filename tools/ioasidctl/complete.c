// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include <ioasid/ioasid.h>

#include "../common/message.h"
#include "command.h"
#include "complete.h"
#include "describe.h"
#include "order.h"
#include "reach.h"

/**
 * struct line - What stands before the word to be completed
 * @word: that word
 * @command: the command so far, or NULL
 * @commands: what the next word may be instead of an argument, or NULL
 * @space: its first argument, or NULL
 * @arguments: how many it has
 * @expects: OPTION_* bit of an option that the word is the value of, or 0
 * @plain: there are no more options
 */
struct line {
	const char *word;
	const struct command *command;
	const struct command * const *commands;
	const char *space;
	int arguments;
	unsigned int expects;
	bool plain;
};

static void offer(const struct line *line, const char *candidate,
		  const char *what)
{
	if (!strncmp(candidate, line->word, strlen(line->word)))
		printf("%s\t%s\n", candidate, what);
}

static void take_argument(struct line *line, const char *word)
{
	if (!line->arguments++)
		line->space = word;
	line->plain |= line->command && line->command->passes_on;
}

/* "help" is passed over: what follows it is a command all the same. */
static void take_word(struct line *line, const char *word)
{
	if (!line->commands) {
		take_argument(line, word);
		return;
	}
	if (command_is_help(line->commands, word))
		return;
	line->command = command_look_up(line->commands, word);
	line->commands = line->command ? line->command->commands : NULL;
}

/* To bash, "=" between an option and its value is a word. */
static void take(struct line *line, const char *word)
{
	if (line->expects)
		line->expects *= !strcmp(word, "=");
	else if (line->plain || *word != '-' || !word[1])
		take_word(line, word);
	else if (!strcmp(word, "--"))
		line->plain = true;
	else
		line->expects = options_expects(word);
}

static void offer_options(const struct line *line)
{
	const struct command *command = line->command;
	unsigned int takes = OPTION_JSON | OPTION_VERSION, i;
	char text[64];

	if (command)
		takes = command->takes;
	for (i = 0; options_name(i); i++) {
		if (!options_is_among(i, takes))
			continue;
		snprintf(text, sizeof(text), "--%s", options_name(i));
		offer(line, text, "");
	}
}

static void offer_commands(const struct line *line)
{
	const struct command * const *commands = line->commands;

	for (; *commands; commands++)
		offer(line, command_word(*commands), (*commands)->summary);
	offer(line, "help", "help on a command");
}

static void offer_space(const struct line *line, const struct space *space)
{
	char id[24], what[256];

	snprintf(id, sizeof(id), "%llu", space->id);
	snprintf(what, sizeof(what), "%s %s %s", space->type,
		 describe_state_plain(space).text,
		 describe_creator(space).text);
	offer(line, id, what);
}

static void offer_spaces(const struct line *line, const struct spaces *spaces)
{
	size_t i;

	for (i = 0; i < spaces->count; i++)
		offer_space(line, &spaces->list[i]);
}

static void offer_attachments(const struct line *line,
			      const struct spaces *spaces)
{
	const struct ioasid_attachment_entry *entry;
	const struct space *space;
	char id[24];
	size_t i;

	if (reach_name(spaces, line->space, &space))
		return;
	for (i = 0; i < space->nr_attachments; i++) {
		entry = &space->attachments[i];
		if (!attachment_is_known(entry))
			continue;
		snprintf(id, sizeof(id), "%llu", entry->id);
		offer(line, id, describe_device(entry));
	}
}

static void offer_what_is_there(const struct line *line,
				enum argument argument)
{
	struct spaces spaces;

	if (!spaces_take(&spaces)) {
		if (argument == ARGUMENT_SPACE)
			offer_spaces(line, &spaces);
		else
			offer_attachments(line, &spaces);
	}
	spaces_free(&spaces);
}

/* A line is a candidate, and goes to a terminal. */
static bool is_clean(const char *name)
{
	for (; *name; name++)
		if ((unsigned char)*name < ' ' || *name == 0x7f)
			return false;
	return true;
}

static int offer_cgroup(const struct ioasid_limit *limit, void *data)
{
	if (is_clean(limit->cgroup))
		offer(data, limit->cgroup, "");
	return 0;
}

static void offer_argument(struct line *line)
{
	const struct command *command = line->command;
	enum argument argument;

	if (!command || line->arguments >= command->max_arguments)
		return;
	argument = line->arguments ? command->rest : command->first;
	switch (argument) {
	case ARGUMENT_SPACE:
	case ARGUMENT_ATTACHMENT:
		offer_what_is_there(line, argument);
		break;
	case ARGUMENT_CGROUP:
		ioasid_limit_walk("/", offer_cgroup, line);
		break;
	case ARGUMENT_LIMIT:
		offer(line, "max", "any number of spaces");
		break;
	case ARGUMENT_PROGRAM:
		puts(line->arguments ? ":files" : ":programs");
		break;
	case ARGUMENT_FILE:
		puts(":files");
		break;
	case ARGUMENT_OTHER:
		break;
	}
}

static void offer_value(const struct line *line)
{
	int i;

	if (line->expects & (OPTION_FILE | OPTION_OUTPUT))
		puts(":files");
	else if (line->expects == OPTION_SPACES)
		offer(line, "max", "any number of spaces");
	else if (line->expects == OPTION_SORT)
		for (i = 0; i < orders.count; i++)
			offer(line, orders.names[i], "");
}

void complete(char **words)
{
	struct line line = { .word = "", .commands = all_commands };

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
	else if (line.commands)
		offer_commands(&line);
	else
		offer_argument(&line);
}
