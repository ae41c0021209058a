// SPDX-License-Identifier: GPL-2.0-only
/*
 * The limit of a user is that of the processes that have created the spaces,
 * the lowest if they differ. Those that have ended, and those that a
 * capability exempts, set none.
 */
#include <stdio.h>
#include <stdlib.h>

#include <linux/capability.h>

#include "../common/message.h"
#include "../common/size.h"
#include "describe.h"
#include "json.h"
#include "table.h"
#include "users.h"

static const char * const headings[] = {
	"USER", "SPACES", "PARKED", "PINNED", "LIMIT", "USE",
};

static struct user *find(struct users *users, uid_t uid)
{
	size_t i;

	for (i = 0; i < users->count; i++)
		if (users->list[i].uid == uid)
			return &users->list[i];
	users->list = reallocarray(users->list, users->count + 1,
				   sizeof(*users->list));
	if (!users->list) {
		complain("out of memory");
		exit(STATUS_FAILED);
	}
	users->list[users->count] = (struct user){ .uid = uid };
	return &users->list[users->count++];
}

static bool is_exempt(pid_t pid)
{
	unsigned long long caps = 0;
	char line[128], path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "CapEff: %llx", &caps) == 1)
			break;
	fclose(file);
	return caps >> CAP_IPC_LOCK & 1;
}

static void add_limit(struct user *user, pid_t pid)
{
	struct rlimit limit;

	if (!pid || prlimit(pid, RLIMIT_MEMLOCK, NULL, &limit))
		return;
	if (is_exempt(pid))
		limit.rlim_cur = RLIM_INFINITY;
	if (!user->has_limit || limit.rlim_cur < user->limit)
		user->limit = limit.rlim_cur;
	user->has_limit = true;
}

static int by_uid(const void *left, const void *right)
{
	const struct user *a = left, *b = right;

	return (a->uid > b->uid) - (a->uid < b->uid);
}

void users_collect(const struct spaces *spaces, struct users *users)
{
	const struct space *space;
	struct user *user;
	size_t i;

	*users = (struct users){};
	for (i = 0; i < spaces->count; i++) {
		space = &spaces->list[i];
		if (!space->creator.has_uid || space->kernel)
			continue;
		user = find(users, space->creator.uid);
		user->spaces++;
		user->parked += space_is(space, IOASID_STATE_FREE_PENDING);
		user->pinned += space->pinned;
		add_limit(user, space->creator.pid);
	}
	if (users->count)
		qsort(users->list, users->count, sizeof(*users->list), by_uid);
}

bool user_is_limited(const struct user *user)
{
	return user->has_limit && user->limit != RLIM_INFINITY;
}

void users_free(struct users *users)
{
	free(users->list);
}

static void add_row(struct table *table, const struct user *user)
{
	table_add(table, "%s", describe_user(user->uid).text);
	table_add(table, "%zu", user->spaces);
	table_add(table, "%zu", user->parked);
	table_add(table, "%s", format_size(user->pinned).text);
	if (user_is_limited(user))
		table_add(table, "%s", format_size(user->limit).text);
	else
		table_add(table, "%s", user->has_limit ? "unlimited" : "-");
	if (user_is_limited(user) && user->limit)
		table_add(table, "%.0f%%", 100.0 * user->pinned / user->limit);
	else
		table_add(table, "-");
}

static void print_text(const struct users *users)
{
	struct table table = { .columns = ARRAY_SIZE(headings) };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(headings); i++)
		table_add(&table, "%s", headings[i]);
	for (i = 0; i < users->count; i++)
		add_row(&table, &users->list[i]);
	table_print(&table, "");
}

static struct json_object *user_to_json(const struct user *user)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "uid", user->uid);
	json_add_text(object, "user", describe_user(user->uid).text);
	json_add_number(object, "spaces", user->spaces);
	json_add_number(object, "parked", user->parked);
	json_add_number(object, "pinned", user->pinned);
	if (user_is_limited(user))
		json_add_number(object, "memlock_limit", user->limit);
	return object;
}

static void print_json(const struct users *users)
{
	struct json_object *root = json_object_new_array();
	size_t i;

	for (i = 0; i < users->count; i++)
		json_object_array_add(root, user_to_json(&users->list[i]));
	json_print(root);
}

void users_print(const struct spaces *spaces, bool json)
{
	struct users users;

	users_collect(spaces, &users);
	if (json)
		print_json(&users);
	else
		print_text(&users);
	if (spaces->count && !spaces->asked)
		complain("this kernel does not tell who has created spaces");
	users_free(&users);
}
