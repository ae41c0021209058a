// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Sentences for what the kernel says about a failure. Each says what stands in
 * the way, which takes a function, and behind a colon what can be done.
 */
#include <string.h>

#include "reason.h"
#include "sys.h"
#include "words.h"

#define PATH_SIZE	256

__u64 reason_prepare(struct ioasid_reason *reason)
{
	if (!reason)
		return 0;
	*reason = (struct ioasid_reason){ .size = sizeof(*reason) };
	return (unsigned long)reason;
}

/* A driver that works in software has no device with a name. */
static const char *device_of(const struct ioasid_reason *reason)
{
	return *reason->device ? reason->device : "the device";
}

/* Room may have been made since: nobody knows then whose limit it was. */
static void say_whose_limit(const char *path, struct words *out)
{
	struct ioasid_limit *limit = NULL;
	bool known;

	known = !ioasid_limit_read(path, &limit) && limit->tightest &&
		!limit->left;
	if (!known)
		words_add(out, "cgroup %s or one above it", path);
	else if (strcmp(limit->tightest, path))
		words_add(out, "cgroup %s, above %s,", limit->tightest, path);
	else
		words_add(out, "cgroup %s", path);
	ioasid_limit_free(limit);
}

static void say_limit(const struct ioasid_reason *reason, struct words *out)
{
	char path[PATH_SIZE];

	if (ioasid_cgroup_path_of(reason->value, path, sizeof(path)))
		words_add(out, "the cgroup with id %llu or one above it",
			  reason->value);
	else
		say_whose_limit(path, out);
	words_add(out, " has as many spaces as it may");
}

static void say_no_pasid(const struct ioasid_reason *reason, struct words *out)
{
	words_add(out, "all PASIDs are taken, %llu of them by spaces",
		  reason->value);
	if (reason->limit)
		words_add(out, ", and %llu rest from their last use",
			  reason->limit);
}

static void say_no_right(const struct ioasid_reason *reason, struct words *out)
{
	char rights[IOASID_RIGHTS_TEXT_SIZE];

	ioasid_rights_text(reason->value, rights, sizeof(rights));
	words_add(out, "the descriptor of space %llu carries ", reason->ioasid);
	if (*rights)
		words_add(out, "the rights '%s', not 'attach'", rights);
	else
		words_add(out, "no right");
}

static void say_freed(const struct ioasid_reason *reason, struct words *out)
{
	words_add(out, "space %llu, PASID %u, made by %s, was taken back",
		  reason->ioasid, reason->pasid, reason->comm);
}

static void say_mm_gone(const struct ioasid_reason *reason, struct words *out)
{
	words_add(out, "the process whose memory space %llu is, %s, ",
		  reason->ioasid, reason->comm);
	words_add(out, "has exited or called execve");
}

static void say_no_iommu(const struct ioasid_reason *reason, struct words *out)
{
	words_add(out, "no IOMMU translates for %s", device_of(reason));
}

static void say_no_pasids(const struct ioasid_reason *reason, struct words *out)
{
	words_add(out, "%s, or the IOMMU in front of it, has no PASIDs",
		  device_of(reason));
}

static void say_no_table(const struct ioasid_reason *reason, struct words *out)
{
	words_add(out, "the IOMMU in front of %s cannot translate PASIDs ",
		  device_of(reason));
	words_add(out, "with a page table of the kernel");
}

static void say_no_requests(const struct ioasid_reason *reason,
			    struct words *out)
{
	words_add(out, "%s has no page requests", device_of(reason));
}

static void say_mapped(const struct ioasid_reason *reason, struct words *out)
{
	words_add(out, "%s cannot use 0x%llx to 0x%llx, ", device_of(reason),
		  reason->value, reason->limit);
	words_add(out, "where something is mapped");
}

static void say_kept(const struct ioasid_reason *reason, struct words *out)
{
	words_add(out, "%s cannot use 0x%llx to 0x%llx, ", device_of(reason),
		  reason->value, reason->limit);
	words_add(out, "which the space promises to keep usable");
}

static void say_width(const struct ioasid_reason *reason, struct words *out)
{
	words_add(out, "%s knows PASIDs below %llu, ", device_of(reason),
		  reason->limit);
	words_add(out, "and that of the space is %llu", reason->value);
}

static void say_in_use(const struct ioasid_reason *reason, struct words *out)
{
	words_add(out, "somebody outside of /dev/ioasid uses PASID %u with %s",
		  reason->pasid, device_of(reason));
}

static void say_cut(const struct ioasid_reason *reason, struct words *out)
{
	words_add(out, "%s was cut off from space %llu, and ",
		  device_of(reason), reason->ioasid);
	if (reason->pid)
		words_add(out, "process %u (%s)", reason->pid, reason->comm);
	else
		words_add(out, "whoever had attached it");
	words_add(out, " has not let go yet");
}

/**
 * struct sentence - What is said of a reason
 * @say: says what stands in the way
 * @advice: what can be done
 */
struct sentence {
	void (*say)(const struct ioasid_reason *reason, struct words *out);
	const char *advice;
};

static const struct sentence sentences[] = {
	[IOASID_REASON_LIMIT] = { say_limit,
		"free some (ioasidctl list), or have its limit raised" },
	[IOASID_REASON_NO_PASID] = { say_no_pasid,
		"free some (ioasidctl list), or try again in some seconds" },
	[IOASID_REASON_NO_RIGHT] = { say_no_right,
		"ask whoever passed it on for one that does carry it" },
	[IOASID_REASON_FREED] = { say_freed,
		"ask for another one" },
	[IOASID_REASON_MM_GONE] = { say_mm_gone,
		"have it make another space" },
	[IOASID_REASON_NO_IOMMU] = { say_no_iommu,
		"turn it on in the firmware and on the kernel's command line" },
	[IOASID_REASON_NO_PASIDS] = { say_no_pasids,
		"turn them on in the firmware, or use another device" },
	[IOASID_REASON_NO_TABLE] = { say_no_table,
		"use a device behind another one" },
	[IOASID_REASON_NO_PAGE_REQUESTS] = { say_no_requests,
		"pin the memory (IOASID_PREFAULT_PIN), attach without them" },
	[IOASID_REASON_MAPPED] = { say_mapped,
		"unmap that, attach, and map it elsewhere" },
	[IOASID_REASON_KEPT] = { say_kept,
		"promise less (IOASID_IOVA_KEEP), or use another device" },
	[IOASID_REASON_WIDTH] = { say_width,
		"free some with a lower one, and make the space anew" },
	[IOASID_REASON_PASID_IN_USE] = { say_in_use,
		"make another space" },
	[IOASID_REASON_CUT] = { say_cut,
		"have that one detach, or end it" },
};

const char *ioasid_reason_text(const struct ioasid_reason *reason, char *buf,
			       size_t size)
{
	struct words out = { .buf = buf, .size = size };
	const struct sentence *sentence;

	if (reason->code >= ARRAY_SIZE(sentences))
		return NULL;
	sentence = &sentences[reason->code];
	if (!sentence->say)
		return NULL;
	sentence->say(reason, &out);
	words_add(&out, ": %s", sentence->advice);
	return buf;
}
