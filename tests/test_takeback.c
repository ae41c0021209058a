// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking a space back where more than one has to do with it: an owner who is
 * killed, two who take at once, a device that goes on; and what the others are
 * told.
 *
 * As in test_revoke, a canary is put where a device was writing, once it must
 * not any more. The memory is shared, so that it outlives its owner, and an
 * IOVA space has it at its own address.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "repeater.h"

/* To cut so many takes a while, and the last is long in coming. */
#define ACCELERATORS	64
#define PARAMETERS	"accelerators=64"

#define READ_WRITE	(IOASID_READ | IOASID_WRITE)
#define FILL_BYTE	0xd5
#define CANARY_SIZE	(4 * PAGE)
#define STREAM		256
#define RACE_MS		2000
#define ROUNDS		20

/* A device that fills a canary. */
struct stream {
	alignas(4096) unsigned char canary[CANARY_SIZE];
	struct dsa_hw_desc list[STREAM];
	struct job batch;
};

enum who { FIRST, OTHER, STREAMS };

struct streams {
	struct stream stream[STREAMS];
	int queue[STREAMS];
};

static struct streams *streams_new(void)
{
	void *mem = mmap(NULL, sizeof(struct streams), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return mem == MAP_FAILED ? NULL : mem;
}

static void streams_open(struct streams *streams)
{
	streams->queue[FIRST] = queue_open(0, O_RDWR);
	streams->queue[OTHER] = queue_open(ACCELERATORS - 1, O_RDWR);
}

static void streams_close(struct streams *streams)
{
	enum who who;

	for (who = 0; who < STREAMS; who++)
		close(streams->queue[who]);
}

/* Attaches the space, and has the device begin. */
static int start(struct streams *streams, enum who who, int space)
{
	struct stream *stream = &streams->stream[who];
	__u32 pasid;
	int rc;

	rc = queue_attach(streams->queue[who], space, &pasid);
	if (rc)
		return rc;
	stream->canary[0] = 0;
	job_stream(&stream->batch, pasid, stream->list, STREAM, stream->canary,
		   FILL_BYTE, CANARY_SIZE);
	return job_submit(streams->queue[who], &stream->batch);
}

/* No two rounds have the same value, and none has that of the device. */
static unsigned char value_of(unsigned int round)
{
	return round % FILL_BYTE;
}

static bool is_silent(struct streams *streams, enum who who, unsigned int round)
{
	return canary_holds(streams->stream[who].canary, CANARY_SIZE,
			    value_of(round));
}

static bool was_silent(struct streams *streams, enum who who,
		       unsigned int round)
{
	return bytes_are(streams->stream[who].canary, CANARY_SIZE,
			 value_of(round));
}

/* What one round takes. The space is its own. */
struct take {
	struct streams *streams;
	bool iova;
	unsigned int round;
};

/* Until the device has begun, mostly. */
static void let_begin(const struct take *take, enum who who)
{
	const unsigned char *first = take->streams->stream[who].canary;

	if (take->round % 4)
		while (__atomic_load_n(first, __ATOMIC_ACQUIRE) != FILL_BYTE)
			sched_yield();
}

static int space_for(const struct take *take)
{
	int space;

	if (!take->iova)
		return space_alloc(NULL);
	space = space_alloc_iova(NULL);
	if (space_map_at(space, (__u64)take->streams, take->streams,
			 sizeof(*take->streams), READ_WRITE))
		return -ENOMEM;
	return space;
}

/* Nobody else has an fd of the space. */
static int own_and_wait(int socket, void *arg)
{
	struct take *take = arg;

	if (start(take->streams, FIRST, space_for(take)))
		return 1;
	return send_byte(socket, 's') || receive_byte(socket) < 0;
}

/* The job that was under way may have left an error, too. */
static bool is_told(int queue)
{
	int events = fd_events(queue, POLLPRI, PATIENCE_MS);

	return events > 0 && events & POLLPRI;
}

static bool owner_is_killed(struct take *take)
{
	struct child child;
	bool right;

	if (child_start(&child, own_and_wait, take))
		return false;
	right = receive_byte(child.socket) == 's';
	let_begin(take, FIRST);
	wait_a_moment(take->round);
	right &= child_kill(&child) == 128 + SIGKILL;
	right &= is_told(take->streams->queue[FIRST]);
	return right && is_silent(take->streams, FIRST, take->round);
}

/* The one that is cut is silent, and the other completes. */
static bool one_is_cut(struct take *take)
{
	struct stream *other = &take->streams->stream[OTHER];
	int space = space_for(take);
	bool right;

	right = !start(take->streams, FIRST, space) &&
		!start(take->streams, OTHER, space);
	let_begin(take, FIRST);
	wait_a_moment(take->round);
	right &= space_cut(space, 1) == 1;
	right &= is_silent(take->streams, FIRST, take->round);
	right &= job_wait(&other->batch) == DSA_COMP_SUCCESS;
	right &= bytes_are(other->canary, CANARY_SIZE, FILL_BYTE);
	right &= was_silent(take->streams, FIRST, take->round);
	close(space);
	return right;
}

/* One of two who are about it at once, and who each look at one device. */
struct taker {
	struct take *take;
	int space;
	enum who who;
	bool ready;
	bool right;
};

static void get_ready(struct taker *taker)
{
	let_begin(taker->take, taker->who);
	__atomic_store_n(&taker->ready, true, __ATOMIC_RELEASE);
}

/* With the processor left to whoever else wants it. */
static bool looks_silent(const struct taker *taker)
{
	struct take *take = taker->take;

	if (!is_silent(take->streams, taker->who, take->round))
		return false;
	let_run(1);
	return was_silent(take->streams, taker->who, take->round);
}

static void *free_and_look(void *arg)
{
	struct taker *taker = arg;

	wait_a_moment(taker->take->round);
	taker->right = space_free(taker->space) >= 0 && looks_silent(taker);
	return NULL;
}

/* Whoever watches must not be kept from it by those who work. */
static void watch(bool on)
{
	const struct sched_param param = { .sched_priority = on };

	sched_setscheduler(0, on ? SCHED_FIFO : SCHED_OTHER, &param);
}

/* Begins when somebody else has begun: an access is the first to fail. */
static void *free_again_and_look(void *arg)
{
	struct taker *taker = arg;
	char byte;

	get_ready(taker);
	watch(true);
	while (pread(taker->space, &byte, 1, (off_t)taker->take->streams) == 1)
		continue;
	watch(false);
	taker->right = space_free(taker->space) >= 0 && looks_silent(taker);
	return NULL;
}

static void *wait_for_hangup_and_look(void *arg)
{
	struct taker *taker = arg;

	get_ready(taker);
	watch(true);
	while (!fd_events(taker->space, 0, 0))
		continue;
	watch(false);
	taker->right = looks_silent(taker);
	return NULL;
}

/* Devices that have the space, too, and nothing to do. */
static bool attach_between(int *queue, int space)
{
	bool right = true;
	int i;

	for (i = 1; i < ACCELERATORS - 1; i++) {
		queue[i] = queue_open(i, O_RDWR);
		right &= !queue_attach(queue[i], space, NULL);
	}
	return right;
}

static void close_between(const int *queue)
{
	int i;

	for (i = 1; i < ACCELERATORS - 1; i++)
		close(queue[i]);
}

/* One frees, and another does what it does through a share. */
static bool one_frees_and(struct take *take, void *(*other)(void *arg))
{
	int space = space_for(take);
	struct taker taker[STREAMS] = {
		{ .take = take, .who = FIRST, .space = space },
		{ .take = take, .who = OTHER },
	};
	int queue[ACCELERATORS];
	pthread_t thread;
	bool right;

	taker[OTHER].space = space_share(space, IOASID_RIGHT_ALL);
	right = !start(take->streams, FIRST, space) &&
		attach_between(queue, space) &&
		!start(take->streams, OTHER, space);
	right &= !pthread_create(&thread, NULL, other, &taker[OTHER]);
	while (!__atomic_load_n(&taker[OTHER].ready, __ATOMIC_ACQUIRE))
		sched_yield();
	free_and_look(&taker[FIRST]);
	pthread_join(thread, NULL);
	close(taker[OTHER].space);
	right &= looks_silent(&taker[OTHER]);
	close_between(queue);
	close(space);
	return right && taker[FIRST].right && taker[OTHER].right;
}

/* Whoever comes second must not return before it is done. */
static bool two_free(struct take *take)
{
	return one_frees_and(take, free_again_and_look);
}

static bool one_frees_and_one_polls(struct take *take)
{
	return one_frees_and(take, wait_for_hangup_and_look);
}

static void *cut_and_look(void *arg)
{
	struct taker *taker = arg;
	int rc;

	get_ready(taker);
	wait_a_moment(taker->take->round);
	rc = space_cut(taker->space, ACCELERATORS);
	taker->right = rc == -EALREADY || (rc == 1 && looks_silent(taker));
	return NULL;
}

static bool one_frees_and_one_cuts(struct take *take)
{
	return one_frees_and(take, cut_and_look);
}

/* The owner is gone, and the space is here still. */
static int send_and_wait(int socket, void *arg)
{
	struct take *take = arg;
	int space = space_for(take);

	if (send_fd(socket, space) || start(take->streams, FIRST, space))
		return 1;
	return send_byte(socket, 's') || receive_byte(socket) < 0;
}

static bool memory_ends(struct take *take)
{
	struct child child;
	bool right;
	int space;

	if (child_start(&child, send_and_wait, take))
		return false;
	space = receive_fd(child.socket);
	right = receive_byte(child.socket) == 's';
	let_begin(take, FIRST);
	wait_a_moment(take->round);
	kill(child.pid, SIGKILL);
	right &= fd_events(space, 0, PATIENCE_MS) == POLLHUP;
	right &= is_silent(take->streams, FIRST, take->round);
	right &= child_wait(&child) == 128 + SIGKILL;
	close(space);
	return right;
}

FIXTURE(race)
{
	struct take take;
};

FIXTURE_VARIANT(race)
{
	bool (*take)(struct take *take);
	bool iova;
};

FIXTURE_VARIANT_ADD(race, kill_sva)
{
	.take = owner_is_killed,
};

FIXTURE_VARIANT_ADD(race, kill_iova)
{
	.take = owner_is_killed,
	.iova = true,
};

FIXTURE_VARIANT_ADD(race, cut_one_sva)
{
	.take = one_is_cut,
};

FIXTURE_VARIANT_ADD(race, cut_one_iova)
{
	.take = one_is_cut,
	.iova = true,
};

FIXTURE_VARIANT_ADD(race, free_twice)
{
	.take = two_free,
};

FIXTURE_VARIANT_ADD(race, free_and_poll)
{
	.take = one_frees_and_one_polls,
};

FIXTURE_VARIANT_ADD(race, free_and_cut)
{
	.take = one_frees_and_one_cuts,
};

FIXTURE_VARIANT_ADD(race, memory_ends)
{
	.take = memory_ends,
};

FIXTURE_SETUP(race)
{
	if (!variant->iova)
		NEED_PAGE_REQUESTS(return);
	self->take.streams = streams_new();
	ASSERT_NE(NULL, self->take.streams);
	self->take.iova = variant->iova;
}

FIXTURE_TEARDOWN(race)
{
	munmap(self->take.streams, sizeof(*self->take.streams));
}

TEST_F(race, nothing_comes_late)
{
	__s64 deadline = now_ms() + RACE_MS;
	struct take *take = &self->take;
	bool right = true;

	while (right && (take->round < ROUNDS || now_ms() < deadline)) {
		streams_open(take->streams);
		right = variant->take(take);
		streams_close(take->streams);
		right &= was_silent(take->streams, FIRST, take->round++);
	}
	EXPECT_TRUE(right) {
		TH_LOG("round %u", take->round);
	}
}

FIXTURE(told)
{
	int space;
	int queue[2];
	__u32 pasid;
};

FIXTURE_SETUP(told)
{
	int i;

	self->space = space_alloc(&self->pasid);
	ASSERT_LE(0, self->space);
	for (i = 0; i < 2; i++) {
		self->queue[i] = queue_open(i, O_RDWR);
		ASSERT_LE(0, self->queue[i]);
		ASSERT_EQ(0, queue_attach(self->queue[i], self->space, NULL));
	}
}

FIXTURE_TEARDOWN(told)
{
	close(self->space);
	close(self->queue[0]);
	close(self->queue[1]);
}

static bool free_says(int space, __u32 state, __u32 attachments, __u32 fds)
{
	struct ioasid_free freed = { .size = sizeof(freed) };

	return !fd_ioctl(space, IOASID_FREE, &freed) &&
	       freed.out_state == state &&
	       freed.out_attachments == attachments && freed.out_fds == fds;
}

TEST_F(told, how_it_stands)
{
	int share = space_share(self->space, 0);

	ASSERT_LE(0, share);
	EXPECT_TRUE(free_says(self->space, IOASID_STATE_FREE_PENDING, 2, 2));
	close(share);
	EXPECT_TRUE(free_says(self->space, IOASID_STATE_FREE_PENDING, 2, 1));
	ASSERT_EQ(0, queue_detach(self->queue[1], self->pasid));
	EXPECT_TRUE(free_says(self->space, IOASID_STATE_FREE_PENDING, 1, 1));
	ASSERT_EQ(0, queue_detach(self->queue[0], self->pasid));
	EXPECT_TRUE(free_says(self->space, IOASID_STATE_FREE, 0, 1));
}

/* A cut takes nothing from what FREE has to say. */
TEST_F(told, how_it_stands_after_a_cut)
{
	ASSERT_EQ(1, space_cut(self->space, 1));
	EXPECT_TRUE(free_says(self->space, IOASID_STATE_FREE_PENDING, 2, 1));
	ASSERT_EQ(0, queue_detach(self->queue[0], self->pasid));
	EXPECT_TRUE(free_says(self->space, IOASID_STATE_FREE_PENDING, 1, 1));
}

struct waiter {
	int epoll;
	pid_t tid;
	struct epoll_event event;
};

static void *wait_for_event(void *arg)
{
	struct waiter *waiter = arg;

	__atomic_store_n(&waiter->tid, gettid(), __ATOMIC_RELEASE);
	epoll_wait(waiter->epoll, &waiter->event, 1, PATIENCE_MS);
	return NULL;
}

static int start_waiter(struct waiter *waiter, pthread_t *thread)
{
	pid_t tid;

	waiter->event.events = 0;
	waiter->tid = 0;
	if (pthread_create(thread, NULL, wait_for_event, waiter))
		return -EAGAIN;
	while (!(tid = __atomic_load_n(&waiter->tid, __ATOMIC_ACQUIRE)))
		sched_yield();
	return wait_until_asleep(tid);
}

/* Whoever sleeps is woken: when it is freed, and by the last to let go. */
TEST_F(told, at_once)
{
	struct epoll_event event = { .events = EPOLLPRI | EPOLLET };
	struct waiter waiter = { .epoll = epoll_create1(EPOLL_CLOEXEC) };
	pthread_t thread;

	ASSERT_EQ(0, epoll_ctl(waiter.epoll, EPOLL_CTL_ADD, self->space,
			       &event));
	ASSERT_EQ(0, start_waiter(&waiter, &thread));
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(self->space));
	pthread_join(thread, NULL);
	EXPECT_EQ(EPOLLHUP, waiter.event.events);
	ASSERT_EQ(0, queue_detach(self->queue[0], self->pasid));
	while (epoll_wait(waiter.epoll, &event, 1, 0))
		EXPECT_EQ(EPOLLHUP, event.events);
	ASSERT_EQ(0, start_waiter(&waiter, &thread));
	ASSERT_EQ(0, queue_detach(self->queue[1], self->pasid));
	pthread_join(thread, NULL);
	EXPECT_EQ(EPOLLHUP | EPOLLPRI, waiter.event.events);
	close(waiter.epoll);
}

/* The memory is gone, but the space was not freed: it is not at its end. */
static int attach_and_end(int socket, void *arg)
{
	int space = space_alloc(NULL);

	return send_fd(socket, space) || receive_byte(socket) < 0;
}

TEST_F(told, end_of_memory_is_not_the_end)
{
	struct child child;
	int space;

	ASSERT_EQ(0, child_start(&child, attach_and_end, NULL));
	space = receive_fd(child.socket);
	ASSERT_LE(0, space);
	EXPECT_EQ(128 + SIGKILL, child_kill(&child));
	EXPECT_EQ(POLLHUP, fd_events(space, POLLPRI, PATIENCE_MS));
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(space));
	ASSERT_EQ(IOASID_STATE_FREE, space_free(space));
	EXPECT_EQ(POLLHUP | POLLPRI, fd_events(space, POLLPRI, 0));
	close(space);
}

int main(int argc, char **argv)
{
	if (simulator_load(PARAMETERS)) {
		ksft_print_msg("the simulator does not load: " PARAMETERS "\n");
		return KSFT_FAIL;
	}
	return test_harness_run(argc, argv);
}
