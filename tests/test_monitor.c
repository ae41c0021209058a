// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl monitor is not misled by what processes call themselves, and tells
 * of everything once.
 */
#include <fcntl.h>
#include <kselftest_harness.h>
#include <signal.h>
#include <sys/prctl.h>

#include <ioasid/ioasid.h>

#include "uapi.h"

#define LINE_SIZE	1024

FIXTURE(monitor)
{
	int system;
	pid_t pid;
	FILE *events;
};

/* Waits until it says that nothing is missed any more. */
FIXTURE_SETUP(monitor)
{
	char line[LINE_SIZE];
	int events[2], ready[2];
	FILE *said;

	self->system = ioasid_system_open();
	ASSERT_EQ(0, pipe(events));
	ASSERT_EQ(0, pipe(ready));
	self->pid = fork();
	if (!self->pid) {
		dup2(events[1], STDOUT_FILENO);
		dup2(ready[1], STDERR_FILENO);
		execlp("ioasidctl", "ioasidctl", "--json", "monitor", NULL);
		_exit(127);
	}
	close(events[1]);
	close(ready[1]);
	self->events = fdopen(events[0], "r");
	said = fdopen(ready[0], "r");
	ASSERT_NE(NULL, fgets(line, sizeof(line), said));
	ASSERT_STREQ("ioasidctl: ready\n", line);
}

FIXTURE_TEARDOWN(monitor)
{
	int status;

	kill(self->pid, SIGTERM);
	waitpid(self->pid, &status, 0);
	EXPECT_EQ(0, status);
}

/* Makes a space and gives it back. Returns what is said of the first of it. */
static const char *watch_alloc(int system, FILE *events, char *line)
{
	close(ioasid_space_alloc_iova(system, NULL));
	do {
		if (!fgets(line, LINE_SIZE, events))
			return "nothing";
	} while (!strstr(line, "\"event\":\"alloc\""));
	return line;
}

/*
 * The kernel saves a name when its thread sleeps, as it does here to read about
 * the first space; what it says of the second has that name.
 */
TEST_F(monitor, names_with_a_newline)
{
	const char *second;
	char line[LINE_SIZE], expected[64];

	prctl(PR_SET_NAME, "a\nioasid_x: ");
	watch_alloc(self->system, self->events, line);
	second = watch_alloc(self->system, self->events, line);
	snprintf(expected, sizeof(expected),
		 "\"pid\":%d,\"comm\":\"a?ioasid_x: \"", getpid());
	EXPECT_STREQ(expected, strstr(second, expected) ? expected : second);
}

/* Counts what is said of an event until a space has come to its end. */
static int count_events(FILE *events, const char *event)
{
	char line[LINE_SIZE];
	int nr = 0;

	while (fgets(line, sizeof(line), events)) {
		nr += !!strstr(line, event);
		if (strstr(line, "\"event\":\"reclaim\""))
			return nr;
	}
	return -1;
}

/* A space is freed more than once, and parked for good by the first time. */
TEST_F(monitor, parked_once)
{
	int queue = queue_open(0, O_RDWR), space = space_alloc(NULL);

	ASSERT_EQ(0, queue_attach(queue, space, NULL));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(space));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(space));
	close(space);
	close(queue);
	EXPECT_EQ(1, count_events(self->events, "\"event\":\"park\""));
}

TEST_HARNESS_MAIN
