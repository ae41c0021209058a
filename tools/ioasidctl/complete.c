// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include <ioasid/ioasid.h>

#include "../common/line.h"
#include "command.h"
#include "complete.h"
#include "describe.h"
#include "order.h"
#include "reach.h"

/**
 * struct completion - What the words mean
 * @line: the words
 * @command: the command so far, or NULL
 * @commands: what the next word may be instead of an argument, or NULL
 * @space: its first argument, or NULL
 * @arguments: how many it has
 */
struct completion {
	struct line line;
	const struct command *command;
	const struct command * const *commands;
	const char *space;
	int arguments;
};

static void take_argument(struct completion *completion, const char *word)
{
	const struct command *command = completion->command;

	if (!completion->arguments++)
		completion->space = word;
	completion->line.plain |= command && command->passes_on;
}

/* "help" is passed over: what follows it is a command all the same. */
static void take_word(void *data, const char *word)
{
	struct completion *completion = data;
	const struct command *command;

	if (!completion->commands) {
		take_argument(completion, word);
		return;
	}
	if (command_is_help(completion->commands, word))
		return;
	command = command_look_up(completion->commands, word);
	completion->command = command;
	completion->commands = command ? command->commands : NULL;
}

static void offer_options(const struct completion *completion)
{
	const struct command *command = completion->command;
	unsigned int takes = OPTION_JSON | OPTION_VERSION;
	const struct option *option;

	if (command)
		takes = command->takes;
	for (option = all_options; option->name; option++)
		if (options_is_among(option, takes))
			line_offer_option(&completion->line, option);
}

static void offer_commands(const struct line *line,
			   const struct command * const *commands)
{
	for (; *commands; commands++)
		line_offer(line, command_word(*commands),
			   (*commands)->summary);
	line_offer(line, "help", "help on a command");
}

static void offer_space(const struct line *line, const struct space *space)
{
	char id[24], what[256];

	snprintf(id, sizeof(id), "%llu", space->id);
	snprintf(what, sizeof(what), "%s %s %s", space->type,
		 describe_state_plain(space).text,
		 describe_creator(space).text);
	line_offer(line, id, what);
}

static void offer_spaces(const struct line *line, const struct spaces *spaces)
{
	size_t i;

	for (i = 0; i < spaces->count; i++)
		offer_space(line, &spaces->list[i]);
}

static void offer_attachments(const struct completion *completion,
			      const struct spaces *spaces)
{
	const struct ioasid_attachment_entry *entry;
	const struct space *space;
	char id[24];
	size_t i;

	if (reach_name(spaces, completion->space, &space))
		return;
	for (i = 0; i < space->nr_attachments; i++) {
		entry = &space->attachments[i];
		if (!attachment_is_known(entry))
			continue;
		snprintf(id, sizeof(id), "%llu", entry->id);
		line_offer(&completion->line, id, describe_device(entry));
	}
}

static void offer_what_is_there(const struct completion *completion,
				enum argument argument)
{
	struct spaces spaces;

	if (!spaces_take(&spaces)) {
		if (argument == ARGUMENT_SPACE)
			offer_spaces(&completion->line, &spaces);
		else
			offer_attachments(completion, &spaces);
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
		line_offer(data, limit->cgroup, "");
	return 0;
}

static void offer_argument(struct completion *completion)
{
	const struct command *command = completion->command;
	enum argument argument;

	if (!command || completion->arguments >= command->max_arguments)
		return;
	argument = completion->arguments ? command->rest : command->first;
	switch (argument) {
	case ARGUMENT_SPACE:
	case ARGUMENT_ATTACHMENT:
		offer_what_is_there(completion, argument);
		break;
	case ARGUMENT_CGROUP:
		ioasid_limit_walk("/", offer_cgroup, &completion->line);
		break;
	case ARGUMENT_LIMIT:
		line_offer(&completion->line, "max", "any number of spaces");
		break;
	case ARGUMENT_PROGRAM:
		puts(completion->arguments ? ":files" : ":programs");
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
	unsigned int option = options_bit(line->expects);
	int i;

	if (option & (OPTION_FILE | OPTION_OUTPUT))
		puts(":files");
	else if (option == OPTION_SPACES)
		line_offer(line, "max", "any number of spaces");
	else if (option == OPTION_SORT)
		for (i = 0; i < orders.count; i++)
			line_offer(line, orders.names[i], "");
}

void complete(char **words)
{
	struct completion completion = { .commands = all_commands };

	line_read(&completion.line, all_options, words, take_word, &completion);
	if (completion.line.expects)
		offer_value(&completion.line);
	else if (line_wants_option(&completion.line))
		offer_options(&completion);
	else if (completion.commands)
		offer_commands(&completion.line, completion.commands);
	else
		offer_argument(&completion);
}
