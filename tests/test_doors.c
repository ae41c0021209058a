// SPDX-License-Identifier: GPL-2.0-only
/*
 * The doors besides /dev/ioasid: spaces that a driver makes for its user, and
 * those that it makes for the kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "uapi.h"

#define CGROUPS	"/sys/fs/cgroup"
#define CGROUP	CGROUPS "/test_doors"
#define DEVICE	"ioasid_sim_accel.1"
#define DRIVER	"/sys/bus/platform/drivers/ioasid_sim_accel"

static int attach_self(int queue)
{
	struct ioasid_sim_attach attach = {
		.flags = IOASID_SIM_ATTACH_SELF | attach_flags(),
	};
	int rc = queue_attach_as(queue, &attach);

	return rc ? rc : (int)attach.out_pasid;
}

/* Counts the spaces that have a flag, and keeps the last of them. */
static int count_spaces(__u32 flag, struct ioasid_status *last)
{
	struct ioasid_status status;
	int system_fd = system_open(O_RDONLY);
	int pasid = 0, count = 0;

	while ((pasid = system_next(system_fd, pasid, &status)) >= 0) {
		if (status.out_flags & flag) {
			*last = status;
			count++;
		}
		pasid++;
	}
	close(system_fd);
	return count;
}

static int charged(const char *cgroup, unsigned long *spaces)
{
	char path[128], line[128];
	FILE *file;
	int got;

	snprintf(path, sizeof(path), "%s/rdma.current", cgroup);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	*spaces = 0;
	while (fgets(line, sizeof(line), file)) {
		got = sscanf(line, "ioasid hca_handle=%*u hca_object=%lu",
			     spaces);
		if (got == 1)
			break;
	}
	fclose(file);
	return 0;
}

FIXTURE(self_space)
{
	int queue;
	unsigned char *mem;
};

FIXTURE_SETUP(self_space)
{
	self->mem = anon_map(2 * PAGE);
	ASSERT_NE(NULL, self->mem);
	self->queue = queue_open(0, O_RDWR);
	ASSERT_LE(0, self->queue);
	ASSERT_EQ(0, attach_self(self->queue));
}

FIXTURE_TEARDOWN(self_space)
{
	close(self->queue);
	munmap(self->mem, 2 * PAGE);
}

TEST_F(self_space, reaches_memory_by_pointers)
{
	struct job job;

	NEED_PAGE_REQUESTS(return);
	memset(self->mem, 0x5a, PAGE);
	job_memmove(&job, 0, self->mem + PAGE, self->mem, PAGE);
	ASSERT_EQ(DSA_COMP_SUCCESS, job_run(self->queue, &job));
	EXPECT_TRUE(bytes_are(self->mem + PAGE, PAGE, 0x5a));
}

/* The number is in the kernel's list, and no descriptor can use it. */
TEST_F(self_space, keeps_its_number_to_itself)
{
	struct ioasid_status status;
	struct job job;

	ASSERT_EQ(1, count_spaces(IOASID_STATUS_HIDDEN, &status));
	EXPECT_EQ((__u32)getpid(), status.out_pid);
	EXPECT_EQ((__u32)IOASID_TYPE_SVA, status.out_type);
	EXPECT_EQ(0, status.out_fds);
	EXPECT_EQ(1, status.out_attachments);
	job_memfill(&job, status.out_pasid, self->mem, 0, PAGE);
	EXPECT_EQ(-EACCES, job_submit(self->queue, &job));
	EXPECT_EQ(-ENOENT, queue_detach(self->queue, status.out_pasid));
}

TEST_F(self_space, ends_with_the_attachment)
{
	struct ioasid_status status;

	ASSERT_EQ(0, queue_detach(self->queue, 0));
	EXPECT_EQ(0, count_spaces(IOASID_STATUS_HIDDEN, &status));
	EXPECT_EQ(-ENOENT, queue_detach(self->queue, 0));
	ASSERT_EQ(0, attach_self(self->queue));
	close(self->queue);
	self->queue = queue_open(0, O_RDWR);
	EXPECT_EQ(0, count_spaces(IOASID_STATUS_HIDDEN, &status));
}

TEST_F(self_space, is_there_once)
{
	struct ioasid_sim_attach attach = {
		.flags = IOASID_SIM_ATTACH_SELF,
		.fd = 1,
	};

	EXPECT_EQ(-EEXIST, attach_self(self->queue));
	EXPECT_EQ(-EINVAL, queue_attach_as(self->queue, &attach));
}

/* Without a PASID it is meant, whatever else is attached. */
TEST_F(self_space, comes_before_others)
{
	int space = space_alloc_iova(NULL);
	struct job job;
	__u32 pasid;

	NEED_PAGE_REQUESTS(return);
	ASSERT_LE(0, space);
	ASSERT_EQ(0, queue_attach(self->queue, space, &pasid));
	job_memfill(&job, 0, self->mem, 0x1111111111111111, PAGE);
	ASSERT_EQ(DSA_COMP_SUCCESS, job_run(self->queue, &job));
	EXPECT_TRUE(bytes_are(self->mem, PAGE, 0x11));
	EXPECT_EQ(0, queue_detach(self->queue, pasid));
	close(space);
}

/* What could not be written to memory is reported without the number. */
TEST_F(self_space, is_not_named_in_errors)
{
	struct ioasid_sim_error error;
	struct job job;

	job_memfill(&job, 0, self->mem, 0, PAGE);
	job.desc.completion_addr = address_of(end_of_memory());
	ASSERT_EQ(0, job_submit(self->queue, &job));
	ASSERT_EQ(POLLERR, fd_events(self->queue, 0, PATIENCE_MS));
	ASSERT_EQ(0, queue_error(self->queue, &error));
	EXPECT_EQ((__u32)DSA_COMP_CRA_XLAT, error.out_error);
	EXPECT_EQ(0, error.out_pasid);
}

/* Attaches its memory to a queue that its parent goes on to use. */
static int attach_and_wait(int socket, void *arg)
{
	int queue = receive_fd(socket);

	if (queue < 0 || attach_self(queue))
		return 1;
	send_byte(socket, 'a');
	return receive_byte(socket) == 'e' ? 0 : 1;
}

/* A queue that was passed on reaches the memory of whoever attached it. */
TEST(whose_memory_ends_with_the_process)
{
	int queue = queue_open(0, O_RDWR);
	unsigned char *mem = anon_map(PAGE);
	struct ioasid_status status;
	struct child child;
	struct job job;

	ASSERT_EQ(0, child_start(&child, attach_and_wait, NULL));
	ASSERT_EQ(0, send_fd(child.socket, queue));
	ASSERT_EQ('a', receive_byte(child.socket));
	ASSERT_EQ(1, count_spaces(IOASID_STATUS_HIDDEN, &status));
	EXPECT_EQ((__u32)child.pid, status.out_pid);
	ASSERT_EQ(128 + SIGKILL, child_kill(&child));
	ASSERT_EQ(1, count_spaces(IOASID_STATUS_HIDDEN, &status));
	EXPECT_TRUE(status.out_flags & IOASID_STATUS_MM_GONE);
	EXPECT_EQ(0, status.out_pid);
	memset(mem, 0x77, PAGE);
	job_memfill(&job, 0, mem, 0, PAGE);
	ASSERT_EQ(0, job_submit(queue, &job));
	EXPECT_EQ(POLLERR, fd_events(queue, 0, PATIENCE_MS));
	EXPECT_TRUE(bytes_are(mem, PAGE, 0x77));
	close(queue);
	EXPECT_EQ(0, count_spaces(IOASID_STATUS_HIDDEN, &status));
	munmap(mem, PAGE);
}

/* One space at most, by whatever door. */
static int use_up_limit(int socket, void *arg)
{
	struct ioasid_reason reason = { .size = sizeof(reason) };
	struct ioasid_sim_attach attach = {
		.flags = IOASID_SIM_ATTACH_SELF,
		.reason = address_of(&reason),
	};
	int queue = queue_open(0, O_RDWR);
	int space;

	if (write_text(CGROUP "/cgroup.procs", "0"))
		return 1;
	if (attach_self(queue) || space_alloc(NULL) != -EDQUOT)
		return 2;
	if (queue_detach(queue, 0))
		return 3;
	space = space_alloc(NULL);
	if (space < 0 || queue_attach_as(queue, &attach) != -EDQUOT)
		return 4;
	return reason.code == IOASID_REASON_LIMIT ? 0 : 5;
}

TEST(a_hidden_space_counts_like_any_other)
{
	unsigned long spaces;
	struct child child;

	write_text(CGROUPS "/cgroup.subtree_control", "+rdma");
	ASSERT_EQ(0, mkdir(CGROUP, 0755));
	ASSERT_EQ(0, write_text(CGROUP "/rdma.max", "ioasid hca_object=1"));
	ASSERT_EQ(0, child_start(&child, use_up_limit, NULL));
	EXPECT_EQ(0, child_wait(&child));
	ASSERT_EQ(0, charged(CGROUP, &spaces));
	EXPECT_EQ(0, spaces);
	EXPECT_EQ(0, rmdir(CGROUP));
}

/* One for each accelerator, for as long as its driver is bound. */
TEST(a_default_pasid_is_the_kernels)
{
	struct ioasid_attachment_entry entry;
	struct ioasid_status status;
	int system_fd = system_open(O_RDONLY);

	ASSERT_EQ(2, count_spaces(IOASID_STATUS_KERNEL, &status));
	EXPECT_EQ((__u32)IOASID_TYPE_IOVA, status.out_type);
	EXPECT_EQ((__u32)IOASID_STATE_ACTIVE, status.out_state);
	EXPECT_EQ(0, status.out_fds);
	EXPECT_EQ(0, status.out_pid);
	EXPECT_EQ(0, status.out_uid);
	EXPECT_EQ(0, status.out_cgroup);
	EXPECT_EQ(0, status.out_mapped);
	EXPECT_STREQ("kernel", status.out_comm);
	ASSERT_EQ(1, system_list(system_fd, status.out_pasid, &entry, 1));
	EXPECT_EQ(0, entry.pid);
	EXPECT_STREQ("kernel", entry.comm);
	EXPECT_EQ(0, strncmp("ioasid_sim_accel.", entry.device, 17));
	ASSERT_EQ(0, write_text(DRIVER "/unbind", DEVICE));
	EXPECT_EQ(1, count_spaces(IOASID_STATUS_KERNEL, &status));
	ASSERT_EQ(0, write_text(DRIVER "/bind", DEVICE));
	EXPECT_EQ(2, count_spaces(IOASID_STATUS_KERNEL, &status));
	close(system_fd);
}

/* Kernel memory: what is mapped and nothing else. The driver looks at that. */
TEST(an_accelerator_tests_itself)
{
	struct ioasid_status status;
	char path[64];
	int i;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path),
			 "/sys/class/ioasid_sim/ioasid_sim%d/self_test", i);
		EXPECT_EQ(0, write_text(path, "1"));
	}
	ASSERT_EQ(2, count_spaces(IOASID_STATUS_KERNEL, &status));
	EXPECT_EQ(0, status.out_mapped);
	EXPECT_EQ(0, status.out_pinned);
	EXPECT_EQ(0, status.out_maps);
	EXPECT_EQ(1, status.out_attachments);
}

/* A user's descriptors do not get at what is the kernel's. */
TEST(no_user_reaches_a_space_of_the_kernel)
{
	int queue = queue_open(0, O_RDWR);
	struct ioasid_status status;
	struct job job;

	ASSERT_LE(0, queue);
	ASSERT_EQ(2, count_spaces(IOASID_STATUS_KERNEL, &status));
	job_init(&job, status.out_pasid, DSA_OPCODE_NOOP);
	EXPECT_EQ(-EACCES, job_submit(queue, &job));
	EXPECT_EQ(-ENOENT, queue_detach(queue, status.out_pasid));
	close(queue);
}

static int test_itself(int socket, void *arg)
{
	const char *path = "/sys/class/ioasid_sim/ioasid_sim1/self_test";
	int i, rc;

	for (i = 0; i < 200; i++) {
		rc = write_text(path, "1");
		if (rc && rc != -ENODEV && rc != -ENOENT)
			return 1;
	}
	return 0;
}

/* Two self-tests, and the driver unbound while they run. */
TEST(self_tests_race_with_unbind)
{
	struct child children[2];
	int i;

	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, child_start(&children[i], test_itself, NULL));
	for (i = 0; i < 10; i++) {
		EXPECT_EQ(0, write_text(DRIVER "/unbind", DEVICE));
		EXPECT_EQ(0, write_text(DRIVER "/bind", DEVICE));
	}
	for (i = 0; i < 2; i++)
		EXPECT_EQ(0, child_wait(&children[i]));
}

TEST_HARNESS_MAIN
