/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_ATTACH_H
#define IOASID_ATTACH_H

struct ioasid_space;

void ioasid_attachments_revoke(struct ioasid_space *space);

#endif
