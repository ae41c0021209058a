// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasid-dsa: copies, fills, compares and checks files with an accelerator that
 * works on this program's own memory.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../common/message.h"
#include "../common/option.h"
#include "../common/size.h"
#include "command.h"
#include "interrupt.h"

static const struct command * const commands[] = {
	&copy_command,
	&fill_command,
	&compare_command,
	&crc_command,
};

/* The first keeps getopt from saying something itself. */
#define LETTERS	":d:p:s:qvhV"

static const struct option options[] = {
	{ "device", required_argument, NULL, 'd' },
	{ "pattern", required_argument, NULL, 'p' },
	{ "size", required_argument, NULL, 's' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{}
};

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
	size_t i;

	printf("Usage: ioasid-dsa [OPTION]... COMMAND FILE...\n"
	       "\n"
	       "Lets an accelerator work on files of any size.\n"
	       "\n"
	       "Commands:\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-8s%-27s %s\n", commands[i]->name,
		       commands[i]->arguments, commands[i]->summary);
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

static unsigned char parse_byte(const char *text)
{
	const char digits[] = { text[0], text[1], '\0' };

	return strtoul(digits, NULL, 16);
}

/* Repeats the bytes until there are 8 of them, as they are in memory. */
static int parse_pattern(const char *text, __u64 *pattern)
{
	size_t digits = strlen(text), i;
	unsigned char bytes[sizeof(*pattern)];

	if (digits != 2 && digits != 4 && digits != 8 && digits != 16)
		return -1;
	if (text[strspn(text, "0123456789abcdefABCDEF")])
		return -1;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = parse_byte(text + i * 2 % digits);
	memcpy(pattern, bytes, sizeof(*pattern));
	return 0;
}

static int take_pattern(struct settings *settings, const char *text)
{
	settings->has_pattern = true;
	if (!parse_pattern(text, &settings->pattern))
		return STATUS_OK;
	return complain_usage("'%s' is not 2, 4, 8 or 16 hex digits", text);
}

static int take_size(struct settings *settings, const char *text)
{
	settings->has_size = true;
	if (!parse_size(text, &settings->size))
		return STATUS_OK;
	return complain_usage("'%s' is not a size such as 4096, 16M or 2G",
			      text);
}

static int take_option(struct settings *settings, int option, const char *word)
{
	switch (option) {
	case 'd':
		settings->device = optarg;
		return STATUS_OK;
	case 'p':
		return take_pattern(settings, optarg);
	case 's':
		return take_size(settings, optarg);
	case 'q':
		settings->quiet = true;
		return STATUS_OK;
	case 'v':
		settings->verbose = true;
		return STATUS_OK;
	case 'h':
		settings->help = true;
		return STATUS_OK;
	case 'V':
		settings->version = true;
		return STATUS_OK;
	default:
		return complain_option(options, option, word);
	}
}

static struct choices names(void)
{
	struct choices choices = { .what = "command", .prefix = "" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		choices.names[choices.count++] = commands[i]->name;
	choices.names[choices.count++] = "help";
	return choices;
}

static bool is_help(const char *word)
{
	const struct choices choices = names();

	return choice_find(&choices, word) == choices.count - 1;
}

static const struct command *find_command(const char *word)
{
	const struct choices choices = names();
	int i = choice_find(&choices, word);

	if (i >= 0)
		return commands[i];
	complain_choice(&choices, word);
	return NULL;
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

	for (; count && is_help(words[0]); words++, count--)
		help = true;
	if (!count)
		return help ? help_on_all() :
			      complain_usage("a command is missing");
	command = find_command(words[0]);
	if (!command)
		return STATUS_USAGE;
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
	int option, status = STATUS_OK;

	while (!status && (option = getopt_long(argc, argv, LETTERS, options,
						NULL)) != -1)
		status = take_option(&settings, option, argv[optind - 1]);
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
