// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "../common/message.h"
#include "spaces.h"

/**
 * struct join - Spaces, while holders are looked for
 * @spaces: the spaces
 * @sorted: how many of them the kernel has told of, ordered by id; those that
 *	only /proc has stand behind
 */
struct join {
	struct spaces *spaces;
	size_t sorted;
};

static int by_id(const void *left, const void *right)
{
	const struct space *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

static void sort(struct spaces *spaces)
{
	if (spaces->count)
		qsort(spaces->list, spaces->count, sizeof(*spaces->list),
		      by_id);
}

static struct space *find(const struct spaces *spaces, size_t sorted, __u64 id)
{
	const struct space key = { .id = id };
	struct space *found = NULL;
	size_t i;

	if (sorted)
		found = bsearch(&key, spaces->list, sorted, sizeof(key), by_id);
	for (i = sorted; !found && i < spaces->count; i++)
		if (spaces->list[i].id == id)
			found = &spaces->list[i];
	return found;
}

static struct space *add_space(struct spaces *spaces)
{
	struct space *list;

	list = reallocarray(spaces->list, spaces->count + 1, sizeof(*list));
	if (!list)
		return NULL;
	spaces->list = list;
	list[spaces->count] = (struct space){};
	return &list[spaces->count++];
}

static int go_through(struct spaces *spaces, int system)
{
	struct ioasid_status status;
	struct space *space;
	__u32 next = 0;
	int rc;

	while ((rc = ioasid_system_next(system, &next, &status)) > 0) {
		space = add_space(spaces);
		if (!space)
			return -ENOMEM;
		rc = space_from_status(space, system, &status);
		if (rc)
			return rc;
	}
	return rc;
}

/* Without /dev/ioasid, or with an older kernel, /proc has to do. */
static int ask_kernel(struct spaces *spaces)
{
	int system, rc;

	system = ioasid_system_open();
	if (system < 0)
		return 0;
	rc = go_through(spaces, system);
	close(system);
	spaces->asked = !rc;
	return rc == -ENOTTY ? 0 : rc;
}

static int add_holder(struct ioasid_holder *found, void *data)
{
	struct join *join = data;
	struct space *space;
	int rc;

	space = find(join->spaces, join->sorted, found->fdinfo->id);
	if (space)
		return space_add_holder(space, found);
	space = add_space(join->spaces);
	if (!space)
		return -ENOMEM;
	rc = space_from_fdinfo(space, found->fdinfo);
	return rc ?: space_add_holder(space, found);
}

int spaces_read(struct spaces *spaces)
{
	struct join join = { .spaces = spaces };
	int rc;

	*spaces = (struct spaces){};
	rc = ask_kernel(spaces);
	if (rc)
		return rc;
	sort(spaces);
	join.sorted = spaces->count;
	rc = ioasid_walk_holders(add_holder, &join, &spaces->hidden);
	sort(spaces);
	return rc;
}

int spaces_take(struct spaces *spaces)
{
	int rc;

	rc = spaces_read(spaces);
	if (!rc)
		return STATUS_OK;
	complain("cannot look for spaces: %s",
		 ioasid_explain(IOASID_OP_SPACE, rc));
	return STATUS_FAILED;
}

void spaces_free(struct spaces *spaces)
{
	size_t i;

	for (i = 0; i < spaces->count; i++)
		space_free(&spaces->list[i]);
	free(spaces->list);
}

const struct space *spaces_find(const struct spaces *spaces, __u64 id)
{
	return find(spaces, spaces->count, id);
}

const struct space *spaces_find_pasid(const struct spaces *spaces,
				      __u32 pasid)
{
	size_t i;

	for (i = 0; i < spaces->count; i++)
		if (spaces->list[i].pasid == pasid)
			return &spaces->list[i];
	return NULL;
}

const char *spaces_absent(const struct spaces *spaces)
{
	if (spaces->count || !access("/dev/ioasid", F_OK))
		return NULL;
	return ioasid_explain(IOASID_OP_SYSTEM_OPEN, -errno);
}

void spaces_mention_hidden(const struct spaces *spaces)
{
	if (access("/proc/self", F_OK))
		complain("no holders are seen: 'mount -t proc none /proc'");
	if (!spaces->hidden)
		return;
	complain("%u %s could not be looked at%s", spaces->hidden,
		 spaces->hidden == 1 ? "process" : "processes",
		 geteuid() ? ": run as root to see all holders" : "");
}
