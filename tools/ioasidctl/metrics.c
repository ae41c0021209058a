// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl metrics: how much there is of everything, once, for programs that
 * keep such numbers.
 *
 * What a cgroup or a user is called is somebody else's choice. No name may make
 * two samples of one, since that spoils the whole text for who reads it: what
 * is no text has a number beside it.
 */
#include <stdio.h>

#include <ioasid/ioasid.h>

#include "../common/message.h"
#include "command.h"
#include "describe.h"
#include "info.h"
#include "metric.h"
#include "spaces.h"
#include "users.h"

enum {
	ABI,
	PASIDS,
	SPACES,
	SPACES_MM_GONE,
	ATTACHMENTS,
	ATTACHMENTS_CUT,
	MAPPED,
	PINNED,
	USER_SPACES,
	USER_PINNED,
	USER_PINNED_MAX,
	CGROUP_SPACES,
	CGROUP_MAX,
	CGROUP_LEFT,
	SPACE_FAULTS,
	SPACE_FAULTS_FAILED,
	HIDDEN,
	NR_METRICS,
};

static struct metric metrics[NR_METRICS] = {
	[ABI] = {
		.name = "ioasid_abi",
		.type = "gauge",
		.help = "Version of the kernel's interface.",
	},
	[PASIDS] = {
		.name = "ioasid_pasids",
		.type = "gauge",
		.help =
"PASIDs that spaces have, that rest from their last use, and that are left.",
		.labels = { "use" },
	},
	[SPACES] = {
		.name = "ioasid_spaces",
		.type = "gauge",
		.help = "Spaces by type and state.",
		.labels = { "type", "state" },
	},
	[SPACES_MM_GONE] = {
		.name = "ioasid_spaces_mm_gone",
		.type = "gauge",
		.help =
"Spaces of processes that have gone, which somebody still holds.",
	},
	[ATTACHMENTS] = {
		.name = "ioasid_attachments",
		.type = "gauge",
		.help =
"Attachments of spaces to devices, also those that were cut off.",
		.labels = { "device" },
	},
	[ATTACHMENTS_CUT] = {
		.name = "ioasid_attachments_cut",
		.type = "gauge",
		.help = "Attachments that were cut off and are still held.",
		.labels = { "device" },
	},
	[MAPPED] = {
		.name = "ioasid_mapped_bytes",
		.type = "gauge",
		.unit = "bytes",
		.help =
"What devices reach without a page request; of type iova, what is mapped.",
		.labels = { "type" },
	},
	[PINNED] = {
		.name = "ioasid_pinned_bytes",
		.type = "gauge",
		.unit = "bytes",
		.help = "Memory that is pinned for spaces.",
		.labels = { "type" },
	},
	[USER_SPACES] = {
		.name = "ioasid_user_spaces",
		.type = "gauge",
		.help = "Spaces that a user has created.",
		.labels = { "uid", "user" },
	},
	[USER_PINNED] = {
		.name = "ioasid_user_pinned_bytes",
		.type = "gauge",
		.unit = "bytes",
		.help = "Memory that is pinned for the spaces of a user.",
		.labels = { "uid", "user" },
	},
	[USER_PINNED_MAX] = {
		.name = "ioasid_user_pinned_max_bytes",
		.type = "gauge",
		.unit = "bytes",
		.help =
"Lowest RLIMIT_MEMLOCK of the processes that have created them.",
		.labels = { "uid", "user" },
	},
	[CGROUP_SPACES] = {
		.name = "ioasid_cgroup_spaces",
		.type = "gauge",
		.help =
"Spaces that are charged to a cgroup or to one below it.",
		.labels = { "cgroup", "id" },
	},
	[CGROUP_MAX] = {
		.name = "ioasid_cgroup_spaces_max",
		.type = "gauge",
		.help = "Spaces that a cgroup may have.",
		.labels = { "cgroup", "id" },
	},
	[CGROUP_LEFT] = {
		.name = "ioasid_cgroup_spaces_left",
		.type = "gauge",
		.help =
"Spaces that a cgroup can get, by its limit and those above it.",
		.labels = { "cgroup", "id" },
	},
	[SPACE_FAULTS] = {
		.name = "ioasid_space_faults",
		.type = "counter",
		.help = "Page requests of devices that were resolved.",
		.labels = { "ioasid", "pasid", "type", "creator" },
	},
	[SPACE_FAULTS_FAILED] = {
		.name = "ioasid_space_faults_failed",
		.type = "counter",
		.help = "Page requests of devices that were refused.",
		.labels = { "ioasid", "pasid", "type", "creator" },
	},
	[HIDDEN] = {
		.name = "ioasid_processes_hidden",
		.type = "gauge",
		.help =
"Processes that could not be looked at for their descriptors.",
	},
};

struct number_text {
	char text[24];
};

static struct number_text number(__u64 value)
{
	struct number_text out;

	snprintf(out.text, sizeof(out.text), "%llu", value);
	return out;
}

static void add(int metric, __u64 value, const char *first, const char *second)
{
	const char * const labels[METRIC_LABELS] = { first, second };

	metric_add(&metrics[metric], value, labels);
}

/* What there is none of has a sample all the same: graphs begin with it. */
static void add_zeros(void)
{
	static const enum ioasid_state states[] = {
		IOASID_STATE_IDLE, IOASID_STATE_ACTIVE,
		IOASID_STATE_FREE_PENDING, IOASID_STATE_FREE,
	};
	static const enum ioasid_type types[] = {
		IOASID_TYPE_SVA, IOASID_TYPE_IOVA,
	};
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		for (j = 0; j < ARRAY_SIZE(states); j++)
			add(SPACES, 0, ioasid_type_name(types[i]),
			    ioasid_state_name(states[j]));
		add(MAPPED, 0, ioasid_type_name(types[i]), NULL);
		add(PINNED, 0, ioasid_type_name(types[i]), NULL);
	}
	add(SPACES_MM_GONE, 0, NULL, NULL);
}

static void count_attachments(const struct space *space)
{
	const struct ioasid_attachment_entry *entry;
	const char *device;
	size_t i;

	for (i = 0; i < space->nr_attachments; i++) {
		entry = &space->attachments[i];
		device = describe_device(entry);
		add(ATTACHMENTS, 1, device, NULL);
		add(ATTACHMENTS_CUT, !!(entry->flags & IOASID_ATTACHMENT_CUT),
		    device, NULL);
	}
}

static void count_space(const struct space *space)
{
	add(SPACES, 1, space->type, space->state);
	add(SPACES_MM_GONE, space->mm_gone, NULL, NULL);
	add(MAPPED, space->mapped, space->type, NULL);
	add(PINNED, space->pinned, space->type, NULL);
	count_attachments(space);
}

/* As many samples as there are spaces: only for who asks for them. */
static void count_faults(const struct space *space)
{
	const struct number_text id = number(space->id);
	const struct number_text pasid = number(space->pasid);
	const char * const labels[METRIC_LABELS] = {
		id.text, pasid.text, space->type,
		describe_creator_name(space),
	};

	metric_append(&metrics[SPACE_FAULTS], space->faults, labels);
	metric_append(&metrics[SPACE_FAULTS_FAILED], space->faults_failed,
		      labels);
}

static void count_user(const struct user *user)
{
	const struct number_text uid = number(user->uid);
	const struct short_text name = describe_user(user->uid);

	add(USER_SPACES, user->spaces, uid.text, name.text);
	add(USER_PINNED, user->pinned, uid.text, name.text);
	if (user_is_limited(user))
		add(USER_PINNED_MAX, user->limit, uid.text, name.text);
}

static void count_users(const struct spaces *spaces)
{
	struct users users;
	size_t i;

	users_collect(spaces, &users);
	for (i = 0; i < users.count; i++)
		count_user(&users.list[i]);
	users_free(&users);
}

/* Of those that have neither there are too many. */
static int count_cgroup(const struct ioasid_limit *limit, void *data)
{
	const struct number_text id = number(limit->id);
	const char *extra = metric_is_text(limit->cgroup) ? NULL : id.text;

	if (!limit->counted ||
	    (!limit->current && limit->max == IOASID_NO_LIMIT))
		return 0;
	add(CGROUP_SPACES, limit->current, limit->cgroup, extra);
	if (limit->max != IOASID_NO_LIMIT)
		add(CGROUP_MAX, limit->max, limit->cgroup, extra);
	if (limit->left != IOASID_NO_LIMIT)
		add(CGROUP_LEFT, limit->left, limit->cgroup, extra);
	return 0;
}

/* Not every kernel counts for cgroups, which is no reason to say nothing. */
static void count_cgroups(void)
{
	int rc;

	rc = ioasid_limit_walk("/", count_cgroup, NULL);
	if (rc)
		complain("cgroups are left out: %s",
			 ioasid_explain(IOASID_OP_LIMIT, rc));
}

static void count_pasids(const struct ioasid_info *info)
{
	add(ABI, info->out_abi, NULL, NULL);
	add(PASIDS, info->out_spaces, "space", NULL);
	add(PASIDS, info->out_pasids_resting, "resting", NULL);
	add(PASIDS, info->out_pasids_left, "left", NULL);
}

static void count(const struct spaces *spaces, bool each)
{
	size_t i;

	add_zeros();
	for (i = 0; i < spaces->count; i++) {
		count_space(&spaces->list[i]);
		if (each)
			count_faults(&spaces->list[i]);
	}
	count_users(spaces);
	count_cgroups();
	add(HIDDEN, spaces->hidden, NULL, NULL);
}

static void print(void)
{
	size_t i;

	for (i = 0; i < NR_METRICS; i++)
		metric_print(&metrics[i]);
	metric_end();
}

static int run(char **arguments, const struct options *options)
{
	struct ioasid_info info;
	struct spaces spaces;
	int status;

	if (info_read(&info))
		return STATUS_FAILED;
	status = spaces_take(&spaces);
	if (!status) {
		count_pasids(&info);
		count(&spaces, options->given & OPTION_ALL);
		print();
	}
	spaces_free(&spaces);
	return status;
}

const struct command metrics_command = {
	.name = "metrics",
	.arguments = "[--all]",
	.summary = "how much there is, for Prometheus",
	.help =
"Prints numbers as OpenMetrics text: spaces by type and state, attachments by\n"
"device, memory that is mapped and pinned, what each user and each cgroup has and\n"
"may have, and PASIDs that rest and are left. Prometheus' node_exporter takes it\n"
"from a file: see the manual page for how to write that every minute.\n"
"\n"
"  --all          also the page requests of each space\n"
"\n"
"Others than root get the numbers of what they see.\n",
	.examples =
"  ioasidctl metrics\n"
"  ioasidctl metrics --all | grep ^ioasid_space_faults_total\n",
	.takes = OPTION_ALL,
	.run = run,
};
