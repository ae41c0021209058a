// SPDX-License-Identifier: GPL-2.0-only
/*
 * PASIDs, from the kernel's global PASID space.
 *
 * A PASID that names a space must mean nothing else on any bus, whoever else
 * hands PASIDs out, so they come from the allocator of the iommu core. That
 * allocates for a device, within its width; a space is created before any
 * device is known. So we ask for a device of our own that is as wide as PCIe
 * allows, and check the width of the real one when it is attached.
 */
#include <linux/device.h>
#include <linux/iommu.h>

#include "pasid.h"

static struct dev_iommu widest_iommu = {
	.max_pasids = 1U << IOASID_PASID_BITS,
};

/* Never registered: only a carrier for its PASID width. */
static struct device widest_device = {
	.iommu = &widest_iommu,
};

/**
 * ioasid_pasid_alloc() - Take a PASID
 * @pasid: where to put it
 *
 * Context: Process context, may sleep.
 * Return: 0, or -ENOSPC when none is left.
 */
int ioasid_pasid_alloc(u32 *pasid)
{
	*pasid = iommu_alloc_global_pasid(&widest_device);
	return *pasid == IOMMU_PASID_INVALID ? -ENOSPC : 0;
}

void ioasid_pasid_free(u32 pasid)
{
	iommu_free_global_pasid(pasid);
}
