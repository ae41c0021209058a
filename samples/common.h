/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all sample programs do with I/O address spaces and accelerators, and a
 * way to fail: what goes wrong ends the program and says why, where nothing
 * else is said.
 */
#ifndef SAMPLES_COMMON_H
#define SAMPLES_COMMON_H

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

/* Ends the program with "PROGRAM: what: why". */
__attribute((noreturn))
void die(const char *what, const char *why);

/* Returns @rc, what @op returned; ends the program if it is an error. */
int check(enum ioasid_op op, int rc, const char *what);

/* @pasid: the number of the space, may be NULL */
int make_space(enum ioasid_type type, __u32 *pasid);
/*
 * Says why not, and returns a negative errno then, or 0.
 * @pasid: what the queue's descriptors call the space, may be NULL
 */
int attach_space(int queue, int space, __u32 *pasid);
/* A queue that may use @space. @flags: as ioasid_queue_open() */
int open_queue(const char *accelerator, int flags, int space);
/* Submits @job and waits for it to succeed. */
void run_job(int queue, struct ioasid_job *job);

#endif
