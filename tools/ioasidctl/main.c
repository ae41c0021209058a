// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl: looks at I/O address spaces and at who holds them.
 *
 * Options may stand anywhere. "help" is a command, and --help an option of
 * every command.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "../common/message.h"
#include "command.h"

static const struct command * const commands[] = {
	&info_command,
	&list_command,
	&show_command,
};

static const struct option options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "json", no_argument, NULL, 'j' },
	{ "version", no_argument, NULL, 'V' },
	{}
};

static const char usage_options[] =
"Options:\n"
"  -j, --json     print JSON\n"
"  -h, --help     print help, also for a command\n"
"  -V, --version  print the version\n";

static const char usage_status[] =
"Exit status: 0 success, 1 failure, 2 wrong usage.\n";

static int print_help(void)
{
	size_t i;

	printf("Usage: ioasidctl [OPTION]... COMMAND [ARGUMENT]...\n"
	       "\n"
	       "Looks at I/O address spaces (IOASIDs) and at who holds them.\n"
	       "\n"
	       "Commands:\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-4s %-13s %s\n", commands[i]->name,
		       commands[i]->arguments, commands[i]->summary);
	printf("  help [COMMAND]     this, or help on a command\n\n%s\n%s",
	       usage_options, usage_status);
	return STATUS_OK;
}

static int print_command_help(const struct command *command)
{
	printf("Usage: ioasidctl [OPTION]... %s %s\n\n", command->name,
	       command->arguments);
	printf("%s\n%s", command->help, usage_options);
	return STATUS_OK;
}

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	complain_usage("there is no command '%s'", name);
	return NULL;
}

static int run_command(const struct command *command, int count,
		       char **arguments, bool json)
{
	if (count < command->min_arguments)
		return complain_usage("'%s' needs an argument: %s",
				      command->name, command->arguments);
	if (count > command->max_arguments)
		return complain_usage("'%s' takes no argument '%s'",
				      command->name,
				      arguments[command->max_arguments]);
	return command->run(arguments, json);
}

static int run(char **words, int count, bool help, bool json)
{
	const struct command *command;

	if (count && !strcmp(words[0], "help")) {
		help = true;
		words++;
		count--;
	}
	if (!count && help)
		return print_help();
	if (!count)
		return complain_usage("a command is missing");
	command = find_command(words[0]);
	if (!command)
		return STATUS_USAGE;
	if (help || (count == 2 && !strcmp(words[1], "help")))
		return print_command_help(command);
	return run_command(command, count - 1, words + 1, json);
}

int main(int argc, char **argv)
{
	bool help = false, json = false;
	int option;

	while ((option = getopt_long(argc, argv, "hjV", options, NULL)) != -1) {
		switch (option) {
		case 'h':
			help = true;
			break;
		case 'j':
			json = true;
			break;
		case 'V':
			puts("ioasidctl " VERSION);
			return finish_output(STATUS_OK);
		default:
			fputs("Try 'ioasidctl --help' for more information.\n",
			      stderr);
			return STATUS_USAGE;
		}
	}
	return finish_output(run(argv + optind, argc - optind, help, json));
}
