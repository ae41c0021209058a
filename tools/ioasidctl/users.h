/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each user has of the spaces.
 */
#ifndef IOASIDCTL_USERS_H
#define IOASIDCTL_USERS_H

#include "spaces.h"

/* Prints one line, or one object, for each user. */
void users_print(const struct spaces *spaces, bool json);

#endif
