// SPDX-License-Identifier: GPL-2.0-only
/* Step 1 of Documentation/tutorial/program.rst: make a space. */
#include <err.h>
#include <stdio.h>
#include <unistd.h>

#include <ioasid/ioasid.h>

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

int main(void)
{
	__u32 pasid;
	int space = make_space(&pasid);

	printf("my memory is the space with PASID %u\n", pasid);
	print_status(space);
	return 0;
}
