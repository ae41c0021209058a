/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Text that is put together in the caller's buffer, and cut where that ends.
 */
#ifndef LIB_WORDS_H
#define LIB_WORDS_H

#include <stddef.h>

/**
 * struct words - A text on its way
 * @buf: where it goes; ends with 0 whenever @size allows it
 * @size: size of @buf
 * @used: how long the text is so far
 */
struct words {
	char *buf;
	size_t size;
	size_t used;
};

__attribute((format(printf, 2, 3)))
void words_add(struct words *words, const char *format, ...);

#endif
