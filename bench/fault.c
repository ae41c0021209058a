// SPDX-License-Identifier: GPL-2.0-only
/*
 * What it costs when a page is asked for and user space answers.
 */
#include <err.h>
#include <unistd.h>

#include "fault.h"

/**
 * fault_open() - Make a space of ours, with a fault fd
 * @faults: gets both
 */
void fault_open(struct fault_space *faults)
{
	struct ioasid_fault_open open = { .size = sizeof(open) };

	peer_ioasid.create(&faults->space);
	peer_call(faults->space.fd, IOASID_FAULT_OPEN, &open,
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

/**
 * run_fault_rows() - Print all of them
 */
void run_fault_rows(void)
{
	run_request_row();
	run_touch_row();
}
