/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels for users of <linux/iommu.h>.
 *
 * Page requests of a device are enabled by themselves, before it is attached;
 * or, in newer kernels, together with the first domain that has a handler for
 * them. Then who attaches such a domain learns by that whether there are any:
 * some IOMMU drivers refuse it to a device that has none, with errors of their
 * choice, and others attach it without.
 */
#ifndef COMPAT_IOMMU_H
#define COMPAT_IOMMU_H

#include <linux/iommu.h>

#ifdef COMPAT_HAS_dev_enable_feat

#define COMPAT_FAULTS_BY_HANDLER	false

static inline int compat_enable_faults(struct device *dev)
{
	return iommu_dev_enable_feature(dev, IOMMU_DEV_FEAT_IOPF);
}

static inline void compat_disable_faults(struct device *dev)
{
	iommu_dev_disable_feature(dev, IOMMU_DEV_FEAT_IOPF);
}

#else

#define COMPAT_FAULTS_BY_HANDLER	true

static inline int compat_enable_faults(struct device *dev)
{
	return 0;
}

static inline void compat_disable_faults(struct device *dev)
{
}

#endif /* COMPAT_HAS_dev_enable_feat */

#endif
