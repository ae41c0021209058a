/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each user has of the spaces.
 */
#ifndef IOASIDCTL_USERS_H
#define IOASIDCTL_USERS_H

#include <sys/resource.h>

#include "spaces.h"

/**
 * struct user - One user
 * @uid: the number
 * @spaces: how many
 * @parked: how many of them are freed and still held
 * @pinned: bytes that are pinned for them
 * @has_limit: @limit is known
 * @limit: how many may be pinned, or RLIM_INFINITY
 */
struct user {
	uid_t uid;
	size_t spaces;
	size_t parked;
	__u64 pinned;
	bool has_limit;
	rlim_t limit;
};

struct users {
	struct user *list;
	size_t count;
};

/* Ends the program when memory runs out. */
void users_collect(const struct spaces *spaces, struct users *users);
void users_free(struct users *users);

bool user_is_limited(const struct user *user);

/* Prints one line, or one object, for each user. */
void users_print(const struct spaces *spaces, bool json);

#endif
