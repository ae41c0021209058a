/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words for what a space has: its state, its creator, a user, a cgroup. What is
 * not known is "-".
 */
#ifndef IOASIDCTL_DESCRIBE_H
#define IOASIDCTL_DESCRIBE_H

#include "space.h"

struct short_text {
	char text[96];
};

/* The state, and behind commas what else is the matter; the first in colour. */
struct short_text describe_state(const struct space *space);
struct short_text describe_state_plain(const struct space *space);

/* The process as PID(NAME), or the name alone when it has ended. */
struct short_text describe_creator(const struct space *space);

/* The name alone, or "kernel". */
const char *describe_creator_name(const struct space *space);

/* "-" if they are not known, or the names, separated by commas. */
struct short_text describe_rights(const struct holder *holder);

/* The name, or the number if it has none. */
struct short_text describe_user(uid_t uid);

/* Path of a cgroup, or its id in brackets. Lives until the next call. */
const char *describe_cgroup(__u64 id);

struct long_text {
	char text[192];
};

/* Device, number, who has attached it, and what else is known of it. */
struct long_text
describe_attachment(const struct ioasid_attachment_entry *entry);

/* Name of the device, also of one that has none. */
const char *describe_device(const struct ioasid_attachment_entry *entry);

#endif
