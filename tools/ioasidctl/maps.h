/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All maps of an IOVA space.
 */
#ifndef IOASIDCTL_MAPS_H
#define IOASIDCTL_MAPS_H

#include <stddef.h>

#include <json-c/json.h>
#include <linux/ioasid.h>

/* Ordered by address. */
struct maps {
	struct ioasid_map_entry *list;
	size_t count;
};

/* Returns 0 or a negative errno. To be freed in both cases. */
int maps_read(int space, struct maps *maps);
void maps_free(struct maps *maps);

struct json_object *maps_to_json(const struct maps *maps);

#endif
