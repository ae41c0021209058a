/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Answers as JSON. Names are those of fdinfo with "_" for "-", numbers are
 * numbers, and members are only ever added.
 */
#ifndef IOASIDCTL_JSON_H
#define IOASIDCTL_JSON_H

#include <json-c/json.h>

#include "spaces.h"

struct json_object *space_to_json(const struct space *space);

/* Prints @root and frees it. */
void json_print(struct json_object *root);

#endif
