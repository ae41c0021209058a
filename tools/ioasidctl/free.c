// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl free: takes a space back from everybody.
 */
#include <stdio.h>
#include <unistd.h>

#include "../common/message.h"
#include "command.h"
#include "json.h"
#include "reach.h"

static void print_text(const struct ioasid_status *status)
{
	if (status->out_state == IOASID_STATE_FREE_PENDING)
		printf("space %llu is freed and parked: %u %s not let go\n",
		       status->out_id, status->out_attachments,
		       status->out_attachments == 1 ? "attachment has" :
		       "attachments have");
	else
		printf("space %llu is freed\n", status->out_id);
}

static void print_json(const struct ioasid_status *status)
{
	struct json_object *root = json_object_new_object();

	json_add_number(root, "ioasid", status->out_id);
	json_add_text(root, "state",
		      ioasid_state_name(status->out_state) ?: "unknown");
	json_add_number(root, "attachments", status->out_attachments);
	json_print(root);
}

static int run(char **arguments, const struct options *options)
{
	struct ioasid_status space_status;
	int status, space, rc;
	__u64 id;

	status = reach_space(arguments[0], IOASID_RIGHT_MANAGE, &space, &id);
	if (status)
		return status;
	rc = ioasid_space_free(space);
	if (rc >= 0)
		rc = ioasid_space_status(space, &space_status);
	close(space);
	if (rc < 0) {
		complain("cannot free space %llu: %s", id,
			 ioasid_explain(IOASID_OP_SPACE, rc));
		return STATUS_FAILED;
	}
	if (options->given & OPTION_JSON)
		print_json(&space_status);
	else
		print_text(&space_status);
	return STATUS_OK;
}

const struct command free_command = {
	.name = "free",
	.arguments = "ID",
	.summary = "take a space back from everybody",
	.help =
"Takes a space back. When it ends, no device reaches anything through it, and\n"
"none can be attached any more. Its descriptors stay open and are of no use.\n"
"While drivers still hold attachments its PASID is parked: see 'holders'.\n",
	.examples =
"  ioasidctl free 7               # by ID\n"
"  ioasidctl free 812/5           # by a descriptor\n",
	.min_arguments = 1,
	.max_arguments = 1,
	.takes = OPTION_JSON,
	.first = ARGUMENT_SPACE,
	.run = run,
};
