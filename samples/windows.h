/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file in a space, at an address for each of its bytes, of which only some
 * windows are mapped, for reading.
 */
#ifndef SAMPLES_WINDOWS_H
#define SAMPLES_WINDOWS_H

#include <ioasid/ioasid.h>

#define WINDOW		0x100000ull
#define MAX_WINDOWS	1024

/**
 * struct windows - What is mapped of a file
 * @space: where
 * @file: of what
 * @size: of the file
 * @iova: address of its first byte, a multiple of WINDOW
 * @room: how many windows stay mapped, from 1 to MAX_WINDOWS
 * @nr_mapped: how many were ever mapped
 * @mapped: addresses of those that are; the next replaces the oldest
 */
struct windows {
	int space;
	int file;
	__u64 size;
	__u64 iova;
	unsigned int room;
	unsigned int nr_mapped;
	__u64 mapped[MAX_WINDOWS];
};

/*
 * Maps the window that @fault asks for, unless it is mapped, and unmaps the
 * oldest one when there are more than @room. Returns 0; -EFAULT: beyond the end
 * of the file, or to write; or what map and unmap return.
 */
int windows_serve(struct windows *windows, const struct ioasid_fault *fault);

#endif
