/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SPACE_H
#define IOASID_SPACE_H

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <uapi/linux/ioasid.h>

struct ioasid_mirror;

/**
 * struct ioasid_space - One I/O address space
 * @id: unique as long as the module is loaded
 * @pasid: PASID; given back when the last holder lets go
 * @type: enum ioasid_type
 * @refs: keeps this structure: one for all holders together, and one for each
 *	bond
 * @holders: the file and every attachment
 * @mirror: the mm that it is bound to; referenced
 * @mirror_node: in mirror->spaces; mirror->lock
 * @lock: see below. Taken before any lock of a mirror or a bond, never held
 *	while a driver is called back
 * @freed: no device reaches it, none ever will; written under @lock
 * @bonds: devices that reach it; @lock
 * @attachments: what drivers hold; @lock
 * @nr_attachments: how many they are; @lock
 * @wait: for whoever polls the file, and for ioasid_detach()
 * @faults: page requests answered with success
 * @faults_failed: page requests answered with failure
 */
struct ioasid_space {
	u64 id;
	u32 pasid;
	enum ioasid_type type;
	struct kref refs;
	struct kref holders;
	struct ioasid_mirror *mirror;
	struct list_head mirror_node;
	struct mutex lock;
	bool freed;
	struct list_head bonds;
	struct list_head attachments;
	unsigned int nr_attachments;
	wait_queue_head_t wait;
	atomic64_t faults;
	atomic64_t faults_failed;
};

/* space.c */
struct ioasid_space *ioasid_space_create(enum ioasid_type type);
void ioasid_space_get(struct ioasid_space *space);
void ioasid_space_put(struct ioasid_space *space);
void ioasid_space_hold(struct ioasid_space *space);
void ioasid_space_let_go(struct ioasid_space *space);
enum ioasid_state ioasid_space_state(struct ioasid_space *space);
bool ioasid_space_mm_gone(struct ioasid_space *space);

/* free.c */
void ioasid_space_free(struct ioasid_space *space);

/* fd.c */
struct file *ioasid_space_file(struct ioasid_space *space);
struct ioasid_space *ioasid_space_from_fd(int fd);

#endif
