/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands of ioasid-dsa. Each lives in a file of its own and is described
 * by one struct, which main.c has in its table.
 */
#ifndef IOASID_DSA_COMMAND_H
#define IOASID_DSA_COMMAND_H

#include <stdbool.h>

#include "engine.h"

/**
 * struct settings - What the options said
 * @device: the accelerator's node, or NULL for any
 * @quiet: print nothing that is not an error
 * @verbose: report what the accelerator did
 * @pattern: 8 bytes to fill with
 * @has_pattern: @pattern was given
 * @help: print help instead
 * @version: print the version instead
 * @size: of the files to fill
 * @has_size: @size was given
 */
struct settings {
	const char *device;
	bool quiet;
	bool verbose;
	__u64 pattern;
	bool has_pattern;
	bool help;
	bool version;
	__u64 size;
	bool has_size;
};

/**
 * struct command - One command
 * @name: what the user types
 * @arguments: its arguments, for the usage line
 * @summary: one line
 * @help: what help prints below the usage line
 * @examples: lines of examples, and of comments on them
 * @min_arguments: how many arguments it needs
 * @max_arguments: how many it takes
 * @fills: it takes a pattern and a size
 * @trouble: exit status when it cannot do its work
 * @run: does it. Returns an exit status
 * @run_file: for a command that does the same to each file, instead of @run:
 *	does it to one. Returns 0, or a negative errno once it has said why;
 *	-EINTR ends the command
 */
struct command {
	const char *name;
	const char *arguments;
	const char *summary;
	const char *help;
	const char *examples;
	int min_arguments;
	int max_arguments;
	bool fills;
	int trouble;
	int (*run)(struct engine *engine, char **arguments,
		   const struct settings *settings);
	int (*run_file)(struct engine *engine, const char *name,
			const struct settings *settings);
};

extern const struct command copy_command;
extern const struct command fill_command;
extern const struct command compare_command;
extern const struct command crc_command;

#endif
