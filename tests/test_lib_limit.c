// SPDX-License-Identifier: GPL-2.0-only
/*
 * The library's part in limits: what it finds of a cgroup and of those above
 * it, what it sets and has to enable for that, and what it says of a process,
 * in namespaces too.
 *
 * The cgroups of a test are /test-N, its child mid, and mid's children leaf and
 * other. Nothing is enabled in them at first.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <ioasid/ioasid.h>

#include "cgroup.h"
#include "process.h"
#include "uapi.h"

/* Not an errno of anything: what has to be there afterwards. */
#define UNTOUCHED	4711
#define HIERARCHY	"/sys/fs/cgroup"
#define NAME_SIZE	64

FIXTURE(limit)
{
	char top[NAME_SIZE];
	char mid[NAME_SIZE];
	char leaf[NAME_SIZE];
	char other[NAME_SIZE];
};

FIXTURE_SETUP(limit)
{
	snprintf(self->top, NAME_SIZE, "/test-%d", getpid());
	snprintf(self->mid, NAME_SIZE, "/test-%d/mid", getpid());
	snprintf(self->leaf, NAME_SIZE, "/test-%d/mid/leaf", getpid());
	snprintf(self->other, NAME_SIZE, "/test-%d/mid/other", getpid());
	ASSERT_EQ(0, cgroup_create(self->top));
	ASSERT_EQ(0, cgroup_create(self->mid));
	ASSERT_EQ(0, cgroup_create(self->leaf));
	ASSERT_EQ(0, cgroup_create(self->other));
	errno = UNTOUCHED;
}

FIXTURE_TEARDOWN_PARENT(limit)
{
	cgroup_remove(self->other);
	cgroup_remove(self->leaf);
	cgroup_remove(self->mid);
	EXPECT_EQ(0, cgroup_remove(self->top));
}

TEST_F(limit, set_enables_what_it_needs)
{
	EXPECT_EQ(-ENOENT, cgroup_max(self->mid));
	errno = UNTOUCHED;
	ASSERT_EQ(0, ioasid_limit_set(self->leaf, 3));
	EXPECT_EQ(UNTOUCHED, errno);
	EXPECT_EQ(3, cgroup_max(self->leaf));
	EXPECT_EQ(CGROUP_NO_LIMIT, cgroup_max(self->mid));
	EXPECT_EQ(CGROUP_NO_LIMIT, cgroup_max(self->top));
	ASSERT_EQ(0, ioasid_limit_set(self->leaf, IOASID_LIMIT_MAX));
	EXPECT_EQ(IOASID_LIMIT_MAX, cgroup_max(self->leaf));
	ASSERT_EQ(0, ioasid_limit_set(self->leaf, 0));
	EXPECT_EQ(0, cgroup_max(self->leaf));
	ASSERT_EQ(0, ioasid_limit_set(self->leaf, IOASID_NO_LIMIT));
	EXPECT_EQ(CGROUP_NO_LIMIT, cgroup_max(self->leaf));
}

TEST_F(limit, set_refuses)
{
	EXPECT_EQ(-ERANGE, ioasid_limit_set(self->leaf, IOASID_LIMIT_MAX + 1));
	EXPECT_EQ(-ENODATA, ioasid_limit_set("/", 3));
	EXPECT_EQ(-ENOENT, ioasid_limit_set("/no/such/cgroup", 3));
	EXPECT_EQ(-ENOENT, ioasid_limit_set("", 3));
	EXPECT_EQ(UNTOUCHED, errno);
	ASSERT_EQ(0, cgroup_enter(self->mid, 0));
	errno = UNTOUCHED;
	EXPECT_EQ(-EBUSY, ioasid_limit_set(self->leaf, 3));
	EXPECT_EQ(UNTOUCHED, errno);
	ASSERT_EQ(0, ioasid_limit_set(self->mid, 3));
}

TEST_F(limit, reads_what_there_is)
{
	struct ioasid_limit *limit;
	char directory[NAME_SIZE + sizeof(HIERARCHY)];

	ASSERT_EQ(0, ioasid_limit_set(self->leaf, 3));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	ASSERT_LE(0, space_alloc(NULL));
	errno = UNTOUCHED;
	ASSERT_EQ(0, ioasid_limit_read(self->leaf, &limit));
	EXPECT_EQ(UNTOUCHED, errno);
	snprintf(directory, sizeof(directory), HIERARCHY "%s", self->leaf);
	EXPECT_STREQ(self->leaf, limit->cgroup);
	EXPECT_STREQ(directory, limit->directory);
	EXPECT_EQ(cgroup_id(self->leaf), limit->id);
	EXPECT_TRUE(limit->counted);
	EXPECT_FALSE(limit->hidden);
	EXPECT_EQ(3, limit->max);
	EXPECT_EQ(1, limit->current);
	EXPECT_EQ(2, limit->left);
	EXPECT_STREQ(self->leaf, limit->tightest);
	ioasid_limit_free(limit);
}

TEST_F(limit, names_of_a_cgroup)
{
	const char *const forms[] = {
		"%s", HIERARCHY "%s", "%s/", "/.%s", "%s/../leaf", "/%s",
	};
	struct ioasid_limit *limit;
	char name[2 * NAME_SIZE];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		snprintf(name, sizeof(name), forms[i], self->leaf);
		ASSERT_EQ(0, ioasid_limit_read(name, &limit)) {
			TH_LOG("%s", name);
		}
		EXPECT_STREQ(self->leaf, limit->cgroup);
		ioasid_limit_free(limit);
	}
	ASSERT_EQ(0, ioasid_limit_read(self->leaf + 1, &limit));
	EXPECT_STREQ(self->leaf, limit->cgroup);
	ioasid_limit_free(limit);
	EXPECT_EQ(-ENOENT, ioasid_limit_read("/../../proc", &limit));
	EXPECT_EQ(-ENOENT, ioasid_limit_read("/cgroup.procs", &limit));
}

/* Below one that has all it may have, nothing is left. */
TEST_F(limit, tightest_of_all_above)
{
	struct ioasid_limit *limit;

	ASSERT_EQ(0, ioasid_limit_set(self->leaf, 10));
	ASSERT_EQ(0, ioasid_limit_set(self->mid, 2));
	ASSERT_EQ(0, ioasid_limit_set(self->top, 5));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	ASSERT_LE(0, space_alloc(NULL));
	ASSERT_EQ(0, ioasid_limit_read(self->other, &limit));
	EXPECT_EQ(IOASID_NO_LIMIT, limit->max);
	EXPECT_EQ(0, limit->current);
	EXPECT_EQ(1, limit->left);
	EXPECT_STREQ(self->mid, limit->tightest);
	ioasid_limit_free(limit);
	ASSERT_LE(0, space_alloc(NULL));
	ASSERT_EQ(0, ioasid_limit_set(self->mid, 1));
	ASSERT_EQ(0, ioasid_limit_of_process(0, &limit));
	EXPECT_EQ(10, limit->max);
	EXPECT_EQ(2, limit->current);
	EXPECT_EQ(0, limit->left);
	EXPECT_STREQ(self->mid, limit->tightest);
	ioasid_limit_free(limit);
}

TEST_F(limit, root_has_none)
{
	struct ioasid_limit *limit;

	ASSERT_EQ(0, ioasid_limit_of_process(getpid(), &limit));
	EXPECT_STREQ("/", limit->cgroup);
	EXPECT_STREQ(HIERARCHY, limit->directory);
	EXPECT_FALSE(limit->counted);
	EXPECT_FALSE(limit->hidden);
	EXPECT_EQ(IOASID_NO_LIMIT, limit->max);
	EXPECT_EQ(IOASID_NO_LIMIT, limit->left);
	EXPECT_EQ(NULL, limit->tightest);
	ioasid_limit_free(limit);
}

TEST_F(limit, of_cgroup_that_is_not_counted)
{
	struct ioasid_limit *limit;

	ASSERT_EQ(0, ioasid_limit_set(self->mid, 4));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	ASSERT_LE(0, space_alloc(NULL));
	ASSERT_EQ(0, ioasid_limit_of_process(0, &limit));
	EXPECT_STREQ(self->leaf, limit->cgroup);
	EXPECT_FALSE(limit->counted);
	EXPECT_EQ(IOASID_NO_LIMIT, limit->max);
	EXPECT_EQ(3, limit->left);
	EXPECT_STREQ(self->mid, limit->tightest);
	ioasid_limit_free(limit);
}

TEST_F(limit, is_named_by_the_reason)
{
	char text[IOASID_REASON_TEXT_SIZE], words[256];
	struct ioasid_reason reason;
	int system_fd = system_open(O_RDWR);

	ASSERT_EQ(0, ioasid_limit_set(self->leaf, 1));
	ASSERT_EQ(0, ioasid_limit_set(self->mid, 0));
	ASSERT_EQ(0, cgroup_enter(self->leaf, 0));
	EXPECT_EQ(-EDQUOT, ioasid_space_alloc(system_fd, IOASID_TYPE_SVA, NULL,
					      &reason));
	snprintf(words, sizeof(words), "cgroup %s, above %s, has as many ",
		 self->mid, self->leaf);
	ASSERT_NE(NULL, ioasid_reason_text(&reason, text, sizeof(text)));
	EXPECT_NE(NULL, strstr(text, words)) {
		TH_LOG("%s", text);
	}
	ASSERT_EQ(0, ioasid_limit_set(self->mid, 5));
	ASSERT_NE(NULL, ioasid_reason_text(&reason, text, sizeof(text)));
	EXPECT_NE(NULL, strstr(text, "or one above it"));
	ASSERT_EQ(0, ioasid_limit_set(self->leaf, 0));
	snprintf(words, sizeof(words), "cgroup %s has as many ", self->leaf);
	ASSERT_NE(NULL, ioasid_reason_text(&reason, text, sizeof(text)));
	EXPECT_NE(NULL, strstr(text, words));
}

static int wait_to_go(int socket, void *arg)
{
	receive_byte(socket);
	return 0;
}

TEST_F(limit, of_another_process)
{
	struct ioasid_limit *limit;
	struct child child;

	ASSERT_EQ(0, child_start(&child, wait_to_go, NULL));
	ASSERT_EQ(0, cgroup_enter(self->other, child.pid));
	ASSERT_EQ(0, ioasid_limit_of_process(child.pid, &limit));
	EXPECT_STREQ(self->other, limit->cgroup);
	ioasid_limit_free(limit);
	EXPECT_EQ(0, child_wait(&child));
	errno = UNTOUCHED;
	EXPECT_EQ(-ESRCH, ioasid_limit_of_process(child.pid, &limit));
	EXPECT_EQ(UNTOUCHED, errno);
	ioasid_limit_free(NULL);
}

struct visit {
	unsigned int count;
	unsigned int depth[8];
	char name[8][NAME_SIZE];
	int rc;
};

static int visit(const struct ioasid_limit *limit, void *data)
{
	struct visit *visit = data;

	snprintf(visit->name[visit->count], NAME_SIZE, "%s", limit->cgroup);
	visit->depth[visit->count] = limit->depth;
	return ++visit->count == 3 ? visit->rc : 0;
}

TEST_F(limit, walk_visits_all_in_order)
{
	struct visit seen = {};

	errno = UNTOUCHED;
	ASSERT_EQ(0, ioasid_limit_walk(self->top, visit, &seen));
	EXPECT_EQ(UNTOUCHED, errno);
	ASSERT_EQ(4, seen.count);
	EXPECT_STREQ(self->top, seen.name[0]);
	EXPECT_STREQ(self->mid, seen.name[1]);
	EXPECT_STREQ(self->leaf, seen.name[2]);
	EXPECT_STREQ(self->other, seen.name[3]);
	EXPECT_EQ(0, seen.depth[0]);
	EXPECT_EQ(1, seen.depth[1]);
	EXPECT_EQ(2, seen.depth[2]);
	EXPECT_EQ(2, seen.depth[3]);
}

TEST_F(limit, walk_stops_when_told)
{
	struct visit seen = { .rc = 17 };

	EXPECT_EQ(17, ioasid_limit_walk(self->top, visit, &seen));
	EXPECT_EQ(3, seen.count);
	EXPECT_EQ(-ENOENT, ioasid_limit_walk("/no-such-cgroup", visit, &seen));
}

/* Deeper than a megabyte of stack has room for a path at each level. */
#define DEEP	500

/* Whoever was given a cgroup can do that. */
static int go_down(const char *from)
{
	char path[256];
	int i;

	snprintf(path, sizeof(path), HIERARCHY "%s", from);
	if (chdir(path))
		return -1;
	for (i = 0; i < DEEP; i++)
		if (mkdir("x", 0755) || chdir("x"))
			return -1;
	return 0;
}

static int go_up(void)
{
	int i;

	for (i = 0; i < DEEP; i++)
		if (chdir("..") || rmdir("x"))
			return -1;
	return chdir("/");
}

static int count_visits(const struct ioasid_limit *limit, void *data)
{
	unsigned int *count = data;

	++*count;
	return 0;
}

TEST_F(limit, walk_goes_very_deep)
{
	const struct rlimit stack = { 1 << 20, RLIM_INFINITY };
	unsigned int count = 0;

	ASSERT_EQ(0, setrlimit(RLIMIT_STACK, &stack));
	ASSERT_EQ(0, go_down(self->leaf));
	EXPECT_EQ(0, ioasid_limit_walk(self->leaf, count_visits, &count));
	EXPECT_EQ(DEEP + 1, count);
	EXPECT_EQ(0, go_up());
}

/* What there is to be seen by whoever is in leaf, with its namespaces. */
static int look_from_inside(void)
{
	struct ioasid_limit *limit;

	if (ioasid_limit_of_process(0, &limit))
		return 10;
	if (strcmp(limit->cgroup, "/") || !limit->hidden || !limit->counted)
		return 11;
	if (limit->max != 3 || limit->left != 3)
		return 12;
	if (strcmp(limit->tightest, "/"))
		return 13;
	ioasid_limit_free(limit);
	return ioasid_limit_set("/", 2) ? 14 : 0;
}

static int use_namespaces(int socket, void *arg)
{
	const char *leaf = arg;
	struct ioasid_limit *limit;

	if (cgroup_enter(leaf, 0) || unshare(CLONE_NEWCGROUP | CLONE_NEWNS))
		return 1;
	if (ioasid_limit_of_process(0, &limit) != -EXDEV)
		return 2;
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    umount(HIERARCHY) ||
	    mount("none", HIERARCHY, "cgroup2", 0, NULL))
		return 3;
	return look_from_inside();
}

TEST_F(limit, in_a_cgroup_namespace)
{
	struct child child;

	ASSERT_EQ(0, ioasid_limit_set(self->leaf, 3));
	ASSERT_EQ(0, ioasid_limit_set(self->mid, 1));
	ASSERT_EQ(0, child_start(&child, use_namespaces, self->leaf));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_EQ(2, cgroup_max(self->leaf));
}

/* A part of the hierarchy at the usual place, as in older containers. */
static int use_bind_mount(int socket, void *arg)
{
	const char *leaf = arg;
	char full[sizeof(HIERARCHY) + NAME_SIZE];

	snprintf(full, sizeof(full), HIERARCHY "%s", leaf);
	if (cgroup_enter(leaf, 0) || unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount(full, HIERARCHY, NULL, MS_BIND, NULL))
		return 3;
	return look_from_inside();
}

TEST_F(limit, in_a_part_of_the_hierarchy)
{
	struct child child;

	ASSERT_EQ(0, ioasid_limit_set(self->leaf, 3));
	ASSERT_EQ(0, child_start(&child, use_bind_mount, self->leaf));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_EQ(2, cgroup_max(self->leaf));
}

/* It is a hierarchy like any other, and /proc writes its name differently. */
#define ODD_PLACE	"/tmp/a place\\1"

static int use_odd_place(int socket, void *arg)
{
	struct ioasid_limit *limit;

	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mkdir(ODD_PLACE, 0755) ||
	    mount(HIERARCHY, ODD_PLACE, NULL, MS_MOVE, NULL))
		return 1;
	if (ioasid_limit_read(arg, &limit))
		return 2;
	if (strncmp(limit->directory, ODD_PLACE "/", sizeof(ODD_PLACE)))
		return 3;
	ioasid_limit_free(limit);
	return 0;
}

TEST_F(limit, in_an_odd_place)
{
	struct child child;

	ASSERT_EQ(0, child_start(&child, use_odd_place, self->leaf));
	EXPECT_EQ(0, child_wait(&child));
	EXPECT_EQ(0, rmdir(ODD_PLACE));
}

static int use_no_mount(int socket, void *arg)
{
	struct ioasid_limit *limit;

	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    umount(HIERARCHY))
		return 1;
	return ioasid_limit_of_process(0, &limit) != -ENOMEDIUM;
}

TEST(nothing_is_mounted)
{
	struct child child;

	ASSERT_EQ(0, child_start(&child, use_no_mount, NULL));
	EXPECT_EQ(0, child_wait(&child));
}

TEST(every_error_is_explained)
{
	const int errors[] = {
		ENOENT, ENODEV, EOPNOTSUPP, ENOMEDIUM, EXDEV, ENODATA, EBUSY,
		ERANGE, EACCES, EPERM, EROFS, ESRCH,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(errors); i++)
		EXPECT_STRNE(strerror(errors[i]),
			     ioasid_explain(IOASID_OP_LIMIT, -errors[i]));
}

TEST_HARNESS_MAIN
