// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that has its memory attached to an accelerator and does nothing, to
 * be looked at and taken back: see Documentation/admin-guide.rst.
 */
#include <err.h>
#include <stdio.h>
#include <unistd.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

static int check(enum ioasid_op op, int rc)
{
	if (rc < 0)
		errx(1, "%s", ioasid_explain(op, rc));
	return rc;
}

int main(void)
{
	int system = check(IOASID_OP_SYSTEM_OPEN, ioasid_system_open());
	int space = check(IOASID_OP_ALLOC,
			  ioasid_space_alloc_sva(system, NULL));
	int queue = check(IOASID_OP_QUEUE_OPEN,
			  ioasid_queue_open("/dev/ioasid_sim0", 0));

	check(IOASID_OP_ATTACH, ioasid_queue_attach(queue, space, NULL));
	close(system);
	printf("hold: descriptor %d is a space, and it is attached\n", space);
	fflush(stdout);
	pause();
	return 0;
}
