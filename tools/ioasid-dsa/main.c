// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasid-dsa: copies, fills, compares and checks files with an accelerator that
 * works on this program's own memory.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/message.h"
#include "../common/size.h"
#include "command.h"
#include "interrupt.h"

static const struct command * const commands[] = {
	&copy_command,
	&fill_command,
	&compare_command,
	&crc_command,
};

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
"  -p, --pattern HEX   fill with these 1, 2, 4 or 8 bytes (default: 00)\n"
"  -s, --size SIZE     make files to fill this long; K, M, G, T: powers of 1024\n"
"  -q, --quiet         no progress bar; compare: only the exit status\n"
"  -v, --verbose       say how much was done, how fast, with how many faults\n"
"  -h, --help          print this\n"
"  -V, --version       print the version\n"
"\n"
"Examples:\n"
"  ioasid-dsa copy disk.img /backup/\n"
"  ioasid-dsa fill --pattern deadbeef --size 1G scratch\n"
"  ioasid-dsa compare disk.img /backup/disk.img && echo equal\n"
"  ioasid-dsa -v crc *.iso\n"
"\n"
"Exit status: 0 success, 1 failure, 2 wrong usage; of compare, as of cmp:\n"
"0 equal, 1 different, 2 trouble.\n";

static int print_help(void)
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
	printf("\n%s", help_options);
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

static int take_option(struct settings *settings, int option)
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
	default:
		fputs("Try 'ioasid-dsa --help' for more information.\n",
		      stderr);
		return STATUS_USAGE;
	}
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

static int run(int count, char **words, const struct settings *settings)
{
	const struct command *command;
	int status;

	if (!count)
		return complain_usage("a command is missing");
	if (!strcmp(words[0], "help"))
		return print_help();
	command = find_command(words[0]);
	if (!command)
		return STATUS_USAGE;
	status = check(command, count - 1, words + 1, settings);
	if (status)
		return status;
	return run_command(command, words + 1, settings);
}

int main(int argc, char **argv)
{
	struct settings settings = {};
	int option, status;

	while ((option = getopt_long(argc, argv, "d:p:s:qvhV", options,
				     NULL)) != -1) {
		if (option == 'h')
			return finish_output(print_help());
		if (option == 'V') {
			puts("ioasid-dsa " VERSION);
			return finish_output(STATUS_OK);
		}
		status = take_option(&settings, option);
		if (status)
			return status;
	}
	interrupt_catch();
	status = finish_output(run(argc - optind, argv + optind, &settings));
	interrupt_deliver();
	return status;
}
