// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl: looks at I/O address spaces, at who holds them and at what is in
 * them.
 *
 * Options may stand anywhere. "help" is a command, and --help an option of
 * every command.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "../common/message.h"
#include "command.h"

static const struct command * const commands[] = {
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
};

static const char usage_id[] =
"A space is named by its ID, as 'list' prints it, by a descriptor that holds it\n"
"as PID/FD, or by its PASID as pasid:N.\n";

static const char usage_json[] =
"  -j, --json     print JSON\n";

static const char usage_options[] =
"  -h, --help     print help, also for a command\n"
"  -V, --version  print the version\n";

static const char usage_status[] =
"Exit status: 0 success, 1 failure, 2 wrong usage.\n";

static int print_help(void)
{
	size_t i;

	printf("Usage: ioasidctl [OPTION]... COMMAND [ARGUMENT]...\n"
	       "\n"
	       "Looks at I/O address spaces (IOASIDs), at who holds them and at\n"
	       "what is in them.\n"
	       "\n"
	       "Commands:\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-9s %-23s  %s\n", commands[i]->name,
		       commands[i]->arguments, commands[i]->summary);
	printf("  %-9s %-23s  %s\n\n%s\nOptions:\n%s%s\n%s", "help",
	       "[COMMAND]", "this, or help on a command", usage_id,
	       usage_json, usage_options, usage_status);
	return STATUS_OK;
}

static int print_command_help(const struct command *command)
{
	printf("Usage: ioasidctl [OPTION]... %s%s%s\n\n", command->name,
	       *command->arguments ? " " : "", command->arguments);
	printf("%s\nOptions:\n%s%s", command->help,
	       command->takes & OPTION_JSON ? usage_json : "", usage_options);
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

int command_run(const struct command *command, char **arguments,
		const struct options *options)
{
	int status, count = 0;

	while (arguments[count])
		count++;
	if (count < command->min_arguments)
		return complain_usage("'%s' needs an argument: %s",
				      command->name, command->arguments);
	if (count > command->max_arguments)
		return complain_usage("'%s' takes no argument '%s'",
				      command->name,
				      arguments[command->max_arguments]);
	status = options_check(options, command->takes, command->name);
	return status ?: command->run(arguments, options);
}

static int run(char **words, int count, const struct options *options)
{
	const struct command *command;
	bool help = options->help;

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
	return command_run(command, words + 1, options);
}

int main(int argc, char **argv)
{
	struct options options;
	int status;

	status = options_read(&options, argc, argv);
	if (status)
		return status;
	if (options.version) {
		puts("ioasidctl " VERSION);
		return finish_output(STATUS_OK);
	}
	return finish_output(run(argv + optind, argc - optind, &options));
}
