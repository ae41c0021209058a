/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_ACCEL_H
#define BENCH_ACCEL_H

#include <stddef.h>

#include <ioasid/dsa.h>

#define ACCEL_NODE	"/dev/ioasid_sim0"

/**
 * struct accel - A queue that has a space of this program's memory
 * @job: what it does
 * @queue: of the accelerator
 * @space: the space
 * @pasid: its number
 */
struct accel {
	struct ioasid_job job;
	int queue;
	int space;
	__u32 pasid;
};

void accel_open(struct accel *accel);
void accel_close(struct accel *accel);
void accel_copy(struct accel *accel, char *dst, const char *src, size_t size);
void accel_touch(struct accel *accel, char *memory);

#endif
