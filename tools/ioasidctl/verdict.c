// SPDX-License-Identifier: GPL-2.0-only
/*
 * What keeps a space, in words: "freed; parked because attachment 3 of dsa0,
 * made by service[412], has not let go".
 */
#include <stdio.h>

#include "describe.h"
#include "verdict.h"

static void say_state(const struct space *space, FILE *out)
{
	if (space_is(space, IOASID_STATE_FREE_PENDING))
		fputs("freed; parked", out);
	else if (space_is(space, IOASID_STATE_FREE))
		fputs("freed; its PASID is kept", out);
	else if (space->mm_gone)
		fputs("of no use, since its process is gone; kept", out);
	else
		fputs("kept", out);
}

static void say_attachment(const struct ioasid_attachment_entry *entry,
			   FILE *out)
{
	if (!attachment_is_known(entry)) {
		fprintf(out, "%s", describe_device(entry));
		return;
	}
	fprintf(out, "attachment %llu of %s", entry->id,
		describe_device(entry));
	if (entry->pid)
		fprintf(out, ", made by %s[%u],", entry->comm, entry->pid);
	else if (*entry->comm)
		fprintf(out, ", made by %s,", entry->comm);
}

static void say_attachments(const struct space *space, FILE *out)
{
	size_t i;

	fputs(" because ", out);
	for (i = 0; i < space->nr_attachments; i++) {
		if (i)
			fputs(" and ", out);
		say_attachment(&space->attachments[i], out);
	}
	if (!space->nr_attachments)
		fprintf(out, "%u attachments", space->nr_attached);
	fputs(space->nr_attached == 1 ? " has" : " have", out);
	fputs(" not let go", out);
}

static void say_descriptors(const struct space *space, FILE *out)
{
	size_t i;

	fputs(" by ", out);
	for (i = 0; i < space->nr_holders; i++)
		fprintf(out, "%sdescriptor %d of %s[%d]", i ? " and " : "",
			space->holders[i].fd, space->holders[i].comm,
			space->holders[i].pid);
	if (!space->nr_holders)
		fputs("descriptors that no process you may look at has", out);
}

static void say_all(const struct space *space, FILE *out)
{
	say_state(space, out);
	if (space->kernel)
		fputs(" by the driver that has made it for itself", out);
	else if (space->hidden || space_is(space, IOASID_STATE_FREE_PENDING))
		say_attachments(space, out);
	else
		say_descriptors(space, out);
}

char *verdict_on(const struct space *space)
{
	char *text = NULL;
	size_t size;
	FILE *out;

	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	say_all(space, out);
	fclose(out);
	return text;
}
