/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Answers as JSON. Names are those of fdinfo with "_" for "-", numbers are
 * numbers, and members are only ever added.
 */
#ifndef IOASIDCTL_JSON_H
#define IOASIDCTL_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include <json-c/json.h>

#include "space.h"

void json_add_number(struct json_object *object, const char *name,
		     __u64 number);
void json_add_text(struct json_object *object, const char *name,
		   const char *text);
void json_add_bool(struct json_object *object, const char *name, bool value);
/* @sizes: powers of two, ORed, become an array. */
void json_add_sizes(struct json_object *object, const char *name, __u64 sizes);

struct json_object *space_to_json(const struct space *space);

/* All print @root and free it; the last on one line. */
void json_print_to(FILE *file, struct json_object *root);
void json_print(struct json_object *root);
void json_print_line(struct json_object *root);

#endif
