// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who has a space attached, and taking it back from one of them.
 *
 * Memory is in a space at its own address, whatever the type: an IOVA space
 * has it mapped so. A job that was cut off cannot write its record, which is in
 * the same space: that is what -EFAULT stands for.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/prctl.h>

#include "iova.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "repeater.h"
#include "uffd.h"

#define READ_WRITE	(IOASID_READ | IOASID_WRITE)
#define SIZE		(8 * PAGE)
#define RACE_MS		1500
#define MANY		40

/* Two queues on one accelerator, and one on another. */
enum who { FIRST, TWIN, OTHER, QUEUES };

static const unsigned int accelerator_of[] = { 0, 0, 1 };

static const char * const device_of[] = {
	"ioasid_sim_accel.0", "ioasid_sim_accel.0", "ioasid_sim_accel.1",
};

#define COOKIE(who)	(0xc00c1e0000000000ull + (who))

struct party {
	int space;
	/* Each with a page of jobs. */
	struct iova_dma dma[QUEUES];
	unsigned char *mem;
	struct ioasid_attachment_entry entries[MANY + 1];
};

static int map_at_own_address(int space, void *mem, size_t size)
{
	return space_map_at(space, (__u64)mem, mem, size, READ_WRITE);
}

static int attach(struct party *party, enum who who)
{
	struct ioasid_sim_attach attach = {
		.fd = party->space,
		.flags = attach_flags(),
		.cookie = COOKIE(who),
	};
	int rc = queue_attach_as(party->dma[who].queue, &attach);

	party->dma[who].pasid = attach.out_pasid;
	return rc;
}

static int open_queue(struct party *party, enum who who)
{
	struct iova_dma *dma = &party->dma[who];

	dma->queue = queue_open(accelerator_of[who], O_RDWR);
	dma->space = party->space;
	dma->jobs = (void *)(party->mem + SIZE + who * PAGE);
	dma->jobs_iova = (__u64)dma->jobs;
	return dma->queue < 0 ? dma->queue : 0;
}

static int party_open(struct party *party, bool iova)
{
	const size_t size = SIZE + QUEUES * PAGE;
	enum who who;
	int rc = 0;

	party->space = iova ? space_alloc_iova(NULL) : space_alloc(NULL);
	party->mem = anon_map(size);
	if (party->space < 0 || !party->mem)
		return -ENOMEM;
	if (iova)
		rc = map_at_own_address(party->space, party->mem, size);
	for (who = 0; who < QUEUES && !rc; who++)
		rc = open_queue(party, who);
	return rc;
}

static void party_close(struct party *party)
{
	enum who who;

	for (who = 0; who < QUEUES; who++)
		close(party->dma[who].queue);
	close(party->space);
}

static int attach_all(struct party *party)
{
	enum who who;
	int rc = 0;

	for (who = 0; who < QUEUES && !rc; who++)
		rc = attach(party, who);
	return rc;
}

static int fill(struct party *party, enum who who, unsigned char value)
{
	return iova_fill(&party->dma[who], (__u64)party->mem, value, SIZE);
}

/* Does the device reach the memory, and all of it? */
static bool reaches(struct party *party, enum who who)
{
	static unsigned char value;

	value++;
	return fill(party, who, value) == DSA_COMP_SUCCESS &&
	       bytes_are(party->mem, SIZE, value);
}

/* Has it been told, and does a job of it end without a byte moved? */
static bool is_cut(struct party *party, enum who who)
{
	int queue = party->dma[who].queue;

	memset(party->mem, 0xca, SIZE);
	return fd_events(queue, POLLPRI, PATIENCE_MS) == POLLPRI &&
	       fill(party, who, 0xdb) == -EFAULT &&
	       bytes_are(party->mem, SIZE, 0xca);
}

static bool goes_on(struct party *party, enum who who)
{
	return !fd_events(party->dma[who].queue, POLLPRI, 0) &&
	       reaches(party, who);
}

static int list(struct party *party)
{
	memset(party->entries, 0xee, sizeof(party->entries));
	return space_list(party->space, 0, party->entries, MANY);
}

/* The whole of an entry, with what is behind the ends of its names. */
static bool entry_is(const struct ioasid_attachment_entry *entry, __u64 id,
		     enum who who, __u32 flags)
{
	struct ioasid_attachment_entry expected = {
		.id = id,
		.cookie = COOKIE(who),
		.flags = flags | attachment_flags(),
		.pid = getpid(),
	};

	prctl(PR_GET_NAME, expected.comm);
	snprintf(expected.device, sizeof(expected.device), "%s",
		 device_of[who]);
	return !memcmp(entry, &expected, sizeof(expected));
}

FIXTURE(attachments)
{
	struct party party;
};

FIXTURE_SETUP(attachments)
{
	ASSERT_EQ(0, party_open(&self->party, false));
}

FIXTURE_TEARDOWN(attachments)
{
	party_close(&self->party);
}

TEST_F(attachments, none)
{
	EXPECT_EQ(0, list(&self->party));
	EXPECT_TRUE(bytes_are(self->party.entries, sizeof(self->party.entries),
			      0xee));
}

TEST_F(attachments, in_order)
{
	enum who who;

	ASSERT_EQ(0, attach_all(&self->party));
	ASSERT_EQ(QUEUES, list(&self->party));
	for (who = 0; who < QUEUES; who++)
		EXPECT_TRUE(entry_is(&self->party.entries[who], who + 1, who,
				     0));
	EXPECT_TRUE(bytes_are(&self->party.entries[QUEUES],
			      sizeof(self->party.entries[QUEUES]), 0xee));
}

TEST_F(attachments, numbers_are_never_used_twice)
{
	struct party *party = &self->party;

	ASSERT_EQ(0, attach_all(party));
	ASSERT_EQ(0, queue_detach(party->dma[OTHER].queue,
				  party->dma[OTHER].pasid));
	ASSERT_EQ(0, queue_detach(party->dma[FIRST].queue,
				  party->dma[FIRST].pasid));
	ASSERT_EQ(0, attach(party, FIRST));
	ASSERT_EQ(2, list(party));
	EXPECT_TRUE(entry_is(&party->entries[0], TWIN + 1, TWIN, 0));
	EXPECT_TRUE(entry_is(&party->entries[1], QUEUES + 1, FIRST, 0));
}

/* A failure gives no number away, and leaves nothing in the list. */
TEST_F(attachments, failed_attach_is_none)
{
	struct party *party = &self->party;

	ASSERT_EQ(0, attach(party, FIRST));
	ASSERT_EQ(-EEXIST, attach(party, FIRST));
	EXPECT_EQ(1, list(party));
	EXPECT_EQ(1, space_attachments(party->space));
}

TEST_F(attachments, space_that_was_freed)
{
	enum who who;

	ASSERT_EQ(0, attach_all(&self->party));
	ASSERT_LE(0, space_free(self->party.space));
	ASSERT_EQ(QUEUES, list(&self->party));
	for (who = 0; who < QUEUES; who++)
		EXPECT_TRUE(entry_is(&self->party.entries[who], who + 1, who,
				     IOASID_ATTACHMENT_CUT));
}

/* More than fit anywhere at once; number n is at index n - 1. */
FIXTURE(many)
{
	int space;
	int queue[MANY];
	struct ioasid_attachment_entry entries[MANY + 1];
};

FIXTURE_SETUP(many)
{
	unsigned int i;

	self->space = space_alloc(NULL);
	ASSERT_LE(0, self->space);
	for (i = 0; i < MANY; i++) {
		self->queue[i] = queue_open(i % 2, O_RDWR);
		ASSERT_LE(0, self->queue[i]);
		ASSERT_EQ(0, queue_attach(self->queue[i], self->space, NULL));
	}
}

FIXTURE_TEARDOWN(many)
{
	unsigned int i;

	for (i = 0; i < MANY; i++)
		close(self->queue[i]);
	close(self->space);
}

static bool ids_are_from(const struct ioasid_attachment_entry *entries,
			 unsigned int nr, __u64 id)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (entries[i].id != id + i)
			return false;
	return true;
}

TEST_F(many, page_by_page)
{
	unsigned int nr;
	__u64 id;
	int got;

	for (nr = 1; nr <= MANY + 1; nr++) {
		for (id = 0; id < MANY; id += got) {
			got = space_list(self->space, id, self->entries, nr);
			ASSERT_EQ(id + nr < MANY ? nr : MANY - id, got);
			EXPECT_TRUE(ids_are_from(self->entries, got, id + 1));
		}
		EXPECT_EQ(0, space_list(self->space, MANY, self->entries, nr));
	}
}

TEST_F(many, no_room)
{
	EXPECT_EQ(0, space_list(self->space, 0, NULL, 0));
	EXPECT_EQ(0, space_list(self->space, MANY, NULL, 1));
	EXPECT_EQ(0, space_list(self->space, -1, NULL, -1));
}

TEST_F(many, entries_that_end_half_way)
{
	unsigned int room[] = { 1, 15, 16, 17, 39 };
	struct ioasid_attachment_entry *entries;
	char *end = end_of_memory();
	unsigned int i;

	ASSERT_NE(NULL, end);
	for (i = 0; i < ARRAY_SIZE(room); i++) {
		struct ioasid_attachments arg = {
			.size = sizeof(arg),
			.nr = MANY,
			.out_nr = 77,
		};

		entries = (void *)(end - room[i] * sizeof(*entries));
		arg.entries = (__u64)entries;
		EXPECT_EQ(-EFAULT, fd_ioctl(self->space, IOASID_ATTACHMENTS,
					    &arg));
		EXPECT_EQ(77, arg.out_nr);
		EXPECT_EQ(room[i],
			  space_list(self->space, 0, entries, room[i]));
	}
}

TEST_F(many, all_that_share_a_device_are_cut)
{
	unsigned int i;

	EXPECT_EQ(MANY / 2, space_cut(self->space, 7));
	ASSERT_EQ(MANY, space_list(self->space, 0, self->entries, MANY));
	for (i = 0; i < MANY; i++) {
		EXPECT_EQ((i % 2 ? 0 : IOASID_ATTACHMENT_CUT) |
			  attachment_flags(), self->entries[i].flags);
		EXPECT_EQ(i % 2 ? 0 : POLLPRI,
			  fd_events(self->queue[i], POLLPRI, 0));
	}
}

/* Attaches in another process, and leaves the queue here. */
static int attach_and_send(int socket, void *arg)
{
	int queue = queue_open(0, O_RDWR);

	prctl(PR_SET_NAME, "attacher");
	if (queue_attach(queue, *(int *)arg, NULL))
		return 1;
	prctl(PR_SET_NAME, "renamed");
	return send_fd(socket, queue) || receive_byte(socket) < 0;
}

TEST_F(attachments, of_another_process)
{
	struct party *party = &self->party;
	struct child child;
	int queue;

	ASSERT_EQ(0, child_start(&child, attach_and_send, &party->space));
	queue = receive_fd(child.socket);
	ASSERT_LE(0, queue);
	ASSERT_EQ(1, list(party));
	EXPECT_EQ(child.pid, party->entries->pid);
	EXPECT_STREQ("attacher", party->entries->comm);
	ASSERT_EQ(0, send_byte(child.socket, 'e'));
	EXPECT_EQ(0, child_wait(&child));
	ASSERT_EQ(1, list(party));
	EXPECT_EQ(0, party->entries->pid);
	EXPECT_STREQ("attacher", party->entries->comm);
	EXPECT_EQ(attachment_flags(), party->entries->flags);
	close(queue);
	EXPECT_EQ(0, list(party));
}

static void *attach_in_thread(void *arg)
{
	struct party *party = arg;

	prctl(PR_SET_NAME, "thread");
	return (void *)(long)attach(party, FIRST);
}

/* A process, not a thread. */
TEST_F(attachments, of_another_thread)
{
	pthread_t thread;
	void *rc;

	ASSERT_EQ(0, pthread_create(&thread, NULL, attach_in_thread,
				    &self->party));
	ASSERT_EQ(0, pthread_join(thread, &rc));
	ASSERT_EQ(NULL, rc);
	ASSERT_EQ(1, list(&self->party));
	EXPECT_TRUE(entry_is(self->party.entries, 1, FIRST, 0));
}

/* The first process of its pid namespace: it sees itself and nobody else. */
static int list_in_namespace(struct party *party, int socket)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (attach(party, OTHER) || list(party) != 2)
		return 1;
	if (party->entries[0].pid || party->entries[1].pid != 1)
		return 2;
	if (!*party->entries[0].comm)
		return 3;
	return send_byte(socket, 'l') || receive_byte(socket) < 0;
}

static int enter_namespace(int socket, void *arg)
{
	int status;
	pid_t pid;

	if (unshare(CLONE_NEWPID))
		return 4;
	pid = fork();
	if (!pid)
		_exit(list_in_namespace(arg, socket));
	return waitpid(pid, &status, 0) == pid ? WEXITSTATUS(status) : 5;
}

TEST_F(attachments, from_a_pid_namespace)
{
	struct party *party = &self->party;
	struct child child;

	ASSERT_EQ(0, attach(party, FIRST));
	ASSERT_EQ(0, child_start(&child, enter_namespace, party));
	EXPECT_EQ('l', receive_byte(child.socket));
	ASSERT_EQ(2, list(party));
	EXPECT_EQ(getpid(), party->entries[0].pid);
	EXPECT_LT(1, party->entries[1].pid);
	EXPECT_NE(child.pid, party->entries[1].pid);
	send_byte(child.socket, 'e');
	EXPECT_EQ(0, child_wait(&child));
}

FIXTURE(cut)
{
	struct party party;
};

FIXTURE_VARIANT(cut)
{
	bool iova;
};

FIXTURE_VARIANT_ADD(cut, sva)
{
	.iova = false,
};

FIXTURE_VARIANT_ADD(cut, iova)
{
	.iova = true,
};

FIXTURE_SETUP(cut)
{
	if (!variant->iova)
		NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, party_open(&self->party, variant->iova));
}

FIXTURE_TEARDOWN(cut)
{
	party_close(&self->party);
}

TEST_F(cut, one_of_two_devices)
{
	struct party *party = &self->party;

	ASSERT_EQ(0, attach(party, FIRST));
	ASSERT_EQ(0, attach(party, OTHER));
	EXPECT_TRUE(reaches(party, FIRST));
	EXPECT_TRUE(reaches(party, OTHER));
	EXPECT_EQ(1, space_cut(party->space, 1));
	EXPECT_TRUE(is_cut(party, FIRST));
	EXPECT_TRUE(goes_on(party, OTHER));
	EXPECT_EQ(IOASID_STATE_ACTIVE, space_state(party->space));
	EXPECT_EQ(0, fd_events(party->space, POLLPRI, 0));
	ASSERT_EQ(2, list(party));
	EXPECT_TRUE(entry_is(&party->entries[0], 1, FIRST,
			     IOASID_ATTACHMENT_CUT));
	EXPECT_TRUE(entry_is(&party->entries[1], 2, OTHER, 0));
}

TEST_F(cut, the_second_of_two_devices)
{
	struct party *party = &self->party;

	ASSERT_EQ(0, attach(party, FIRST));
	ASSERT_EQ(0, attach(party, OTHER));
	EXPECT_TRUE(reaches(party, FIRST));
	EXPECT_TRUE(reaches(party, OTHER));
	EXPECT_EQ(1, space_cut(party->space, 2));
	EXPECT_TRUE(is_cut(party, OTHER));
	EXPECT_TRUE(goes_on(party, FIRST));
}

/* An IOMMU does not tell two queues of a device apart. */
TEST_F(cut, two_queues_of_one_device)
{
	struct party *party = &self->party;

	ASSERT_EQ(0, attach_all(party));
	EXPECT_TRUE(reaches(party, FIRST));
	EXPECT_EQ(2, space_cut(party->space, TWIN + 1));
	EXPECT_EQ(-EALREADY, space_cut(party->space, FIRST + 1));
	EXPECT_TRUE(is_cut(party, FIRST));
	EXPECT_TRUE(is_cut(party, TWIN));
	EXPECT_TRUE(goes_on(party, OTHER));
	EXPECT_EQ(1, space_cut(party->space, OTHER + 1));
	EXPECT_TRUE(is_cut(party, OTHER));
	EXPECT_EQ(IOASID_STATE_ACTIVE, space_state(party->space));
	EXPECT_EQ(QUEUES, space_attachments(party->space));
}

static __u32 translation(struct party *party)
{
	struct ioasid_translate translate;

	if (space_translate(party->space, address_of(party->mem), &translate))
		return 0;
	return translate.out_flags & (IOASID_MAPPED | IOASID_PRESENT);
}

/* Only what the devices find counts that can find something. */
TEST_F(cut, translation_for_the_rest)
{
	struct party *party = &self->party;

	ASSERT_EQ(0, attach(party, FIRST));
	ASSERT_EQ(0, attach(party, OTHER));
	ASSERT_TRUE(reaches(party, FIRST));
	ASSERT_EQ(1, space_cut(party->space, 1));
	ASSERT_TRUE(reaches(party, OTHER));
	EXPECT_EQ(IOASID_MAPPED | IOASID_PRESENT, translation(party));
	ASSERT_EQ(1, space_cut(party->space, 2));
	EXPECT_EQ(IOASID_MAPPED, translation(party));
}

TEST_F(cut, prefault_for_the_rest)
{
	struct party *party = &self->party;

	if (variant->iova)
		SKIP(return, "an IOVA space is complete");
	ASSERT_EQ(0, attach(party, FIRST));
	ASSERT_EQ(0, attach(party, OTHER));
	ASSERT_EQ(1, space_cut(party->space, 1));
	EXPECT_EQ(SIZE, space_prefault(party->space, party->mem, SIZE,
				       READ_WRITE));
	EXPECT_EQ(IOASID_MAPPED | IOASID_PRESENT, translation(party));
	ASSERT_EQ(1, space_cut(party->space, 2));
	EXPECT_EQ(SIZE, space_prefault(party->space, party->mem, SIZE,
				       READ_WRITE));
}

TEST_F(cut, numbers_that_are_none)
{
	struct party *party = &self->party;

	EXPECT_EQ(-ENOENT, space_cut(party->space, 1));
	ASSERT_EQ(0, attach(party, FIRST));
	EXPECT_EQ(-ENOENT, space_cut(party->space, 0));
	EXPECT_EQ(-ENOENT, space_cut(party->space, 2));
	EXPECT_EQ(-ENOENT, space_cut(party->space, -1));
	EXPECT_EQ(-ENOENT, space_cut(party->space, 1 | 1ull << 32));
	EXPECT_TRUE(goes_on(party, FIRST));
	ASSERT_EQ(0, queue_detach(party->dma[FIRST].queue,
				  party->dma[FIRST].pasid));
	EXPECT_EQ(-ENOENT, space_cut(party->space, 1));
}

TEST_F(cut, again)
{
	struct party *party = &self->party;

	ASSERT_EQ(0, attach(party, FIRST));
	ASSERT_EQ(1, space_cut(party->space, 1));
	EXPECT_EQ(-EALREADY, space_cut(party->space, 1));
	EXPECT_EQ(-EALREADY, space_cut(party->space, 1));
	EXPECT_EQ(-ENOENT, space_cut(party->space, 2));
	ASSERT_EQ(0, queue_detach(party->dma[FIRST].queue,
				  party->dma[FIRST].pasid));
	EXPECT_EQ(-ENOENT, space_cut(party->space, 1));
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(party->space));
}

TEST_F(cut, after_free)
{
	struct party *party = &self->party;

	ASSERT_EQ(0, attach(party, FIRST));
	ASSERT_EQ(IOASID_STATE_FREE_PENDING, space_free(party->space));
	EXPECT_EQ(-EALREADY, space_cut(party->space, 1));
	EXPECT_EQ(-ENOENT, space_cut(party->space, 2));
	close(party->dma[FIRST].queue);
	party->dma[FIRST].queue = -1;
	EXPECT_EQ(-ENOENT, space_cut(party->space, 1));
}

TEST_F(cut, free_takes_the_rest)
{
	struct party *party = &self->party;

	ASSERT_EQ(0, attach_all(party));
	ASSERT_EQ(2, space_cut(party->space, 1));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(party->space));
	EXPECT_TRUE(is_cut(party, OTHER));
	EXPECT_TRUE(is_cut(party, FIRST));
	EXPECT_EQ(QUEUES, space_attachments(party->space));
}

/* The holder of what was cut keeps the device out, and nobody else. */
TEST_F(cut, attach_again)
{
	struct party *party = &self->party;
	struct ioasid_reason reason = { .size = sizeof(reason) };
	struct ioasid_sim_attach again = {
		.fd = party->space,
		.flags = attach_flags(),
		.reason = (__u64)&reason,
	};
	int queue = queue_open(accelerator_of[FIRST], O_RDWR);

	ASSERT_LE(0, queue);
	ASSERT_EQ(0, attach_all(party));
	EXPECT_TRUE(reaches(party, FIRST));
	ASSERT_EQ(2, space_cut(party->space, FIRST + 1));
	EXPECT_EQ(-EKEYREVOKED, queue_attach_as(queue, &again));
	EXPECT_EQ(IOASID_REASON_CUT, reason.code);
	EXPECT_EQ(getpid(), reason.pid);
	EXPECT_STREQ(device_of[FIRST], reason.device);
	ASSERT_EQ(0, queue_detach(party->dma[FIRST].queue,
				  party->dma[FIRST].pasid));
	EXPECT_EQ(-EKEYREVOKED, attach(party, FIRST));
	close(party->dma[TWIN].queue);
	party->dma[TWIN].queue = -1;
	ASSERT_EQ(0, attach(party, FIRST));
	EXPECT_TRUE(goes_on(party, FIRST));
	EXPECT_TRUE(goes_on(party, OTHER));
	EXPECT_EQ(0, queue_attach(queue, party->space, NULL));
	ASSERT_EQ(3, list(party));
	EXPECT_TRUE(entry_is(&party->entries[1], QUEUES + 1, FIRST, 0));
	EXPECT_EQ(2, space_cut(party->space, QUEUES + 1));
	EXPECT_TRUE(is_cut(party, FIRST));
	EXPECT_TRUE(goes_on(party, OTHER));
	close(queue);
}

/* Another device comes later, and has nothing to do with the first. */
TEST_F(cut, attach_another_afterwards)
{
	struct party *party = &self->party;

	ASSERT_EQ(0, attach(party, FIRST));
	ASSERT_EQ(1, space_cut(party->space, 1));
	ASSERT_EQ(0, attach(party, OTHER));
	EXPECT_TRUE(goes_on(party, OTHER));
	EXPECT_TRUE(is_cut(party, FIRST));
}

/* Every telling is an event of its own; nothing else happens here. */
TEST_F(cut, driver_is_told_once)
{
	struct epoll_event event = { .events = EPOLLPRI | EPOLLET };
	struct party *party = &self->party;
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	ASSERT_LE(0, epoll);
	ASSERT_EQ(0, attach_all(party));
	ASSERT_EQ(0, epoll_ctl(epoll, EPOLL_CTL_ADD, party->dma[FIRST].queue,
			       &event));
	ASSERT_EQ(0, epoll_wait(epoll, &event, 1, 0));
	ASSERT_EQ(2, space_cut(party->space, FIRST + 1));
	EXPECT_EQ(1, epoll_wait(epoll, &event, 1, 0));
	EXPECT_EQ(0, epoll_wait(epoll, &event, 1, 0));
	EXPECT_EQ(-EALREADY, space_cut(party->space, FIRST + 1));
	EXPECT_EQ(1, space_cut(party->space, OTHER + 1));
	EXPECT_EQ(IOASID_STATE_FREE_PENDING, space_free(party->space));
	EXPECT_EQ(0, epoll_wait(epoll, &event, 1, 0));
	close(epoll);
}

TEST_F(cut, through_a_share_that_manages)
{
	struct party *party = &self->party;
	int share = space_share(party->space, IOASID_RIGHT_MANAGE);

	ASSERT_LE(0, share);
	ASSERT_EQ(0, attach_all(party));
	EXPECT_EQ(1, space_list(share, TWIN + 1, party->entries, MANY));
	EXPECT_EQ(OTHER + 1, party->entries->id);
	EXPECT_EQ(1, space_cut(share, OTHER + 1));
	EXPECT_TRUE(is_cut(party, OTHER));
	EXPECT_TRUE(goes_on(party, FIRST));
	close(share);
}

/* Spaces on the same memory share page tables, and nothing else. */
TEST_F(cut, another_space_of_the_device)
{
	const size_t size = SIZE + QUEUES * PAGE;
	struct party *party = &self->party;
	struct iova_dma other;
	int space = variant->iova ? space_alloc_iova(NULL) : space_alloc(NULL);

	ASSERT_LE(0, space);
	if (variant->iova)
		ASSERT_EQ(0, map_at_own_address(space, party->mem, size));
	ASSERT_EQ(0, attach(party, FIRST));
	other = party->dma[FIRST];
	ASSERT_EQ(0, queue_attach(other.queue, space, &other.pasid));
	EXPECT_TRUE(reaches(party, FIRST));
	ASSERT_EQ(1, space_cut(party->space, 1));
	EXPECT_TRUE(is_cut(party, FIRST));
	EXPECT_EQ(DSA_COMP_SUCCESS,
		  iova_fill(&other, (__u64)party->mem, 3, SIZE));
	EXPECT_TRUE(bytes_are(party->mem, SIZE, 3));
	close(space);
}

/* Does a job that waited for a page end without one? See test_fault. */
static bool ends_without_page(const struct iova_dma *dma)
{
	int status = iova_wait(dma, dma->jobs);

	return status == NOTHING_TO_WRITE || status == -EFAULT;
}

/* Page requests that the test itself answers. */
TEST(with_a_page_request_in_the_fault_fd)
{
	struct ioasid_fault fault[2];
	struct party party;
	unsigned int i, other;
	char *page;
	int fd;

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, party_open(&party, true));
	page = anon_map(PAGE);
	fd = fault_open(party.space, 0);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, attach(&party, FIRST));
	ASSERT_EQ(0, attach(&party, OTHER));
	ASSERT_EQ(0, iova_start_fill(&party.dma[FIRST], 0, PLACE, 5, PAGE));
	ASSERT_EQ(0, iova_start_fill(&party.dma[OTHER], 0, PLACE, 6, PAGE));
	for (i = 0; i < 2; i++)
		ASSERT_EQ(1, fault_read(fd, &fault[i], 1));
	other = fault[1].cookie == COOKIE(OTHER);
	EXPECT_EQ(1, space_cut(party.space, 1));
	EXPECT_TRUE(ends_without_page(&party.dma[FIRST]));
	EXPECT_FALSE(job_done(party.dma[OTHER].jobs));
	ASSERT_EQ(0, space_map_at(party.space, PLACE, page, PAGE, READ_WRITE));
	EXPECT_EQ(-ENOENT, fault_answer(fd, fault[!other].group,
					IOASID_FAULT_RETRY));
	EXPECT_EQ(0, fault_answer(fd, fault[other].group, IOASID_FAULT_RETRY));
	EXPECT_EQ(DSA_COMP_SUCCESS, iova_wait(&party.dma[OTHER],
					      party.dma[OTHER].jobs));
	EXPECT_TRUE(bytes_are(page, PAGE, 6));
	close(fd);
	party_close(&party);
}

/* What was cut off is not asked for: it fails before anybody reads of it. */
TEST(fault_fd_is_silent_afterwards)
{
	struct party party;
	int fd;

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, party_open(&party, true));
	fd = fault_open(party.space, 0);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, attach(&party, FIRST));
	ASSERT_EQ(0, iova_start_fill(&party.dma[FIRST], 0, PLACE, 5, PAGE));
	ASSERT_EQ(POLLIN, fd_events(fd, POLLIN, PATIENCE_MS));
	EXPECT_EQ(1, space_cut(party.space, 1));
	EXPECT_TRUE(ends_without_page(&party.dma[FIRST]));
	EXPECT_EQ(0, fd_events(fd, POLLIN, 0));
	EXPECT_EQ(-EFAULT, fill(&party, FIRST, 1));
	EXPECT_EQ(0, fd_events(fd, POLLIN, 0));
	close(fd);
	party_close(&party);
}

/* A page that does not come for as long as the test lives. */
TEST(with_a_page_that_never_comes)
{
	struct party party;
	char *page;
	int uffd;

	NEED_PAGE_REQUESTS(return);
	ASSERT_EQ(0, party_open(&party, false));
	page = anon_map(PAGE);
	uffd = uffd_watch(page, PAGE, UFFDIO_REGISTER_MODE_MISSING);
	if (uffd < 0)
		SKIP(return, "no userfaultfd");
	ASSERT_EQ(0, attach(&party, FIRST));
	ASSERT_EQ(0, attach(&party, OTHER));
	ASSERT_EQ(0, iova_start_fill(&party.dma[FIRST], 0, (__u64)page, 5,
				     PAGE));
	ASSERT_EQ((__u64)page, uffd_wait(uffd));
	EXPECT_EQ(1, space_cut(party.space, 1));
	EXPECT_TRUE(ends_without_page(&party.dma[FIRST]));
	EXPECT_TRUE(goes_on(&party, OTHER));
	EXPECT_EQ(0, queue_detach(party.dma[FIRST].queue,
				  party.dma[FIRST].pasid));
	ASSERT_EQ(0, attach(&party, FIRST));
	EXPECT_TRUE(goes_on(&party, FIRST));
	/* The worker that waits for the page has nobody to answer any more. */
	memset(party.mem, 0, PAGE);
	EXPECT_EQ(0, uffd_provide(uffd, (__u64)page, party.mem));
	EXPECT_TRUE(bytes_are(page, PAGE, 0));
	close(uffd);
	party_close(&party);
}

/* Cut, detach, attach and submit, all at once. */
static bool cut_all(void *arg)
{
	struct party *party = arg;
	struct ioasid_attachment_entry entries[QUEUES];
	int nr = space_list(party->space, 0, entries, QUEUES), i, rc;

	for (i = 0; i < nr; i++) {
		rc = space_cut(party->space, entries[i].id);
		if (rc <= 0 && rc != -ENOENT && rc != -EALREADY)
			return false;
	}
	return nr >= 0;
}

static bool attach_each(void *arg)
{
	struct party *party = arg;
	enum who who;
	int rc;

	for (who = 0; who < QUEUES; who++) {
		rc = queue_attach(party->dma[who].queue, party->space, NULL);
		if (rc && rc != -EEXIST && rc != -EKEYREVOKED)
			return false;
	}
	return true;
}

static bool detach_each(void *arg)
{
	struct party *party = arg;
	enum who who;
	int rc;

	for (who = 0; who < QUEUES; who++) {
		rc = queue_detach(party->dma[who].queue,
				  party->dma[who].pasid);
		if (rc && rc != -ENOENT)
			return false;
	}
	return true;
}

static bool submit_each(void *arg)
{
	struct party *party = arg;
	struct job job;
	enum who who;
	int rc;

	for (who = 0; who < QUEUES; who++) {
		job_memfill(&job, party->dma[who].pasid, party->mem, -1, PAGE);
		job.desc.flags = IDXD_OP_FLAG_BOF;
		job.desc.completion_addr = 0;
		rc = job_submit(party->dma[who].queue, &job);
		if (rc && rc != -EACCES)
			return false;
	}
	return true;
}

TEST_F(cut, all_at_once)
{
	bool (*const steps[])(void *) = {
		cut_all, attach_each, detach_each, submit_each,
	};
	struct repeater repeater[ARRAY_SIZE(steps)];
	struct party *party = &self->party;
	unsigned int i;

	ASSERT_EQ(0, attach_all(party));
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		ASSERT_EQ(0, repeater_start(&repeater[i], steps[i], party));
	let_run(RACE_MS);
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		EXPECT_TRUE(repeater_stop(&repeater[i]));
	detach_each(party);
	EXPECT_EQ(IOASID_STATE_IDLE, space_state(party->space));
	EXPECT_EQ(0, list(party));
	ASSERT_EQ(0, attach(party, FIRST));
	EXPECT_TRUE(goes_on(party, FIRST));
}

TEST_HARNESS_MAIN
