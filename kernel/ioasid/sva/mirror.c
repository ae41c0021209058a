// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mirrors: how devices follow an mm.
 *
 * The IOMMU never walks the page table of the CPU. What a device may reach of
 * an mm is copied into paging domains, page by page as the device asks for it
 * (fill.c), and taken out of them before the mm changes, in the callback of an
 * interval notifier over the whole mm (here). Pages are pinned only if a user
 * asks for it (pin.c), and are taken out all the same.
 *
 * There is one mirror for an mm, however many spaces are bound to it, because
 * every notifier makes each munmap of the process dearer.
 *
 * The rule that keeps it right is that of the interval notifier: the callback
 * sets the sequence number and unmaps under mirror->lock; who fills reads the
 * number before it looks at the mm and maps under the same lock, if the number
 * is still the same. Nothing can thus be mapped in a range that is being
 * invalidated, and the callback may drop the lock between two steps.
 */
#include <linux/hashtable.h>
#include <linux/interval_tree.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "../../race.h"
#include "domain.h"
#include "mirror.h"
#include "../space.h"

static DEFINE_SPINLOCK(mirrors_lock);
static DEFINE_HASHTABLE(mirrors, 8);

/* Unmaps some of a range. True when nothing of it is left. */
static bool unmap_some(struct ioasid_mirror *mirror, unsigned long start,
		       unsigned long last)
{
	struct ioasid_domain *domain;

	list_for_each_entry(domain, &mirror->domains.list, node)
		if (!ioasid_sva_unmap(to_sva_domain(domain), start, last))
			return false;
	return true;
}

static void let_others_go_on(struct ioasid_mirror *mirror,
			     const struct mmu_notifier_range *range)
{
	if (mmu_notifier_range_blockable(range))
		cond_resched_lock(&mirror->lock);
}

static void unmap(struct ioasid_mirror *mirror, unsigned long start,
		  unsigned long last, const struct mmu_notifier_range *range)
{
	while (!unmap_some(mirror, start, last)) {
		let_others_go_on(mirror, range);
		race_window();
	}
}

static void unmap_unpinned(struct ioasid_mirror *mirror, unsigned long start,
			   unsigned long last)
{
	struct ioasid_domain *domain;

	list_for_each_entry(domain, &mirror->domains.list, node)
		ioasid_sva_unmap_unpinned(to_sva_domain(domain), start, last);
}

/* Goes on from an address to where pinned memory begins or ends. */
static unsigned long unmap_step(struct ioasid_mirror *mirror,
				unsigned long start,
				const struct mmu_notifier_range *range)
{
	struct interval_tree_node *piece;
	unsigned long last = range->end - 1;

	piece = interval_tree_iter_first(&mirror->pieces, start, last);
	if (!piece) {
		unmap(mirror, start, last, range);
	} else if (piece->start > start) {
		last = piece->start - 1;
		unmap(mirror, start, last, range);
	} else {
		last = min3(last, piece->last, start | (SZ_2M - 1));
		unmap_unpinned(mirror, start, last);
	}
	return last + 1;
}

/*
 * What is write-protected here is about to be shared with a child, or written
 * back, and neither is done to pinned memory: a child gets a copy of it, and
 * what would be written back cannot be pinned to be written.
 */
static void protect(struct ioasid_mirror *mirror,
		    const struct mmu_notifier_range *range)
{
	unsigned long start = range->start;

	while (start < range->end) {
		start = unmap_step(mirror, start, range);
		let_others_go_on(mirror, range);
	}
}

static void mark_gone(struct ioasid_mirror *mirror)
{
	struct ioasid_space *space;

	WRITE_ONCE(mirror->gone, true);
	list_for_each_entry(space, &mirror->spaces, mirror_node)
		wake_up_all(&space->wait);
}

static bool mirror_invalidate(struct mmu_interval_notifier *notifier,
			      const struct mmu_notifier_range *range,
			      unsigned long seq)
{
	struct ioasid_mirror *mirror =
		container_of(notifier, struct ioasid_mirror, notifier);

	spin_lock(&mirror->lock);
	mmu_interval_set_seq(notifier, seq);
	if (range->event == MMU_NOTIFY_PROTECTION_PAGE)
		protect(mirror, range);
	else
		unmap(mirror, range->start, range->end - 1, range);
	if (range->event == MMU_NOTIFY_RELEASE)
		mark_gone(mirror);
	spin_unlock(&mirror->lock);
	return true;
}

static const struct mmu_interval_notifier_ops mirror_ops = {
	.invalidate = mirror_invalidate,
};

static struct ioasid_mirror *find_locked(struct mm_struct *mm)
{
	struct ioasid_mirror *mirror;

	lockdep_assert_held(&mirrors_lock);
	hash_for_each_possible(mirrors, mirror, node, (unsigned long)mm)
		if (mirror->notifier.mm == mm) {
			refcount_inc(&mirror->refs);
			return mirror;
		}
	return NULL;
}

static struct ioasid_mirror *mirror_find(struct mm_struct *mm)
{
	struct ioasid_mirror *mirror;

	spin_lock(&mirrors_lock);
	mirror = find_locked(mm);
	spin_unlock(&mirrors_lock);
	return mirror;
}

static struct ioasid_mirror *mirror_create(struct mm_struct *mm)
{
	struct ioasid_mirror *mirror;
	int rc;

	mirror = kzalloc(sizeof(*mirror), GFP_KERNEL_ACCOUNT);
	if (!mirror)
		return ERR_PTR(-ENOMEM);
	refcount_set(&mirror->refs, 1);
	mutex_init(&mirror->attach_lock);
	spin_lock_init(&mirror->lock);
	mirror->domains.ops = &ioasid_sva_domain_ops;
	INIT_LIST_HEAD(&mirror->domains.list);
	INIT_LIST_HEAD(&mirror->spaces);
	mirror->pieces = RB_ROOT_CACHED;
	rc = mmu_interval_notifier_insert(&mirror->notifier, mm, 0, ULONG_MAX,
					  &mirror_ops);
	if (rc) {
		kfree(mirror);
		return ERR_PTR(rc);
	}
	return mirror;
}

static void mirror_destroy(struct ioasid_mirror *mirror)
{
	mmu_interval_notifier_remove(&mirror->notifier);
	mutex_destroy(&mirror->attach_lock);
	kfree(mirror);
}

/* Puts a new mirror into the table, unless another thread was faster. */
static struct ioasid_mirror *mirror_publish(struct ioasid_mirror *mirror)
{
	struct mm_struct *mm = mirror->notifier.mm;
	struct ioasid_mirror *other;

	race_window();
	spin_lock(&mirrors_lock);
	other = find_locked(mm);
	if (!other)
		hash_add(mirrors, &mirror->node, (unsigned long)mm);
	spin_unlock(&mirrors_lock);
	if (!other)
		return mirror;
	mirror_destroy(mirror);
	return other;
}

/**
 * ioasid_mirror_get_current() - Find or create the mirror of current's mm
 *
 * The notifier is inserted outside the table's lock, because that waits for the
 * mm's lock, which its owner can hold for as long as it likes.
 *
 * Context: Process context, may sleep.
 * Return: the mirror with a reference for the caller, or an error pointer:
 * -ESRCH when current has no mm, -ENOMEM.
 */
struct ioasid_mirror *ioasid_mirror_get_current(void)
{
	struct ioasid_mirror *mirror;

	if (!current->mm)
		return ERR_PTR(-ESRCH);
	mirror = mirror_find(current->mm);
	if (mirror)
		return mirror;
	mirror = mirror_create(current->mm);
	if (IS_ERR(mirror))
		return mirror;
	return mirror_publish(mirror);
}

void ioasid_mirror_get(struct ioasid_mirror *mirror)
{
	refcount_inc(&mirror->refs);
}

/* May sleep: the last put waits for a callback that is running. */
void ioasid_mirror_put(struct ioasid_mirror *mirror)
{
	bool last;

	spin_lock(&mirrors_lock);
	last = refcount_dec_and_test(&mirror->refs);
	if (last)
		hash_del(&mirror->node);
	spin_unlock(&mirrors_lock);
	if (last)
		mirror_destroy(mirror);
}

void ioasid_mirror_add_space(struct ioasid_mirror *mirror,
			     struct ioasid_space *space)
{
	spin_lock(&mirror->lock);
	list_add(&space->mirror_node, &mirror->spaces);
	spin_unlock(&mirror->lock);
}

void ioasid_mirror_del_space(struct ioasid_mirror *mirror,
			     struct ioasid_space *space)
{
	spin_lock(&mirror->lock);
	list_del(&space->mirror_node);
	spin_unlock(&mirror->lock);
}
