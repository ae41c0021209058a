/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASIDCTL_VERDICT_H
#define IOASIDCTL_VERDICT_H

#include "space.h"

/*
 * A sentence that says what keeps a space and its PASID. To be freed; NULL when
 * memory has run out.
 */
char *verdict_on(const struct space *space);

#endif
