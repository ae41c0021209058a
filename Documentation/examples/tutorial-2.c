// SPDX-License-Identifier: GPL-2.0-only
/* Step 2 of Documentation/tutorial/program.rst: let a device in. */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

#define SIZE	0x100000

static char from[SIZE], to[SIZE];

/* Returns what a function of the library has returned, unless it failed. */
static int check(enum ioasid_op op, int rc)
{
	if (rc < 0)
		errx(1, "%s", ioasid_explain(op, rc));
	return rc;
}

static int make_space(__u32 *pasid)
{
	int system = check(IOASID_OP_SYSTEM_OPEN, ioasid_system_open());
	int space = check(IOASID_OP_ALLOC,
			  ioasid_space_alloc_sva(system, pasid));

	close(system);
	return space;
}

static void print_status(int space)
{
	struct ioasid_status status;

	check(IOASID_OP_SPACE, ioasid_space_status(space, &status));
	printf("state %s, %llu page requests resolved\n",
	       ioasid_state_name(status.out_state), status.out_faults);
}

static int open_queue(int space)
{
	int queue = check(IOASID_OP_QUEUE_OPEN,
			  ioasid_queue_open("/dev/ioasid_sim0", 0));

	check(IOASID_OP_ATTACH, ioasid_queue_attach(queue, space, NULL));
	return queue;
}

/* All addresses are pointers of this process. */
static void copy_by_device(int queue)
{
	struct ioasid_job job;
	__u64 record = ioasid_job_record(&job);

	ioasid_desc_memmove(&job.desc, 0, record, (unsigned long)to,
			    (unsigned long)from, SIZE);
	check(IOASID_OP_SUBMIT, ioasid_job_submit(queue, &job));
	check(IOASID_OP_WAIT, ioasid_job_wait(queue, &job, -1));
	printf("copy of %u bytes: %s\n", SIZE,
	       ioasid_completion_explain(job.record.status));
}

int main(void)
{
	int space = make_space(NULL);
	int queue = open_queue(space);

	memset(from, 'x', SIZE);
	copy_by_device(queue);
	printf("the copy %s its source\n",
	       memcmp(to, from, SIZE) ? "differs from" : "equals");
	print_status(space);
	return 0;
}
