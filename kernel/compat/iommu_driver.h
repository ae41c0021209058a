/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels for drivers of IOMMUs.
 *
 * The operations that attach a domain have the domain that was there before as
 * a last argument, or do not have it, within one stable series. So not the
 * version but the type of the member says which it is.
 *
 * A PASID is detached by an operation of its own, or by attaching the blocking
 * domain to it.
 *
 * Page requests are switched on by an operation, or by attaching a domain that
 * has a handler for them.
 */
#ifndef COMPAT_IOMMU_DRIVER_H
#define COMPAT_IOMMU_DRIVER_H

#include <linux/iommu.h>
#include <linux/slab.h>

/* A member of struct iommu_domain_ops holds functions of this one's type. */
#define COMPAT_OP_TAKES(_member, _function)				\
	__same_type(typeof_member(struct iommu_domain_ops, _member), \
		    &(_function))

/* Puts one more argument around a function that attaches a domain. */
#define COMPAT_DEFINE_ATTACH_DEV(_name)					\
static int __maybe_unused _name##_old(struct iommu_domain *domain,	\
				      struct device *dev,		\
				      struct iommu_domain *old)		\
{									\
	return _name(domain, dev);					\
}

#define COMPAT_DEFINE_SET_DEV_PASID(_name)				\
static int __maybe_unused _name##_old(struct iommu_domain *domain,	\
				      struct device *dev,		\
				      ioasid_t pasid,			\
				      struct iommu_domain *old)		\
{									\
	return _name(domain, dev, pasid);				\
}

/* The one of the two that this kernel's member can hold. */
#define COMPAT_ATTACH_OP(_member, _name)				\
	._member = __builtin_choose_expr(				\
		COMPAT_OP_TAKES(_member, _name##_old), _name##_old, _name)

#ifdef COMPAT_HAS_remove_dev_pasid

#define COMPAT_DEFINE_BLOCK_PASID(_remove)
#define COMPAT_BLOCK_PASID_OP(_remove)
#define COMPAT_REMOVE_DEV_PASID_OP(_remove)	.remove_dev_pasid = (_remove),

#else

#define COMPAT_DEFINE_BLOCK_PASID(_remove)				\
static int _remove##_by_blocking(struct iommu_domain *domain,		\
				 struct device *dev, ioasid_t pasid,	\
				 struct iommu_domain *old)		\
{									\
	_remove(dev, pasid, old);					\
	return 0;							\
}

#define COMPAT_BLOCK_PASID_OP(_remove)					\
	.set_dev_pasid = _remove##_by_blocking,
#define COMPAT_REMOVE_DEV_PASID_OP(_remove)

#endif /* COMPAT_HAS_remove_dev_pasid */

#ifdef COMPAT_HAS_dev_enable_feat

#define COMPAT_DEFINE_SWITCH_FAULTS(_on, _off)				\
static int _on##_feature(struct device *dev,				\
			 enum iommu_dev_features feature)		\
{									\
	return feature == IOMMU_DEV_FEAT_IOPF ? _on(dev) : -ENODEV;	\
}									\
									\
static int _off##_feature(struct device *dev,				\
			  enum iommu_dev_features feature)		\
{									\
	if (feature != IOMMU_DEV_FEAT_IOPF)				\
		return -ENODEV;						\
	_off(dev);							\
	return 0;							\
}

#define COMPAT_SWITCH_FAULTS_OPS(_on, _off)				\
	.dev_enable_feat = _on##_feature,				\
	.dev_disable_feat = _off##_feature,

/* Whether attaching a domain is to switch page requests on. */
static inline bool compat_attach_enables_faults(struct iommu_domain *domain)
{
	return false;
}

#else

#define COMPAT_DEFINE_SWITCH_FAULTS(_on, _off)
#define COMPAT_SWITCH_FAULTS_OPS(_on, _off)

static inline bool compat_attach_enables_faults(struct iommu_domain *domain)
{
	return domain->iopf_handler;
}

#endif /* COMPAT_HAS_dev_enable_feat */

/*
 * Undoes iommu_fwspec_init() for a device that is not added. Newer kernels keep
 * that to themselves and do it when a device is removed, so not for such a one.
 */
static inline void compat_fwspec_free(struct device *dev)
{
#ifdef COMPAT_HAS_iommu_fwspec_free
	iommu_fwspec_free(dev);
#else
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(dev);

	if (fwspec) {
		fwnode_handle_put(fwspec->iommu_fwnode);
		kfree(fwspec);
	}
	kfree(dev->iommu);
	dev->iommu = NULL;
#endif
}

#endif
