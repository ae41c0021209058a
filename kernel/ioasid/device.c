// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices: what a device needs before it can be attached to a space.
 *
 * Page requests are enabled for a device while it is attached to anything. The
 * IOMMU drivers do not count, so we do.
 */
#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "../compat/iommu.h"
#include "bond.h"

/**
 * struct attached_device - A device that is attached to something
 * @node: in attached_devices
 * @dev: the device; it cannot go while it is attached
 * @bonds: to how many spaces
 * @enabled: we have enabled its page requests, and not somebody before us
 */
struct attached_device {
	struct list_head node;
	struct device *dev;
	unsigned int bonds;
	bool enabled;
};

static DEFINE_MUTEX(devices_lock);
static LIST_HEAD(attached_devices);

static struct attached_device *entry_find(struct device *dev)
{
	struct attached_device *entry;

	list_for_each_entry(entry, &attached_devices, node)
		if (entry->dev == dev)
			return entry;
	return NULL;
}

static struct attached_device *entry_create(struct device *dev)
{
	struct attached_device *entry = kzalloc(sizeof(*entry), GFP_KERNEL);
	int rc;

	if (!entry)
		return ERR_PTR(-ENOMEM);
	rc = compat_enable_faults(dev);
	if (rc && rc != -EBUSY) {
		kfree(entry);
		return ERR_PTR(rc == -ENOMEM ? rc : -EPROTONOSUPPORT);
	}
	entry->dev = dev;
	entry->enabled = !rc;
	list_add(&entry->node, &attached_devices);
	return entry;
}

/**
 * ioasid_device_get() - Enable page requests
 * @dev: a device with PASIDs
 *
 * Context: Process context, may sleep.
 * Return: 0, -EPROTONOSUPPORT when the device has no page requests, or -ENOMEM.
 */
int ioasid_device_get(struct device *dev)
{
	struct attached_device *entry;
	int rc = 0;

	mutex_lock(&devices_lock);
	entry = entry_find(dev);
	if (!entry)
		entry = entry_create(dev);
	if (IS_ERR(entry))
		rc = PTR_ERR(entry);
	else
		entry->bonds++;
	mutex_unlock(&devices_lock);
	return rc;
}

/* Disables page requests when it is the last. */
void ioasid_device_put(struct device *dev)
{
	struct attached_device *entry;

	mutex_lock(&devices_lock);
	entry = entry_find(dev);
	if (!--entry->bonds) {
		if (entry->enabled)
			compat_disable_faults(dev);
		list_del(&entry->node);
		kfree(entry);
	}
	mutex_unlock(&devices_lock);
}
