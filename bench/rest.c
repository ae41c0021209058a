// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long PASIDs rest that were given back.
 *
 * The kernel keeps some memory for each of them. Whoever gets such a number has
 * it from the one before, unless they rest for so long that all are new.
 */
#include "must.h"
#include "rest.h"

#define PARAMETERS	"/sys/module/ioasid/parameters/"
#define COUNT		PARAMETERS "quarantine_count"
#define MS		PARAMETERS "quarantine_ms"

static char usual_count[16], usual_ms[16];

void rest_for_long(void)
{
	must_read(COUNT, usual_count, sizeof(usual_count));
	must_read(MS, usual_ms, sizeof(usual_ms));
	must_write(COUNT, "1048576");
	must_write(MS, "3600000");
}

void rest_as_usual(void)
{
	must_write(COUNT, usual_count);
	must_write(MS, usual_ms);
}
