// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasidctl goes by the rights of the descriptors that it finds: it takes one
 * that carries the right it needs, and says so where none does. It sees spaces
 * that a driver has made, and those that nobody can be found to hold.
 */
#include <kselftest_harness.h>
#include <stdarg.h>
#include <sys/socket.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

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
	char command[128];
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
	struct ioasid_sim_attach attach = { .flags = IOASID_SIM_ATTACH_SELF };
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

TEST_HARNESS_MAIN
