/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A command line that a shell completes: options are told from words here, and
 * what words mean is the tool's to know.
 */
#ifndef COMMON_LINE_H
#define COMMON_LINE_H

#include <stdbool.h>

#include "option.h"

/**
 * struct line - What stands before the word to be completed
 * @word: that word
 * @expects: the option that the word is the value of, or NULL
 * @plain: there are no more options
 */
struct line {
	const char *word;
	const struct option *expects;
	bool plain;
};

/* @data: of line_read(); @word: neither an option nor the value of one */
typedef void (*line_take_fn)(void *data, const char *word);

/* @words: end with NULL, and the last is to be completed */
void line_read(struct line *line, const struct option *options, char **words,
	       line_take_fn take, void *data);

/* Whether the word begins as an option does. */
bool line_wants_option(const struct line *line);

/* Prints what the word may become, if it begins so, and what that is. */
void line_offer(const struct line *line, const char *candidate,
		const char *what);
void line_offer_option(const struct line *line, const struct option *option);

#endif
