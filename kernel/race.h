/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Windows: places where another processor may come in between, and what was
 * true a moment ago may not be any more.
 *
 * They are marked for the reader, and for "make check-races", which builds the
 * modules with RACES=1: there a thread stays in a window for a random time, now
 * and then a long one, so that what else happens once in a million times
 * happens all the time. Elsewhere they are nothing.
 */
#ifndef RACE_H
#define RACE_H

#ifdef RACES
#include <linux/delay.h>
#include <linux/random.h>

/* One in so many threads stays, for 1 us, or 2, 4 and so on to 512. */
#define RACE_ODDS	4
#define RACE_LENGTHS	10

/* Context: any. */
static inline void race_window(void)
{
	u32 dice = get_random_u32();

	if (!(dice % RACE_ODDS))
		udelay(1 << (dice / RACE_ODDS % RACE_LENGTHS));
}
#else
static inline void race_window(void)
{
}
#endif

#endif
