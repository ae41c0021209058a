// SPDX-License-Identifier: GPL-2.0-only
#include "json.h"

void json_add_number(struct json_object *object, const char *name, __u64 number)
{
	json_object_object_add(object, name, json_object_new_uint64(number));
}

void json_add_text(struct json_object *object, const char *name,
		   const char *text)
{
	json_object_object_add(object, name, json_object_new_string(text));
}

void json_add_bool(struct json_object *object, const char *name, bool value)
{
	json_object_object_add(object, name, json_object_new_boolean(value));
}

void json_add_sizes(struct json_object *object, const char *name, __u64 sizes)
{
	struct json_object *array = json_object_new_array();

	for (; sizes; sizes &= sizes - 1)
		json_object_array_add(array,
				      json_object_new_uint64(sizes & -sizes));
	json_object_object_add(object, name, array);
}

static struct json_object *devices_to_json(const struct ioasid_fdinfo *info)
{
	struct json_object *devices = json_object_new_array();
	size_t i;

	for (i = 0; i < info->nr_devices; i++)
		json_object_array_add(devices,
				      json_object_new_string(info->devices[i]));
	return devices;
}

static struct json_object *holder_to_json(const struct holder *holder)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "pid", holder->pid);
	json_add_text(object, "comm", holder->comm);
	json_add_number(object, "fd", holder->fd);
	return object;
}

static struct json_object *holders_to_json(const struct space *space)
{
	struct json_object *holders = json_object_new_array();
	size_t i;

	for (i = 0; i < space->nr_holders; i++)
		json_object_array_add(holders,
				      holder_to_json(&space->holders[i]));
	return holders;
}

struct json_object *space_to_json(const struct space *space)
{
	struct json_object *object = json_object_new_object();
	const struct ioasid_fdinfo *info = space->info;

	json_add_number(object, "ioasid", info->id);
	json_add_number(object, "pasid", info->pasid);
	json_add_text(object, "type", info->type);
	json_add_text(object, "state", info->state);
	if (info->has_mm)
		json_add_text(object, "mm", info->mm_gone ? "gone" : "live");
	json_add_number(object, "attachments", info->attachments);
	json_object_object_add(object, "devices", devices_to_json(info));
	json_add_number(object, "mapped", info->mapped);
	json_add_number(object, "pinned", info->pinned);
	json_add_number(object, "maps", info->maps);
	json_add_number(object, "faults", info->faults);
	json_add_number(object, "faults_failed", info->faults_failed);
	json_object_object_add(object, "holders", holders_to_json(space));
	return object;
}

void json_print(struct json_object *root)
{
	const int format = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			   JSON_C_TO_STRING_NOSLASHESCAPE;

	puts(json_object_to_json_string_ext(root, format));
	json_object_put(root);
}
