// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the suites of this module share: random numbers that can be had again,
 * and parameters of the code under test.
 *
 * Each suite is in a file of its own, NAME_test.c, and named NAME. It is linked
 * with the files that it tests, and has in it what those call and it does not
 * test.
 */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "unit.h"

static unsigned int seed;
module_param(seed, uint, 0444);
MODULE_PARM_DESC(seed, "Where the random numbers of each case begin");

void unit_random_init(struct rnd_state *random)
{
	prandom_seed_state(random, seed);
}

/* At least 0 and less than @end. */
u32 unit_below(struct rnd_state *random, u32 end)
{
	return prandom_u32_state(random) % end;
}

bool unit_one_in(struct rnd_state *random, u32 n)
{
	return !unit_below(random, n);
}

/* As if it were written to /sys/module/.../parameters/. */
void unit_set_param(const char *name, unsigned int value)
{
	const struct kernel_param *param = THIS_MODULE->kp;
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	for (; param < THIS_MODULE->kp + THIS_MODULE->num_kp; param++)
		if (!strcmp(param->name, name))
			WARN_ON(param->ops->set(text, param));
}

MODULE_DESCRIPTION("Tests of algorithms of ioasid and ioasid_sim");
MODULE_LICENSE("GPL");
