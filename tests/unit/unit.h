/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UNIT_H
#define UNIT_H

#include <linux/prandom.h>
#include <linux/types.h>

void unit_random_init(struct rnd_state *random);
u32 unit_below(struct rnd_state *random, u32 end);
bool unit_one_in(struct rnd_state *random, u32 n);
void unit_set_param(const char *name, unsigned int value);

#endif
