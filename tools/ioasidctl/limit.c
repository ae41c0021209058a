// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl limit: how many spaces cgroups have and may have. Each of its
 * commands is in a file of its own.
 */
#include <ctype.h>
#include <errno.h>
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
	NULL,
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

const struct command limit_command = {
	.name = "limit",
	.arguments = "show|set|apply|watch",
	.summary = "how many spaces cgroups may have",
	.help =
"A cgroup is named by its path, as /a/b. Limits are those of the rdma controller:\n"
"hca_object of the device ioasid in rdma.max.\n",
	.examples =
"  ioasidctl limit show\n"
"  ioasidctl limit set /system.slice 1000\n",
	.commands = commands,
};
