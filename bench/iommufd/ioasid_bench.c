// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver that gives its device to us or to iommufd, for comparing the two.
 *
 * The device is a simulated accelerator that was taken from its own driver. It
 * does nothing: what is measured is what it costs to map memory for it and to
 * have its page requests answered. It cannot belong to both sides at once,
 * since iommufd wants a device as a whole, with all of its PASIDs.
 *
 * There is one device and one attachment, and bench_lock guards both. It also
 * is what keeps a device attached while a page request of it is reported.
 */
#include <linux/err.h>
#include <linux/ioasid.h>
#include <linux/ioasid_ioctl.h>
#include <linux/iommu.h>
#include <linux/iommufd.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>

#include "ioasid_bench.h"

static DEFINE_MUTEX(bench_lock);
static struct device *bench_dev;
static struct ioasid_attachment *bench_attachment;
static struct iommufd_device *bench_iommufd;

static int check_free(void)
{
	lockdep_assert_held(&bench_lock);
	if (!bench_dev)
		return -ENODEV;
	return bench_attachment || bench_iommufd ? -EEXIST : 0;
}

static int attach_ioasid(const struct ioasid_bench_attach *arg)
{
	struct ioasid_attach_args args = { .fd = arg->fd };
	struct ioasid_attachment *attachment;

	attachment = ioasid_attach(bench_dev, &args);
	if (IS_ERR(attachment))
		return PTR_ERR(attachment);
	bench_attachment = attachment;
	return 0;
}

static int attach_iommufd_context(struct iommufd_ctx *context, u32 ioas)
{
	struct iommufd_device *device;
	u32 id;
	int rc;

	device = iommufd_device_bind(context, bench_dev, &id);
	if (IS_ERR(device))
		return PTR_ERR(device);
	rc = iommufd_device_attach(device, &ioas);
	if (rc)
		iommufd_device_unbind(device);
	else
		bench_iommufd = device;
	return rc;
}

static int attach_iommufd(const struct ioasid_bench_attach *arg)
{
	struct iommufd_ctx *context = iommufd_ctx_from_fd(arg->fd);
	int rc;

	if (IS_ERR(context))
		return PTR_ERR(context);
	rc = attach_iommufd_context(context, arg->ioas);
	iommufd_ctx_put(context);
	return rc;
}

static int bench_attach(struct ioasid_ucmd *ucmd)
{
	int rc;

	mutex_lock(&bench_lock);
	rc = check_free();
	if (!rc)
		rc = attach_ioasid(ucmd->arg);
	mutex_unlock(&bench_lock);
	return rc;
}

static int bench_attach_iommufd(struct ioasid_ucmd *ucmd)
{
	int rc;

	mutex_lock(&bench_lock);
	rc = check_free();
	if (!rc)
		rc = attach_iommufd(ucmd->arg);
	mutex_unlock(&bench_lock);
	return rc;
}

static int detach_locked(void)
{
	lockdep_assert_held(&bench_lock);
	if (bench_attachment) {
		ioasid_detach(bench_attachment);
		bench_attachment = NULL;
	} else if (bench_iommufd) {
		iommufd_device_detach(bench_iommufd);
		iommufd_device_unbind(bench_iommufd);
		bench_iommufd = NULL;
	} else {
		return -ENOENT;
	}
	return 0;
}

static int bench_detach(struct ioasid_ucmd *ucmd)
{
	int rc;

	mutex_lock(&bench_lock);
	rc = detach_locked();
	mutex_unlock(&bench_lock);
	return rc;
}

/* Its group has a number that the IOMMU has given to none of its own. */
static void report(u32 pasid, u64 iova)
{
	struct iopf_fault fault = {
		.fault = {
			.type = IOMMU_FAULT_PAGE_REQ,
			.prm = {
				.flags = IOMMU_FAULT_PAGE_REQUEST_PASID_VALID |
					 IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE,
				.pasid = pasid,
				.grpid = U32_MAX,
				.perm = IOMMU_FAULT_PERM_WRITE,
				.addr = iova,
			},
		},
	};

	iommu_report_device_fault(bench_dev, &fault);
}

static int bench_request(struct ioasid_ucmd *ucmd)
{
	const struct ioasid_bench_request *arg = ucmd->arg;
	int rc = 0;

	mutex_lock(&bench_lock);
	if (bench_attachment)
		report(ioasid_attachment_pasid(bench_attachment), arg->iova);
	else
		rc = -ENOENT;
	mutex_unlock(&bench_lock);
	return rc;
}

static const struct ioasid_ioctl_op bench_ioctls[] = {
	IOASID_IOCTL_OP(IOASID_BENCH_ATTACH, bench_attach,
			struct ioasid_bench_attach, ioas),
	IOASID_IOCTL_OP(IOASID_BENCH_ATTACH_IOMMUFD, bench_attach_iommufd,
			struct ioasid_bench_attach, ioas),
	IOASID_IOCTL_OP(IOASID_BENCH_DETACH, bench_detach,
			struct ioasid_bench_detach, flags),
	IOASID_IOCTL_OP(IOASID_BENCH_REQUEST, bench_request,
			struct ioasid_bench_request, iova),
};

static long bench_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return ioasid_ioctl(file, cmd, arg, bench_ioctls,
			    ARRAY_SIZE(bench_ioctls));
}

static const struct file_operations bench_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = bench_ioctl,
};

static struct miscdevice bench_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ioasid_bench",
	.fops = &bench_fops,
	.mode = 0600,
};

static int bench_probe(struct platform_device *pdev)
{
	int rc = -EBUSY;

	mutex_lock(&bench_lock);
	if (!bench_dev) {
		bench_dev = &pdev->dev;
		rc = 0;
	}
	mutex_unlock(&bench_lock);
	return rc;
}

static void bench_remove(struct platform_device *pdev)
{
	mutex_lock(&bench_lock);
	detach_locked();
	bench_dev = NULL;
	mutex_unlock(&bench_lock);
}

/* The kernel's own DMA for the device would keep iommufd from having it. */
static struct platform_driver bench_driver = {
	.driver.name = "ioasid_bench",
	.driver_managed_dma = true,
	.probe = bench_probe,
	.remove = bench_remove,
};

static int __init bench_init(void)
{
	int rc;

	rc = misc_register(&bench_misc);
	if (rc)
		return rc;
	rc = platform_driver_register(&bench_driver);
	if (rc)
		misc_deregister(&bench_misc);
	return rc;
}

static void __exit bench_exit(void)
{
	platform_driver_unregister(&bench_driver);
	misc_deregister(&bench_misc);
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_DESCRIPTION("Gives a device to I/O address spaces or to iommufd");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(IOMMUFD);
