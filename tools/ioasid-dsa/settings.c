// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "../common/message.h"
#include "../common/option.h"
#include "../common/size.h"
#include "settings.h"

/* The first keeps getopt from saying something itself. */
#define LETTERS	":d:p:s:qvhV"

const struct option all_options[] = {
	{ "device", required_argument, NULL, 'd' },
	{ "pattern", required_argument, NULL, 'p' },
	{ "size", required_argument, NULL, 's' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{}
};

static unsigned char parse_byte(const char *text)
{
	const char digits[] = { text[0], text[1], '\0' };

	return strtoul(digits, NULL, 16);
}

/* Repeats the bytes until there are 8 of them, as they are in memory. */
static int parse_pattern(const char *text, __u64 *pattern)
{
	size_t digits = strlen(text), i;
	unsigned char bytes[sizeof(*pattern)];

	if (digits != 2 && digits != 4 && digits != 8 && digits != 16)
		return -1;
	if (text[strspn(text, "0123456789abcdefABCDEF")])
		return -1;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = parse_byte(text + i * 2 % digits);
	memcpy(pattern, bytes, sizeof(*pattern));
	return 0;
}

static int take_pattern(struct settings *settings, const char *text)
{
	settings->has_pattern = true;
	if (!parse_pattern(text, &settings->pattern))
		return STATUS_OK;
	return complain_usage("'%s' is not 2, 4, 8 or 16 hex digits", text);
}

static int take_size(struct settings *settings, const char *text)
{
	settings->has_size = true;
	if (!parse_size(text, &settings->size))
		return STATUS_OK;
	return complain_usage("'%s' is not a size such as 4096, 16M or 2G",
			      text);
}

static int take_option(struct settings *settings, int option, const char *word)
{
	switch (option) {
	case 'd':
		settings->device = optarg;
		return STATUS_OK;
	case 'p':
		return take_pattern(settings, optarg);
	case 's':
		return take_size(settings, optarg);
	case 'q':
		settings->quiet = true;
		return STATUS_OK;
	case 'v':
		settings->verbose = true;
		return STATUS_OK;
	case 'h':
		settings->help = true;
		return STATUS_OK;
	case 'V':
		settings->version = true;
		return STATUS_OK;
	default:
		return complain_option(all_options, option, word);
	}
}

int settings_read(struct settings *settings, int argc, char **argv)
{
	int option, status = STATUS_OK;

	while (!status && (option = getopt_long(argc, argv, LETTERS,
						all_options, NULL)) != -1)
		status = take_option(settings, option, argv[optind - 1]);
	return status;
}
