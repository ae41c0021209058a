// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two processors against one: whether two processes that have nothing to do
 * with each other are held up by each other.
 *
 * So much is to be done; two processes do half of it each, each on a processor
 * of its own, or one does it all. Where there is no lock that both need, two
 * take half of the time. The figures mean nothing under -icount, where one
 * processor runs at a time.
 */
#include <err.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ioasid/ioasid.h>

#include "accel.h"
#include "must.h"
#include "tables.h"
#include "worker.h"

#define SECOND_CPU	"/sys/devices/system/cpu/cpu1"
#define PAGES_MAX	4096

/* Of a worker. */
static struct accel accel;
static char *memory;

static struct worker workers[2];
static unsigned int times;

static void open_accel(const void *arg)
{
	accel_open(&accel);
	memory = mmap(NULL, PAGES_MAX * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		err(1, "memory");
	madvise(memory, PAGES_MAX * PAGE, MADV_NOHUGEPAGE);
}

static void alloc_close(const void *arg)
{
	const unsigned int *times = arg;
	unsigned int i;

	for (i = 0; i < *times; i++)
		close(must(ioasid_space_alloc_sva(system_fd(), NULL), "ALLOC"));
}

static void attach_detach(const void *arg)
{
	const unsigned int *times = arg;
	unsigned int i;

	for (i = 0; i < *times; i++) {
		must(ioasid_queue_detach(accel.queue, accel.pasid), "detach");
		must(ioasid_queue_attach(accel.queue, accel.space, NULL),
		     "attach");
	}
}

static void touch_pages(const void *arg)
{
	const unsigned int *times = arg;
	unsigned int i;

	for (i = 0; i < *times; i++)
		accel_touch(&accel, memory + i % PAGES_MAX * PAGE);
}

static void eventfd_close(const void *arg)
{
	const unsigned int *times = arg;
	unsigned int i;

	for (i = 0; i < *times; i++)
		close(eventfd(0, EFD_CLOEXEC));
}

static void begin(const struct row *row, const struct contender *who)
{
	const unsigned int *nr = who->how;
	unsigned int i;

	times = row->times / *nr;
	for (i = 0; i < *nr; i++)
		worker_start(&workers[i], row->what, &times, i);
}

static void run(const struct row *row, const struct contender *who)
{
	const unsigned int *nr = who->how;
	unsigned int i;

	for (i = 0; i < *nr; i++)
		worker_go(&workers[i]);
	for (i = 0; i < *nr; i++)
		worker_await(&workers[i]);
}

static void end(const struct row *row, const struct contender *who)
{
	const unsigned int *nr = who->how;
	unsigned int i;

	for (i = 0; i < *nr; i++) {
		worker_go(&workers[i]);
		worker_reap(&workers[i]);
	}
}

static const unsigned int two = 2, one = 1;

static const struct contender contenders[] = {
	{ .name = "ioasid", .how = &two, .begin = begin, .run = run,
	  .end = end },
	{ .name = "one cpu", .how = &one, .begin = begin, .run = run,
	  .end = end },
	{ }
};

static const struct work alloc = { open_accel, alloc_close };
static const struct work attach = { open_accel, attach_detach };
static const struct work touch = { open_accel, touch_pages };
static const struct work eventfds = { .run = eventfd_close };

#define ROW(_name, _work, _times)					\
	{ .name = _name, .needs = SECOND_CPU, .what = _work,		\
	  .times = _times, .contenders = contenders }

static const struct row rows[] = {
	ROW("alloc + close", &alloc, 8000),
	ROW("attach + detach", &attach, 4000),
	ROW("touch", &touch, PAGES_MAX),
	ROW("eventfd + close", &eventfds, 8000),
};

const struct table cpus_table = {
	.name = "cpus",
	.meter = &clock_meter,
	.rows = rows,
	.nr_rows = ARRAY_SIZE(rows),
};
