// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program as users of the installed library write one: says the name of a
 * right, or, with a number for argument, makes so many spaces, says how many it
 * has got, and why not the next one.
 */
#include <stdio.h>
#include <stdlib.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>
#include <linux/ioasid_sim.h>

static int explain(enum ioasid_op op, int rc)
{
	fprintf(stderr, "%s\n", ioasid_explain(op, rc));
	return 1;
}

static int make_spaces(int wanted)
{
	int system = ioasid_system_open();
	int made, space = 0;

	if (system < 0)
		return explain(IOASID_OP_SYSTEM_OPEN, system);
	for (made = 0; made < wanted; made++) {
		space = ioasid_space_alloc_sva(system, NULL);
		if (space < 0)
			break;
	}
	printf("spaces: %d\n", made);
	return space < 0 ? explain(IOASID_OP_ALLOC, space) : 0;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return make_spaces(atoi(argv[1]));
	puts(ioasid_right_name(IOASID_RIGHT_ATTACH));
	return 0;
}
