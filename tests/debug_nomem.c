// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whatever allocates, fails: each operation is run again and again, and the
 * kernel makes its first allocation fail, its second, and so on, until there
 * are no more. It must be refused, or succeed in spite of that, and leave
 * nothing behind which keeps it from succeeding the next time.
 *
 * What copies from and to user space can be made to fail in the same way, which
 * is EFAULT. It needs a kernel with fault injection.
 */
#include <errno.h>
#include <fcntl.h>
#include <kselftest_harness.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "iova.h"
#include "process.h"

#define DEBUGFS		"/sys/kernel/debug/"
#define FAIL_NTH	"/proc/thread-self/fail-nth"
#define SIZE		(32 * PAGE)
#define READ_WRITE	(IOASID_READ | IOASID_WRITE)
#define PIN		(IOASID_PREFAULT_PIN | READ_WRITE)

/* @mapped has all of @mem at PLACE, @empty has nothing. */
struct env {
	struct dma dma;
	int queue;
	int empty;
	int mapped;
	char *mem;
};

static __s64 open_queue(struct env *env)
{
	return queue_open(1, O_RDWR);
}

static __s64 alloc_sva(struct env *env)
{
	return space_alloc(NULL);
}

static __s64 alloc_iova(struct env *env)
{
	return space_alloc_iova(NULL);
}

static __s64 open_fault(struct env *env)
{
	return fault_open(env->empty, 0);
}

static void close_it(struct env *env, int fd)
{
	close(fd);
}

static __s64 attach(struct env *env, int space)
{
	__u32 pasid;
	__s64 rc = queue_attach(env->queue, space, &pasid);

	return rc ? rc : pasid;
}

static __s64 attach_sva(struct env *env)
{
	return attach(env, env->dma.space);
}

static __s64 attach_iova(struct env *env)
{
	return attach(env, env->mapped);
}

static void detach(struct env *env, int pasid)
{
	queue_detach(env->queue, pasid);
}

static __s64 map(struct env *env)
{
	return space_map_at(env->empty, PLACE, env->mem, SIZE, READ_WRITE);
}

static __s64 map_anywhere(struct env *env)
{
	return space_map_anywhere(env->empty, env->mem, SIZE);
}

static __s64 map_space(struct env *env)
{
	return space_map_space(env->empty, PLACE, env->mapped, PLACE, SIZE,
			       READ_WRITE);
}

static void unmap(struct env *env, int rc)
{
	space_unmap_all(env->empty);
}

static __s64 cut(struct env *env)
{
	return space_unmap(env->mapped, PLACE + 4 * PAGE, PAGE);
}

static void mend(struct env *env, int rc)
{
	space_unmap_all(env->mapped);
	space_map_at(env->mapped, PLACE, env->mem, SIZE, READ_WRITE);
}

static __s64 keep(struct env *env)
{
	const struct ioasid_iova_range range = {
		.start = PLACE,
		.last = PLACE + SIZE - 1,
	};

	return space_keep(env->empty, &range, 1);
}

static void keep_nothing(struct env *env, int rc)
{
	space_keep(env->empty, NULL, 0);
}

static __s64 prefault(struct env *env)
{
	return space_prefault(env->dma.space, env->mem, SIZE, READ_WRITE);
}

static __s64 pin(struct env *env)
{
	return space_prefault(env->dma.space, env->mem, SIZE, PIN);
}

static void take_out(struct env *env, int rc)
{
	space_unpin_all(env->dma.space);
	madvise(env->mem, SIZE, MADV_DONTNEED);
}

FIXTURE(nomem)
{
	struct env env;
};

/* @undo gets what @run returned. */
FIXTURE_VARIANT(nomem)
{
	__s64 (*run)(struct env *env);
	void (*undo)(struct env *env, int result);
};

FIXTURE_VARIANT_ADD(nomem, open_queue)
{
	.run = open_queue,
	.undo = close_it,
};

FIXTURE_VARIANT_ADD(nomem, alloc_sva)
{
	.run = alloc_sva,
	.undo = close_it,
};

FIXTURE_VARIANT_ADD(nomem, alloc_iova)
{
	.run = alloc_iova,
	.undo = close_it,
};

FIXTURE_VARIANT_ADD(nomem, open_fault)
{
	.run = open_fault,
	.undo = close_it,
};

FIXTURE_VARIANT_ADD(nomem, attach_sva)
{
	.run = attach_sva,
	.undo = detach,
};

FIXTURE_VARIANT_ADD(nomem, attach_iova)
{
	.run = attach_iova,
	.undo = detach,
};

FIXTURE_VARIANT_ADD(nomem, map)
{
	.run = map,
	.undo = unmap,
};

FIXTURE_VARIANT_ADD(nomem, map_anywhere)
{
	.run = map_anywhere,
	.undo = unmap,
};

FIXTURE_VARIANT_ADD(nomem, map_space)
{
	.run = map_space,
	.undo = unmap,
};

FIXTURE_VARIANT_ADD(nomem, cut)
{
	.run = cut,
	.undo = mend,
};

FIXTURE_VARIANT_ADD(nomem, keep)
{
	.run = keep,
	.undo = keep_nothing,
};

FIXTURE_VARIANT_ADD(nomem, prefault)
{
	.run = prefault,
	.undo = take_out,
};

FIXTURE_VARIANT_ADD(nomem, pin)
{
	.run = pin,
	.undo = take_out,
};

/* Of every allocation, and without a word in the log. */
static bool can_inject(void)
{
	return !write_text(DEBUGFS "failslab/ignore-gfp-wait", "N") &&
	       !write_text(DEBUGFS "failslab/verbose", "0") &&
	       !write_text(DEBUGFS "fail_page_alloc/ignore-gfp-wait", "N") &&
	       !write_text(DEBUGFS "fail_page_alloc/min-order", "0") &&
	       !write_text(DEBUGFS "fail_page_alloc/verbose", "0") &&
	       !write_text(DEBUGFS "fail_usercopy/verbose", "0");
}

FIXTURE_SETUP(nomem)
{
	struct env *env = &self->env;

	if (!can_inject())
		SKIP(return, "the kernel has no fault injection");
	env->mem = anon_map(SIZE);
	ASSERT_NE(NULL, env->mem);
	ASSERT_EQ(0, dma_open(&env->dma, 0));
	env->queue = queue_open(1, O_RDWR);
	ASSERT_LE(0, env->queue);
	env->empty = space_alloc_iova(NULL);
	ASSERT_LE(0, env->empty);
	env->mapped = space_alloc_iova(NULL);
	ASSERT_LE(0, env->mapped);
	ASSERT_EQ(0, space_map_at(env->mapped, PLACE, env->mem, SIZE,
				  READ_WRITE));
}

FIXTURE_TEARDOWN(nomem)
{
	close(self->env.mapped);
	close(self->env.empty);
	close(self->env.queue);
	dma_close(&self->env.dma);
}

/* Returns whether there was a failure number @nth. */
static bool run_with_failure(struct env *env, __s64 (*run)(struct env *env),
			     unsigned int nth, __s64 *result)
{
	int fd = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	char left;

	if (dprintf(fd, "%u", nth) < 0)
		return false;
	*result = run(env);
	if (pread(fd, &left, sizeof(left), 0) != sizeof(left))
		left = '0';
	dprintf(fd, "0");
	close(fd);
	return left == '0';
}

TEST_F(nomem, one_after_the_other)
{
	struct env *env = &self->env;
	unsigned int nth = 0, refused = 0;
	bool failed;
	__s64 rc;

	do {
		rc = -EIO;
		failed = run_with_failure(env, variant->run, ++nth, &rc);
		if (rc < 0) {
			refused++;
			EXPECT_TRUE(rc == -ENOMEM || rc == -EFAULT) {
				TH_LOG("failure %u: %lld", nth, rc);
			}
			/* EFAULT may come when all is done. */
			if (rc == -EFAULT)
				variant->undo(env, rc);
			rc = variant->run(env);
		}
		ASSERT_LE(0, rc) {
			TH_LOG("failure %u: %lld", nth, rc);
		}
		variant->undo(env, rc);
	} while (failed);
	EXPECT_LT(0, refused);
}

TEST_HARNESS_MAIN
