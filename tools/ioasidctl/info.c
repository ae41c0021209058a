// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl info: what the running kernel offers.
 */
#include <stdio.h>
#include <unistd.h>

#include "../common/message.h"
#include "command.h"
#include "json.h"
#include "table.h"

#define MAX_TYPES	32

static int read_info(struct ioasid_info *info)
{
	int system, rc;

	system = ioasid_system_open();
	if (system < 0) {
		complain("cannot open /dev/ioasid: %s",
			 ioasid_explain(IOASID_OP_SYSTEM_OPEN, system));
		return system;
	}
	rc = ioasid_system_info(system, info);
	close(system);
	if (rc)
		complain("cannot ask /dev/ioasid: %s",
			 ioasid_explain(IOASID_OP_SPACE, rc));
	return rc;
}

/* A kernel newer than the library has types without a name here. */
static const char *type_name(unsigned int type, char *buf, size_t size)
{
	const char *name = ioasid_type_name(type);

	if (name)
		return name;
	snprintf(buf, size, "type%u", type);
	return buf;
}

static void print_json(const struct ioasid_info *info)
{
	struct json_object *root = json_object_new_object();
	struct json_object *types = json_object_new_array();
	unsigned int type;
	const char *name;
	char buf[16];

	for (type = 0; type < MAX_TYPES; type++) {
		if (!(info->out_types >> type & 1))
			continue;
		name = type_name(type, buf, sizeof(buf));
		json_object_array_add(types, json_object_new_string(name));
	}
	json_object_object_add(root, "abi",
			       json_object_new_uint64(info->out_abi));
	json_object_object_add(root, "types", types);
	json_object_object_add(root, "pasid_bits",
			       json_object_new_uint64(info->out_pasid_bits));
	json_print(root);
}

static void print_text(const struct ioasid_info *info)
{
	unsigned int type;
	char buf[16];

	printf("ABI         %u\n", info->out_abi);
	printf("types      ");
	for (type = 0; type < MAX_TYPES; type++)
		if (info->out_types >> type & 1)
			printf(" %s", type_name(type, buf, sizeof(buf)));
	printf("\nPASID bits  %u\n", info->out_pasid_bits);
}

static int run(char **arguments, const struct options *options)
{
	struct ioasid_info info;

	if (read_info(&info))
		return STATUS_FAILED;
	if (options->given & OPTION_JSON)
		print_json(&info);
	else
		print_text(&info);
	return STATUS_OK;
}

const struct command info_command = {
	.name = "info",
	.arguments = "",
	.summary = "what the running kernel offers",
	.help =
"Prints the version of the kernel's interface, the types of spaces that can be\n"
"created, and the width of a PASID.\n",
	.takes = OPTION_JSON,
	.run = run,
};
