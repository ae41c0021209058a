/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All spaces that /proc shows, each once, with everybody who holds it.
 */
#ifndef IOASIDCTL_SPACES_H
#define IOASIDCTL_SPACES_H

#include <stdio.h>

#include <ioasid/ioasid.h>

struct holder {
	pid_t pid;
	int fd;
	char comm[32];
};

struct space {
	struct ioasid_fdinfo *info;
	struct holder *holders;
	size_t nr_holders;
};

/* Ordered by id. @hidden: processes that could not be looked at. */
struct spaces {
	struct space *list;
	size_t count;
	unsigned int hidden;
};

/* Returns 0 or a negative errno. To be freed in both cases. */
int spaces_read(struct spaces *spaces);
void spaces_free(struct spaces *spaces);

/* Returns NULL when no space has that id. */
const struct space *spaces_find(const struct spaces *spaces, __u64 id);

/* Says on stderr that no space has that id. */
void spaces_complain_unknown(__u64 id);

/* Says on stderr that there may be more than was seen. */
void spaces_mention_hidden(const struct spaces *spaces);

#endif
