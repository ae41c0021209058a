// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl limit set: lets a cgroup have so many spaces.
 */
#include <ioasid/ioasid.h>

#include "../common/message.h"
#include "limit.h"
#include "limit_command.h"

static int run(char **arguments, const struct options *options)
{
	__u32 max;
	int rc;

	rc = take_limit(arguments[1], &max);
	if (rc)
		return rc;
	rc = ioasid_limit_set(arguments[0], max);
	if (!rc)
		return STATUS_OK;
	return complain_limit("set the limit of", arguments[0], rc);
}

const struct command limit_set_command = {
	.name = "limit set",
	.arguments = "CGROUP N|max",
	.summary = "let a cgroup have N spaces",
	.help =
"Lets a cgroup have N spaces, together with all that are below it, or any number\n"
"with \"max\". Takes none away from it.\n",
	.examples =
"  ioasidctl limit set /system.slice 1000\n"
"  ioasidctl limit set /system.slice max\n",
	.min_arguments = 2,
	.max_arguments = 2,
	.first = ARGUMENT_CGROUP,
	.rest = ARGUMENT_LIMIT,
	.run = run,
};
