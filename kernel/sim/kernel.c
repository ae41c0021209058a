// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an accelerator does for the kernel: its default PASID, and a self-test.
 *
 * A real device of this kind has a PASID of the kernel's for whatever it does
 * on its own: event logs, administrative commands, copies for kernel clients.
 * The space behind it reaches no memory but what the driver has mapped.
 *
 * The self-test has the accelerator copy a page of the kernel to another, by
 * that PASID, and makes sure that it reaches neither what it may only read nor
 * what is not mapped any more.
 */
#include <linux/err.h>
#include <linux/ioasid.h>
#include <linux/random.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "kernel.h"
#include "queue.h"

/**
 * struct test - A self-test that is under way
 * @kernel: whose
 * @queue: a queue of its own
 * @memory: three pages: what is copied, where to, and completion records
 * @from: where the device finds the first
 * @to: and the others
 */
struct test {
	struct sim_kernel *kernel;
	struct sim_queue *queue;
	u8 *memory;
	u64 from;
	u64 to;
};

/**
 * sim_kernel_start() - Give a device its default PASID
 * @kernel: to be set up
 * @dev: the device
 *
 * Return: 0, or why there is none.
 */
int sim_kernel_start(struct sim_kernel *kernel, struct device *dev)
{
	const struct ioasid_attach_args args = {};

	kernel->dev = dev;
	kernel->space = ioasid_kernel_create();
	if (IS_ERR(kernel->space))
		return PTR_ERR(kernel->space);
	kernel->attachment = ioasid_kernel_attach(kernel->space, dev, &args);
	if (!IS_ERR(kernel->attachment))
		return 0;
	ioasid_kernel_destroy(kernel->space);
	return PTR_ERR(kernel->attachment);
}

void sim_kernel_stop(struct sim_kernel *kernel)
{
	ioasid_detach(kernel->attachment);
	ioasid_kernel_destroy(kernel->space);
}

static struct dsa_completion_record *record_of(const struct test *test)
{
	return (void *)test->memory + 2 * PAGE_SIZE;
}

/* Returns the status of the completion record, 0 if it was not written. */
static int copy_page_by_device(struct test *test, u64 from, u64 to)
{
	const struct dsa_hw_desc hw = {
		.opcode = DSA_OPCODE_MEMMOVE,
		.flags = IDXD_OP_FLAG_BOF | IDXD_OP_FLAG_CRAV |
			 IDXD_OP_FLAG_RCR | IDXD_OP_FLAG_RCI,
		.src_addr = from,
		.dst_addr = to,
		.xfer_size = PAGE_SIZE,
		.completion_addr = test->to + PAGE_SIZE,
	};
	struct sim_events *events = &test->queue->events;
	int rc;

	record_of(test)->status = DSA_COMP_NONE;
	rc = sim_queue_submit_one(test->queue, &hw, false);
	if (rc)
		return rc;
	wait_event(events->wait, sim_events_take_interrupts(events));
	/* The device writes the status last. */
	return smp_load_acquire(&record_of(test)->status);
}

static int expect(struct test *test, const char *what, int status, int expected)
{
	if (status == expected)
		return 0;
	dev_err(test->kernel->dev, "self-test: %s: status 0x%x, not 0x%x\n",
		what, status, expected);
	return -EIO;
}

static int test_copy(struct test *test)
{
	int rc;

	rc = expect(test, "copy",
		    copy_page_by_device(test, test->from, test->to),
		    DSA_COMP_SUCCESS);
	if (rc)
		return rc;
	return expect(test, "data", memcmp(test->memory,
					   test->memory + PAGE_SIZE, PAGE_SIZE),
		      0);
}

static int test_read_only(struct test *test)
{
	return expect(test, "write where it may read",
		      copy_page_by_device(test, test->to, test->from),
		      DSA_COMP_PAGE_FAULT_IR | DSA_COMP_STATUS_WRITE);
}

static int test_unmapped(struct test *test)
{
	int rc;

	rc = ioasid_kernel_unmap(test->kernel->space, test->from, PAGE_SIZE);
	if (rc)
		return rc;
	return expect(test, "read what is not mapped",
		      copy_page_by_device(test, test->from, test->to),
		      DSA_COMP_PAGE_FAULT_IR);
}

static int run_mapped(struct test *test)
{
	struct ioasid_space *space = test->kernel->space;
	int rc;

	rc = ioasid_kernel_map(space, test->memory, PAGE_SIZE,
			       IOASID_KERNEL_READ, &test->from);
	if (rc)
		return rc;
	rc = ioasid_kernel_map(space, test->memory + PAGE_SIZE, 2 * PAGE_SIZE,
			       IOASID_KERNEL_WRITE, &test->to);
	if (!rc) {
		rc = test_copy(test) ?: test_read_only(test) ?:
		     test_unmapped(test);
		ioasid_kernel_unmap(space, test->to, 2 * PAGE_SIZE);
	}
	/* Not there any more after all tests. */
	ioasid_kernel_unmap(space, test->from, PAGE_SIZE);
	return rc;
}

static int run_attached(struct test *test)
{
	const struct sim_attach attach = {
		.source = SIM_SOURCE_KERNEL,
		.space = test->kernel->space,
	};
	struct sim_space *space;

	space = sim_space_attach(test->queue, &attach);
	if (IS_ERR(space))
		return PTR_ERR(space);
	sim_space_publish(space);
	return run_mapped(test);
}

/**
 * sim_kernel_test() - Have an accelerator test itself
 * @kernel: the accelerator's
 *
 * Context: process context, may sleep. One at a time.
 * Return: 0, -EIO if it does not do what it should, or why it could not be
 * tested.
 */
int sim_kernel_test(struct sim_kernel *kernel)
{
	struct test test = { .kernel = kernel };
	int rc = -ENOMEM;

	test.memory = __vmalloc(3 * PAGE_SIZE,
				GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
	if (!test.memory)
		return -ENOMEM;
	get_random_bytes(test.memory, PAGE_SIZE);
	test.queue = sim_queue_create(kernel->dev);
	if (test.queue) {
		rc = run_attached(&test);
		sim_queue_kill(test.queue);
		sim_queue_destroy(test.queue);
	}
	vfree(test.memory);
	return rc;
}
