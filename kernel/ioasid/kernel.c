// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spaces of the kernel: a driver's own, for what its device does for the
 * kernel.
 *
 * Such a space has a map like one that a user makes, and reaches what is mapped
 * and nothing else: there is no way to let a device reach all memory. It has no
 * fd, so no user gets at it, and nobody is charged for it. A driver that
 * attaches one to its device when it is bound has a PASID for the device's
 * default.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/ioasid.h>

#include "iova/map.h"
#include "space.h"

/**
 * ioasid_kernel_create() - Make a space that belongs to the kernel
 *
 * Context: Process context, may sleep.
 * Return: the space, in which nothing is mapped, for ioasid_kernel_destroy();
 * or an error pointer: -ENOSPC when no PASID is left, or -ENOMEM.
 */
struct ioasid_space *ioasid_kernel_create(void)
{
	return ioasid_space_create(IOASID_TYPE_IOVA, IOASID_OWNER_KERNEL);
}
EXPORT_SYMBOL_GPL(ioasid_kernel_create);

/**
 * ioasid_kernel_destroy() - Take a space of the kernel back
 * @space: from ioasid_kernel_create(); it may not be used any more
 *
 * When it returns, no device reaches anything through the space. Attachments
 * that are left are told, and keep the PASID until they are detached.
 *
 * Context: Process context, may sleep.
 */
void ioasid_kernel_destroy(struct ioasid_space *space)
{
	ioasid_space_free(space);
	ioasid_space_let_go(space);
}
EXPORT_SYMBOL_GPL(ioasid_kernel_destroy);

static bool are_pages(u64 start, size_t size)
{
	return size && IS_ALIGNED(start | size, PAGE_SIZE);
}

static bool is_kernel_map(const void *address, size_t size, unsigned int flags)
{
	if (!are_pages((unsigned long)address, size) ||
	    size >> PAGE_SHIFT > IOASID_PAGES_MAX)
		return false;
	if (flags & ~(IOASID_KERNEL_READ | IOASID_KERNEL_WRITE) || !flags)
		return false;
	return is_vmalloc_addr(address) || virt_addr_valid(address);
}

/**
 * ioasid_kernel_map() - Let the devices of a space reach kernel memory
 * @space: from ioasid_kernel_create()
 * @address: where it is, a multiple of the page size; from the page allocator,
 *	kmalloc() or vmalloc()
 * @size: in bytes, a multiple of the page size
 * @flags: IOASID_KERNEL_READ, IOASID_KERNEL_WRITE, or both
 * @iova: where devices find it
 *
 * The memory stays the caller's, who keeps it until it is unmapped or the space
 * is destroyed.
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOSPC when there is no room that all attached devices can use,
 * -ENOMEM, or -EINVAL for an argument that is none of the above.
 */
int ioasid_kernel_map(struct ioasid_space *space, const void *address,
		      size_t size, unsigned int flags, u64 *iova)
{
	struct ioasid_map arg = {
		.flags = flags & IOASID_KERNEL_WRITE ?
			 IOASID_READ | IOASID_WRITE : IOASID_READ,
		.address = (unsigned long)address,
		.length = size,
	};
	int rc;

	if (WARN_ON_ONCE(!is_kernel_map(address, size, flags)))
		return -EINVAL;
	rc = ioasid_iova_map(&space->map, &arg, ioasid_collect_kernel);
	if (!rc)
		*iova = arg.out_iova;
	return rc;
}
EXPORT_SYMBOL_GPL(ioasid_kernel_map);

/**
 * ioasid_kernel_unmap() - Undo ioasid_kernel_map()
 * @space: from ioasid_kernel_create()
 * @iova: where devices find the memory
 * @size: how much of it, a multiple of the page size
 *
 * When it returns, no device reaches it any more.
 *
 * Context: Process context, may sleep.
 * Return: 0, -ENOENT when nothing is mapped there, -EBUSY or -ENOMEM when only
 * a part of what was mapped at once is to be unmapped, or -EINVAL for an
 * argument that is none of the above.
 */
int ioasid_kernel_unmap(struct ioasid_space *space, u64 iova, size_t size)
{
	u64 done;

	if (WARN_ON_ONCE(!are_pages(iova, size)))
		return -EINVAL;
	return ioasid_iova_remove(&space->map, iova >> PAGE_SHIFT,
				  ((iova + size) >> PAGE_SHIFT) - 1, &done);
}
EXPORT_SYMBOL_GPL(ioasid_kernel_unmap);
