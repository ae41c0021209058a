// SPDX-License-Identifier: GPL-2.0-only
/*
 * PASIDs, from the kernel's global PASID space.
 *
 * A PASID that names a space must mean nothing else on any bus, whoever else
 * hands PASIDs out, so they come from the allocator of the iommu core. That
 * allocates for a device, within its width; a space is created before any
 * device is known. So we ask for a device of our own that is as wide as PCIe
 * allows, and check the width of the real one when it is attached.
 *
 * That allocator hands out the lowest free number, so a number that was given
 * back would be somebody else's at once, and whoever still used it by mistake
 * would reach the wrong memory. Hence numbers rest in a queue first, and go
 * back in the order in which they came, as others come or none is left.
 */
#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/kfifo.h>
#include <linux/spinlock.h>

#include "pasid.h"

static struct dev_iommu widest_iommu = {
	.max_pasids = 1U << IOASID_PASID_BITS,
};

/* Never registered: only a carrier for its PASID width. */
static struct device widest_device = {
	.iommu = &widest_iommu,
};

/* A power of two, for the queue. */
#define RESTING_MAX	1024

static DEFINE_SPINLOCK(resting_lock);
static DEFINE_KFIFO(resting, u32, RESTING_MAX);

/* Gives the number that has rested longest back. False when none rests. */
static bool end_rest(void)
{
	bool found;
	u32 pasid;

	spin_lock(&resting_lock);
	found = kfifo_get(&resting, &pasid);
	spin_unlock(&resting_lock);
	if (found)
		iommu_free_global_pasid(pasid);
	return found;
}

/**
 * ioasid_pasid_alloc() - Take a PASID
 * @pasid: where to put it
 *
 * Context: Process context, may sleep.
 * Return: 0, or -ENOSPC when none is left.
 */
int ioasid_pasid_alloc(u32 *pasid)
{
	do {
		*pasid = iommu_alloc_global_pasid(&widest_device);
	} while (*pasid == IOMMU_PASID_INVALID && end_rest());
	return *pasid == IOMMU_PASID_INVALID ? -ENOSPC : 0;
}

/* False when there is no room. */
static bool begin_rest(u32 pasid)
{
	bool done;

	spin_lock(&resting_lock);
	done = kfifo_put(&resting, pasid);
	spin_unlock(&resting_lock);
	return done;
}

/**
 * ioasid_pasid_free() - Give a PASID back
 * @pasid: the PASID
 *
 * Context: Any that may spin.
 */
void ioasid_pasid_free(u32 pasid)
{
	while (!begin_rest(pasid))
		end_rest();
}

void ioasid_pasid_exit(void)
{
	while (end_rest())
		;
}
