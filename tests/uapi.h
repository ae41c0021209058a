/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ioctls as functions, for tests that are not about the ioctls themselves.
 *
 * Made from the public headers alone, not with the library: a mistake there
 * must not be able to hide one in the kernel. Every function returns a value
 * that is not negative, or a negative errno.
 */
#ifndef TESTS_UAPI_H
#define TESTS_UAPI_H

#include <linux/idxd.h>
#include <linux/ioasid.h>
#include <linux/ioasid_sim.h>

#define SYSTEM_NODE	"/dev/ioasid"
#define SIM_NODE	"/dev/ioasid_sim"

/* How long anything may take that is sure to happen. */
#define PATIENCE_MS	20000

int system_open(int flags);

/* Returns the IOASID fd. @pasid may be NULL. */
int space_alloc(__u32 *pasid);
int space_status(int space, struct ioasid_status *status);
/* Returns an enum ioasid_state. */
int space_state(int space);
/* Returns IOASID_STATUS_* bits. */
int space_flags(int space);
/* Returns the number of attachments. */
int space_attachments(int space);
/* Returns the enum ioasid_state after the free. */
int space_free(int space);

int queue_open(unsigned int accelerator, int flags);
/* @pasid may be NULL. */
int queue_attach(int queue, int space, __u32 *pasid);
int queue_detach(int queue, __u32 pasid);
int queue_error(int queue, struct ioasid_sim_error *error);

/* Returns the events that are there, 0 if none came in time. */
int fd_events(int fd, short events, int timeout_ms);

#endif
