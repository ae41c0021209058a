// SPDX-License-Identifier: GPL-2.0-only
/*
 * PASIDs: where they come from, whom they name, and how they rest.
 *
 * A PASID that names a space must mean nothing else on any bus, whoever else
 * hands PASIDs out, so they come from the allocator of the iommu core. That
 * allocates for a device, within its width; a space is created before any
 * device is known. So we ask for a device of our own that is as wide as PCIe
 * allows, and check the width of the real one when it is attached.
 *
 * The table of PASIDs is also the list of all spaces. RCU keeps a PASID that is
 * looked up, and its lock what it names: a space gives back its PASID before
 * itself, and so need not wait for whoever is looking.
 *
 * A number that was given back may still be in a descriptor or in a device, and
 * would lead there into the space of whoever got it next. So it is quarantined:
 * it rests for a while, together with others in the order in which they came.
 * The first of them is used again, before the kernel is asked for another, once
 * it has rested for long enough or too many are behind it. What nobody has
 * taken long after that goes back to the kernel.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/moduleparam.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "../race.h"
#include "pasid.h"
#include "space.h"

#define NR_PASIDS	((1U << IOASID_PASID_BITS) - 1)

/* Far more than anything remembers a number. */
#define REST_MS_MAX	(60 * 60 * MSEC_PER_SEC)

/* Numbers go back to the kernel after so many times the time that they rest. */
#define KEEP_FACTOR	10

static unsigned int quarantine_count = 1024;
module_param(quarantine_count, uint, 0644);
MODULE_PARM_DESC(quarantine_count,
		 "PASIDs that rest at most before they are used again (default 1024)");

static unsigned int quarantine_ms = 1000;
module_param(quarantine_ms, uint, 0644);
MODULE_PARM_DESC(quarantine_ms,
		 "Milliseconds that they rest, unless there are more (default 1000)");

static struct dev_iommu widest_iommu = {
	.max_pasids = 1U << IOASID_PASID_BITS,
};

/* Never registered: only a carrier for its PASID width. */
static struct device widest_device = {
	.iommu = &widest_iommu,
};

/* All that we have, by number; and how many of them name a space, or will. */
static DEFINE_XARRAY(pasids);
static atomic_t nr_used = ATOMIC_INIT(0);

/* Those that nobody uses, as they came. */
static DEFINE_SPINLOCK(free_lock);
static LIST_HEAD(free_pasids);
static unsigned int nr_free;

static void give_back_old(struct work_struct *work);
static DECLARE_DELAYED_WORK(give_back_work, give_back_old);

static unsigned int rest_ms(void)
{
	return min(READ_ONCE(quarantine_ms), REST_MS_MAX);
}

static bool is_older(const struct ioasid_pasid *pasid, unsigned int ms)
{
	return time_after_eq(jiffies, pasid->since + msecs_to_jiffies(ms));
}

static bool has_rested(const struct ioasid_pasid *pasid)
{
	return nr_free > READ_ONCE(quarantine_count) ||
	       is_older(pasid, rest_ms());
}

static bool is_kept_for_long(const struct ioasid_pasid *pasid)
{
	return is_older(pasid, KEEP_FACTOR * rest_ms());
}

/* The one that has been free for longest, if it is free for long enough. */
static struct ioasid_pasid *
take_oldest(bool (*is_enough)(const struct ioasid_pasid *pasid))
{
	struct ioasid_pasid *pasid;

	spin_lock(&free_lock);
	pasid = list_first_entry_or_null(&free_pasids, struct ioasid_pasid,
					 node);
	if (pasid && is_enough(pasid)) {
		list_del(&pasid->node);
		nr_free--;
	} else {
		pasid = NULL;
	}
	spin_unlock(&free_lock);
	return pasid;
}

static void give_back(struct ioasid_pasid *pasid)
{
	race_window();
	xa_erase(&pasids, pasid->number);
	iommu_free_global_pasid(pasid->number);
	kfree_rcu(pasid, rcu);
}

static void give_back_later(void)
{
	schedule_delayed_work(&give_back_work,
			      msecs_to_jiffies(KEEP_FACTOR * rest_ms()) + 1);
}

static void give_back_old(struct work_struct *work)
{
	struct ioasid_pasid *pasid;

	while ((pasid = take_oldest(is_kept_for_long))) {
		give_back(pasid);
		cond_resched();
	}
	if (!list_empty(&free_pasids))
		give_back_later();
}

static int get_number(struct ioasid_pasid *pasid)
{
	int rc;

	pasid->number = iommu_alloc_global_pasid(&widest_device);
	if (pasid->number == IOMMU_PASID_INVALID)
		return -ENOSPC;
	rc = xa_insert(&pasids, pasid->number, pasid, GFP_KERNEL);
	if (rc)
		iommu_free_global_pasid(pasid->number);
	return rc;
}

static struct ioasid_pasid *take_new(void)
{
	struct ioasid_pasid *pasid = kzalloc(sizeof(*pasid), GFP_KERNEL);
	int rc;

	if (!pasid)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&pasid->lock);
	rc = get_number(pasid);
	if (!rc)
		return pasid;
	kfree(pasid);
	return ERR_PTR(rc);
}

/**
 * ioasid_pasid_alloc() - Take a PASID
 *
 * Context: Process context, may sleep.
 * Return: the PASID, which names nothing yet, or an error pointer: -ENOSPC when
 * none is left, -ENOMEM.
 */
struct ioasid_pasid *ioasid_pasid_alloc(void)
{
	struct ioasid_pasid *pasid = take_oldest(has_rested);

	if (!pasid)
		pasid = take_new();
	if (!IS_ERR(pasid))
		atomic_inc(&nr_used);
	return pasid;
}

/**
 * ioasid_pasid_name() - Let a PASID name a space
 * @pasid: the PASID
 * @space: the space, complete, since from now on anybody may find it; or NULL
 *
 * Context: Process context.
 */
void ioasid_pasid_name(struct ioasid_pasid *pasid, struct ioasid_space *space)
{
	spin_lock(&pasid->lock);
	pasid->space = space;
	spin_unlock(&pasid->lock);
}

/**
 * ioasid_pasid_free() - Give a PASID back
 * @pasid: the PASID; names nothing any more when this returns
 *
 * Context: Process context.
 */
void ioasid_pasid_free(struct ioasid_pasid *pasid)
{
	ioasid_pasid_name(pasid, NULL);
	pasid->since = jiffies;
	atomic_dec(&nr_used);
	spin_lock(&free_lock);
	list_add_tail(&pasid->node, &free_pasids);
	nr_free++;
	spin_unlock(&free_lock);
	give_back_later();
}

/* Gets a reference to what a PASID names. RCU protects the PASID. */
static struct ioasid_space *get_space(struct ioasid_pasid *pasid)
{
	struct ioasid_space *space;

	spin_lock(&pasid->lock);
	space = pasid->space;
	race_window();
	if (space)
		kref_get(&space->refs);
	spin_unlock(&pasid->lock);
	return space;
}

/* Finds a number that we have, and maybe what it names. False at the end. */
static bool find_next(unsigned long *number, struct ioasid_space **space)
{
	struct ioasid_pasid *pasid;

	rcu_read_lock();
	pasid = xa_find(&pasids, number, ULONG_MAX, XA_PRESENT);
	*space = pasid ? get_space(pasid) : NULL;
	rcu_read_unlock();
	return pasid;
}

/**
 * ioasid_pasid_next() - Go through all spaces
 * @number: the PASID to begin with; becomes that of the space that was found
 *
 * Context: Process context, may sleep.
 * Return: the space with a reference for the caller, or NULL at the end.
 */
struct ioasid_space *ioasid_pasid_next(u32 *number)
{
	unsigned long index = *number;
	struct ioasid_space *space;

	while (find_next(&index, &space) && !space) {
		index++;
		cond_resched();
	}
	*number = index;
	return space;
}

/* Numbers that rest are not told from those that would be taken next. */
void ioasid_pasid_count(struct ioasid_pasid_counts *counts)
{
	spin_lock(&free_lock);
	counts->resting = min(nr_free, READ_ONCE(quarantine_count));
	spin_unlock(&free_lock);
	counts->used = atomic_read(&nr_used);
	counts->left = NR_PASIDS - counts->used - counts->resting;
}

void ioasid_pasid_exit(void)
{
	struct ioasid_pasid *pasid, *next;

	cancel_delayed_work_sync(&give_back_work);
	list_for_each_entry_safe(pasid, next, &free_pasids, node)
		give_back(pasid);
}
