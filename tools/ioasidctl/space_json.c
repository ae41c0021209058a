// SPDX-License-Identifier: GPL-2.0-only
/*
 * A space as JSON, with all that is known of it.
 */
#include <string.h>

#include "describe.h"
#include "json.h"

static bool is_among(const struct space *space, size_t before,
		     const char *device)
{
	size_t i;

	for (i = 0; i < before; i++)
		if (!strcmp(space->attachments[i].device, device))
			return true;
	return false;
}

/* Each once; a driver without a device has no name. */
static struct json_object *devices_to_json(const struct space *space)
{
	struct json_object *devices = json_object_new_array();
	const char *device;
	size_t i;

	for (i = 0; i < space->nr_attachments; i++) {
		device = space->attachments[i].device;
		if (*device && !is_among(space, i, device))
			json_object_array_add(devices,
					      json_object_new_string(device));
	}
	return devices;
}

static struct json_object *
attachment_to_json(const struct ioasid_attachment_entry *entry)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "id", entry->id);
	json_add_text(object, "device", entry->device);
	json_add_number(object, "cookie", entry->cookie);
	if (entry->pid)
		json_add_number(object, "pid", entry->pid);
	json_add_text(object, "comm", entry->comm);
	json_add_bool(object, "no_fault",
		      entry->flags & IOASID_ATTACHMENT_NO_FAULT);
	json_add_bool(object, "cut", entry->flags & IOASID_ATTACHMENT_CUT);
	return object;
}

static struct json_object *attachments_to_json(const struct space *space)
{
	struct json_object *array = json_object_new_array();
	const struct ioasid_attachment_entry *entry;
	size_t i;

	for (i = 0; i < space->nr_attachments; i++) {
		entry = &space->attachments[i];
		if (attachment_is_known(entry))
			json_object_array_add(array, attachment_to_json(entry));
	}
	return array;
}

static struct json_object *rights_to_json(__u32 rights)
{
	struct json_object *array = json_object_new_array();
	const char *name;
	__u32 right;

	for (right = 1; (name = ioasid_right_name(right)); right <<= 1)
		if (rights & right)
			json_object_array_add(array,
					      json_object_new_string(name));
	return array;
}

static struct json_object *holder_to_json(const struct holder *holder)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "pid", holder->pid);
	json_add_text(object, "comm", holder->comm);
	json_add_number(object, "fd", holder->fd);
	if (holder->has_rights)
		json_object_object_add(object, "rights",
				       rights_to_json(holder->rights));
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

static struct json_object *creator_to_json(const struct creator *creator)
{
	struct json_object *object = json_object_new_object();

	if (creator->pid)
		json_add_number(object, "pid", creator->pid);
	json_add_text(object, "comm", creator->comm);
	if (creator->has_uid) {
		json_add_number(object, "uid", creator->uid);
		json_add_text(object, "user", describe_user(creator->uid).text);
	}
	return object;
}

static struct json_object *cgroup_to_json(__u64 id)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "id", id);
	json_add_text(object, "path", describe_cgroup(id));
	return object;
}

static void add_origin(struct json_object *object, const struct space *space)
{
	const struct creator *creator = &space->creator;

	if (!creator->known)
		return;
	json_add_bool(object, "hidden", space->hidden);
	json_add_bool(object, "kernel", space->kernel);
	if (!space->kernel)
		json_object_object_add(object, "creator",
				       creator_to_json(creator));
	if (creator->cgroup)
		json_object_object_add(object, "cgroup",
				       cgroup_to_json(creator->cgroup));
	json_add_number(object, "fds", space->fds);
}

struct json_object *space_to_json(const struct space *space)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "ioasid", space->id);
	json_add_number(object, "pasid", space->pasid);
	json_add_text(object, "type", space->type);
	json_add_text(object, "state", space->state);
	if (space->has_mm)
		json_add_text(object, "mm", space->mm_gone ? "gone" : "live");
	add_origin(object, space);
	json_add_number(object, "attachments", space->nr_attached);
	json_object_object_add(object, "devices", devices_to_json(space));
	json_object_object_add(object, "attachment_list",
			       attachments_to_json(space));
	json_add_number(object, "mapped", space->mapped);
	json_add_number(object, "pinned", space->pinned);
	json_add_number(object, "maps", space->maps);
	json_add_number(object, "faults", space->faults);
	json_add_number(object, "faults_failed", space->faults_failed);
	json_object_object_add(object, "holders", holders_to_json(space));
	return object;
}
