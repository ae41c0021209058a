// SPDX-License-Identifier: GPL-2.0-only
/*
 * The least that a driver does to let its device into spaces of its users.
 *
 * A real driver would program the PASID into its device where this one only
 * keeps it. To try it: Documentation/tutorial/driver.rst.
 *
 * There is one device and one attachment, and both may go at any time: the
 * device when it is unbound, the attachment also by ioctl. sample_lock guards
 * both. The node goes with the device, and files that are open find none.
 */
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/ioasid.h>
#include <linux/ioasid_ioctl.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>

#include "ioasid_sample.h"

static DEFINE_MUTEX(sample_lock);
static struct device *sample_dev;
static struct ioasid_attachment *sample_attachment;

/* DMA fails already. A real driver stops what still names the PASID. */
static void sample_revoke(struct ioasid_attachment *attachment, void *data)
{
	dev_info(data, "PASID %u was taken back\n",
		 ioasid_attachment_pasid(attachment));
}

static const struct ioasid_attach_ops sample_attach_ops = {
	.revoke = sample_revoke,
};

static int attach_locked(int fd)
{
	struct ioasid_attach_args args = {
		.fd = fd,
		.ops = &sample_attach_ops,
		.data = sample_dev,
	};
	struct ioasid_attachment *attachment;

	if (!sample_dev)
		return -ENODEV;
	if (sample_attachment)
		return -EEXIST;
	attachment = ioasid_attach(sample_dev, &args);
	if (IS_ERR(attachment))
		return PTR_ERR(attachment);
	sample_attachment = attachment;
	return 0;
}

/* A real driver first waits until the device has stopped using the PASID. */
static int detach_locked(void)
{
	if (!sample_attachment)
		return -ENOENT;
	ioasid_detach(sample_attachment);
	sample_attachment = NULL;
	return 0;
}

/* An answer that the caller cannot have means that nothing has happened. */
static int sample_attach(struct ioasid_ucmd *ucmd)
{
	struct ioasid_sample_attach *arg = ucmd->arg;
	int rc;

	guard(mutex)(&sample_lock);
	rc = attach_locked(arg->fd);
	if (rc)
		return rc;
	arg->out_pasid = ioasid_attachment_pasid(sample_attachment);
	rc = ioasid_ucmd_respond(ucmd);
	if (rc)
		detach_locked();
	return rc;
}

static int sample_detach(struct ioasid_ucmd *ucmd)
{
	guard(mutex)(&sample_lock);
	return detach_locked();
}

static const struct ioasid_ioctl_op sample_ioctls[] = {
	IOASID_IOCTL_OP(IOASID_SAMPLE_ATTACH, sample_attach,
			struct ioasid_sample_attach, out_pasid,
			.mode = FMODE_WRITE),
	IOASID_IOCTL_OP(IOASID_SAMPLE_DETACH, sample_detach,
			struct ioasid_sample_detach, flags,
			.mode = FMODE_WRITE),
};

static long sample_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return ioasid_ioctl(file, cmd, arg, sample_ioctls,
			    ARRAY_SIZE(sample_ioctls));
}

static const struct file_operations sample_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = sample_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice sample_misc = {
	.name = "ioasid_sample",
	.fops = &sample_fops,
};

/* What is registered once more wants a number once more. */
static int sample_probe(struct platform_device *pdev)
{
	int rc;

	guard(mutex)(&sample_lock);
	if (sample_dev)
		return -EBUSY;
	sample_misc.minor = MISC_DYNAMIC_MINOR;
	rc = misc_register(&sample_misc);
	if (!rc)
		sample_dev = &pdev->dev;
	return rc;
}

static void sample_remove(struct platform_device *pdev)
{
	misc_deregister(&sample_misc);
	guard(mutex)(&sample_lock);
	detach_locked();
	sample_dev = NULL;
}

static struct platform_driver sample_driver = {
	.driver.name = "ioasid_sample",
	.probe = sample_probe,
	.remove = sample_remove,
};

module_platform_driver(sample_driver);

MODULE_DESCRIPTION("Sample driver that lets its device into I/O address spaces");
MODULE_LICENSE("GPL");
