/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIB_REASON_H
#define LIB_REASON_H

#include <ioasid/ioasid.h>

/*
 * Makes @reason, which may be NULL, ready to be filled in: no answer to an
 * earlier failure is left. Returns its address as an ioctl takes it.
 */
__u64 reason_prepare(struct ioasid_reason *reason);

#endif
