// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/message.h"
#include "../common/option.h"
#include "limit.h"
#include "options.h"
#include "range.h"

#define FIRST_LONG	256
/* In this order: words as they come, no messages of getopt, the letters. */
#define LETTERS		"-:bd:hjn:rs:V"
#define MIN_DELAY	0.01
#define MAX_DELAY	86400

/* Those without a letter are numbered by their bit. */
const struct option all_options[] = {
	{ "all", no_argument, NULL, FIRST_LONG + OPTION_ALL },
	{ "batch", no_argument, NULL, 'b' },
	{ "count", required_argument, NULL, 'n' },
	{ "delay", required_argument, NULL, 'd' },
	{ "file", required_argument, NULL, FIRST_LONG + OPTION_FILE },
	{ "help", no_argument, NULL, 'h' },
	{ "iova", required_argument, NULL, FIRST_LONG + OPTION_IOVA },
	{ "json", no_argument, NULL, 'j' },
	{ "kind", required_argument, NULL, FIRST_LONG + OPTION_KIND },
	{ "length", required_argument, NULL, FIRST_LONG + OPTION_LENGTH },
	{ "name", required_argument, NULL, FIRST_LONG + OPTION_NAME },
	{ "offset", required_argument, NULL, FIRST_LONG + OPTION_OFFSET },
	{ "output", required_argument, NULL, FIRST_LONG + OPTION_OUTPUT },
	{ "page-size-max", required_argument, NULL,
	  FIRST_LONG + OPTION_PAGE_SIZE_MAX },
	{ "physical", no_argument, NULL, FIRST_LONG + OPTION_PHYSICAL },
	{ "read-only", no_argument, NULL, FIRST_LONG + OPTION_READ_ONLY },
	{ "reverse", no_argument, NULL, 'r' },
	{ "sort", required_argument, NULL, 's' },
	{ "spaces", required_argument, NULL, FIRST_LONG + OPTION_SPACES },
	{ "users", no_argument, NULL, FIRST_LONG + OPTION_USERS },
	{ "version", no_argument, NULL, 'V' },
	{}
};

static int take_length(__u64 *length)
{
	if (!parse_length(optarg, length))
		return STATUS_OK;
	return complain_usage("'%s' is not a size such as 4096, 16M or 2G",
			      optarg);
}

static int take_address(__u64 *address)
{
	if (!parse_address(optarg, address))
		return STATUS_OK;
	return complain_usage("'%s' is not an address such as 0x100000000",
			      optarg);
}

static int take_count(unsigned long *count)
{
	char *end;

	errno = 0;
	*count = strtoul(optarg, &end, 10);
	if (isdigit((unsigned char)*optarg) && !*end && !errno && *count)
		return STATUS_OK;
	return complain_usage("'%s' is not a number from 1 on", optarg);
}

static int take_delay(double *delay)
{
	char *end;

	*delay = strtod(optarg, &end);
	if (isdigit((unsigned char)*optarg) && !*end && *delay >= MIN_DELAY &&
	    *delay <= MAX_DELAY)
		return STATUS_OK;
	return complain_usage("'%s' is not a time from 0.01 to 86400 seconds",
			      optarg);
}

static int take_sort(enum order *sort)
{
	int found = choice_find(&orders, optarg);

	if (found < 0)
		return complain_choice(&orders, optarg);
	*sort = found;
	return STATUS_OK;
}

static int take_long(struct options *options, unsigned int option)
{
	switch (option) {
	case OPTION_FILE:
		options->file = optarg;
		return STATUS_OK;
	case OPTION_OFFSET:
		return take_length(&options->offset);
	case OPTION_LENGTH:
		return take_length(&options->length);
	case OPTION_IOVA:
		return take_address(&options->iova);
	case OPTION_PAGE_SIZE_MAX:
		return take_length(&options->page_size_max);
	case OPTION_SPACES:
		return take_limit(optarg, &options->spaces);
	case OPTION_NAME:
		options->name = optarg;
		return STATUS_OK;
	case OPTION_KIND:
		options->kind = optarg;
		return STATUS_OK;
	case OPTION_OUTPUT:
		options->output = optarg;
		return STATUS_OK;
	default:
		return STATUS_OK;
	}
}

/* The bit of an option, or 0 if all commands have it. */
static unsigned int bit_of(int value)
{
	switch (value) {
	case 'b':
		return OPTION_BATCH;
	case 'd':
		return OPTION_DELAY;
	case 'j':
		return OPTION_JSON;
	case 'n':
		return OPTION_COUNT;
	case 'r':
		return OPTION_REVERSE;
	case 's':
		return OPTION_SORT;
	case 'V':
		return OPTION_VERSION;
	default:
		return value > FIRST_LONG ? value - FIRST_LONG : 0;
	}
}

static const char *name_of(unsigned int option)
{
	const struct option *entry = all_options;

	while (bit_of(entry->val) != option)
		entry++;
	return entry->name;
}

static int take(struct options *options, int option, const char *word)
{
	options->given |= bit_of(option);
	switch (option) {
	case 'h':
		options->help = true;
		return STATUS_OK;
	case 'd':
		return take_delay(&options->delay);
	case 'n':
		return take_count(&options->count);
	case 's':
		return take_sort(&options->sort);
	case 'V':
		options->version = true;
		return STATUS_OK;
	case ':':
	case '?':
		return complain_option(all_options, option, word);
	default:
		return take_long(options, bit_of(option));
	}
}

/* They are put together where the arguments are that were read already. */
int options_read(struct options *options, int argc, char **argv,
		 is_last_word_fn is_last_word)
{
	int option, count = 0, status = STATUS_OK;
	bool last = false;

	*options = (struct options){ .words = argv };
	while (!status && !last &&
	       (option = getopt_long(argc, argv, LETTERS, all_options,
				     NULL)) != -1) {
		if (option == 1) {
			argv[count++] = optarg;
			last = is_last_word(argv, count);
		} else {
			status = take(options, option, argv[optind - 1]);
		}
	}
	while (optind < argc)
		argv[count++] = argv[optind++];
	argv[count] = NULL;
	return status;
}

int options_check(const struct options *options, unsigned int takes,
		  const char *command)
{
	unsigned int wrong = options->given & ~takes;

	if (!wrong)
		return STATUS_OK;
	return complain_usage("'%s' takes no --%s", command,
			      name_of(wrong & -wrong));
}

unsigned int options_bit(const struct option *option)
{
	return bit_of(option->val);
}

bool options_is_among(const struct option *option, unsigned int takes)
{
	return !options_bit(option) || options_bit(option) & takes;
}
