// SPDX-License-Identifier: GPL-2.0-only
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "../common/compiler.h"
#include "colour.h"
#include "describe.h"

static enum colour colour_of(const struct space *space)
{
	if (space->mm_gone)
		return COLOUR_RED;
	if (space_is(space, IOASID_STATE_FREE_PENDING))
		return COLOUR_YELLOW;
	if (space_is(space, IOASID_STATE_ACTIVE))
		return COLOUR_GREEN;
	return COLOUR_NONE;
}

struct short_text describe_state_plain(const struct space *space)
{
	struct short_text out;

	snprintf(out.text, sizeof(out.text), "%s%s%s%s", space->state,
		 space->mm_gone ? ",mm-gone" : "",
		 space->hidden ? ",hidden" : "",
		 space->kernel ? ",kernel" : "");
	return out;
}

struct short_text describe_state(const struct space *space)
{
	enum colour colour = colour_of(space);
	struct short_text out;

	snprintf(out.text, sizeof(out.text), "%s%s%s", colour_start(colour),
		 describe_state_plain(space).text, colour_end(colour));
	return out;
}

const char *describe_creator_name(const struct space *space)
{
	return space->kernel ? "kernel" : space->creator.comm;
}

struct short_text describe_creator(const struct space *space)
{
	const struct creator *creator = &space->creator;
	struct short_text out;

	if (!creator->known)
		snprintf(out.text, sizeof(out.text), "-");
	else if (space->kernel)
		snprintf(out.text, sizeof(out.text), "kernel");
	else if (creator->pid)
		snprintf(out.text, sizeof(out.text), "%d(%s)", creator->pid,
			 creator->comm);
	else
		snprintf(out.text, sizeof(out.text), "(%s)", creator->comm);
	return out;
}

struct short_text describe_rights(const struct holder *holder)
{
	struct short_text out;
	char *blank = out.text;

	ioasid_rights_text(holder->rights, out.text, sizeof(out.text));
	while ((blank = strchr(blank, ' ')))
		*blank = ',';
	if (!holder->has_rights)
		snprintf(out.text, sizeof(out.text), "-");
	else if (!holder->rights)
		snprintf(out.text, sizeof(out.text), "none");
	return out;
}

struct short_text describe_user(uid_t uid)
{
	const struct passwd *user = getpwuid(uid);
	struct short_text out;

	if (user)
		snprintf(out.text, sizeof(out.text), "%s", user->pw_name);
	else
		snprintf(out.text, sizeof(out.text), "%u", uid);
	return out;
}

/* Often asked for again at once, and to find it takes long. */
const char *describe_cgroup(__u64 id)
{
	static char path[PATH_MAX];
	static __u64 last;

	if (!id)
		return "-";
	if (id == last)
		return path;
	if (ioasid_cgroup_path_of(id, path, sizeof(path)))
		snprintf(path, sizeof(path), "[%llu]", id);
	make_printable(path);
	last = id;
	return path;
}

const char *describe_device(const struct ioasid_attachment_entry *entry)
{
	return *entry->device ? entry->device : "(software)";
}

struct long_text
describe_attachment(const struct ioasid_attachment_entry *entry)
{
	bool cut = entry->flags & IOASID_ATTACHMENT_CUT;
	bool no_fault = entry->flags & IOASID_ATTACHMENT_NO_FAULT;
	char maker[64], cookie[32] = "";
	struct long_text out;

	if (entry->pid)
		snprintf(maker, sizeof(maker), "process %u (%s)", entry->pid,
			 entry->comm);
	else
		snprintf(maker, sizeof(maker), "%s", entry->comm);
	if (entry->cookie)
		snprintf(cookie, sizeof(cookie), ", cookie %llu",
			 entry->cookie);
	snprintf(out.text, sizeof(out.text),
		 "%s, attachment %llu by %s%s%s%s",
		 describe_device(entry), entry->id, maker, cookie,
		 no_fault ? ", no page requests" : "",
		 cut ? ", cut off" : "");
	return out;
}
