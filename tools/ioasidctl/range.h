/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses and ranges of them, as people write them: an address is decimal, or
 * hexadecimal behind 0x; a range is ADDRESS or ADDRESS+LENGTH.
 */
#ifndef IOASIDCTL_RANGE_H
#define IOASIDCTL_RANGE_H

#include <stdbool.h>

#include <linux/types.h>

/**
 * struct range - Addresses of a space
 * @first: the first
 * @length: how many, or 0 when only an address was given
 */
struct range {
	__u64 first;
	__u64 length;
};

struct page_sizes_text {
	char text[64];
};

/* All return 0 or -EINVAL. */
int parse_address(const char *text, __u64 *address);
/* As parse_size(), and hexadecimal. */
int parse_length(const char *text, __u64 *length);
int parse_range(const char *text, struct range *range);

/* Complains if it is no range. Returns an exit status. */
int take_range(const char *text, struct range *range);
/* The same, and the length must be there. */
int take_whole_range(const char *text, struct range *range);

/* @sizes: powers of two, ORed. As in 4K,2M, or - for none. */
struct page_sizes_text format_page_sizes(__u64 sizes);

/* "rw", "r", "w" or "-", of IOASID_READ and IOASID_WRITE. */
const char *format_access(__u32 flags);

#endif
