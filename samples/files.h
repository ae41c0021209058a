/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files that the sample programs work on, in memory or not. What goes wrong
 * here ends the program and says why.
 */
#ifndef SAMPLES_FILES_H
#define SAMPLES_FILES_H

#include <stdbool.h>

#include <linux/types.h>

/* @size: of the file; set unless @writable, in which case the file is made */
void *map_file(const char *path, bool writable, __u32 *size);

/* @size: of the file */
int open_file(const char *path, __u64 *size);
/* The CRC32C of all that is in it. */
__u32 file_crc(int fd);

#endif
