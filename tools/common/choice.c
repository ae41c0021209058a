// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "choice.h"
#include "message.h"

/* No name is longer. */
#define WORD_MAX	24
#define TEXT_SIZE	512

static bool begins_with(const char *name, const char *word)
{
	return !strncmp(name, word, strlen(word));
}

int choice_find(const struct choices *choices, const char *word)
{
	int i, found = -ENOENT;

	for (i = 0; i < choices->count; i++) {
		if (!strcmp(choices->names[i], word))
			return i;
		if (*word && begins_with(choices->names[i], word))
			found = found == -ENOENT ? i : -ENOTUNIQ;
	}
	return found;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/*
 * What it takes to make the first @i letters of one word the first @j of
 * another, when @to has that for all that is shorter.
 */
static int letters_away(int to[][WORD_MAX + 1], const char *a, int i,
			const char *b, int j)
{
	int changed = to[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
	int away = least(changed, least(to[i - 1][j], to[i][j - 1]) + 1);

	if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
		away = least(away, to[i - 2][j - 2] + 1);
	return away;
}

/*
 * How many letters of one word have to be put in, taken out, changed, or
 * swapped with the next, to make the other of it. Both are no longer than
 * WORD_MAX.
 */
static int distance(const char *a, const char *b)
{
	int a_length = strlen(a), b_length = strlen(b), i, j;
	int away[WORD_MAX + 1][WORD_MAX + 1];

	for (i = 0; i <= a_length; i++)
		away[i][0] = i;
	for (j = 0; j <= b_length; j++)
		away[0][j] = j;
	for (i = 1; i <= a_length; i++)
		for (j = 1; j <= b_length; j++)
			away[i][j] = letters_away(away, a, i, b, j);
	return away[a_length][b_length];
}

/* A third of its letters may be wrong. */
static const char *nearest(const struct choices *choices, const char *word)
{
	int i, length = strlen(word), best = (length + 2) / 3 + 1, away;
	const char *found = NULL;

	if (length > WORD_MAX)
		return NULL;
	for (i = 0; i < choices->count; i++) {
		away = distance(word, choices->names[i]);
		if (away < best && away < length) {
			best = away;
			found = choices->names[i];
		}
	}
	return found;
}

static int complain_ambiguous(const struct choices *choices, const char *word)
{
	char text[TEXT_SIZE] = "";
	size_t used = 0;
	int i;

	for (i = 0; i < choices->count && used < sizeof(text); i++)
		if (begins_with(choices->names[i], word))
			used += snprintf(text + used, sizeof(text) - used,
					 "%s'%s%s'", used ? ", " : "",
					 choices->prefix, choices->names[i]);
	return complain_usage("'%s%s' may be one of %s", choices->prefix, word,
			      text);
}

int complain_choice(const struct choices *choices, const char *word)
{
	const char *near;

	if (choice_find(choices, word) == -ENOTUNIQ)
		return complain_ambiguous(choices, word);
	near = nearest(choices, word);
	return complain_usage("there is no %s '%s%s'%s%s%s%s", choices->what,
			      choices->prefix, word,
			      near ? ": did you mean '" : "",
			      near ? choices->prefix : "", near ?: "",
			      near ? "'?" : "");
}
