/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All spaces that the caller may see, each once, with everybody who holds it.
 *
 * The kernel goes through those that there are, also through those that no
 * process has a descriptor of. /proc tells who has one, and adds spaces that
 * somebody else has created and passed on.
 */
#ifndef IOASIDCTL_SPACES_H
#define IOASIDCTL_SPACES_H

#include "space.h"

/**
 * struct spaces - All spaces, ordered by id
 * @list: the spaces
 * @count: how many
 * @hidden: processes that could not be looked at
 * @asked: the kernel has gone through those that there are; otherwise only what
 *	/proc shows is here
 */
struct spaces {
	struct space *list;
	size_t count;
	unsigned int hidden;
	bool asked;
};

/* Returns 0 or a negative errno. To be freed in both cases. */
int spaces_read(struct spaces *spaces);
void spaces_free(struct spaces *spaces);

/*
 * The same, and complains when it fails. Returns an exit status. To be freed in
 * both cases.
 */
int spaces_take(struct spaces *spaces);

/* Return NULL when there is none. */
const struct space *spaces_find(const struct spaces *spaces, __u64 id);
const struct space *spaces_find_pasid(const struct spaces *spaces,
				      __u32 pasid);

/* Why there are none, or NULL if there could be some. */
const char *spaces_absent(const struct spaces *spaces);

/* Says on stderr that there may be more than was seen. */
void spaces_mention_hidden(const struct spaces *spaces);

#endif
