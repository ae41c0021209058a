/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From what the user types to a descriptor of the space.
 *
 * A space is named by its id, or by a descriptor that holds it, as PID/FD. A
 * descriptor of another process is had by pidfd_getfd(), which asks for the
 * right to trace that process.
 */
#ifndef IOASIDCTL_REACH_H
#define IOASIDCTL_REACH_H

#include "spaces.h"

/* Returns an exit status, and has complained unless it is 0. */
int reach_id(const char *name, __u64 *id);

/* Returns a descriptor of the space, or a negative errno. */
int reach_holder(const struct space *space);

/* Says why reach_holder() has failed, and what can be done. */
const char *reach_explain(int rc);

/*
 * All of it. Sets @fd, to be closed, and @id. Returns an exit status, and has
 * complained unless it is 0.
 */
int reach_space(const char *name, int *fd, __u64 *id);

#endif
