/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels in <linux/iommu.h>.
 *
 * The operation that attaches a domain to a PASID has the domain that was there
 * before as a fourth argument, or does not have it, within one stable series.
 * So not the version but the type of the member says which it is.
 */
#ifndef COMPAT_IOMMU_H
#define COMPAT_IOMMU_H

#include <linux/iommu.h>

/* Puts a fourth argument around a function that takes three. */
#define COMPAT_DEFINE_SET_DEV_PASID(_name)				\
static int __maybe_unused _name##_old(struct iommu_domain *domain,	\
				      struct device *dev,		\
				      ioasid_t pasid,			\
				      struct iommu_domain *old)		\
{									\
	return _name(domain, dev, pasid);				\
}

/* The one of the two that this kernel's set_dev_pasid member can hold. */
#define COMPAT_SET_DEV_PASID(_name)					\
	__builtin_choose_expr(						\
		__same_type(((struct iommu_domain_ops *)NULL)->set_dev_pasid, \
			    &_name##_old), _name##_old, _name)

#endif
