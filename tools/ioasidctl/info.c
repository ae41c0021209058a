// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl info: what the running kernel offers.
 */
#include <stdio.h>
#include <unistd.h>

#include "../common/message.h"
#include "../common/size.h"
#include "command.h"
#include "describe.h"
#include "info.h"
#include "json.h"

#define MAX_TYPES	32
/* From this version on the kernel tells what is there and what is left. */
#define ABI_COUNTS	3

int info_read(struct ioasid_info *info)
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

static bool is_limited(const struct ioasid_info *info)
{
	return info->out_pinned_max != ~0ull;
}

/* The cgroup that pays, and what all limits together leave it. */
static struct json_object *cgroup_to_json(const struct ioasid_info *info)
{
	struct json_object *object = json_object_new_object();
	struct ioasid_limit *limit;

	json_add_number(object, "id", info->out_cgroup);
	json_add_text(object, "path", describe_cgroup(info->out_cgroup));
	if (ioasid_limit_of_process(0, &limit))
		return object;
	if (limit->tightest) {
		json_add_number(object, "left", limit->left);
		json_add_text(object, "limited_by", limit->tightest);
	}
	ioasid_limit_free(limit);
	return object;
}

static void add_counts(struct json_object *root, const struct ioasid_info *info)
{
	json_add_number(root, "spaces", info->out_spaces);
	json_add_number(root, "pasids_left", info->out_pasids_left);
	json_add_number(root, "pasids_resting", info->out_pasids_resting);
	json_add_number(root, "pinned", info->out_pinned);
	if (is_limited(info))
		json_add_number(root, "pinned_max", info->out_pinned_max);
	json_object_object_add(root, "cgroup", cgroup_to_json(info));
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
	json_add_number(root, "abi", info->out_abi);
	json_object_object_add(root, "types", types);
	json_add_number(root, "pasid_bits", info->out_pasid_bits);
	if (info->out_abi >= ABI_COUNTS)
		add_counts(root, info);
	json_print(root);
}

static void print_left(void)
{
	struct ioasid_limit *limit;
	int rc;

	printf("limit       ");
	rc = ioasid_limit_of_process(0, &limit);
	if (rc) {
		printf("not known: %s\n", ioasid_explain(IOASID_OP_LIMIT, rc));
		return;
	}
	if (limit->tightest)
		printf("%u more, by that of %s\n", limit->left,
		       limit->tightest);
	else
		puts(limit->hidden ? "none that can be seen" : "none");
	ioasid_limit_free(limit);
}

static void print_counts(const struct ioasid_info *info)
{
	printf("spaces      %u\n", info->out_spaces);
	printf("PASIDs      %u left, %u rest from their last use\n",
	       info->out_pasids_left, info->out_pasids_resting);
	printf("pinned      %s of ", format_size(info->out_pinned).text);
	if (is_limited(info))
		printf("%s\n", format_size(info->out_pinned_max).text);
	else
		puts("any number");
	printf("cgroup      %s\n", describe_cgroup(info->out_cgroup));
	print_left();
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
	if (info->out_abi >= ABI_COUNTS)
		print_counts(info);
}

static int run(char **arguments, const struct options *options)
{
	struct ioasid_info info;

	if (info_read(&info))
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
"created, and the width of a PASID; how many spaces there are and how many more\n"
"PASIDs allow; what the caller has pinned of what RLIMIT_MEMLOCK allows; the\n"
"cgroup that the caller's next space is charged to; and how many more it can get,\n"
"by the limit of which cgroup.\n",
	.examples =
"  ioasidctl info                 # how many more spaces there can be\n"
"  ioasidctl -j info | jq .abi\n",
	.takes = OPTION_JSON,
	.run = run,
};
