// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl cdi: a specification of the Container Device Interface, in which
 * container runtimes look up the devices that a container is to have.
 *
 * Each accelerator is a device, and so are all of them together. Every device
 * brings /dev/ioasid along. Runtimes read the file whenever they like, so it is
 * written under another name, which they pass over, and then put in its place.
 */
#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "../common/message.h"
#include "command.h"
#include "json.h"

/* The first in which the name of a device may begin with a digit. */
#define CDI_VERSION	"0.5.0"
#define KIND		"ioasid/accelerator"
#define ALL		"all"
#define SYSTEM_NODE	"/dev/ioasid"
#define NODES		"/dev/ioasid_sim*"
#define PREFIX		"ioasid_"

/* Letters and digits of ASCII, and in between also what is in @others. */
static bool is_name(const char *text, size_t length, const char *others)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (!isalnum((unsigned char)text[i]) &&
		    (!i || i == length - 1 || !strchr(others, text[i])))
			return false;
	return length;
}

static bool is_kind(const char *kind)
{
	const char *slash = strchr(kind, '/');

	return slash && isalpha((unsigned char)*kind) &&
	       isalpha((unsigned char)slash[1]) &&
	       is_name(kind, slash - kind, ".-_") &&
	       is_name(slash + 1, strlen(slash + 1), "-_");
}

/* What tells a node from others. */
static const char *name_of(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	size_t length = strlen(PREFIX);

	return !strncmp(name, PREFIX, length) ? name + length : name;
}

static int check_path(const char *path)
{
	const char *name;

	if (*path != '/')
		return complain_usage("'%s' is no path as /dev/ioasid_sim0",
				      path);
	name = name_of(path);
	if (is_name(name, strlen(name), "_-.:") && strcmp(name, ALL))
		return STATUS_OK;
	return complain_usage("%s: a device cannot be called '%s'", path, name);
}

static int complain_twins(const char *one, const char *other)
{
	return complain_usage("%s and %s would both be '%s'", one, other,
			      name_of(one));
}

/* No two devices may have one name. */
static int check_paths(char **paths)
{
	char **path, **other;
	int status;

	for (path = paths; *path; path++) {
		status = check_path(*path);
		if (status)
			return status;
		for (other = paths; other < path; other++)
			if (!strcmp(name_of(*other), name_of(*path)))
				return complain_twins(*other, *path);
	}
	return STATUS_OK;
}

static int complain_node(const char *path)
{
	if (errno != ENOENT)
		complain("cannot look at %s: %s", path, strerror(errno));
	else if (!strcmp(path, SYSTEM_NODE))
		complain("there is no %s: load the module ioasid", path);
	else
		complain("there is no %s: load its driver", path);
	return STATUS_FAILED;
}

static int read_node(const char *path, struct stat *node)
{
	if (stat(path, node))
		return complain_node(path);
	if (S_ISCHR(node->st_mode))
		return STATUS_OK;
	complain("%s is not a character device, as an accelerator is", path);
	return STATUS_FAILED;
}

static int add_node(struct json_object *nodes, const char *path)
{
	struct json_object *node;
	struct stat found;

	if (read_node(path, &found))
		return STATUS_FAILED;
	node = json_object_new_object();
	json_add_text(node, "path", path);
	json_add_text(node, "type", "c");
	json_add_number(node, "major", major(found.st_rdev));
	json_add_number(node, "minor", minor(found.st_rdev));
	json_add_text(node, "permissions", "rw");
	return json_object_array_add(nodes, node);
}

static int add_edits(struct json_object *object, char **paths, size_t count)
{
	struct json_object *edits = json_object_new_object();
	struct json_object *nodes = json_object_new_array();
	int status = STATUS_OK;
	size_t i;

	json_object_object_add(edits, "deviceNodes", nodes);
	json_object_object_add(object, "containerEdits", edits);
	for (i = 0; i < count && !status; i++)
		status = add_node(nodes, paths[i]);
	return status;
}

static int add_device(struct json_object *devices, const char *name,
		      char **paths, size_t count)
{
	struct json_object *device = json_object_new_object();

	json_add_text(device, "name", name);
	json_object_array_add(devices, device);
	return add_edits(device, paths, count);
}

static int add_devices(struct json_object *root, char **paths)
{
	struct json_object *devices = json_object_new_array();
	size_t count;
	int status;

	json_object_object_add(root, "devices", devices);
	for (count = 0; paths[count]; count++) {
		status = add_device(devices, name_of(paths[count]),
				    &paths[count], 1);
		if (status)
			return status;
	}
	return add_device(devices, ALL, paths, count);
}

static int fill(struct json_object *root, const char *kind, char **paths)
{
	int status;

	json_add_text(root, "cdiVersion", CDI_VERSION);
	json_add_text(root, "kind", kind);
	status = add_devices(root, paths);
	return status ?: add_edits(root, (char *[]){ SYSTEM_NODE }, 1);
}

static int complain_file(const char *path)
{
	complain("cannot write %s: %s", path, strerror(errno));
	return STATUS_FAILED;
}

static int put_in_place(const char *path, const char *new,
			struct json_object *root)
{
	FILE *file = fopen(new, "we");
	bool failed;

	if (!file) {
		json_object_put(root);
		return complain_file(new);
	}
	json_print_to(file, root);
	failed = ferror(file);
	if (!fclose(file) && !failed && !rename(new, path))
		return STATUS_OK;
	complain_file(path);
	remove(new);
	return STATUS_FAILED;
}

static int write_file(const char *path, struct json_object *root)
{
	struct stat old;
	char *new;
	int status;

	if (!lstat(path, &old) && !S_ISREG(old.st_mode)) {
		json_object_put(root);
		return complain_usage("%s is there and not a plain file", path);
	}
	if (asprintf(&new, "%s.new", path) < 0)
		abort();
	status = put_in_place(path, new, root);
	free(new);
	return status;
}

static int write_out(const struct options *options, char **paths)
{
	struct json_object *root = json_object_new_object();

	if (fill(root, options->kind ?: KIND, paths)) {
		json_object_put(root);
		return STATUS_FAILED;
	}
	if (options->given & OPTION_OUTPUT)
		return write_file(options->output, root);
	json_print(root);
	return STATUS_OK;
}

static int write_all(const struct options *options)
{
	glob_t found;
	int status;

	if (glob(NODES, 0, NULL, &found)) {
		complain("there is no " NODES ": load ioasid_sim or name some");
		return STATUS_FAILED;
	}
	status = write_out(options, found.gl_pathv);
	globfree(&found);
	return status;
}

static int run(char **arguments, const struct options *options)
{
	int status;

	if (options->given & OPTION_KIND && !is_kind(options->kind))
		return complain_usage("'%s' is not a kind such as " KIND,
				      options->kind);
	status = check_paths(arguments);
	if (status)
		return status;
	return *arguments ? write_out(options, arguments) : write_all(options);
}

const struct command cdi_command = {
	.name = "cdi",
	.arguments = "[NODE...]",
	.summary = "devices, for container runtimes",
	.help =
"Prints a specification of the Container Device Interface (CDI): a device for\n"
"each accelerator's NODE, which has the node's name without \"ioasid_\", and one\n"
"that is \"all\" of them. A container that is given a device has /dev/ioasid too.\n"
"Without a NODE there is one for each /dev/ioasid_sim*.\n"
"\n"
"  --kind VENDOR/CLASS  of what kind the devices are: " KIND "\n"
"  --output FILE        write that file, as a whole or not at all\n"
"\n"
"Runtimes look for files in /etc/cdi and /var/run/cdi. The numbers of nodes may be\n"
"others when the modules are loaded anew: write the file then.\n",
	.examples =
"  ioasidctl cdi\n"
"  mkdir -p /etc/cdi && ioasidctl cdi --output /etc/cdi/ioasid.json\n"
"  ioasidctl cdi --kind example.com/dma /dev/ioasid_sim1\n",
	.max_arguments = INT_MAX,
	.takes = OPTION_KIND | OPTION_OUTPUT,
	.first = ARGUMENT_FILE,
	.rest = ARGUMENT_FILE,
	.run = run,
};
