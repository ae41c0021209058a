// SPDX-License-Identifier: GPL-2.0-only
/*
 * libioasid gets on with a kernel that is older than it: one with IOASID_ABI 2,
 * which this makes of the running one, since every ioctl passes here first.
 */
#include <errno.h>
#include <kselftest_harness.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

#include "page_requests.h"

/* How much of these structures there was. */
#define ALLOC_SIZE	offsetof(struct ioasid_alloc, reason)
#define ATTACH_SIZE	offsetof(struct ioasid_sim_attach, reason)

/* How many ioctls were refused because of what an older kernel cannot know. */
static int refused;

static int fail(int error)
{
	refused++;
	errno = error;
	return -1;
}

static int pass_on(int fd, unsigned long request, void *arg)
{
	return syscall(SYS_ioctl, fd, request, arg);
}

static bool has_more(const void *arg, size_t known, size_t size)
{
	const char *bytes = arg;

	for (; known < size; known++)
		if (bytes[known])
			return true;
	return false;
}

/* Stands in for that of the C library, which is linked statically. */
int ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	switch (request) {
	case IOASID_ALLOC:
		if (has_more(arg, ALLOC_SIZE, sizeof(struct ioasid_alloc)))
			return fail(E2BIG);
		break;
	case IOASID_SIM_ATTACH:
		if (has_more(arg, ATTACH_SIZE,
			     sizeof(struct ioasid_sim_attach)))
			return fail(E2BIG);
		break;
	case IOASID_SHARE:
	case IOASID_ATTACHMENTS:
	case IOASID_CUT:
	case IOASID_NEXT:
		return fail(ENOTTY);
	}
	return pass_on(fd, request, arg);
}

FIXTURE(old)
{
	int system;
	struct ioasid_reason reason;
};

FIXTURE_SETUP(old)
{
	self->system = ioasid_system_open();
	ASSERT_LE(0, self->system);
	self->reason.code = IOASID_REASON_CUT;
}

FIXTURE_TEARDOWN(old)
{
	close(self->system);
}

TEST_F(old, makes_a_space_without_a_reason)
{
	__u32 pasid = 0;
	int space;

	space = ioasid_space_alloc(self->system, IOASID_TYPE_SVA, &pasid,
				   &self->reason);
	EXPECT_LE(0, space);
	EXPECT_NE(0, pasid);
	EXPECT_EQ(1, refused);
	close(space);
	space = ioasid_space_alloc_iova(self->system, NULL);
	EXPECT_LE(0, space);
	EXPECT_EQ(1, refused);
	close(space);
}

/* The errno is that of the cause, not of the reason that is not known. */
TEST_F(old, fails_without_a_reason)
{
	EXPECT_EQ(-EOPNOTSUPP, ioasid_space_alloc(self->system, 4711, NULL,
						  &self->reason));
	EXPECT_EQ(1, refused);
	EXPECT_EQ(IOASID_REASON_NONE, self->reason.code);
}

TEST_F(old, attaches_without_a_reason)
{
	struct ioasid_sim_attach attach = {
		.fd = ioasid_space_alloc_sva(self->system, NULL),
		.flags = attach_flags(),
		.cookie = 42,
		.reason = (unsigned long)&self->reason,
	};
	int queue = ioasid_queue_open("/dev/ioasid_sim0", 0);

	EXPECT_EQ(0, ioasid_queue_attach_with(queue, &attach));
	EXPECT_NE(0, attach.out_pasid);
	EXPECT_EQ((unsigned long)&self->reason, attach.reason);
	EXPECT_EQ(-EEXIST, ioasid_queue_attach_with(queue, &attach));
	EXPECT_EQ(IOASID_REASON_NONE, self->reason.code);
	EXPECT_EQ(2, refused);
	close(attach.fd);
	close(queue);
}

TEST_F(old, says_what_is_not_there)
{
	int space = ioasid_space_alloc_sva(self->system, NULL);
	struct ioasid_attachment_entry entry;
	struct ioasid_status status;
	__u32 next = 0;
	__u64 id = 0;

	EXPECT_EQ(-ENOTTY, ioasid_system_next(self->system, &next, &status));
	EXPECT_EQ(-ENOTTY, ioasid_space_share(space, 0));
	EXPECT_EQ(-ENOTTY, ioasid_space_attachments(space, &id, &entry, 1));
	EXPECT_EQ(-ENOTTY, ioasid_space_cut(space, 1));
	EXPECT_NE(NULL, strstr(ioasid_explain(IOASID_OP_SHARE, -ENOTTY),
			       "or the kernel is older"));
	close(space);
}

TEST_HARNESS_MAIN
