// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reasons: what there is to say of a space that could not be attached, with
 * every member of the structure, and that it is said to nobody else.
 *
 * The devices differ, so that each reason can be had: behind two IOMMUs, of
 * which one translates only 39 bits, and one that has no page requests. The
 * spaces are those of another process, which has a name of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "iova.h"
#include "memory.h"
#include "process.h"

#define PARAMETERS	"accelerators=3 iommus=2 iova_bits=47,39 no_prs=1"
#define READ_WRITE	(IOASID_READ | IOASID_WRITE)
#define NARROW_END	0x8000000000ull
#define CREATOR		"creator"
#define HOLDER		"holder"

/* Accelerators by number, as the parameters make them. */
enum device { WIDE, NARROW, DEAF, DEVICES };

enum space { SVA, IOVA, SPACES };

FIXTURE(reason)
{
	struct child creator;
	int space[SPACES];
	int queue[DEVICES];
	char *mem;
};

static int create(int socket, void *arg)
{
	prctl(PR_SET_NAME, CREATOR);
	if (send_fd(socket, space_alloc(NULL)) ||
	    send_fd(socket, space_alloc_iova(NULL)))
		return 1;
	return receive_byte(socket) != 'e';
}

FIXTURE_SETUP(reason)
{
	enum device device;
	enum space space;

	ASSERT_EQ(0, child_start(&self->creator, create, NULL));
	for (space = 0; space < SPACES; space++) {
		self->space[space] = receive_fd(self->creator.socket);
		ASSERT_LE(0, self->space[space]);
	}
	for (device = 0; device < DEVICES; device++) {
		self->queue[device] = queue_open(device, O_RDWR);
		ASSERT_LE(0, self->queue[device]);
	}
	self->mem = anon_map(2 * PAGE);
	ASSERT_NE(NULL, self->mem);
}

FIXTURE_TEARDOWN(reason)
{
	enum device device;
	enum space space;

	child_kill(&self->creator);
	for (space = 0; space < SPACES; space++)
		close(self->space[space]);
	for (device = 0; device < DEVICES; device++)
		close(self->queue[device]);
}

/* What cannot be said of a space, as there is none. */
static struct ioasid_reason of_device(enum device device, __u32 code)
{
	struct ioasid_reason reason = {
		.size = sizeof(reason),
		.code = code,
	};

	snprintf(reason.device, sizeof(reason.device), "ioasid_sim_accel.%d",
		 device);
	return reason;
}

static void add_process(struct ioasid_reason *reason, pid_t pid,
			const char *comm)
{
	reason->pid = pid;
	snprintf(reason->comm, sizeof(reason->comm), "%s", comm);
}

static struct ioasid_reason of_space(int space, enum device device, __u32 code)
{
	struct ioasid_reason reason = of_device(device, code);
	struct ioasid_status status;

	if (space_status(space, &status))
		return reason;
	reason.pasid = status.out_pasid;
	reason.ioasid = status.out_id;
	add_process(&reason, status.out_pid, CREATOR);
	return reason;
}

static int attach(int queue, int space, struct ioasid_reason *reason)
{
	struct ioasid_sim_attach attach = {
		.fd = space,
		.reason = (__u64)reason,
	};

	return queue_attach_as(queue, &attach);
}

/* Fails so, and says all of this. */
static bool says(int queue, int space, int rc,
		 const struct ioasid_reason *expected)
{
	struct ioasid_reason reason;

	memset(&reason, 0xee, sizeof(reason));
	reason.size = sizeof(reason);
	return attach(queue, space, &reason) == rc &&
	       !memcmp(&reason, expected, sizeof(reason));
}

TEST_F(reason, no_right)
{
	struct ioasid_reason expected;
	__u32 rights;
	int share;

	for (rights = 0; rights <= IOASID_RIGHT_ALL; rights++) {
		if (rights & IOASID_RIGHT_ATTACH)
			continue;
		share = space_share(self->space[SVA], rights);
		ASSERT_LE(0, share);
		expected = of_space(share, WIDE, IOASID_REASON_NO_RIGHT);
		expected.value = rights;
		EXPECT_TRUE(says(self->queue[WIDE], share, -EACCES, &expected));
		close(share);
	}
}

TEST_F(reason, freed)
{
	struct ioasid_reason expected =
		of_space(self->space[IOVA], NARROW, IOASID_REASON_FREED);

	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->space[IOVA]));
	EXPECT_TRUE(says(self->queue[NARROW], self->space[IOVA], -ESTALE,
			 &expected));
}

/* Whoever is gone has a name still, and no number. */
TEST_F(reason, memory_gone)
{
	struct ioasid_reason expected =
		of_space(self->space[SVA], WIDE, IOASID_REASON_MM_GONE);

	EXPECT_EQ(self->creator.pid, expected.pid);
	ASSERT_EQ(0, send_byte(self->creator.socket, 'e'));
	EXPECT_EQ(0, child_wait(&self->creator));
	expected.pid = 0;
	EXPECT_TRUE(says(self->queue[WIDE], self->space[SVA], -ESRCH,
			 &expected));
	ASSERT_EQ(0, child_start(&self->creator, create, NULL));
}

TEST_F(reason, no_page_requests)
{
	struct ioasid_reason expected =
		of_space(self->space[SVA], DEAF,
			 IOASID_REASON_NO_PAGE_REQUESTS);

	EXPECT_TRUE(says(self->queue[DEAF], self->space[SVA], -EPROTONOSUPPORT,
			 &expected));
}

/* Only what is in the way is named, not all that is mapped. */
TEST_F(reason, mapped)
{
	struct ioasid_reason expected =
		of_space(self->space[IOVA], NARROW, IOASID_REASON_MAPPED);

	ASSERT_EQ(0, space_map_at(self->space[IOVA], NARROW_END - PAGE,
				  self->mem, 2 * PAGE, READ_WRITE));
	expected.value = NARROW_END;
	expected.limit = NARROW_END + PAGE - 1;
	EXPECT_TRUE(says(self->queue[NARROW], self->space[IOVA], -EADDRINUSE,
			 &expected));
	EXPECT_EQ(0, attach(self->queue[WIDE], self->space[IOVA], NULL));
	EXPECT_TRUE(says(self->queue[NARROW], self->space[IOVA], -EADDRINUSE,
			 &expected));
}

TEST_F(reason, kept)
{
	const struct ioasid_iova_range range = {
		.start = PLACE,
		.last = NARROW_END + 3 * PAGE - 1,
	};
	struct ioasid_reason expected =
		of_space(self->space[IOVA], NARROW, IOASID_REASON_KEPT);

	ASSERT_EQ(0, space_keep(self->space[IOVA], &range, 1));
	expected.value = NARROW_END;
	expected.limit = range.last;
	EXPECT_TRUE(says(self->queue[NARROW], self->space[IOVA],
			 -EADDRNOTAVAIL, &expected));
}

struct hold {
	int space;
	int queue;
};

static int attach_and_wait(int socket, void *arg)
{
	struct hold *hold = arg;

	prctl(PR_SET_NAME, HOLDER);
	if (queue_attach(hold->queue, hold->space, NULL))
		return 1;
	return send_byte(socket, 'a') || receive_byte(socket) < 0;
}

/* Who holds what was cut off is in the way, not who created it. */
TEST_F(reason, cut)
{
	struct ioasid_reason expected =
		of_space(self->space[SVA], WIDE, IOASID_REASON_CUT);
	struct hold hold = {
		.space = self->space[SVA],
		.queue = queue_open(WIDE, O_RDWR),
	};
	struct child holder;

	ASSERT_EQ(0, child_start(&holder, attach_and_wait, &hold));
	ASSERT_EQ('a', receive_byte(holder.socket));
	ASSERT_EQ(1, space_cut(self->space[SVA], 1));
	add_process(&expected, holder.pid, HOLDER);
	EXPECT_TRUE(says(self->queue[WIDE], self->space[SVA], -EKEYREVOKED,
			 &expected));
	ASSERT_EQ(0, send_byte(holder.socket, 'e'));
	EXPECT_EQ(0, child_wait(&holder));
	add_process(&expected, 0, HOLDER);
	EXPECT_TRUE(says(self->queue[WIDE], self->space[SVA], -EKEYREVOKED,
			 &expected));
	close(hold.queue);
	EXPECT_EQ(0, queue_attach(self->queue[WIDE], self->space[SVA], NULL));
}

TEST_F(reason, nothing_more_to_say)
{
	struct ioasid_reason expected =
		of_device(WIDE, IOASID_REASON_NONE);
	int queue = self->queue[WIDE];

	EXPECT_TRUE(says(queue, -1, -EBADF, &expected));
	EXPECT_TRUE(says(queue, queue, -EBADFD, &expected));
}

TEST_F(reason, success_says_nothing)
{
	struct ioasid_reason reason;
	struct ioasid_alloc alloc = {
		.size = sizeof(alloc),
		.type = IOASID_TYPE_IOVA,
		.reason = (__u64)&reason,
	};
	int system_fd = system_open(O_RDWR);

	memset(&reason, 0xee, sizeof(reason));
	EXPECT_EQ(0, fd_ioctl(system_fd, IOASID_ALLOC, &alloc));
	EXPECT_EQ(0, attach(self->queue[WIDE], alloc.out_fd, &reason));
	EXPECT_TRUE(bytes_are(&reason, sizeof(reason), 0xee));
	close(alloc.out_fd);
	close(system_fd);
}

/* To one that is smaller nothing is said, and of a larger one no more used. */
TEST_F(reason, sizes)
{
	struct ioasid_reason *reason = (void *)self->mem;
	const __u32 size = sizeof(*reason);
	struct ioasid_reason expected;
	__u32 given;

	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->space[SVA]));
	expected = of_space(self->space[SVA], WIDE, IOASID_REASON_FREED);
	for (given = 0; given < 2 * size; given++) {
		memset(self->mem, 0xee, PAGE);
		reason->size = given;
		EXPECT_EQ(-ESTALE, attach(self->queue[WIDE],
					  self->space[SVA], reason));
		EXPECT_EQ(given, reason->size);
		expected.size = given;
		if (given >= size) {
			EXPECT_EQ(0, memcmp(reason, &expected, size));
		} else {
			EXPECT_TRUE(bytes_are(&reason->code,
					      size - sizeof(given), 0xee));
		}
		EXPECT_TRUE(bytes_are(self->mem + size, PAGE - size, 0xee));
	}
}

/* Whoever cannot be told fails as he would otherwise. */
TEST_F(reason, nowhere_to_say_it)
{
	struct ioasid_reason *reason = (void *)self->mem, *half;
	int queue = self->queue[WIDE];
	char *end = end_of_memory();

	ASSERT_NE(NULL, end);
	half = (void *)(end - sizeof(*half) / 2);
	half->size = sizeof(*half);
	reason->size = sizeof(*reason);
	ASSERT_EQ(0, mprotect(reason, PAGE, PROT_READ));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(self->space[SVA]));
	EXPECT_EQ(-ESTALE, attach(queue, self->space[SVA], NULL));
	EXPECT_EQ(-ESTALE, attach(queue, self->space[SVA], reason));
	EXPECT_EQ(-ESTALE, attach(queue, self->space[SVA], half));
	EXPECT_EQ(-ESTALE, attach(queue, self->space[SVA], (void *)end));
	EXPECT_EQ(-ESTALE, attach(queue, self->space[SVA], (void *)-PAGE));
	EXPECT_EQ(0, reason->code);
}

int main(int argc, char **argv)
{
	if (simulator_load(PARAMETERS)) {
		ksft_print_msg("the simulator does not load: " PARAMETERS "\n");
		return KSFT_FAIL;
	}
	return test_harness_run(argc, argv);
}
