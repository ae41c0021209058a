/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SVA_IOCTL_H
#define IOASID_SVA_IOCTL_H

struct ioasid_ucmd;

int ioasid_ioctl_prefault(struct ioasid_ucmd *ucmd);
int ioasid_ioctl_unpin(struct ioasid_ucmd *ucmd);

#endif
