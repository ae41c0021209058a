// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl limit watch: how many spaces cgroups have, whenever that changes.
 *
 * The files of the rdma controller tell nobody that they have changed. So the
 * events of the module say when to look, and they are the only ones to say that
 * a space was refused. What they do not say, a limit that was set, is found by
 * looking from time to time, and so is everything without events.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ioasid/ioasid.h>

#include "../common/message.h"
#include "json.h"
#include "limit.h"
#include "limit_command.h"
#include "signals.h"
#include "trace.h"

#define DELAY_MS	1000
/* How long to let events gather, however many there are. */
#define GATHER_MS	50

/**
 * struct watched - A cgroup, as it was when it was last printed
 * @id: its id
 * @cgroup: its path, printable; NULL until it was found
 * @max: its limit
 * @current: its spaces
 * @refused: how many it did not get
 * @changed: it is not as it was
 * @seen: it is there
 */
struct watched {
	__u64 id;
	char *cgroup;
	__u32 max;
	__u32 current;
	unsigned long refused;
	bool changed;
	bool seen;
};

/**
 * struct watch - What was asked for, and how far it is
 * @trace: where events come from
 * @has_events: they do
 * @json: print JSON
 * @limited: end when there are no lines left
 * @left: how many there are to print yet
 * @list: all cgroups that have counts, and those that an event was about
 * @count: how many
 */
struct watch {
	struct trace trace;
	bool has_events;
	bool json;
	bool limited;
	unsigned long left;
	struct watched *list;
	size_t count;
};

static struct watched *find(const struct watch *watch, __u64 id)
{
	size_t i;

	for (i = 0; i < watch->count; i++)
		if (watch->list[i].id == id)
			return &watch->list[i];
	return NULL;
}

/* One that was not known had nothing: there is nothing to print of it yet. */
static struct watched *find_or_add(struct watch *watch, __u64 id)
{
	struct watched *list, *entry;

	entry = find(watch, id);
	if (entry)
		return entry;
	list = reallocarray(watch->list, watch->count + 1, sizeof(*list));
	if (!list)
		return NULL;
	watch->list = list;
	entry = &list[watch->count++];
	*entry = (struct watched){ .id = id, .max = IOASID_NO_LIMIT };
	return entry;
}

static int name(struct watched *entry, const char *cgroup)
{
	if (entry->cgroup)
		return 0;
	entry->cgroup = strdup(cgroup);
	if (!entry->cgroup)
		return -ENOMEM;
	make_printable(entry->cgroup);
	return 0;
}

static int update(const struct ioasid_limit *limit, void *data)
{
	struct watched *entry;

	if (!limit->counted)
		return 0;
	entry = find_or_add(data, limit->id);
	if (!entry)
		return -ENOMEM;
	entry->seen = true;
	entry->changed |= entry->max != limit->max ||
			  entry->current != limit->current;
	entry->max = limit->max;
	entry->current = limit->current;
	return name(entry, limit->cgroup);
}

static void print_json(const struct watch *watch, const struct watched *entry)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "cgroup", entry->cgroup);
	json_add_number(object, "id", entry->id);
	json_add_number(object, "spaces", entry->current);
	json_add_limit(object, "max", entry->max);
	if (watch->has_events)
		json_add_number(object, "refused", entry->refused);
	json_add_bool(object, "removed", !entry->seen);
	json_print_line(object);
}

static void print_text(const struct watched *entry)
{
	printf("%s: %u of %s", entry->cgroup, entry->current,
	       format_limit(entry->max).text);
	if (entry->refused)
		printf(", %lu refused", entry->refused);
	puts(entry->seen ? "" : ", removed");
}

static void print(struct watch *watch, struct watched *entry)
{
	entry->changed = false;
	if (watch->limited && !watch->left)
		return;
	watch->left--;
	if (watch->json)
		print_json(watch, entry);
	else
		print_text(entry);
}

/* Its spaces, if it has any left, are charged to those above it. */
static void drop(struct watch *watch, size_t i)
{
	struct watched *entry = &watch->list[i];

	if (entry->cgroup &&
	    (entry->current || entry->max != IOASID_NO_LIMIT))
		print(watch, entry);
	free(entry->cgroup);
	*entry = watch->list[--watch->count];
}

static int look(struct watch *watch, const char *cgroup)
{
	size_t i;
	int rc;

	for (i = 0; i < watch->count; i++)
		watch->list[i].seen = false;
	rc = ioasid_limit_walk(cgroup, update, watch);
	if (rc)
		return rc;
	for (i = 0; i < watch->count; i++)
		if (watch->list[i].seen && watch->list[i].changed)
			print(watch, &watch->list[i]);
	for (i = watch->count; i--;)
		if (!watch->list[i].seen)
			drop(watch, i);
	return 0;
}

/* Whatever the process is called that stands first in the line. */
static void take_line(struct watch *watch, const char *line)
{
	const char *event = strstr(line, "ioasid_refuse: ");
	unsigned long long cgroup;
	struct watched *entry;
	int error;

	if (!event || sscanf(event, "ioasid_refuse: cgroup=%llu error=%d",
			     &cgroup, &error) != 2 || error != -EDQUOT)
		return;
	entry = find_or_add(watch, cgroup);
	if (!entry)
		return;
	entry->refused++;
	entry->changed = true;
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * Waits for an event, and a moment for others that come with it. Returns 0 if a
 * signal came, or a negative errno: -ETIMEDOUT when it is time to look.
 */
static int gather(struct watch *watch, int delay_ms, const sigset_t *mask)
{
	char line[TRACE_LINE_SIZE];
	long end;
	int rc;

	rc = trace_next(&watch->trace, delay_ms, mask, line);
	end = now_ms() + GATHER_MS;
	while (rc > 0) {
		take_line(watch, line);
		if (now_ms() >= end)
			return -ETIMEDOUT;
		rc = trace_next(&watch->trace, end - now_ms(), mask, line);
	}
	return rc;
}

/* Returns 0 when it has come to its end, or a signal did. */
static int follow(struct watch *watch, const char *cgroup, int delay_ms,
		  const sigset_t *mask)
{
	int rc;

	while ((!watch->limited || watch->left) && !fflush(stdout)) {
		rc = gather(watch, delay_ms, mask);
		if (rc == -ETIMEDOUT)
			rc = look(watch, cgroup);
		else if (!rc)
			break;
		if (rc)
			return rc;
	}
	return 0;
}

static int start(struct watch *watch, const char *cgroup, int delay_ms,
		 const sigset_t *mask)
{
	int rc;

	rc = look(watch, cgroup);
	if (rc)
		return complain_limit("read the limits of", cgroup, rc);
	complain("ready");
	rc = follow(watch, cgroup, delay_ms, mask);
	if (rc)
		return complain_limit("watch", cgroup, rc);
	return STATUS_OK;
}

static void free_list(struct watch *watch)
{
	while (watch->count--)
		free(watch->list[watch->count].cgroup);
	free(watch->list);
}

static int run(char **arguments, const struct options *options)
{
	struct watch watch = {
		.json = options->given & OPTION_JSON,
		.limited = options->given & OPTION_COUNT,
		.left = options->count,
	};
	int delay_ms = DELAY_MS;
	sigset_t mask;
	int status;

	if (options->given & OPTION_DELAY)
		delay_ms = options->delay * 1000;
	signals_hold(&mask);
	watch.has_events = !trace_open(&watch.trace);
	if (!watch.has_events)
		complain("without events, refusals are not seen");
	status = start(&watch, arguments[0] ?: "/", delay_ms, &mask);
	trace_close(&watch.trace);
	free_list(&watch);
	return status;
}

const struct command limit_watch_command = {
	.name = "limit watch",
	.arguments = "[CGROUP]",
	.summary = "the same, whenever it changes",
	.help =
"Prints a line whenever what a cgroup has or may have changes, and how often one\n"
"was refused since. Says \"ready\" on stderr after a first look. Ends at a signal.\n"
"Who is not root sees changes after --delay, and no refusals.\n"
"\n"
"  -n, --count COUNT    end after so many lines\n"
"  -d, --delay SECONDS  look that often also when no event is seen (1)\n",
	.examples =
"  ioasidctl limit watch                    # until Ctrl-C\n"
"  ioasidctl limit watch -n 1 /system.slice\n",
	.max_arguments = 1,
	.takes = OPTION_JSON | OPTION_COUNT | OPTION_DELAY,
	.first = ARGUMENT_CGROUP,
	.run = run,
};
