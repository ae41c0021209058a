// SPDX-License-Identifier: GPL-2.0-only
#include "trail.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NODE	"/dev/vport0p4"

static int trail = -1;

void trail_open(void)
{
	trail = open(NODE, O_WRONLY | O_CLOEXEC);
}

/* In one piece, since others write there too. */
void trail_write(unsigned int worker, unsigned int number,
		 const struct program *program)
{
	static char text[PROGRAM_TEXT];
	size_t length;

	if (trail < 0)
		return;
	length = sprintf(text, "# worker %u, program %u\n", worker, number);
	length += program_print(program, text + length, sizeof(text) - length);
	if (write(trail, text, length) != (ssize_t)length) {
		perror("fuzz: " NODE);
		exit(1);
	}
}

void trail_hide(int null)
{
	if (trail >= 0)
		dup2(null, trail);
}
