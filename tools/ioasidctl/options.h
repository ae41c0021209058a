/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the options said. A command names those that it takes.
 */
#ifndef IOASIDCTL_OPTIONS_H
#define IOASIDCTL_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>

#include <linux/types.h>

#include "order.h"

enum {
	OPTION_JSON = 1 << 0,
	OPTION_ALL = 1 << 1,
	OPTION_FILE = 1 << 2,
	OPTION_OFFSET = 1 << 3,
	OPTION_LENGTH = 1 << 4,
	OPTION_IOVA = 1 << 5,
	OPTION_READ_ONLY = 1 << 6,
	OPTION_PAGE_SIZE_MAX = 1 << 7,
	OPTION_PHYSICAL = 1 << 8,
	OPTION_USERS = 1 << 9,
	OPTION_COUNT = 1 << 10,
	OPTION_BATCH = 1 << 11,
	OPTION_DELAY = 1 << 12,
	OPTION_SPACES = 1 << 13,
	OPTION_NAME = 1 << 14,
	OPTION_SORT = 1 << 15,
	OPTION_REVERSE = 1 << 16,
	OPTION_VERSION = 1 << 17,
	OPTION_KIND = 1 << 18,
	OPTION_OUTPUT = 1 << 19,
};

/**
 * struct options - What the options said
 * @given: OPTION_* bits of those that were given
 * @help: print help instead
 * @version: print the version instead
 * @file: to map
 * @offset: in @file
 * @length: of the map
 * @iova: where to map
 * @page_size_max: size of the largest pages to use
 * @count: after how many to end
 * @delay: seconds between two looks
 * @spaces: a limit, or IOASID_NO_LIMIT
 * @name: of a cgroup
 * @sort: column to sort by
 * @kind: of devices, to a container runtime
 * @output: file to write
 * @words: what is no option, and NULL behind it
 */
struct options {
	unsigned int given;
	bool help;
	bool version;
	const char *file;
	__u64 offset;
	__u64 length;
	__u64 iova;
	__u64 page_size_max;
	unsigned long count;
	double delay;
	__u32 spaces;
	const char *name;
	enum order sort;
	const char *kind;
	const char *output;
	char **words;
};

/* Whether these words, with the last, are all that options stand between. */
typedef bool (*is_last_word_fn)(char **words, int count);

/*
 * Tells the options from the words. Those behind a last word are words. Returns
 * an exit status.
 */
int options_read(struct options *options, int argc, char **argv,
		 is_last_word_fn is_last_word);

/* Complains of options that are not among @takes. Returns an exit status. */
int options_check(const struct options *options, unsigned int takes,
		  const char *command);

/* As getopt_long() takes them. */
extern const struct option all_options[];

/* The OPTION_* bit of one, or 0 if all commands take it. */
unsigned int options_bit(const struct option *option);
/* Whether it is one of all commands, or one of @takes. */
bool options_is_among(const struct option *option, unsigned int takes);

#endif
