// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "help.h"

static const char help_id[] =
"A space is named by its ID, as 'list' prints it, by a descriptor that holds it\n"
"as PID/FD, or by its PASID as pasid:N. Commands and options can be shortened as\n"
"long as they are no others.\n";

static const char help_json[] =
"  -j, --json     print JSON\n";

static const char help_options[] =
"  -h, --help     print help, also for a command\n"
"  -V, --version  print the version\n";

static const char help_examples[] =
"  ioasidctl list                # spaces, and who holds them\n"
"  ioasidctl holders pasid:57    # why PASID 57 is not given back\n"
"  ioasidctl help limit set      # more on one command\n";

static const char help_status[] =
"Exit status: 0 success, 1 failure, 2 wrong usage.\n";

static void list_commands(const struct command * const *commands)
{
	printf("Commands:\n");
	for (; *commands; commands++)
		printf("  %-9s %-23s  %s\n", command_word(*commands),
		       (*commands)->arguments, (*commands)->summary);
}

void help_on_all(void)
{
	printf("Usage: ioasidctl [OPTION]... COMMAND [ARGUMENT]...\n"
	       "\n"
	       "Looks at I/O address spaces (IOASIDs), at who holds them and at\n"
	       "what is in them.\n"
	       "\n");
	list_commands(all_commands);
	printf("  %-9s %-23s  %s\n", "help", "[COMMAND]",
	       "this, or help on a command");
	printf("\n%s\nOptions:\n%s%s\nExamples:\n%s\n%s", help_id, help_json,
	       help_options, help_examples, help_status);
	printf("See ioasidctl(1).\n");
}

/* A command that passes on has a status of its own, which its help tells. */
void help_on(const struct command *command)
{
	printf("Usage: ioasidctl [OPTION]... %s%s%s\n\n", command->name,
	       *command->arguments ? " " : "", command->arguments);
	if (command->commands) {
		list_commands(command->commands);
		putchar('\n');
	}
	printf("%s\nOptions:\n%s%s\nExamples:\n%s\n%s", command->help,
	       command->takes & OPTION_JSON ? help_json : "", help_options,
	       command->examples, command->passes_on ? "" : help_status);
	printf("See ioasidctl-%.*s(1).\n", (int)strcspn(command->name, " "),
	       command->name);
}
