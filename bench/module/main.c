// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver that gives its device to us, to iommufd or to VFIO, for comparing
 * them.
 *
 * The device is a simulated accelerator that was taken from its own driver. It
 * does nothing: what is measured is what it costs to attach it, to map memory
 * for it and to have its page requests answered. It belongs to one side at a
 * time, since the others want a device as a whole, with all of its PASIDs.
 */
#include <linux/ioasid_ioctl.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/platform_device.h>

#include "../../kernel/ioasid/pasid.h"
#include "bench.h"
#include "ioasid_bench.h"

DEFINE_MUTEX(bench_lock);
struct device *bench_dev;

static const struct ioasid_ioctl_op bench_ioctls[] = {
	IOASID_IOCTL_OP(IOASID_BENCH_ATTACH, bench_attach,
			struct ioasid_bench_attach, ioas),
	IOASID_IOCTL_OP(IOASID_BENCH_ATTACH_IOMMUFD, bench_attach_iommufd,
			struct ioasid_bench_attach, ioas),
	IOASID_IOCTL_OP(IOASID_BENCH_DETACH, bench_detach,
			struct ioasid_bench_detach, flags),
	IOASID_IOCTL_OP(IOASID_BENCH_REQUEST, bench_request,
			struct ioasid_bench_request, iova),
	IOASID_IOCTL_OP(IOASID_BENCH_LOOP, bench_loop,
			struct ioasid_bench_loop, ioas),
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

static int take_device(struct device *dev)
{
	int rc = -EBUSY;

	mutex_lock(&bench_lock);
	if (!bench_dev) {
		bench_dev = dev;
		rc = 0;
	}
	mutex_unlock(&bench_lock);
	return rc;
}

static void drop_device(void)
{
	mutex_lock(&bench_lock);
	bench_detach_locked();
	bench_dev = NULL;
	mutex_unlock(&bench_lock);
}

static int bench_probe(struct platform_device *pdev)
{
	int rc;

	rc = take_device(&pdev->dev);
	if (rc)
		return rc;
	rc = bench_vfio_register(&pdev->dev);
	if (rc)
		drop_device();
	return rc;
}

static void bench_remove(struct platform_device *pdev)
{
	bench_vfio_unregister(&pdev->dev);
	drop_device();
}

/* The kernel's own DMA for the device would keep others from having it. */
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
	ioasid_pasid_exit();
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_DESCRIPTION("Gives a device to I/O address spaces, iommufd or VFIO");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(IOMMUFD);
