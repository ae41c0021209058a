// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "size.h"

static const char suffixes[] = "KMGT";

/* Accepts "K" and "KiB". Returns the power of two, or -EINVAL. */
static int parse_suffix(const char *text)
{
	const char *suffix;

	if (!*text)
		return 0;
	suffix = strchr(suffixes, toupper((unsigned char)*text));
	if (!suffix || (text[1] && strcmp(text + 1, "iB")))
		return -EINVAL;
	return 10 * (suffix - suffixes + 1);
}

int parse_size(const char *text, __u64 *size)
{
	unsigned long long number;
	char *end;
	int shift;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	number = strtoull(text, &end, 10);
	shift = parse_suffix(end);
	if (shift < 0)
		return shift;
	if (errno || number > (unsigned long long)LLONG_MAX >> shift)
		return -ERANGE;
	*size = number << shift;
	return 0;
}

struct size_text format_size(__u64 size)
{
	struct size_text out;
	double value = size;
	int power = -1;

	while (value >= 1024 && power < (int)strlen(suffixes) - 1) {
		value /= 1024;
		power++;
	}
	if (power < 0)
		snprintf(out.text, sizeof(out.text), "%.0f", value);
	else
		snprintf(out.text, sizeof(out.text), "%.1f%c", value,
			 suffixes[power]);
	return out;
}
