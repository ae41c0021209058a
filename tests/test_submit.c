// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queue as a file: what write() accepts and how many, what it does when
 * there is no room, what poll() and read() tell, and the error register.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"

FIXTURE(submit)
{
	struct dma dma;
	struct job job;
	struct long_job long_job;
};

FIXTURE_SETUP(submit)
{
	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, dma_open(&self->dma, 0));
	job_init(&self->job, self->dma.pasid, DSA_OPCODE_NOOP);
	ASSERT_EQ(0, long_job_init(&self->long_job, self->dma.pasid));
}

FIXTURE_TEARDOWN(submit)
{
	dma_close(&self->dma);
}

static int set_nonblock(int fd)
{
	return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* Makes the queue busy for seconds, or until the space is freed. */
static int keep_busy(const struct dma *dma, struct long_job *long_job)
{
	return job_submit(dma->queue, &long_job->batch);
}

/* Descriptors that leave no record, as an array without gaps. */
static void make_noops(struct dsa_hw_desc *desc, unsigned int count,
		       __u32 pasid)
{
	struct job job;

	job_init(&job, pasid, DSA_OPCODE_NOOP);
	job.desc.flags = 0;
	job.desc.completion_addr = 0;
	while (count--)
		*desc++ = job.desc;
}

TEST_F(submit, count_that_is_no_multiple)
{
	static const size_t counts[] = { 0, 1, 32, 63, 65, 127, 129, 4095 };
	struct dsa_hw_desc desc[65];
	unsigned int i;

	make_noops(desc, ARRAY_SIZE(desc), self->dma.pasid);
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		EXPECT_EQ(-1, write(self->dma.queue, desc, counts[i]));
		EXPECT_EQ(EINVAL, errno);
	}
}

TEST_F(submit, memory_that_cannot_be_read)
{
	const struct iovec null = { .iov_len = 64 };
	char *mem = anon_map(2 * PAGE);

	ASSERT_NE(NULL, mem);
	ASSERT_EQ(0, munmap(mem + PAGE, PAGE));
	EXPECT_EQ(-1, writev(self->dma.queue, &null, 1));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, write(self->dma.queue, (void *)-4096, 64));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, write(self->dma.queue, mem + PAGE - 32, 64));
	EXPECT_EQ(EFAULT, errno);
	make_noops((void *)mem + PAGE - 128, 2, self->dma.pasid);
	EXPECT_EQ(128, write(self->dma.queue, mem + PAGE - 128, 256));
	EXPECT_EQ(-1, write(self->dma.queue, mem + PAGE, 64));
	EXPECT_EQ(EFAULT, errno);
}

/* A descriptor may be anywhere, also where no device could read it. */
TEST_F(submit, descriptor_at_any_address)
{
	char *mem = anon_map(2 * PAGE);
	unsigned int off;

	ASSERT_NE(NULL, mem);
	for (off = PAGE - 65; off < PAGE + 2; off++) {
		self->job.record.status = 0;
		memcpy(mem + off, &self->job.desc, 64);
		EXPECT_EQ(64, write(self->dma.queue, mem + off, 64));
		EXPECT_EQ(DSA_COMP_SUCCESS, job_wait(&self->job));
	}
}

TEST_F(submit, short_count_names_the_bad_one)
{
	static struct job job[5];
	struct dsa_hw_desc desc[5];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(desc); i++) {
		job_init(&job[i], self->dma.pasid, DSA_OPCODE_NOOP);
		desc[i] = job[i].desc;
	}
	desc[3].pasid ^= 0x80000;
	EXPECT_EQ(3 * 64, write(self->dma.queue, desc, sizeof(desc)));
	EXPECT_EQ(-1, write(self->dma.queue, desc + 3, 2 * 64));
	EXPECT_EQ(EACCES, errno);
	desc[3].pasid ^= 0x80000;
	desc[3].completion_addr++;
	EXPECT_EQ(-1, write(self->dma.queue, desc + 3, 2 * 64));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(64, write(self->dma.queue, desc + 4, 64));
	ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	for (i = 0; i < ARRAY_SIZE(desc); i++)
		EXPECT_EQ(i == 3 ? DSA_COMP_NONE : DSA_COMP_SUCCESS,
			  job[i].record.status);
}

TEST_F(submit, writev_and_pwrite)
{
	struct iovec iov[2] = {
		{ .iov_base = &self->job.desc, .iov_len = 64 },
		{ .iov_base = &self->job.desc, .iov_len = 64 },
	};

	EXPECT_EQ(128, writev(self->dma.queue, iov, 2));
	EXPECT_EQ(DSA_COMP_SUCCESS, job_wait(&self->job));
	EXPECT_EQ(-1, pwrite(self->dma.queue, &self->job.desc, 64, 64));
	EXPECT_EQ(-1, lseek(self->dma.queue, 0, SEEK_SET));
	EXPECT_EQ(ESPIPE, errno);
}

TEST_F(submit, read_only_queue)
{
	int queue = queue_open(0, O_RDONLY);

	ASSERT_LE(0, queue);
	EXPECT_EQ(-1, write(queue, &self->job.desc, 64));
	EXPECT_EQ(EBADF, errno);
	close(queue);
}

/* Errors, which poll() always reports, come on the way. */
static bool wait_for_room(int queue)
{
	__s64 deadline = now_ms() + PATIENCE_MS;
	struct ioasid_sim_error error;

	while (now_ms() < deadline) {
		if (fd_events(queue, POLLOUT, PATIENCE_MS) & POLLOUT)
			return true;
		if (queue_error(queue, &error))
			return false;
	}
	return false;
}

TEST_F(submit, full_queue_does_not_block)
{
	struct dsa_hw_desc desc[2 * IOASID_SIM_QUEUE_DEPTH];
	ssize_t count;

	make_noops(desc, ARRAY_SIZE(desc), self->dma.pasid);
	ASSERT_EQ(0, set_nonblock(self->dma.queue));
	ASSERT_EQ(0, keep_busy(&self->dma, &self->long_job));
	EXPECT_EQ(POLLOUT, fd_events(self->dma.queue, POLLOUT, 0));
	count = write(self->dma.queue, desc, sizeof(desc));
	EXPECT_EQ(0, count % 64);
	EXPECT_LE(IOASID_SIM_QUEUE_DEPTH - 1, count / 64);
	EXPECT_GE(IOASID_SIM_QUEUE_DEPTH, count / 64);
	EXPECT_EQ(-1, write(self->dma.queue, desc, sizeof(desc)));
	EXPECT_EQ(EAGAIN, errno);
	EXPECT_EQ(0, fd_events(self->dma.queue, POLLOUT, 0));
	EXPECT_FALSE(job_done(&self->long_job.batch));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->dma.space));
	EXPECT_TRUE(wait_for_room(self->dma.queue));
}

struct writer {
	const struct dma *dma;
	struct dsa_hw_desc desc[2 * IOASID_SIM_QUEUE_DEPTH];
	pid_t tid;
	ssize_t count;
	int error;
};

static void *write_all(void *arg)
{
	struct writer *writer = arg;

	__atomic_store_n(&writer->tid, gettid(), __ATOMIC_RELEASE);
	writer->count = write(writer->dma->queue, writer->desc,
			      sizeof(writer->desc));
	writer->error = errno;
	return NULL;
}

static int start_writer(struct writer *writer, pthread_t *thread)
{
	pid_t tid;

	if (pthread_create(thread, NULL, write_all, writer))
		return -EAGAIN;
	while (!(tid = __atomic_load_n(&writer->tid, __ATOMIC_ACQUIRE)))
		sched_yield();
	return wait_until_asleep(tid);
}

TEST_F(submit, full_queue_blocks_until_room)
{
	struct writer writer = { .dma = &self->dma };
	pthread_t thread;

	make_noops(writer.desc, ARRAY_SIZE(writer.desc), self->dma.pasid);
	ASSERT_EQ(0, keep_busy(&self->dma, &self->long_job));
	ASSERT_EQ(0, start_writer(&writer, &thread));
	EXPECT_FALSE(job_done(&self->long_job.batch));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->dma.space));
	pthread_join(thread, NULL);
	EXPECT_EQ(sizeof(writer.desc), writer.count);
}

static void interrupt(int signal)
{
}

TEST_F(submit, signal_ends_wait)
{
	const struct sigaction action = { .sa_handler = interrupt };
	struct writer writer = { .dma = &self->dma };
	pthread_t thread;

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	make_noops(writer.desc, ARRAY_SIZE(writer.desc), self->dma.pasid);
	ASSERT_EQ(0, keep_busy(&self->dma, &self->long_job));
	ASSERT_EQ(0, start_writer(&writer, &thread));
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);
	EXPECT_LT(0, writer.count);
	EXPECT_GT(sizeof(writer.desc), writer.count);
	EXPECT_EQ(0, writer.count % 64);

	writer.tid = 0;
	ASSERT_EQ(0, start_writer(&writer, &thread));
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);
	EXPECT_EQ(-1, writer.count);
	EXPECT_EQ(EINTR, writer.error);
	EXPECT_FALSE(job_done(&self->long_job.batch));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->dma.space));
}

/* Interrupts: RCI counts, read() takes the count. */
static __s64 read_interrupts(int queue)
{
	__u64 count;
	ssize_t got = read(queue, &count, sizeof(count));

	if (got < 0)
		return -errno;
	return got == sizeof(count) ? (__s64)count : -EIO;
}

TEST_F(submit, interrupts_are_counted)
{
	int round;

	ASSERT_EQ(0, set_nonblock(self->dma.queue));
	EXPECT_EQ(-EAGAIN, read_interrupts(self->dma.queue));
	EXPECT_EQ(DSA_COMP_SUCCESS, job_run(self->dma.queue, &self->job));
	EXPECT_EQ(0, fd_events(self->dma.queue, POLLIN, 0));
	EXPECT_EQ(-EAGAIN, read_interrupts(self->dma.queue));
	self->job.desc.flags |= IDXD_OP_FLAG_RCI;
	for (round = 0; round < 5; round++)
		EXPECT_EQ(DSA_COMP_SUCCESS,
			  job_run(self->dma.queue, &self->job));
	EXPECT_EQ(POLLIN, fd_events(self->dma.queue, POLLIN, PATIENCE_MS));
	ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	EXPECT_EQ(5, read_interrupts(self->dma.queue));
	EXPECT_EQ(0, fd_events(self->dma.queue, POLLIN, 0));
	EXPECT_EQ(-EAGAIN, read_interrupts(self->dma.queue));
}

/* An error completion is one too, and so is one that lost its record. */
TEST_F(submit, interrupt_for_every_end)
{
	self->job.desc.flags |= IDXD_OP_FLAG_RCI;
	self->job.desc.opcode = 0xff;
	EXPECT_EQ(DSA_COMP_BAD_OPCODE, job_run(self->dma.queue, &self->job));
	EXPECT_EQ(1, read_interrupts(self->dma.queue));
	job_init(&self->job, self->dma.pasid, DSA_OPCODE_NOOP);
	self->job.desc.flags |= IDXD_OP_FLAG_RCI;
	self->job.desc.completion_addr = 0;
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	EXPECT_EQ(1, read_interrupts(self->dma.queue));
	self->job.desc.flags = IDXD_OP_FLAG_RCI;
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	EXPECT_EQ(1, read_interrupts(self->dma.queue));
}

TEST_F(submit, read_needs_eight_bytes)
{
	const struct iovec null = { .iov_len = 8 };
	char buffer[16];

	self->job.desc.flags |= IDXD_OP_FLAG_RCI;
	EXPECT_EQ(DSA_COMP_SUCCESS, job_run(self->dma.queue, &self->job));
	ASSERT_EQ(POLLIN, fd_events(self->dma.queue, POLLIN, PATIENCE_MS));
	EXPECT_EQ(-1, read(self->dma.queue, buffer, 7));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, read(self->dma.queue, buffer, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, readv(self->dma.queue, &null, 1));
	EXPECT_EQ(EFAULT, errno);
	ASSERT_EQ(POLLIN, fd_events(self->dma.queue, POLLIN, 0));
	EXPECT_EQ(8, read(self->dma.queue, buffer, 16));
}

struct reader {
	int queue;
	pid_t tid;
	__s64 count;
};

static void *read_forever(void *arg)
{
	struct reader *reader = arg;

	__atomic_store_n(&reader->tid, gettid(), __ATOMIC_RELEASE);
	reader->count = read_interrupts(reader->queue);
	return NULL;
}

TEST_F(submit, read_waits_for_interrupt)
{
	struct reader reader = { .queue = self->dma.queue };
	pthread_t thread;
	pid_t tid;

	ASSERT_EQ(0, pthread_create(&thread, NULL, read_forever, &reader));
	while (!(tid = __atomic_load_n(&reader.tid, __ATOMIC_ACQUIRE)))
		sched_yield();
	ASSERT_EQ(0, wait_until_asleep(tid));
	self->job.desc.flags |= IDXD_OP_FLAG_RCI;
	EXPECT_EQ(DSA_COMP_SUCCESS, job_run(self->dma.queue, &self->job));
	pthread_join(thread, NULL);
	EXPECT_EQ(1, reader.count);
}

/* The register keeps the first error, counts the rest, and is cleared. */
TEST_F(submit, error_register)
{
	struct ioasid_sim_error error;
	int round;

	EXPECT_EQ(0, queue_error(self->dma.queue, &error));
	EXPECT_EQ(0, error.out_error);
	EXPECT_EQ(0, error.out_count);
	EXPECT_EQ(0, fd_events(self->dma.queue, 0, 0));
	for (round = 0; round < 3; round++) {
		self->job.desc.completion_addr = 32 * round;
		ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
		EXPECT_EQ(POLLERR, fd_events(self->dma.queue, 0, PATIENCE_MS));
	}
	ASSERT_EQ(0, queue_detach(self->dma.queue, self->dma.pasid));
	EXPECT_EQ(0, queue_error(self->dma.queue, &error));
	EXPECT_EQ(DSA_COMP_CRA_XLAT, error.out_error);
	EXPECT_EQ(DSA_COMP_SUCCESS, error.out_status);
	EXPECT_EQ(self->dma.pasid, error.out_pasid);
	EXPECT_EQ(DSA_OPCODE_NOOP, error.out_opcode);
	EXPECT_EQ(0, error.out_completion_addr);
	EXPECT_EQ(3, error.out_count);
	EXPECT_EQ(0, fd_events(self->dma.queue, 0, 0));
	EXPECT_EQ(0, queue_error(self->dma.queue, &error));
	EXPECT_EQ(0, error.out_error);
	EXPECT_EQ(0, error.out_count);
}

/* A fault that could not be recorded is in the register with its address. */
TEST_F(submit, error_register_has_fault)
{
	struct ioasid_sim_error error;

	job_memfill(&self->job, self->dma.pasid, (void *)PAGE, -1, PAGE);
	self->job.desc.completion_addr = 64;
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	EXPECT_EQ(POLLERR, fd_events(self->dma.queue, 0, PATIENCE_MS));
	EXPECT_EQ(0, queue_error(self->dma.queue, &error));
	EXPECT_EQ(DSA_COMP_PAGE_FAULT_IR | DSA_COMP_STATUS_WRITE,
		  error.out_status);
	EXPECT_EQ(PAGE, error.out_fault_addr);
	EXPECT_EQ(64, error.out_completion_addr);
	EXPECT_EQ(DSA_OPCODE_MEMFILL, error.out_opcode);
}

TEST_F(submit, error_registers_are_per_queue)
{
	struct dma other;

	ASSERT_EQ(0, dma_open(&other, 0));
	self->job.desc.completion_addr = 0;
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	EXPECT_EQ(POLLERR, fd_events(self->dma.queue, 0, PATIENCE_MS));
	EXPECT_EQ(0, fd_events(other.queue, 0, 0));
	dma_close(&other);
}

/* What the answer could not be given for is still there to be asked. */
TEST_F(submit, error_register_survives_bad_pointer)
{
	void *mem = anon_map(PAGE);
	struct ioasid_sim_error error;

	ASSERT_NE(NULL, mem);
	self->job.desc.completion_addr = 0;
	ASSERT_EQ(0, job_submit(self->dma.queue, &self->job));
	EXPECT_EQ(POLLERR, fd_events(self->dma.queue, 0, PATIENCE_MS));
	((struct ioasid_sim_error *)mem)->size = sizeof(error);
	ASSERT_EQ(0, mprotect(mem, PAGE, PROT_READ));
	EXPECT_EQ(-1, ioctl(self->dma.queue, IOASID_SIM_GET_ERROR, mem));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(0, queue_error(self->dma.queue, &error));
	EXPECT_EQ(DSA_COMP_CRA_XLAT, error.out_error);
}

TEST_F(submit, queue_is_no_memory)
{
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED,
				   self->dma.queue, 0));
	EXPECT_EQ(ENODEV, errno);
}

/* Busy queues do not hold up each other. */
TEST_F(submit, other_queue_of_same_accelerator)
{
	struct dma other;

	ASSERT_EQ(0, keep_busy(&self->dma, &self->long_job));
	ASSERT_EQ(0, dma_open(&other, 0));
	self->job.desc.pasid = other.pasid;
	EXPECT_EQ(DSA_COMP_SUCCESS, job_run(other.queue, &self->job));
	EXPECT_FALSE(job_done(&self->long_job.batch));
	dma_close(&other);
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->dma.space));
}

TEST_HARNESS_MAIN
