/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_MIRROR_H
#define IOASID_MIRROR_H

#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "../domain.h"

struct ioasid_space;
struct ioasid_translate;
struct iov_iter;

/**
 * struct ioasid_mirror - An mm that devices can reach
 * @notifier: tells of everything that changes in the mm, which it keeps
 *	allocated (not alive) as long as it is inserted
 * @node: in the table of mirrors; the table's lock
 * @refs: one for each space and one for each domain
 * @attach_lock: serialises attaching and detaching, and with them finding and
 *	creating domains. Taken before @lock and before what the iommu core
 *	takes
 * @lock: held by the notifier's callback, thus innermost but for locks of
 *	IOMMU drivers; nothing under it may sleep or wait for reclaim
 * @domains: what devices reach of the mm; @lock, and for a change also
 *	@attach_lock
 * @spaces: who wants to know that the mm is gone; @lock
 * @pieces: memory that is pinned where it is; @lock
 * @gone: the mm has been torn down; written under @lock. May be read without,
 *	because it only ever becomes true, and who misses that finds that the mm
 *	has no users
 */
struct ioasid_mirror {
	struct mmu_interval_notifier notifier;
	struct hlist_node node;
	refcount_t refs;
	struct mutex attach_lock;
	spinlock_t lock;
	struct ioasid_domains domains;
	struct list_head spaces;
	struct rb_root_cached pieces;
	bool gone;
};

/* mirror.c */
struct ioasid_mirror *ioasid_mirror_get_current(void);
void ioasid_mirror_get(struct ioasid_mirror *mirror);
void ioasid_mirror_put(struct ioasid_mirror *mirror);
void ioasid_mirror_add_space(struct ioasid_mirror *mirror,
			     struct ioasid_space *space);
void ioasid_mirror_del_space(struct ioasid_mirror *mirror,
			     struct ioasid_space *space);

/* access.c */
ssize_t ioasid_sva_access(struct ioasid_space *space, const bool *stop,
			  u64 iova, struct iov_iter *iter, bool write);

/* translate.c */
int ioasid_sva_translate(struct ioasid_space *space,
			 struct ioasid_translate *translate);

#endif
