/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels in <linux/crc32.h>.
 *
 * The function of today was one of a module of its own, and what that was made
 * of was in the kernel.
 */
#ifndef COMPAT_CRC32_H
#define COMPAT_CRC32_H

#include <linux/crc32.h>

#ifdef COMPAT_HAS___crc32c_le
#define crc32c	__crc32c_le
#endif

#endif
