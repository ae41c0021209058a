// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "line.h"

/* To bash, "=" between an option and its value is a word. */
static bool take_option(struct line *line, const struct option *options,
			const char *word)
{
	if (line->expects) {
		if (strcmp(word, "="))
			line->expects = NULL;
	} else if (line->plain || *word != '-' || !word[1]) {
		return false;
	} else if (!strcmp(word, "--")) {
		line->plain = true;
	} else {
		line->expects = option_expecting(options, word);
	}
	return true;
}

void line_read(struct line *line, const struct option *options, char **words,
	       line_take_fn take, void *data)
{
	*line = (struct line){ .word = "" };
	for (; *words; words++) {
		if (!words[1])
			line->word = *words;
		else if (!take_option(line, options, *words))
			take(data, *words);
	}
}

bool line_wants_option(const struct line *line)
{
	return *line->word == '-' && !line->plain;
}

void line_offer(const struct line *line, const char *candidate,
		const char *what)
{
	if (!strncmp(candidate, line->word, strlen(line->word)))
		printf("%s\t%s\n", candidate, what);
}

void line_offer_option(const struct line *line, const struct option *option)
{
	char text[64];

	snprintf(text, sizeof(text), "--%s", option->name);
	line_offer(line, text, "");
}
