/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_ATTACH_H
#define IOASID_ATTACH_H

#include <linux/list.h>
#include <linux/types.h>

#include "process.h"

struct ioasid_attach_ops;
struct ioasid_bond;
struct ioasid_space;
struct ioasid_ucmd;

/**
 * enum ioasid_revoke - Whether a driver has been told
 * @IOASID_REVOKE_NOT_YET: it has not
 * @IOASID_REVOKE_RUNNING: it is being told
 * @IOASID_REVOKE_DONE: it has been
 */
enum ioasid_revoke {
	IOASID_REVOKE_NOT_YET,
	IOASID_REVOKE_RUNNING,
	IOASID_REVOKE_DONE,
};

/**
 * struct ioasid_attachment - A driver's hold on a space
 * @space: the space; held
 * @bond: the device's, shared; NULL without a device
 * @id: its number in the space
 * @maker: the process that has asked for it
 * @node: in space->attachments, in the order of numbers; space->lock
 * @cookie: what was given when it was made
 * @ops: what the driver wants to be told
 * @data: the driver's
 * @cut: nothing is reached by it any more; written under space->lock
 * @revoke: whether the driver knows that; space->lock
 */
struct ioasid_attachment {
	struct ioasid_space *space;
	struct ioasid_bond *bond;
	u64 id;
	struct ioasid_process maker;
	struct list_head node;
	u64 cookie;
	const struct ioasid_attach_ops *ops;
	void *data;
	bool cut;
	enum ioasid_revoke revoke;
};

/* attachments.c */
void ioasid_attachments_stop(struct ioasid_space *space);
void ioasid_attachments_revoke(struct ioasid_space *space);
int ioasid_attachments_cut(struct ioasid_space *space, u64 id, u32 *count);
int ioasid_attachments_list(struct ioasid_space *space,
			    struct ioasid_ucmd *ucmd);

#endif
