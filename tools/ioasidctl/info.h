/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel says of itself.
 */
#ifndef IOASIDCTL_INFO_H
#define IOASIDCTL_INFO_H

#include <ioasid/ioasid.h>

/* Returns 0, or has complained. */
int info_read(struct ioasid_info *info);

#endif
