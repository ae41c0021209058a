// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program as users of the installed library write one: says the name of a
 * right, and with an argument makes a space.
 */
#include <stdio.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>
#include <linux/ioasid_sim.h>

static int make_space(void)
{
	int system = ioasid_system_open();
	int space = system < 0 ? system : ioasid_space_alloc_sva(system, NULL);

	if (space < 0) {
		fprintf(stderr, "no space: %d\n", space);
		return 1;
	}
	puts("a space");
	return 0;
}

int main(int argc, char **argv)
{
	puts(ioasid_right_name(IOASID_RIGHT_ATTACH));
	return argc > 1 ? make_space() : 0;
}
