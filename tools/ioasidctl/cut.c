// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl cut: takes a space back from one device.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../common/message.h"
#include "command.h"
#include "json.h"
#include "reach.h"

static int take_number(const char *text, __u64 *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !errno && !*end)
		return STATUS_OK;
	return complain_usage("'%s' is not the number of an attachment", text);
}

static void print_result(__u64 id, int count, bool json)
{
	struct json_object *root;

	if (!json) {
		printf("%d %s cut off\n", count,
		       count == 1 ? "attachment" : "attachments");
		return;
	}
	root = json_object_new_object();
	json_add_number(root, "ioasid", id);
	json_add_number(root, "cut", count);
	json_print(root);
}

static int run(char **arguments, const struct options *options)
{
	int status, space, rc;
	__u64 id, number;

	status = take_number(arguments[1], &number);
	if (!status)
		status = reach_space(arguments[0], IOASID_RIGHT_MANAGE, &space,
				     &id);
	if (status)
		return status;
	rc = ioasid_space_cut(space, number);
	close(space);
	if (rc < 0) {
		complain("cannot cut off attachment %llu of space %llu: %s",
			 number, id, ioasid_explain(IOASID_OP_CUT, rc));
		return STATUS_FAILED;
	}
	print_result(id, rc, options->given & OPTION_JSON);
	return STATUS_OK;
}

const struct command cut_command = {
	.name = "cut",
	.arguments = "ID ATTACHMENT",
	.summary = "take a space back from a device",
	.help =
"Takes a space back from the device of one attachment (a number that 'holders'\n"
"prints), and prints how many attachments that were: all that the device had.\n"
"When it ends, the device reaches nothing through the space. It can be attached\n"
"again once its driver has let go.\n",
	.examples =
"  ioasidctl holders 7            # says which attachments there are\n"
"  ioasidctl cut 7 1              # the device of the first\n",
	.min_arguments = 2,
	.max_arguments = 2,
	.takes = OPTION_JSON,
	.first = ARGUMENT_SPACE,
	.rest = ARGUMENT_ATTACHMENT,
	.run = run,
};
