// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common.h"

void die(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what,
		why);
	exit(EXIT_FAILURE);
}

int check(enum ioasid_op op, int rc, const char *what)
{
	if (rc < 0)
		die(what, ioasid_explain(op, rc));
	return rc;
}

/* The kernel may know more than the errno: which limit, which device. */
static void complain(const char *what, enum ioasid_op op, int rc,
		     const struct ioasid_reason *reason)
{
	char text[IOASID_REASON_TEXT_SIZE];

	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what,
		ioasid_reason_text(reason, text, sizeof(text)) ?:
		ioasid_explain(op, rc));
}

int make_space(enum ioasid_type type, __u32 *pasid)
{
	int system = check(IOASID_OP_SYSTEM_OPEN, ioasid_system_open(),
			   "/dev/ioasid");
	struct ioasid_reason reason = {};
	int space = ioasid_space_alloc(system, type, pasid, &reason);

	if (space < 0) {
		complain("no space", IOASID_OP_ALLOC, space, &reason);
		exit(EXIT_FAILURE);
	}
	close(system);
	return space;
}

int attach_space(int queue, int space, __u32 *pasid)
{
	struct ioasid_reason reason = {};
	struct ioasid_sim_attach attach = {
		.fd = space,
		.reason = (unsigned long)&reason,
	};
	int rc = ioasid_queue_attach_with(queue, &attach);

	if (rc)
		complain("cannot attach", IOASID_OP_ATTACH, rc, &reason);
	if (pasid)
		*pasid = attach.out_pasid;
	return rc;
}

int open_queue(const char *accelerator, int flags, int space)
{
	int queue = check(IOASID_OP_QUEUE_OPEN,
			  ioasid_queue_open(accelerator, flags), accelerator);

	if (attach_space(queue, space, NULL))
		exit(EXIT_FAILURE);
	return queue;
}

void run_job(int queue, struct ioasid_job *job)
{
	const char *name = ioasid_opcode_name(job->desc.opcode);

	check(IOASID_OP_SUBMIT, ioasid_job_submit(queue, job), name);
	check(IOASID_OP_WAIT, ioasid_job_wait(queue, job, -1), name);
	if (job->record.status != DSA_COMP_SUCCESS)
		die(name, ioasid_completion_explain(job->record.status));
}
