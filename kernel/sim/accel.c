// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accelerators: platform devices behind the IOMMU, their driver, and the
 * character device of each.
 *
 * To the kernel an accelerator is a device like any other. The driver can be
 * unbound while the node is open: queues are killed then, and the rest of the
 * accelerator stays until the last of them is closed.
 */
#include <linux/err.h>
#include <linux/ioasid_sim.h>
#include <linux/iommu.h>
#include <linux/lockdep.h>
#include <linux/platform_device.h>
#include <linux/property.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "../compat/iommu_driver.h"
#include "accel.h"
#include "iommu.h"
#include "queue.h"

#define DRIVER_NAME	"ioasid_sim_accel"

static dev_t first_number;

static ssize_t max_transfer_size_show(struct device *dev,
				      struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", IOASID_SIM_MAX_XFER);
}
static DEVICE_ATTR_RO(max_transfer_size);

static ssize_t max_batch_size_show(struct device *dev,
				   struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", IOASID_SIM_MAX_BATCH);
}
static DEVICE_ATTR_RO(max_batch_size);

static ssize_t queue_depth_show(struct device *dev,
				struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", IOASID_SIM_QUEUE_DEPTH);
}
static DEVICE_ATTR_RO(queue_depth);

/* Whatever is written has the accelerator test itself. */
static ssize_t self_test_store(struct device *dev,
			       struct device_attribute *attr, const char *buf,
			       size_t count)
{
	struct sim_accel *accel = container_of(dev, struct sim_accel, node);
	int rc = -ENODEV;

	mutex_lock(&accel->lock);
	if (!accel->unbound)
		rc = sim_kernel_test(&accel->kernel);
	mutex_unlock(&accel->lock);
	return rc ?: count;
}
static DEVICE_ATTR_WO(self_test);

static struct attribute *accel_attrs[] = {
	&dev_attr_max_transfer_size.attr,
	&dev_attr_max_batch_size.attr,
	&dev_attr_queue_depth.attr,
	&dev_attr_self_test.attr,
	NULL
};
ATTRIBUTE_GROUPS(accel);

static struct class accel_class = {
	.name = "ioasid_sim",
	.dev_groups = accel_groups,
};

/**
 * sim_accel_open_queue() - Add a queue
 * @accel: the accelerator
 *
 * Return: the queue, or an error pointer: -ENODEV, -ENOMEM.
 */
struct sim_queue *sim_accel_open_queue(struct sim_accel *accel)
{
	struct sim_queue *queue;

	mutex_lock(&accel->lock);
	if (accel->unbound) {
		queue = ERR_PTR(-ENODEV);
		goto unlock;
	}
	queue = sim_queue_create(accel->dev);
	if (!queue) {
		queue = ERR_PTR(-ENOMEM);
		goto unlock;
	}
	list_add(&queue->node, &accel->queues);
unlock:
	mutex_unlock(&accel->lock);
	return queue;
}

void sim_accel_close_queue(struct sim_accel *accel, struct sim_queue *queue)
{
	sim_queue_kill(queue);
	mutex_lock(&accel->lock);
	list_del(&queue->node);
	mutex_unlock(&accel->lock);
	sim_queue_destroy(queue);
}

static void accel_release(struct device *node)
{
	struct sim_accel *accel = container_of(node, struct sim_accel, node);

	mutex_destroy(&accel->lock);
	kfree(accel);
}

static struct sim_accel *accel_alloc(struct platform_device *pdev)
{
	struct sim_accel *accel;

	accel = kzalloc(sizeof(*accel), GFP_KERNEL);
	if (!accel)
		return NULL;
	accel->dev = &pdev->dev;
	mutex_init(&accel->lock);
	INIT_LIST_HEAD(&accel->queues);
	device_initialize(&accel->node);
	accel->node.class = &accel_class;
	accel->node.parent = &pdev->dev;
	accel->node.devt = first_number + pdev->id;
	accel->node.release = accel_release;
	cdev_init(&accel->cdev, &sim_file_ops);
	accel->cdev.owner = THIS_MODULE;
	return accel;
}

static int accel_probe(struct platform_device *pdev)
{
	struct sim_accel *accel;
	int rc;

	if (!device_iommu_mapped(&pdev->dev))
		return -ENODEV;
	accel = accel_alloc(pdev);
	if (!accel)
		return -ENOMEM;
	rc = dev_set_name(&accel->node, "ioasid_sim%d", pdev->id);
	if (rc)
		goto put_node;
	rc = sim_kernel_start(&accel->kernel, &pdev->dev);
	if (rc)
		goto put_node;
	rc = cdev_device_add(&accel->cdev, &accel->node);
	if (rc)
		goto stop_kernel;
	platform_set_drvdata(pdev, accel);
	return 0;

stop_kernel:
	sim_kernel_stop(&accel->kernel);
put_node:
	put_device(&accel->node);
	return rc;
}

static void accel_remove(struct platform_device *pdev)
{
	struct sim_accel *accel = platform_get_drvdata(pdev);
	struct sim_queue *queue;

	cdev_device_del(&accel->cdev, &accel->node);
	mutex_lock(&accel->lock);
	accel->unbound = true;
	list_for_each_entry(queue, &accel->queues, node)
		sim_queue_kill(queue);
	mutex_unlock(&accel->lock);
	sim_kernel_stop(&accel->kernel);
	put_device(&accel->node);
}

static struct platform_driver accel_driver = {
	.driver.name = DRIVER_NAME,
	.probe = accel_probe,
	.remove = accel_remove,
};

static const struct property_entry accel_properties[] = {
	PROPERTY_ENTRY_U32("pasid-num-bits", SIM_PASID_BITS),
	PROPERTY_ENTRY_BOOL(SIM_PAGE_REQUESTS),
	{ }
};

static const struct property_entry no_prs_properties[] = {
	PROPERTY_ENTRY_U32("pasid-num-bits", SIM_PASID_BITS),
	{ }
};

/*
 * The iommu core asserts that a lock is held here which no module can take. It
 * keeps others from the device; nobody else knows this one yet.
 */
static int init_fwspec(struct device *dev, struct sim_iommu *iommu)
{
	int rc;

	lockdep_off();
	rc = iommu_fwspec_init(dev, iommu->iommu.fwnode);
	lockdep_on();
	return rc;
}

/* All that the iommu core looks at must be there before the device is added. */
static int add_accel(struct platform_device *pdev, struct sim_iommu *iommu,
		     const struct property_entry *properties)
{
	u32 id = pdev->id;
	int rc;

	rc = device_create_managed_software_node(&pdev->dev, properties, NULL);
	if (rc)
		return rc;
	rc = init_fwspec(&pdev->dev, iommu);
	if (rc)
		return rc;
	rc = iommu_fwspec_add_ids(&pdev->dev, &id, 1);
	if (rc)
		return rc;
	return platform_device_add(pdev);
}

/**
 * sim_accel_create() - Create the device that an accelerator is
 * @id: its number
 * @iommu: the IOMMU that it is behind
 * @page_requests: it has page requests
 *
 * Return: the device, or an error pointer.
 */
struct platform_device *sim_accel_create(unsigned int id,
					 struct sim_iommu *iommu,
					 bool page_requests)
{
	struct platform_device *pdev;
	int rc;

	pdev = platform_device_alloc(DRIVER_NAME, id);
	if (!pdev)
		return ERR_PTR(-ENOMEM);
	rc = add_accel(pdev, iommu, page_requests ? accel_properties :
						    no_prs_properties);
	if (rc) {
		compat_fwspec_free(&pdev->dev);
		platform_device_put(pdev);
		return ERR_PTR(rc);
	}
	return pdev;
}

int sim_accel_init_driver(void)
{
	int rc;

	rc = alloc_chrdev_region(&first_number, 0, SIM_MAX_ACCELS, DRIVER_NAME);
	if (rc)
		return rc;
	rc = class_register(&accel_class);
	if (rc)
		goto unregister_numbers;
	rc = platform_driver_register(&accel_driver);
	if (rc)
		goto unregister_class;
	return 0;

unregister_class:
	class_unregister(&accel_class);
unregister_numbers:
	unregister_chrdev_region(first_number, SIM_MAX_ACCELS);
	return rc;
}

void sim_accel_exit_driver(void)
{
	platform_driver_unregister(&accel_driver);
	class_unregister(&accel_class);
	unregister_chrdev_region(first_number, SIM_MAX_ACCELS);
}
