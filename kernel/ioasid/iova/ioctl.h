/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_IOVA_IOCTL_H
#define IOASID_IOVA_IOCTL_H

struct ioasid_space;
struct ioasid_ucmd;

/* ioctl.c */
int ioasid_ioctl_map(struct ioasid_ucmd *ucmd);
int ioasid_ioctl_unmap(struct ioasid_ucmd *ucmd);
int ioasid_ioctl_maps(struct ioasid_ucmd *ucmd);
int ioasid_ioctl_iova_ranges(struct ioasid_ucmd *ucmd);
int ioasid_ioctl_iova_keep(struct ioasid_ucmd *ucmd);

/* fault.c */
int ioasid_ioctl_fault_open(struct ioasid_ucmd *ucmd);

#endif
