// SPDX-License-Identifier: LGPL-2.1-or-later
#include <stdarg.h>
#include <stdio.h>

#include "words.h"

void words_add(struct words *words, const char *format, ...)
{
	size_t left = words->size - words->used;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(words->buf + words->used, left, format, args);
	va_end(args);
	if (length < 0 || !left)
		return;
	words->used += (size_t)length < left ? (size_t)length : left - 1;
}
