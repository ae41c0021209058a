// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../common/message.h"
#include "spaces.h"

static struct space *find(const struct spaces *spaces, __u64 id)
{
	size_t i;

	for (i = 0; i < spaces->count; i++)
		if (spaces->list[i].info->id == id)
			return &spaces->list[i];
	return NULL;
}

static struct space *add_space(struct spaces *spaces,
			       struct ioasid_holder *found)
{
	struct space *list;

	list = reallocarray(spaces->list, spaces->count + 1, sizeof(*list));
	if (!list)
		return NULL;
	spaces->list = list;
	list[spaces->count] = (struct space){ .info = found->fdinfo };
	found->fdinfo = NULL;
	return &list[spaces->count++];
}

/* A name is any bytes, and goes to terminals and into JSON. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

static int add_holder(struct space *space, const struct ioasid_holder *found)
{
	struct holder *holders, *holder;

	holders = reallocarray(space->holders, space->nr_holders + 1,
			       sizeof(*holders));
	if (!holders)
		return -ENOMEM;
	space->holders = holders;
	holder = &holders[space->nr_holders++];
	holder->pid = found->pid;
	holder->fd = found->fd;
	memcpy(holder->comm, found->comm, sizeof(holder->comm));
	make_printable(holder->comm);
	return 0;
}

static int add(struct ioasid_holder *found, void *data)
{
	struct spaces *spaces = data;
	struct space *space;

	space = find(spaces, found->fdinfo->id);
	if (!space)
		space = add_space(spaces, found);
	if (!space)
		return -ENOMEM;
	return add_holder(space, found);
}

static int by_id(const void *left, const void *right)
{
	const struct space *a = left, *b = right;

	return (a->info->id > b->info->id) - (a->info->id < b->info->id);
}

int spaces_read(struct spaces *spaces)
{
	int rc;

	*spaces = (struct spaces){};
	rc = ioasid_walk_holders(add, spaces, &spaces->hidden);
	if (!rc && spaces->count)
		qsort(spaces->list, spaces->count, sizeof(*spaces->list),
		      by_id);
	return rc;
}

void spaces_free(struct spaces *spaces)
{
	size_t i;

	for (i = 0; i < spaces->count; i++) {
		ioasid_fdinfo_free(spaces->list[i].info);
		free(spaces->list[i].holders);
	}
	free(spaces->list);
}

const struct space *spaces_find(const struct spaces *spaces, __u64 id)
{
	return find(spaces, id);
}

void spaces_complain_unknown(__u64 id)
{
	complain("nobody you may look at holds space %llu: see 'list'", id);
}

void spaces_mention_hidden(const struct spaces *spaces)
{
	if (!spaces->hidden)
		return;
	complain("%u %s could not be looked at%s", spaces->hidden,
		 spaces->hidden == 1 ? "process" : "processes",
		 geteuid() ? ": run as root to see all holders" : "");
}
