/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From what the user types to a space, and to a descriptor of it.
 *
 * A space is named by its id, by a descriptor that holds it, as PID/FD, or by
 * its PASID, as pasid:N. A descriptor of another process is had by
 * pidfd_getfd(), which asks for the right to trace that process. It can do what
 * it can do there, so one is taken that carries the right that is needed.
 */
#ifndef IOASIDCTL_REACH_H
#define IOASIDCTL_REACH_H

#include "spaces.h"

/* Returns an exit status, and has complained unless it is 0. */
int reach_name(const struct spaces *spaces, const char *name,
	       const struct space **space);

/*
 * Returns a descriptor of the space that carries one of @rights, or a negative
 * errno.
 */
int reach_holder(const struct space *space, __u32 rights);

/* Says why reach_holder() has failed, and what can be done. */
const char *reach_explain(int rc);

/*
 * All of it. Sets @fd, to be closed, and @id. Returns an exit status, and has
 * complained unless it is 0.
 */
int reach_space(const char *name, __u32 rights, int *fd, __u64 *id);

#endif
