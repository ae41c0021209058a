/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sizes as people write them: a number with K, M, G or T for powers of 1024.
 */
#ifndef COMMON_SIZE_H
#define COMMON_SIZE_H

#include <linux/types.h>

struct size_text {
	char text[16];
};

/* Returns 0; -EINVAL if it is no size, -ERANGE if it is more than an off_t. */
int parse_size(const char *text, __u64 *size);

/* Rounds to one decimal, as in 1.5M. Bytes have no suffix. */
struct size_text format_size(__u64 size);

#endif
