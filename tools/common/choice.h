/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One of several words, as people type it: in full, or so much of it that it
 * can be no other. What is neither may be a slip of the fingers.
 */
#ifndef COMMON_CHOICE_H
#define COMMON_CHOICE_H

#define CHOICES_MAX	40

/**
 * struct choices - What there is to choose from
 * @what: what they are, for people
 * @prefix: what stands before each name, such as "--"
 * @names: the words
 * @count: how many
 */
struct choices {
	const char *what;
	const char *prefix;
	const char *names[CHOICES_MAX];
	int count;
};

/*
 * Returns the number of the name that is meant; -ENOENT if it is none of them,
 * or -ENOTUNIQ if it may be several.
 */
int choice_find(const struct choices *choices, const char *word);

/* Says what is wrong with @word, and what is meant. Returns STATUS_USAGE. */
int complain_choice(const struct choices *choices, const char *word);

#endif
