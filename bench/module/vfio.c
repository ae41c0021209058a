// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device as VFIO gives it to its users: by its group.
 *
 * It has no registers and no interrupts, so there is nothing to do with it but
 * to map memory for it. VFIO and the iommu core see to it that nobody takes the
 * group who has not got the device; that whoever has opened it is alone is seen
 * to here, since a PASID of it could still be attached.
 */
#include <linux/device.h>
#include <linux/vfio.h>

#include "bench.h"

/**
 * struct bench_vfio - The device of VFIO
 * @vdev: it; must be first
 */
struct bench_vfio {
	struct vfio_device vdev;
};

static bool is_open;

static int open_device(struct vfio_device *vdev)
{
	int rc;

	mutex_lock(&bench_lock);
	rc = bench_check_free();
	if (!rc)
		is_open = true;
	mutex_unlock(&bench_lock);
	return rc;
}

static void close_device(struct vfio_device *vdev)
{
	mutex_lock(&bench_lock);
	is_open = false;
	mutex_unlock(&bench_lock);
}

/* VFIO registers no device that iommufd cannot have. */
static const struct vfio_device_ops vfio_ops = {
	.name = "ioasid_bench",
	.bind_iommufd = vfio_iommufd_physical_bind,
	.unbind_iommufd = vfio_iommufd_physical_unbind,
	.attach_ioas = vfio_iommufd_physical_attach_ioas,
	.detach_ioas = vfio_iommufd_physical_detach_ioas,
	.open_device = open_device,
	.close_device = close_device,
};

/**
 * bench_vfio_register() - Let users of VFIO have a device
 * @dev: the device
 *
 * Return: 0, or an error.
 */
int bench_vfio_register(struct device *dev)
{
	struct bench_vfio *vfio;
	int rc;

	vfio = vfio_alloc_device(bench_vfio, vdev, dev, &vfio_ops);
	if (IS_ERR(vfio))
		return PTR_ERR(vfio);
	rc = vfio_register_group_dev(&vfio->vdev);
	if (rc)
		vfio_put_device(&vfio->vdev);
	else
		dev_set_drvdata(dev, vfio);
	return rc;
}

/* Waits until none of them has it any more. */
void bench_vfio_unregister(struct device *dev)
{
	struct bench_vfio *vfio = dev_get_drvdata(dev);

	vfio_unregister_group_dev(&vfio->vdev);
	vfio_put_device(&vfio->vdev);
}

bool bench_vfio_is_open(void)
{
	lockdep_assert_held(&bench_lock);
	return is_open;
}
