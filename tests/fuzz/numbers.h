/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers for arguments: mostly ones that make sense, sometimes not.
 */
#ifndef TESTS_FUZZ_NUMBERS_H
#define TESTS_FUZZ_NUMBERS_H

#include "calls.h"
#include "random.h"

__u64 number_for(const struct arg *arg, struct random *random);
/* What may be added to an address that a call has given. */
__u64 number_offset(struct random *random);

#endif
