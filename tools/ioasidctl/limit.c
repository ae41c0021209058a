// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl limit: how many spaces cgroups have and may have. Each of its
 * commands is in a file of its own.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ioasid/ioasid.h>

#include "../common/message.h"
#include "json.h"
#include "limit.h"
#include "limit_command.h"

static const struct command * const commands[] = {
	&limit_show_command,
	&limit_set_command,
	&limit_apply_command,
	&limit_watch_command,
};

int parse_limit(const char *text, __u32 *limit)
{
	unsigned long number;
	char *end;

	*limit = IOASID_NO_LIMIT;
	if (!strcmp(text, "max"))
		return 0;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end || errno ||
	    number > IOASID_LIMIT_MAX)
		return -EINVAL;
	*limit = number;
	return 0;
}

int take_limit(const char *text, __u32 *limit)
{
	if (!parse_limit(text, limit))
		return STATUS_OK;
	return complain_usage("'%s' is no number of spaces, nor 'max'", text);
}

struct limit_text format_limit(__u32 limit)
{
	struct limit_text out = { "max" };

	if (limit != IOASID_NO_LIMIT)
		snprintf(out.text, sizeof(out.text), "%u", limit);
	return out;
}

void json_add_limit(struct json_object *object, const char *name, __u32 limit)
{
	if (limit == IOASID_NO_LIMIT)
		json_object_object_add(object, name, NULL);
	else
		json_add_number(object, name, limit);
}

int complain_limit(const char *what, const char *cgroup, int rc)
{
	complain("cannot %s %s: %s", what, cgroup,
		 ioasid_explain(IOASID_OP_LIMIT, rc));
	return STATUS_FAILED;
}

static int run(char **arguments, const struct options *options)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(strchr(commands[i]->name, ' ') + 1, arguments[0]))
			return command_run(commands[i], arguments + 1, options);
	return complain_usage("'limit' takes %s, not '%s'",
			      "show, set, apply or watch", arguments[0]);
}

const struct command limit_command = {
	.name = "limit",
	.arguments = "show|set|apply|watch",
	.summary = "how many spaces cgroups may have",
	.help =
"  limit show [CGROUP]   Prints the tree of cgroups below one, or all: how many\n"
"                        spaces each has and may have, how many are left when\n"
"                        those above it are considered, and whose limit that is.\n"
"                        With --all also those with neither spaces nor a limit.\n"
"  limit set CGROUP N    Lets a cgroup have N spaces, or any number with \"max\".\n"
"                        Takes none away from it.\n"
"  limit apply [DIR]     Sets the limits that the files DIR/*.conf name, those of\n"
"                        /etc/ioasid/limits.d by default: see ioasid-limits(5).\n"
"  limit watch [CGROUP]  Prints a line whenever that changes, and how often one\n"
"                        was refused since. Says \"ready\" on stderr after a first\n"
"                        look. Ends at a signal. Who is not root sees changes\n"
"                        after --delay, and no refusals.\n"
"\n"
"A cgroup is named by its path, as /a/b. Limits are those of the rdma controller:\n"
"hca_object of the device ioasid in rdma.max.\n"
"\n"
"  -n, --count COUNT    end after so many lines\n"
"  -d, --delay SECONDS  look that often also when no event is seen (1)\n",
	.min_arguments = 1,
	.max_arguments = INT_MAX,
	.takes = OPTION_JSON | OPTION_ALL | OPTION_COUNT | OPTION_DELAY,
	.run = run,
};
