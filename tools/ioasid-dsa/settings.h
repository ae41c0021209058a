/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the options said.
 */
#ifndef IOASID_DSA_SETTINGS_H
#define IOASID_DSA_SETTINGS_H

#include <getopt.h>
#include <stdbool.h>

#include <linux/types.h>

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

/* As getopt_long() takes them. */
extern const struct option all_options[];

/* Returns an exit status. What is no option begins at optind then. */
int settings_read(struct settings *settings, int argc, char **argv);

#endif
