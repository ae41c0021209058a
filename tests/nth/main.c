// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whatever can fail, fails: each operation is run again and again, and the
 * kernel makes the first allocation fail that it comes to, or the first copy
 * from or to user space, then the second, and so on, until there are no more.
 *
 * What is there is looked at each time:
 *
 *	base --before()--> ready --run()--> done --undo()--> base
 *
 * An operation that is refused must be refused for a cause that its
 * documentation lists, have changed nothing, and succeed when it is tried
 * again. One that succeeds in spite of the failure must have done the same as
 * without. Nothing is left behind in either case.
 *
 * It needs a kernel with fault injection.
 */
#include <errno.h>
#include <kselftest_harness.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "../cgroup.h"
#include "../inject.h"
#include "../process.h"
#include "nth.h"
#include "state.h"

/* Sweeps at most, until all has been said. */
#define TRIES		3

static bool can_inject;

/**
 * struct sweep - One operation, which is being failed
 * @op: it
 * @env: the world
 * @injector: makes failures
 * @nth: number of the failure
 * @base: what is there before op->before()
 * @ready: before op->run()
 * @done: after it
 * @said: with what it was refused so far
 * @too_late: how often it was done nevertheless
 */
struct sweep {
	const struct op *op;
	struct env env;
	int injector;
	unsigned int nth;
	char *base;
	char *ready;
	char *done;
	unsigned int said;
	unsigned int too_late;
};

FIXTURE(nth)
{
	struct sweep sweep;
};

FIXTURE_VARIANT(nth)
{
	const struct op *op;
};

#include <nth_ops.h>

/* Pinned memory shall be charged. */
static int drop_ipc_lock(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return -errno;
	data[0].effective &= ~(1u << CAP_IPC_LOCK);
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

FIXTURE_SETUP(nth)
{
	const struct rlimit no_limit = { RLIM_INFINITY, RLIM_INFINITY };

	if (!can_inject)
		SKIP(return, "the kernel has no fault injection");
	ASSERT_EQ(0, cgroup_enter(CGROUP, 0));
	ASSERT_EQ(0, setrlimit(RLIMIT_MEMLOCK, &no_limit));
	ASSERT_EQ(0, drop_ipc_lock());
	self->sweep.op = variant->op;
	ASSERT_EQ(0, env_open(&self->sweep.env));
	self->sweep.injector = inject_open();
	ASSERT_LE(0, self->sweep.injector);
}

FIXTURE_TEARDOWN(nth)
{
	env_close(&self->sweep.env);
	cgroup_enter("", 0);
}

static void expect_state(struct __test_metadata *_metadata,
			 const struct sweep *sweep, const char *expected,
			 const char *when)
{
	char *text = state_read();
	const char *found = text;

	state_skip_same(&expected, &found);
	ASSERT_EQ(0, strcmp(expected, found)) {
		TH_LOG("failure %u, %s: \"%.*s\" became \"%.*s\"",
		       sweep->nth, when, (int)strcspn(expected, "\n"), expected,
		       (int)strcspn(found, "\n"), found);
	}
	free(text);
}

static bool is_success(const struct op *op, __s64 result)
{
	return op->expected ? result == op->expected : result >= 0;
}

static void begin(struct __test_metadata *_metadata, struct sweep *sweep)
{
	if (sweep->op->before)
		ASSERT_EQ(0, sweep->op->before(&sweep->env));
}

static __s64 run_checked(struct __test_metadata *_metadata, struct sweep *sweep)
{
	__s64 result = sweep->op->run(&sweep->env);

	ASSERT_TRUE(is_success(sweep->op, result)) {
		TH_LOG("failure %u, without it: %lld", sweep->nth, result);
	}
	return result;
}

static void finish(struct __test_metadata *_metadata, struct sweep *sweep,
		   __s64 result)
{
	const struct op *op = sweep->op;

	if (!op->varies)
		expect_state(_metadata, sweep, sweep->done, "done");
	if (op->is_right && is_success(op, result))
		EXPECT_TRUE(op->is_right(&sweep->env, result)) {
			TH_LOG("failure %u: %lld", sweep->nth, result);
		}
	if (op->undo)
		op->undo(&sweep->env, result);
	expect_state(_metadata, sweep, sweep->base, "undone");
}

/* Without a failure, to see how it should be. */
static void run_clean(struct __test_metadata *_metadata, struct sweep *sweep)
{
	__s64 result;

	sweep->base = state_read();
	begin(_metadata, sweep);
	sweep->ready = state_read();
	result = run_checked(_metadata, sweep);
	sweep->done = state_read();
	finish(_metadata, sweep, result);
}

static void note_refusal(struct __test_metadata *_metadata, struct sweep *sweep,
			 __s64 result)
{
	unsigned int says = 0;

	if (result == -ENOMEM)
		says = SAYS_ENOMEM;
	else if (result == -EFAULT)
		says = SAYS_EFAULT;
	EXPECT_TRUE(says & sweep->op->says) {
		TH_LOG("failure %u: %lld", sweep->nth, result);
	}
	sweep->said |= says;
}

/* Whether the operation was done, and could only not be answered. */
static bool is_too_late(struct sweep *sweep, __s64 result)
{
	char *found;
	bool done;

	if (!sweep->op->stays_done || result != -EFAULT)
		return false;
	found = state_read();
	done = !strcmp(found, sweep->done);
	free(found);
	sweep->too_late += done;
	return done;
}

/* Returns the result of the operation, which is done in the end. */
static __s64 run_again(struct __test_metadata *_metadata, struct sweep *sweep,
		       __s64 result)
{
	note_refusal(_metadata, sweep, result);
	if (is_too_late(sweep, result))
		return result;
	expect_state(_metadata, sweep, sweep->ready, "refused");
	return run_checked(_metadata, sweep);
}

/* Returns whether there was a failure of that number. */
static bool run_failing(struct __test_metadata *_metadata, struct sweep *sweep)
{
	__s64 result;
	bool failed;

	begin(_metadata, sweep);
	expect_state(_metadata, sweep, sweep->ready, "ready");
	inject_arm(sweep->injector, sweep->nth);
	result = sweep->op->run(&sweep->env);
	failed = inject_disarm(sweep->injector);
	if (!is_success(sweep->op, result))
		result = run_again(_metadata, sweep, result);
	finish(_metadata, sweep, result);
	return failed;
}

static void fail_all(struct __test_metadata *_metadata, struct sweep *sweep,
		     unsigned int what)
{
	ASSERT_EQ(0, inject_choose(what, NULL));
	sweep->nth = 0;
	do {
		sweep->nth++;
	} while (run_failing(_metadata, sweep) && !_metadata->exit_code);
}

/* How many pages it takes to allocate an object is not the same each time. */
static void fail_everything(struct __test_metadata *_metadata,
			    struct sweep *sweep)
{
	fail_all(_metadata, sweep, INJECT_OBJECTS | INJECT_COPIES);
	fail_all(_metadata, sweep, INJECT_PAGES);
}

/*
 * The kernel's debugging allocates for itself now and then, and a failure that
 * hits that is one which the operation misses. So it has more than one try.
 */
TEST_F(nth, one_after_the_other)
{
	struct sweep *sweep = &self->sweep;
	int i;

	run_clean(_metadata, sweep);
	fail_everything(_metadata, sweep);
	for (i = 1; i < TRIES && sweep->said != sweep->op->says; i++)
		fail_everything(_metadata, sweep);
	EXPECT_EQ(sweep->op->says, sweep->said);
	if (sweep->op->stays_done)
		EXPECT_LT(0, sweep->too_late);
}

static pid_t first_process;

/* The harness does not return to main() when the tests are over. */
static void end(void)
{
	if (getpid() != first_process)
		return;
	inject_report();
	cgroup_remove(CGROUP);
}

static bool set_up(void)
{
	return !simulator_load(SIMULATOR) && !cgroup_enable("") &&
	       !cgroup_create(CGROUP);
}

int main(int argc, char **argv)
{
	can_inject = inject_init();
	if (can_inject) {
		if (!set_up()) {
			ksft_print_msg("cannot set up: " SIMULATOR "\n");
			return KSFT_FAIL;
		}
		first_process = getpid();
		atexit(end);
	}
	return test_harness_run(argc, argv);
}
