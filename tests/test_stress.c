// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything at once: threads that attach, detach, copy, cut, free, share, look
 * and close, with the same spaces and queues, on memory that changes under
 * them, in processes that are killed in the middle of it.
 *
 * What may come of an operation depends on what others do meanwhile, and the
 * model of a subject, which is a space that everybody uses, says that:
 *
 *  - It is live, then being freed, then freed. Who saw it live at the end was
 *    not told that it is freed; who saw it freed at the start was told so.
 *  - Whatever may stop a job is a disturbance, which has a start and an end.
 *    With none in the meantime, a job gets done. With one, it may fail, but
 *    what it says that it has done, it has done; and once nothing of it is
 *    left, its memory stays as it is.
 *
 * "make check-races" runs this for longer, on modules that dawdle (race.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "job.h"
#include "memory.h"
#include "page_requests.h"
#include "process.h"
#include "repeater.h"

#define QUEUES		3
#define SUBJECTS	3
#define WORKERS		4
#define PROCESSES	2
#define SIZE		(6 * PAGE)
#define RUN_MS		4000
#define LIFE_MS		700
#define NOTHING_LEFT	0xee

enum life {
	LIVE,
	BEING_FREED,
	FREED,
};

/**
 * struct subject - A space that all threads of a process use
 * @lock: held for writing by who replaces it, for reading by who uses it
 * @space: its fd
 * @pasid: its number
 * @life: how far it has come
 * @was_cut: somebody has begun to cut a device off
 * @started: disturbances that have begun
 * @ended: those that are over
 */
struct subject {
	pthread_rwlock_t lock;
	int space;
	__u32 pasid;
	enum life life;
	bool was_cut;
	unsigned long started;
	unsigned long ended;
};

struct world {
	int queue[QUEUES];
	struct subject subject[SUBJECTS];
};

/* What a thread needs for itself. Its memory is nobody else's to change. */
struct worker {
	struct world *world;
	struct subject *subject;
	int queue;
	unsigned int seed;
	char *src;
	char *dst;
	struct job *job;
	/* As it was when the operation began. */
	enum life life;
	unsigned long ended;
};

/* In memory that outlives who is killed. */
struct tally {
	unsigned long operations;
	unsigned long copies;
	unsigned long disturbed;
	char wrong[128];
};

static struct tally *tally;

static void count(unsigned long *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

static unsigned long look(const unsigned long *counter)
{
	return __atomic_load_n(counter, __ATOMIC_SEQ_CST);
}

static enum life life(const struct subject *subject)
{
	return __atomic_load_n(&subject->life, __ATOMIC_SEQ_CST);
}

static bool wrong(const char *what, int rc)
{
	snprintf(tally->wrong, sizeof(tally->wrong), "%s: %d", what, rc);
	return false;
}

static unsigned int dice(struct worker *worker, unsigned int sides)
{
	return rand_r(&worker->seed) % sides;
}

static void begin_disturbance(struct subject *subject)
{
	__atomic_fetch_add(&subject->started, 1, __ATOMIC_SEQ_CST);
}

static void end_disturbance(struct subject *subject)
{
	__atomic_fetch_add(&subject->ended, 1, __ATOMIC_SEQ_CST);
}

/* Has nothing come in between since the operation began? */
static bool was_quiet(const struct worker *worker)
{
	return look(&worker->subject->started) == worker->ended;
}

/* Is it right that a space is said to be freed, or is not? */
static bool fits_life(const struct worker *worker, bool said_freed)
{
	return said_freed ? life(worker->subject) != LIVE :
			    worker->life != FREED;
}

static bool judge_attach(const struct worker *worker, int rc)
{
	switch (rc) {
	case 0:
	case -ESTALE:
		return fits_life(worker, rc) || wrong("attach", rc);
	case -EEXIST:
		return true;
	case -EKEYREVOKED:
		return __atomic_load_n(&worker->subject->was_cut,
				       __ATOMIC_SEQ_CST) ||
		       wrong("attach of what nobody has cut", rc);
	}
	return wrong("attach", rc);
}

static bool attach(struct worker *worker)
{
	int rc = queue_attach(worker->queue, worker->subject->space, NULL);

	return judge_attach(worker, rc);
}

/* Afterwards nothing is left of the jobs that this queue had in the space. */
static bool detach(struct worker *worker)
{
	struct subject *subject = worker->subject;
	int rc;

	begin_disturbance(subject);
	rc = queue_detach(worker->queue, subject->pasid);
	end_disturbance(subject);
	return !rc || rc == -ENOENT || wrong("detach", rc);
}

/* Is there a moment at which none is under way? The order of looks matters. */
static bool is_calm(const struct subject *subject)
{
	unsigned long ended = look(&subject->ended);

	return look(&subject->started) == ended;
}

/* Others may be about to detach, of which detach() knows nothing. */
static bool wait_until_nothing_is_left(struct worker *worker)
{
	__s64 deadline = now_ms() + PATIENCE_MS;

	if (!detach(worker))
		return false;
	while (!is_calm(worker->subject)) {
		if (now_ms() > deadline)
			return wrong("a disturbance without end", 0);
		sched_yield();
	}
	return true;
}

static bool stays_as_it_is(struct worker *worker)
{
	if (!wait_until_nothing_is_left(worker))
		return false;
	return canary_holds((unsigned char *)worker->dst, SIZE, NOTHING_LEFT) ||
	       wrong("data came late", 0);
}

static bool is_attached(int rc)
{
	return !rc || rc == -EEXIST;
}

/* A device that was cut off comes back when all have detached it. */
static bool may_copy(const struct worker *worker, int attach_rc)
{
	return is_attached(attach_rc) ||
	       (attach_rc == -EKEYREVOKED && !was_quiet(worker));
}

static bool judge_copy(struct worker *worker, int attach_rc, int status)
{
	count(&tally->copies);
	if (status == DSA_COMP_SUCCESS && !may_copy(worker, attach_rc))
		return wrong("copied in what is freed or cut", attach_rc);
	if (status == DSA_COMP_SUCCESS)
		return !memcmp(worker->src, worker->dst, SIZE) ||
		       wrong("a copy differs", 0);
	if (is_attached(attach_rc) && was_quiet(worker))
		return wrong("an undisturbed job", status);
	count(&tally->disturbed);
	return stays_as_it_is(worker);
}

/* Until there is a record, or there need not be one. */
static int wait_for_record(struct worker *worker, bool attached)
{
	__s64 deadline = now_ms() + PATIENCE_MS;

	while (!job_done(worker->job) && attached && was_quiet(worker)) {
		if (now_ms() > deadline)
			return -ETIMEDOUT;
		sched_yield();
	}
	return __atomic_load_n(&worker->job->record.status, __ATOMIC_ACQUIRE);
}

/* A change of its memory that a process may make at any time. */
static void shake(struct worker *worker)
{
	char *mem = dice(worker, 2) ? worker->src : worker->dst;

	switch (dice(worker, 4)) {
	case 0:
		madvise(worker->dst, SIZE, MADV_DONTNEED);
		break;
	case 1:
		mprotect(mem, SIZE, PROT_READ);
		mprotect(mem, SIZE, PROT_READ | PROT_WRITE);
		break;
	case 2:
		madvise(mem, SIZE, MADV_PAGEOUT);
		break;
	}
}

static int start_copy(struct worker *worker)
{
	pattern_fill(worker->src, SIZE, dice(worker, 1 << 16));
	shake(worker);
	job_memmove(worker->job, worker->subject->pasid, worker->dst,
		    worker->src, SIZE);
	return job_submit(worker->queue, worker->job);
}

static bool copy(struct worker *worker)
{
	int attach_rc = queue_attach(worker->queue, worker->subject->space,
				     NULL);
	bool attached = is_attached(attach_rc);
	int rc;

	if (!judge_attach(worker, attach_rc))
		return false;
	rc = start_copy(worker);
	if (rc == -EACCES)
		return !attached || !was_quiet(worker) ||
		       wrong("undisturbed, and not attached", rc);
	if (rc)
		return wrong("submit", rc);
	rc = wait_for_record(worker, attached);
	return judge_copy(worker, attach_rc, rc);
}

static bool cut(struct worker *worker)
{
	struct subject *subject = worker->subject;
	int rc;

	__atomic_store_n(&subject->was_cut, true, __ATOMIC_SEQ_CST);
	begin_disturbance(subject);
	rc = space_cut(subject->space, 1 + dice(worker, 3));
	end_disturbance(subject);
	return rc >= 0 || rc == -ENOENT || rc == -EALREADY || wrong("cut", rc);
}

static bool free_it(struct worker *worker)
{
	struct subject *subject = worker->subject;
	enum life before = LIVE;
	int rc;

	begin_disturbance(subject);
	__atomic_compare_exchange_n(&subject->life, &before, BEING_FREED, false,
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	rc = space_free(subject->space);
	__atomic_store_n(&subject->life, FREED, __ATOMIC_SEQ_CST);
	end_disturbance(subject);
	return rc == IOASID_STATE_FREE || rc == IOASID_STATE_FREE_PENDING ||
	       wrong("free", rc);
}

static bool share(struct worker *worker)
{
	int rc = space_share(worker->subject->space, IOASID_RIGHT_ATTACH);

	if (rc >= 0)
		close(rc);
	if (rc < 0 && rc != -ESTALE)
		return wrong("share", rc);
	return fits_life(worker, rc < 0) || wrong("share", rc);
}

static bool look_at(struct worker *worker)
{
	int state = space_state(worker->subject->space);
	bool freed = state == IOASID_STATE_FREE ||
		     state == IOASID_STATE_FREE_PENDING;

	if (state < 0)
		return wrong("status", state);
	return fits_life(worker, freed) || wrong("status", state);
}

/* By the CPU, in the same space. */
static bool access_it(struct worker *worker)
{
	ssize_t done = pread(worker->subject->space, worker->dst, SIZE,
			     (off_t)worker->src);

	if (done < 0)
		return (errno == ESTALE && fits_life(worker, true)) ||
		       wrong("pread", errno);
	return !memcmp(worker->src, worker->dst, done) ||
	       wrong("pread differs", done);
}

/* A child has all fds, and a copy of all memory, until it ends. */
static bool fork_once(struct worker *worker)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	return (pid > 0 && waitpid(pid, NULL, 0) == pid) || wrong("fork", pid);
}

/* No user of a module keeps it from saying no. */
static bool unload(struct worker *worker)
{
	long rc = syscall(SYS_delete_module, "ioasid_sim", O_NONBLOCK);

	return (rc == -1 && errno == EWOULDBLOCK) || wrong("unload", errno);
}

static int renew_locked(struct world *world, struct subject *subject)
{
	int i;

	close(subject->space);
	for (i = 0; i < QUEUES; i++)
		queue_detach(world->queue[i], subject->pasid);
	subject->life = LIVE;
	subject->was_cut = false;
	subject->space = space_alloc(&subject->pasid);
	return subject->space;
}

static bool renew(struct worker *worker)
{
	struct subject *subject = worker->subject;
	int rc;

	pthread_rwlock_wrlock(&subject->lock);
	rc = renew_locked(worker->world, subject);
	pthread_rwlock_unlock(&subject->lock);
	return rc >= 0 || wrong("alloc", rc);
}

static const struct operation {
	bool (*run)(struct worker *worker);
	unsigned int weight;
} operations[] = {
	{ copy, 40 }, { attach, 6 }, { detach, 6 }, { cut, 2 },
	{ free_it, 2 }, { share, 6 }, { look_at, 8 }, { access_it, 8 },
	{ fork_once, 1 }, { unload, 1 },
};

static const struct operation *choose(struct worker *worker)
{
	const struct operation *operation = operations;
	unsigned int i, sum = 0, at;

	for (i = 0; i < ARRAY_SIZE(operations); i++)
		sum += operations[i].weight;
	for (at = dice(worker, sum); at >= operation->weight; operation++)
		at -= operation->weight;
	return operation;
}

static bool operate(struct worker *worker)
{
	struct subject *subject = worker->subject;
	bool right;

	pthread_rwlock_rdlock(&subject->lock);
	worker->ended = look(&subject->ended);
	worker->life = life(subject);
	right = choose(worker)->run(worker);
	pthread_rwlock_unlock(&subject->lock);
	return right;
}

static bool step(void *arg)
{
	struct worker *worker = arg;
	struct world *world = worker->world;

	worker->subject = &world->subject[dice(worker, SUBJECTS)];
	worker->queue = world->queue[dice(worker, QUEUES)];
	count(&tally->operations);
	return dice(worker, 20) ? operate(worker) : renew(worker);
}

static bool worker_init(struct worker *worker, struct world *world,
			unsigned int seed)
{
	*worker = (struct worker){ .world = world, .seed = seed };
	worker->src = anon_map(SIZE);
	worker->dst = anon_map(SIZE);
	worker->job = anon_map(PAGE);
	return worker->src && worker->dst && worker->job;
}

static bool world_init(struct world *world)
{
	struct subject *subject;
	int i;

	for (i = 0; i < QUEUES; i++) {
		world->queue[i] = queue_open(i % 2, O_RDWR);
		if (world->queue[i] < 0)
			return wrong("open", world->queue[i]);
	}
	for (i = 0; i < SUBJECTS; i++) {
		subject = &world->subject[i];
		*subject = (struct subject){ .space = -1 };
		pthread_rwlock_init(&subject->lock, NULL);
		if (renew_locked(world, subject) < 0)
			return wrong("alloc", subject->space);
	}
	return true;
}

/* A process. It ends with 0 if everything was right, unless it is killed. */
static int live(int socket, void *seed)
{
	struct repeater repeater[WORKERS];
	struct worker worker[WORKERS];
	static struct world world;
	bool right = world_init(&world);
	int i;

	for (i = 0; right && i < WORKERS; i++)
		right = worker_init(&worker[i], &world,
				    *(unsigned int *)seed * WORKERS + i) &&
			!repeater_start(&repeater[i], step, &worker[i]);
	if (!right)
		return 1;
	send_byte(socket, 's');
	receive_byte(socket);
	for (i = 0; i < WORKERS; i++)
		right &= repeater_stop(&repeater[i]);
	return !right;
}

static bool generation(unsigned int seed)
{
	struct child child[PROCESSES];
	bool right = true;
	int i;

	for (i = 0; i < PROCESSES; i++) {
		if (child_start(&child[i], live, &seed))
			return wrong("no process", i);
		right &= receive_byte(child[i].socket) == 's';
		seed++;
	}
	let_run(LIFE_MS * SLOWNESS);
	right &= child_kill(&child[0]) == 128 + SIGKILL;
	for (i = 1; i < PROCESSES; i++)
		right &= !child_wait(&child[i]);
	return right && !tally->wrong[0];
}

static unsigned int number_of(const char *variable, unsigned int otherwise)
{
	const char *text = getenv(variable);

	return text && *text ? strtoul(text, NULL, 10) : otherwise;
}

static __u32 spaces_in_use(void)
{
	struct ioasid_info info = {};
	int fd = system_open(O_RDWR);

	system_info(fd, &info);
	close(fd);
	return info.out_spaces;
}

FIXTURE(stress) {};

FIXTURE_SETUP(stress)
{
	NEED_PAGE_REQUESTS(return);
	tally = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, tally);
}

FIXTURE_TEARDOWN(stress)
{
}

/* For as long as it is told to. */
TEST_F_TIMEOUT(stress, everything_at_once, 0)
{
	unsigned int run_ms = number_of("STRESS_MS", RUN_MS * SLOWNESS);
	unsigned int seed = number_of("STRESS_SEED", now_ms());
	__s64 end = now_ms() + run_ms;
	__u32 before = spaces_in_use();

	TH_LOG("STRESS_SEED=%u", seed);
	while (now_ms() < end) {
		ASSERT_TRUE(generation(seed += PROCESSES)) {
			TH_LOG("%s", tally->wrong);
		}
	}
	TH_LOG("%lu operations, %lu copies of which %lu were disturbed",
	       tally->operations, tally->copies, tally->disturbed);
	EXPECT_LT(0, tally->copies);
	EXPECT_LT(0, tally->disturbed);
	EXPECT_EQ(before, spaces_in_use());
}

TEST_HARNESS_MAIN
