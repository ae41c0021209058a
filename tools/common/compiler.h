/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Short names, as the kernel has them.
 */
#ifndef COMMON_COMPILER_H
#define COMMON_COMPILER_H

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define __printf(text, arguments) \
	__attribute((format(printf, text, arguments)))

#endif
