// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page requests that user space answers, and what they cost: what the kernel
 * does for them (report.c), and all that happens until the device goes on
 * (ask.c).
 */
#include <err.h>
#include <unistd.h>

#include "accel.h"
#include "fault.h"
#include "must.h"
#include "tables.h"

/**
 * fault_open() - Make a space of ours, with a fault fd
 * @faults: gets both
 */
void fault_open(struct fault_space *faults)
{
	struct ioasid_fault_open open = { .size = sizeof(open) };

	peer_ioasid.create(&faults->space);
	must_call(faults->space.fd, IOASID_FAULT_OPEN, &open,
		  "IOASID_FAULT_OPEN");
	faults->fault = open.out_fd;
}

/**
 * fault_read() - Wait for a page request
 * @faults: a space of ours
 * @group: gets what to answer
 *
 * Return: which page is asked for.
 */
__u64 fault_read(const struct fault_space *faults, __u32 *group)
{
	struct ioasid_fault fault;

	fault_transfer(read(faults->fault, &fault, sizeof(fault)),
		       sizeof(fault), "read of a page request");
	*group = fault.group;
	return fault.iova;
}

void fault_answer(const struct fault_space *faults, __u32 group,
		  enum ioasid_fault_code code)
{
	struct ioasid_fault_answer answer = {
		.group = group,
		.code = code,
	};

	fault_transfer(write(faults->fault, &answer, sizeof(answer)),
		       sizeof(answer), "answer to a page request");
}

/* Ends the program unless all was read or written. */
void fault_transfer(ssize_t done, size_t size, const char *what)
{
	if (done != (ssize_t)size)
		err(1, "%s", what);
}

static const struct row rows[] = {
	{ .name = "report, read, answer", .times = FAULT_PAGES,
	  .contenders = report_contenders },
	{ .name = "touch, ask, enter, go on", .needs = ACCEL_NODE,
	  .times = FAULT_PAGES, .contenders = ask_contenders },
};

const struct table fault_table = {
	.name = "fault",
	.meter = &clock_meter,
	.rows = rows,
	.nr_rows = ARRAY_SIZE(rows),
};
