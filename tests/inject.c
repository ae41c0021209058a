// SPDX-License-Identifier: GPL-2.0-only
/* Making the kernel fail. */
#include <errno.h>
#include <fcntl.h>
#include <kselftest.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "inject.h"
#include "process.h"

#define DEBUGFS		"/sys/kernel/debug/"
#define FAIL_NTH	"/proc/thread-self/fail-nth"

/* The kernel counts down how many failures are left. */
#define MANY		1000000000ul
/* As far as the kernel looks for callers. */
#define DEPTH		32

static const struct {
	const char *name;
	enum inject_what what;
} kinds[] = {
	{ "failslab", INJECT_OBJECTS },
	{ "fail_usercopy", INJECT_COPIES },
	{ "fail_page_alloc", INJECT_PAGES },
};

static int set(const char *kind, const char *name, const char *value)
{
	char path[64];

	snprintf(path, sizeof(path), DEBUGFS "%s/%s", kind, name);
	return write_text(path, value);
}

static int set_number(const char *kind, const char *name, unsigned long number)
{
	char text[32];

	snprintf(text, sizeof(text), "%#lx", number);
	return set(kind, name, text);
}

static bool init_kind(const char *kind)
{
	return !set(kind, "verbose", "0") && !set(kind, "interval", "1") &&
	       !set(kind, "probability", "0") &&
	       !set_number(kind, "times", MANY);
}

/* Of every allocation, whatever it may do to succeed. */
bool inject_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!init_kind(kinds[i].name))
			return false;
	return !set("failslab", "ignore-gfp-wait", "N") &&
	       !set("fail_page_alloc", "ignore-gfp-wait", "N") &&
	       !set("fail_page_alloc", "ignore-gfp-highmem", "N") &&
	       !set("fail_page_alloc", "min-order", "0");
}

static unsigned long count(const char *kind)
{
	unsigned long left = MANY;
	char path[64];

	snprintf(path, sizeof(path), DEBUGFS "%s/times", kind);
	read_number(path, &left);
	return MANY - left;
}

void inject_report(void)
{
	unsigned long objects = count("failslab");
	unsigned long pages = count("fail_page_alloc");
	unsigned long copies = count("fail_usercopy");

	ksft_print_msg("%lu failures: %lu objects, %lu pages, %lu copies\n",
		       objects + pages + copies, objects, pages, copies);
}

static int set_text(const char *kind, const struct inject_text *from,
		    unsigned long depth)
{
	return set_number(kind, "stacktrace-depth", depth) ?:
	       set_number(kind, "require-start", from->start) ?:
	       set_number(kind, "require-end", from->end);
}

/* Nothing fails that is to be called from somewhere, and is not looked at. */
int inject_choose(unsigned int what, const struct inject_text *from)
{
	static const struct inject_text all = { .end = ULONG_MAX };
	static const struct inject_text nothing = { .start = 1 };
	unsigned int i;
	int rc = 0;

	for (i = 0; i < ARRAY_SIZE(kinds) && !rc; i++)
		if (kinds[i].what & what)
			rc = set_text(kinds[i].name, from ?: &all, DEPTH);
		else
			rc = set_text(kinds[i].name, &nothing, 0);
	return rc;
}

int inject_open(void)
{
	int file = open(FAIL_NTH, O_RDWR | O_CLOEXEC);

	return file < 0 ? -errno : file;
}

void inject_arm(int file, unsigned int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(file, text, length, 0) != length)
		abort();
}

/* To ask how many are to come may be what fails. */
bool inject_disarm(int file)
{
	char left[16] = "";
	bool failed = pread(file, left, sizeof(left) - 1, 0) > 0 &&
		      !strtoul(left, NULL, 10);

	pwrite(file, "0", 1, 0);
	return failed;
}

int inject_by_chance(unsigned int percent)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; i < ARRAY_SIZE(kinds) && !rc; i++)
		rc = set_number(kinds[i].name, "probability", percent);
	return rc;
}
