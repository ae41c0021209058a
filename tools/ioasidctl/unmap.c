// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl unmap: takes memory out of a space of type iova.
 */
#include <stdio.h>
#include <unistd.h>

#include "../common/message.h"
#include "../common/size.h"
#include "command.h"
#include "json.h"
#include "range.h"
#include "reach.h"

static void print_result(__u64 id, __u64 unmapped, bool json)
{
	struct json_object *root;

	if (!json) {
		printf("%llu bytes (%s)\n", unmapped,
		       format_size(unmapped).text);
		return;
	}
	root = json_object_new_object();
	json_add_number(root, "ioasid", id);
	json_add_number(root, "unmapped", unmapped);
	json_print(root);
}

/* @range: NULL for everything */
static int take_out(const char *name, const struct range *range, bool json)
{
	__u64 id, unmapped;
	int status, space, rc;

	status = reach_space(name, IOASID_RIGHT_MAP, &space, &id);
	if (status)
		return status;
	if (range)
		rc = ioasid_space_unmap(space, range->first, range->length,
					&unmapped);
	else
		rc = ioasid_space_unmap_all(space, &unmapped);
	close(space);
	if (rc) {
		complain("cannot unmap in space %llu: %s", id,
			 ioasid_explain(IOASID_OP_UNMAP, rc));
		return STATUS_FAILED;
	}
	print_result(id, unmapped, json);
	return STATUS_OK;
}

static int run(char **arguments, const struct options *options)
{
	bool all = options->given & OPTION_ALL;
	bool json = options->given & OPTION_JSON;
	struct range range;
	int status;

	if (!arguments[1] == !all)
		return complain_usage("'unmap' needs a range, or --all");
	if (all)
		return take_out(arguments[0], NULL, json);
	status = take_whole_range(arguments[1], &range);
	return status ?: take_out(arguments[0], &range, json);
}

const struct command unmap_command = {
	.name = "unmap",
	.arguments = "ID ADDRESS+LENGTH|--all",
	.summary = "take it out again",
	.help =
"Takes everything out that a space of type iova maps in a range, or all that it\n"
"maps, and prints how much that was. When it ends, no device reaches it.\n"
"\n"
"  --all          everything that is mapped\n",
	.examples =
"  ioasidctl unmap 7 0x200000000+4K    # a part\n"
"  ioasidctl unmap 7 --all             # everything\n",
	.min_arguments = 1,
	.max_arguments = 2,
	.takes = OPTION_JSON | OPTION_ALL,
	.first = ARGUMENT_SPACE,
	.run = run,
};
