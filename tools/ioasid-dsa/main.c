// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasid-dsa: copies, fills, compares and checks files with an accelerator that
 * works on this program's own memory.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../common/message.h"
#include "command.h"
#include "complete.h"
#include "interrupt.h"

static const char help_options[] =
"Options:\n"
"  -d, --device NODE   use this accelerator (default: the first that opens)\n"
"  -q, --quiet         no progress bar; compare: only the exit status\n"
"  -v, --verbose       say how much was done, how fast, with how many faults\n"
"  -h, --help          print help, also for a command\n"
"  -V, --version       print the version\n";

static const char help_examples[] =
"  ioasid-dsa copy data.img backup.img\n"
"  ioasid-dsa -v crc *.img\n"
"  ioasid-dsa help fill                    # more on one command\n";

static const char help_status[] =
"Exit status: 0 success, 1 failure, 2 wrong usage; of compare, as of cmp:\n"
"0 equal, 1 different, 2 trouble.\n"
"See ioasid-dsa(1).\n";

static int help_on_all(void)
{
	const struct command * const *command;

	printf("Usage: ioasid-dsa [OPTION]... COMMAND FILE...\n"
	       "\n"
	       "Lets an accelerator work on files of any size.\n"
	       "\n"
	       "Commands:\n");
	for (command = all_commands; *command; command++)
		printf("  %-8s%-27s %s\n", (*command)->name,
		       (*command)->arguments, (*command)->summary);
	printf("  %-8s%-27s %s\n\n%s\nExamples:\n%s\n%s", "help", "[COMMAND]",
	       "this, or help on a command", help_options, help_examples,
	       help_status);
	return STATUS_OK;
}

static int help_on(const struct command *command)
{
	printf("Usage: ioasid-dsa [OPTION]... %s %s\n\n%s\n%s\n"
	       "Examples:\n%s\n%s", command->name, command->arguments,
	       command->help, help_options, command->examples, help_status);
	return STATUS_OK;
}

static int check(const struct command *command, int count, char **arguments,
		 const struct settings *settings)
{
	if (count < command->min_arguments)
		return complain_usage("'%s' needs %s", command->name,
				      command->arguments);
	if (count > command->max_arguments)
		return complain_usage("'%s': one argument too many: '%s'",
				      command->name,
				      arguments[command->max_arguments]);
	if (!command->fills && (settings->has_pattern || settings->has_size))
		return complain_usage("'%s' takes no pattern and no size",
				      command->name);
	return STATUS_OK;
}

static int run_on_files(const struct command *command, struct engine *engine,
			char **names, const struct settings *settings)
{
	int status = STATUS_OK;
	int rc;

	for (; *names; names++) {
		rc = command->run_file(engine, *names, settings);
		if (rc)
			status = STATUS_FAILED;
		if (rc == -EINTR)
			break;
	}
	return status;
}

static int run_command(const struct command *command, char **arguments,
		       const struct settings *settings)
{
	struct engine *engine;
	int status;

	engine = engine_open(settings->device);
	if (!engine)
		return command->trouble;
	engine->quiet = settings->quiet;
	engine->verbose = settings->verbose;
	if (command->run_file)
		status = run_on_files(command, engine, arguments, settings);
	else
		status = command->run(engine, arguments, settings);
	engine_close(engine);
	return status;
}

/* A file may have that name. */
static bool asks_for_help(const char *word)
{
	return !strcmp(word, "help") && access(word, F_OK);
}

static int run(int count, char **words, const struct settings *settings)
{
	bool help = settings->help;
	const struct command *command;
	int status;

	for (; count && command_is_help(words[0]); words++, count--)
		help = true;
	if (!count)
		return help ? help_on_all() :
			      complain_usage("a command is missing");
	command = command_find(words[0]);
	if (!command)
		return command_complain(words[0]);
	if (help || (count == 2 && asks_for_help(words[1])))
		return help_on(command);
	usage_is_of(command->name);
	status = check(command, count - 1, words + 1, settings);
	if (status)
		return status;
	return run_command(command, words + 1, settings);
}

int main(int argc, char **argv)
{
	struct settings settings = {};
	int status;

	if (argc > 1 && !strcmp(argv[1], "complete")) {
		complete(argv + 2);
		return finish_output(STATUS_OK);
	}
	status = settings_read(&settings, argc, argv);
	if (status)
		return status;
	if (settings.version) {
		puts("ioasid-dsa " VERSION);
		return finish_output(STATUS_OK);
	}
	interrupt_catch();
	status = finish_output(run(argc - optind, argv + optind, &settings));
	interrupt_deliver();
	return status;
}
