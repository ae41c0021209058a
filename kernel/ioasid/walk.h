/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_WALK_H
#define IOASID_WALK_H

struct ioasid_ucmd;

int ioasid_system_next(struct ioasid_ucmd *ucmd);
int ioasid_system_attachments(struct ioasid_ucmd *ucmd);

#endif
