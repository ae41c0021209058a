// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include <ioasid/ioasid.h>

#include "json.h"
#include "maps.h"

#define AT_ONCE	256

static int make_room(struct maps *maps)
{
	struct ioasid_map_entry *list;

	list = reallocarray(maps->list, maps->count + AT_ONCE, sizeof(*list));
	if (!list)
		return -ENOMEM;
	maps->list = list;
	return 0;
}

int maps_read(int space, struct maps *maps)
{
	__u64 next = 0;
	int rc;

	*maps = (struct maps){};
	do {
		rc = make_room(maps);
		if (rc)
			return rc;
		rc = ioasid_space_maps(space, &next, maps->list + maps->count,
				       AT_ONCE);
		if (rc > 0)
			maps->count += rc;
	} while (rc > 0);
	return rc;
}

void maps_free(struct maps *maps)
{
	free(maps->list);
}

static struct json_object *map_to_json(const struct ioasid_map_entry *map)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "iova", map->iova);
	json_add_number(object, "length", map->length);
	json_add_bool(object, "read", map->flags & IOASID_READ);
	json_add_bool(object, "write", map->flags & IOASID_WRITE);
	json_add_sizes(object, "page_sizes", map->page_sizes);
	return object;
}

struct json_object *maps_to_json(const struct maps *maps)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < maps->count; i++)
		json_object_array_add(array, map_to_json(&maps->list[i]));
	return array;
}
