// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "option.h"

#define NAME_SIZE	64

struct choices option_choices(const struct option *options)
{
	struct choices choices = { .what = "option", .prefix = "--" };

	for (; options->name; options++)
		choices.names[choices.count++] = options->name;
	return choices;
}

static const struct option *find_option(const struct option *options,
					const char *word)
{
	const struct choices choices = option_choices(options);
	int found;

	if (!strncmp(word, choices.prefix, strlen(choices.prefix))) {
		found = choice_find(&choices, word + strlen(choices.prefix));
		return found < 0 ? NULL : &options[found];
	}
	while (options->name && options->val != word[1])
		options++;
	return options->name ? options : NULL;
}

/* Behind a letter its value may follow at once. */
const struct option *option_expecting(const struct option *options,
				      const char *word)
{
	const struct option *option = find_option(options, word);

	if (!option || !option->has_arg || (word[1] != '-' && word[2]))
		return NULL;
	return option;
}

static int complain_name(const struct option *options, const char *word)
{
	const struct choices choices = option_choices(options);
	char name[NAME_SIZE];

	word += strlen(choices.prefix);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
	return complain_choice(&choices, name);
}

/* What optopt has is a letter, or what stands for an option of the table. */
int complain_option(const struct option *options, int got, const char *word)
{
	const struct option *option = options;

	if (got == ':')
		return complain_usage("'%s' needs a value", word);
	if (!optopt)
		return complain_name(options, word);
	while (option->name && option->val != optopt)
		option++;
	if (option->name)
		return complain_usage("'--%s' takes no value", option->name);
	return complain_usage("there is no option '-%c'", optopt);
}
