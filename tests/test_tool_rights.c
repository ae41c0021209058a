// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl goes by the rights of the descriptors that it finds: it takes one
 * that carries the right it needs, and says so where none does. It sees spaces
 * that a driver has made, those that nobody can be found to hold, and those
 * whose process is gone; and it tells users, and attachments, apart.
 */
#include <kselftest_harness.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

#include "memory.h"
#include "page_requests.h"
#include "process.h"

#define OUTPUT_SIZE	4096

FIXTURE(tool)
{
	int system;
	int space;
	__u64 id;
	char output[OUTPUT_SIZE];
};

FIXTURE_SETUP(tool)
{
	struct ioasid_status status;

	self->system = ioasid_system_open();
	ASSERT_LE(0, self->system);
	self->space = ioasid_space_alloc_sva(self->system, NULL);
	ASSERT_EQ(0, ioasid_space_status(self->space, &status));
	self->id = status.out_id;
}

FIXTURE_TEARDOWN(tool)
{
	close(self->space);
	close(self->system);
}

/* Keeps what it says on both outputs. Returns its exit status. */
static int run_tool(char *output, const char *format, ...)
{
	char command[256];
	va_list args;
	size_t size;
	FILE *pipe;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	pipe = popen(command, "r");
	size = fread(output, 1, OUTPUT_SIZE - 1, pipe);
	output[size] = '\0';
	return WEXITSTATUS(pclose(pipe));
}

/* The output if it lacks the words, so that a failure shows it; or nothing. */
static const char *lacking(const char *output, const char *words)
{
	return strstr(output, words) ? "" : output;
}

/* Replaces the space's only descriptor. */
static void give_up_all_but(int *space, __u32 rights)
{
	int weaker = ioasid_space_share(*space, rights);

	close(*space);
	*space = weaker;
}

TEST_F(tool, cannot_free_with_a_weak_descriptor)
{
	struct ioasid_status status;

	give_up_all_but(&self->space, IOASID_RIGHT_ATTACH);
	EXPECT_EQ(1, run_tool(self->output, "ioasidctl free %llu 2>&1",
			      self->id));
	EXPECT_STREQ("", lacking(self->output,
				 "no descriptor of it carries the right"));
	EXPECT_EQ(1, run_tool(self->output, "ioasidctl read %llu 0+1 2>&1",
			      self->id));
	EXPECT_STREQ("", lacking(self->output,
				 "no descriptor of it carries the right"));
	ASSERT_EQ(0, ioasid_space_status(self->space, &status));
	EXPECT_EQ(IOASID_STATE_IDLE, status.out_state);
	EXPECT_EQ(0, run_tool(self->output, "ioasidctl holders %llu",
			      self->id));
	EXPECT_STREQ("", lacking(self->output, "  attach\n"));
}

/* The weak one has the lower number, and is found first. */
TEST_F(tool, takes_the_descriptor_that_can)
{
	struct ioasid_status status;
	int weak, strong;

	weak = ioasid_space_share(self->space, 0);
	strong = ioasid_space_share(self->space, IOASID_RIGHT_MANAGE);
	ASSERT_LT(weak, strong);
	close(self->space);
	self->space = weak;
	EXPECT_EQ(0, run_tool(self->output, "ioasidctl free %llu 2>&1",
			      self->id));
	ASSERT_EQ(0, ioasid_space_status(self->space, &status));
	EXPECT_EQ(IOASID_STATE_FREE, status.out_state);
	EXPECT_EQ(0, run_tool(self->output, "ioasidctl holders %llu",
			      self->id));
	EXPECT_STREQ("", lacking(self->output, "  none\n"));
	EXPECT_STREQ("", lacking(self->output,
				 "freed; its PASID is kept by descriptor"));
	close(strong);
}

/* Its number is nobody's to see but an administrator's. */
TEST_F(tool, sees_what_a_driver_has_made)
{
	struct ioasid_sim_attach attach = {
		.flags = IOASID_SIM_ATTACH_SELF | attach_flags(),
	};
	int queue = ioasid_queue_open("/dev/ioasid_sim0", 0);
	struct ioasid_status status;
	__u32 next = 0;

	ASSERT_EQ(0, ioasid_queue_attach_with(queue, &attach));
	while (ioasid_system_next(self->system, &next, &status) > 0)
		if (status.out_flags & IOASID_STATUS_HIDDEN)
			break;
	ASSERT_NE(0, status.out_flags & IOASID_STATUS_HIDDEN);
	EXPECT_EQ(0, run_tool(self->output, "ioasidctl holders %llu",
			      status.out_id));
	EXPECT_STREQ("", lacking(self->output,
				 "1 of ioasid_sim_accel.0, made by test_tool"));
	EXPECT_EQ(0, run_tool(self->output, "ioasidctl list"));
	EXPECT_STREQ("", lacking(self->output, " active,hidden "));
	EXPECT_EQ(1, run_tool(self->output, "ioasidctl free %llu 2>&1",
			      status.out_id));
	EXPECT_STREQ("", lacking(self->output,
				 "no process that you may look at has"));
	close(queue);
}

TEST_F(tool, sees_what_is_in_a_socket)
{
	int sockets[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets));
	ASSERT_EQ(0, ioasid_space_pass(sockets[0], self->space,
				       IOASID_RIGHT_ATTACH, "", 1));
	close(self->space);
	EXPECT_EQ(0, run_tool(self->output, "ioasidctl holders %llu",
			      self->id));
	EXPECT_STREQ("", lacking(self->output,
				 "by descriptors that no process you may"));
	close(sockets[0]);
	close(sockets[1]);
}

/* A space of its own memory, which another queue has and the parent keeps. */
static int leave_space_behind(int socket, void *arg)
{
	const int *queue = arg;
	int system = ioasid_system_open();
	int space = ioasid_space_alloc_sva(system, NULL);

	return ioasid_queue_attach(*queue, space, NULL) ||
	       send_fd(socket, space);
}

TEST_F(tool, sees_that_a_process_is_gone)
{
	int queue = ioasid_queue_open("/dev/ioasid_sim0", 0);
	struct ioasid_status status;
	struct child child;
	int space;

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, child_start(&child, leave_space_behind, &queue));
	space = receive_fd(child.socket);
	ASSERT_EQ(0, child_wait(&child));
	ASSERT_EQ(0, ioasid_space_status(space, &status));
	EXPECT_EQ(0, run_tool(self->output, "ioasidctl show %llu",
			      status.out_id));
	EXPECT_STREQ("", lacking(self->output,
				 "gone: its process has exited"));
	EXPECT_STREQ("", lacking(self->output, "attachment 1 by test_tool"));
	EXPECT_EQ(0, run_tool(self->output, "ioasidctl list"));
	EXPECT_STREQ("", lacking(self->output, " active,mm-gone "));
	EXPECT_STREQ("", lacking(self->output, " (test_tool"));
	EXPECT_EQ(0, run_tool(self->output, "ioasidctl holders %llu",
			      status.out_id));
	EXPECT_STREQ("", lacking(self->output, "of no use, since its process"));
	EXPECT_STREQ("", lacking(self->output, " is gone; kept by descriptor"));
	ioasid_space_free(space);
	EXPECT_EQ(0, run_tool(self->output, "ioasidctl holders %llu",
			      status.out_id));
	EXPECT_STREQ("", lacking(self->output, ", made by test_tool"));
	close(space);
	close(queue);
}

#define SHOW	"ioasidctl -j show %llu"
#define COOKIES	".[0].attachment_list[].cookie"

/* Two queues of one device, which is named once. */
TEST_F(tool, tells_attachments_apart)
{
	struct ioasid_sim_attach attach = { .fd = self->space, .cookie = 4711 };
	int first = ioasid_queue_open("/dev/ioasid_sim0", 0);
	int second = ioasid_queue_open("/dev/ioasid_sim0", 0);

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, ioasid_queue_attach(first, self->space, NULL));
	ASSERT_EQ(0, ioasid_queue_attach_with(second, &attach));
	EXPECT_EQ(0, run_tool(self->output, "ioasidctl show %llu", self->id));
	EXPECT_STREQ("", lacking(self->output, "), cookie 4711\n"));
	EXPECT_EQ(0, run_tool(self->output, SHOW " | jq -c '.[0].devices'",
			      self->id));
	EXPECT_STREQ("[\"ioasid_sim_accel.0\"]\n", self->output);
	EXPECT_EQ(0, run_tool(self->output, SHOW " | jq '" COOKIES "'",
			      self->id));
	EXPECT_STREQ("0\n4711\n", self->output);
	EXPECT_EQ(0, run_tool(self->output, "ioasidctl free %llu", self->id));
	EXPECT_STREQ("", lacking(self->output, "2 attachments have not"));
	EXPECT_EQ(0, run_tool(self->output, "ioasidctl holders %llu",
			      self->id));
	EXPECT_STREQ("", lacking(self->output, "], and attachment 2 of"));
	EXPECT_STREQ("", lacking(self->output, "], have not let go"));
	close(first);
	close(second);
}

#define NAMELESS	4711
#define MEMLOCK		1048576
#define USERS		"ioasidctl list --users"

/* Whom no file names, and no capability exempts. */
static int make_space_as_user(int socket, void *arg)
{
	const struct rlimit limit = { MEMLOCK, MEMLOCK };
	int space;

	if (setrlimit(RLIMIT_MEMLOCK, &limit) ||
	    setresuid(NAMELESS, NAMELESS, NAMELESS))
		return 1;
	space = ioasid_space_alloc_sva(ioasid_system_open(), NULL);
	return send_byte(socket, 0) || receive_byte(socket) < 0 ||
	       close(space);
}

TEST_F(tool, tells_users_apart)
{
	struct child child;

	ASSERT_EQ(0, child_start(&child, make_space_as_user, NULL));
	ASSERT_EQ(0, receive_byte(child.socket));
	EXPECT_EQ(0, run_tool(self->output, USERS " | tail -n 2 | tr -s ' '"));
	EXPECT_STREQ("root 1 0 0 unlimited -\n4711 1 0 0 1.0M 0%\n",
		     self->output);
	EXPECT_EQ(0, run_tool(self->output, USERS
			      " -j | grep -wE 'memlock_limit\": ?1048576'"));
	ASSERT_EQ(0, send_byte(child.socket, 0));
	EXPECT_EQ(0, child_wait(&child));
}

/* Who may attach a space may not know what is in it. */
TEST_F(tool, cannot_list_maps_with_a_weak_descriptor)
{
	int space = ioasid_space_alloc_iova(self->system, NULL);
	void *memory = anon_map(PAGE);
	struct ioasid_status status;
	__u64 iova;

	ASSERT_EQ(0, ioasid_space_map(space, memory, PAGE, IOASID_READ, &iova));
	ASSERT_EQ(0, ioasid_space_status(space, &status));
	give_up_all_but(&space, IOASID_RIGHT_ATTACH);
	EXPECT_EQ(0, run_tool(self->output, "ioasidctl show %llu 2>&1",
			      status.out_id));
	EXPECT_STREQ("", lacking(self->output, "cannot list the maps"));
	EXPECT_STREQ("", lacking(self->output,
				 "no descriptor of it carries the right"));
	close(space);
}

TEST_HARNESS_MAIN
