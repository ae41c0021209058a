// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "../common/message.h"
#include "limit.h"
#include "options.h"
#include "range.h"

#define FIRST_LONG	256
#define MIN_DELAY	0.01
#define MAX_DELAY	86400

/* Those without a letter are numbered by their bit. */
static const struct option table[] = {
	{ "all", no_argument, NULL, FIRST_LONG + OPTION_ALL },
	{ "batch", no_argument, NULL, 'b' },
	{ "count", required_argument, NULL, 'n' },
	{ "delay", required_argument, NULL, 'd' },
	{ "file", required_argument, NULL, FIRST_LONG + OPTION_FILE },
	{ "help", no_argument, NULL, 'h' },
	{ "iova", required_argument, NULL, FIRST_LONG + OPTION_IOVA },
	{ "json", no_argument, NULL, 'j' },
	{ "length", required_argument, NULL, FIRST_LONG + OPTION_LENGTH },
	{ "name", required_argument, NULL, FIRST_LONG + OPTION_NAME },
	{ "offset", required_argument, NULL, FIRST_LONG + OPTION_OFFSET },
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
	options->given |= option;
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
	default:
		return STATUS_OK;
	}
}

static int take(struct options *options, int option)
{
	switch (option) {
	case 'h':
		options->help = true;
		return STATUS_OK;
	case 'j':
		options->given |= OPTION_JSON;
		return STATUS_OK;
	case 'b':
		options->given |= OPTION_BATCH;
		return STATUS_OK;
	case 'd':
		options->given |= OPTION_DELAY;
		return take_delay(&options->delay);
	case 'n':
		options->given |= OPTION_COUNT;
		return take_count(&options->count);
	case 'r':
		options->given |= OPTION_REVERSE;
		return STATUS_OK;
	case 's':
		options->given |= OPTION_SORT;
		return take_sort(&options->sort);
	case 'V':
		options->version = true;
		return STATUS_OK;
	case '?':
		fputs("Try 'ioasidctl --help' for more information.\n",
		      stderr);
		return STATUS_USAGE;
	default:
		return take_long(options, option - FIRST_LONG);
	}
}

int options_read(struct options *options, int argc, char **argv)
{
	int option, status = STATUS_OK;

	*options = (struct options){};
	while (!status && (option = getopt_long(argc, argv, "bd:hjn:rs:V", table,
						NULL)) != -1)
		status = take(options, option);
	return status;
}

static const char *name_of(unsigned int option)
{
	const struct option *entry;

	switch (option) {
	case OPTION_JSON:
		return "json";
	case OPTION_BATCH:
		return "batch";
	case OPTION_COUNT:
		return "count";
	case OPTION_DELAY:
		return "delay";
	case OPTION_REVERSE:
		return "reverse";
	case OPTION_SORT:
		return "sort";
	}
	for (entry = table; entry->name; entry++)
		if (entry->val == FIRST_LONG + (int)option)
			break;
	return entry->name;
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
