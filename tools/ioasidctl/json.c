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

void json_print_to(FILE *file, struct json_object *root)
{
	const int format = JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			   JSON_C_TO_STRING_NOSLASHESCAPE;

	fprintf(file, "%s\n", json_object_to_json_string_ext(root, format));
	json_object_put(root);
}

void json_print(struct json_object *root)
{
	json_print_to(stdout, root);
}

void json_print_line(struct json_object *root)
{
	puts(json_object_to_json_string_ext(root,
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(root);
}
