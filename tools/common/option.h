/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is wrong with an option, in our words and with what may be meant, where
 * getopt_long() has only found that something is.
 */
#ifndef COMMON_OPTION_H
#define COMMON_OPTION_H

#include <getopt.h>

#include "choice.h"

/* The long names of a table for getopt_long(). */
struct choices option_choices(const struct option *options);

/* The one that @word names, if the next word is its value; or NULL. */
const struct option *option_expecting(const struct option *options,
				      const char *word);

/*
 * To be called when it returned @got, '?' or ':' (which it does for letters
 * that begin with ":", and then says nothing itself). @word: the one before
 * optind.
 * Returns STATUS_USAGE.
 */
int complain_option(const struct option *options, int got, const char *word);

#endif
