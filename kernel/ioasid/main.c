// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/ioasid: I/O address spaces as file descriptors.
 *
 *	file		is about
 *	main.c		the module and the system fd
 *	ioctl.c		dispatching ioctls
 *	walk.c		going through all spaces
 *	fd.c		the IOASID fd: a space, and rights over it
 *	status.c	what users are told of it
 *	space.c		a space, and who holds it
 *	free.c		taking it back
 *	pasid.c		its number, and the table of all spaces
 *	limit.c		how many a cgroup may have; a module of its own
 *	process.c	who made it
 *	attach.c	an attachment: a space as a device driver sees it
 *	attachments.c	all of a space, as its owner sees them
 *	kernel.c	spaces of the kernel
 *	reason.c	why it did not work
 *	trace.c		what happens, for tracers
 *	bond.c		a device that reaches a space
 *	device.c	making a device able to send page requests
 *	domain.c	which page table a device is attached to
 *	request.c	page requests, and their answers
 *	access.c	reading and writing by the CPU
 *	memory.c	what of a process's memory devices can have
 *	pages.c		memory that is pinned
 *	account.c	who pays for it
 *
 *	sva/		spaces on the memory of a process
 *	space.c		what they do in their own way
 *	mirror.c	an mm that devices follow
 *	domain.c	its page tables
 *	map.c		what is mapped there
 *	fill.c		mapping more when a device asks for it
 *	ioctl.c		checking what users ask for
 *	prefault.c	mapping more before a device asks for it
 *	pin.c		memory that stays where it is
 *	access.c	reading and writing it by the CPU
 *	translate.c	looking at it
 *
 *	iova/		spaces with a map of their own
 *	space.c		what they do in their own way
 *	ioctl.c		checking what users ask for
 *	source.c	where the memory comes from
 *	enter.c		giving it an address
 *	map.c		the map
 *	area.c		what it consists of
 *	place.c		where there is room in it
 *	ranges.c	which addresses devices can use
 *	table.c		its page tables
 *	access.c	reading and writing it by the CPU
 *	translate.c	looking at it
 *	queue.c		page requests that wait for user space
 *	record.c	how it gets them, and answers
 *	fault.c		the fault fd, by which it does
 *
 * Locks, outermost first: space->lock, mirror->attach_lock or map->lock, what
 * the iommu core takes to attach and detach, the mm's lock, mirror->lock, what
 * IOMMU drivers take to map and flush. pages->lock is inside map->lock, too.
 * bond->lock is inside space->lock and outside of what drivers take to answer a
 * page request, and of the lock of a fault queue, under which nothing sleeps.
 * space->copying is inside nothing, and nothing is taken inside it.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ioasid_ioctl.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

#include "account.h"
#include "attempt.h"
#include "bond.h"
#include "fd.h"
#include "limit.h"
#include "pasid.h"
#include "space.h"
#include "walk.h"

static void add_counts(struct ioasid_info *info)
{
	struct ioasid_pasid_counts counts;

	ioasid_pasid_count(&counts);
	info->out_spaces = counts.used;
	info->out_pasids_resting = counts.resting;
	info->out_pasids_left = counts.left;
}

static int system_get_info(struct ioasid_ucmd *ucmd)
{
	struct ioasid_info *info = ucmd->arg;

	info->out_abi = IOASID_ABI;
	info->out_types = BIT(IOASID_TYPE_SVA) | BIT(IOASID_TYPE_IOVA);
	info->out_pasid_bits = IOASID_PASID_BITS;
	add_counts(info);
	info->__reserved2 = 0;
	info->out_cgroup = ioasid_limit_current_cgroup();
	ioasid_account_read_current(&info->out_pinned, &info->out_pinned_max);
	return ioasid_ucmd_respond(ucmd);
}

static int alloc_space(struct ioasid_ucmd *ucmd)
{
	struct ioasid_alloc *alloc = ucmd->arg;
	struct ioasid_space *space;
	struct file *file;
	int rc;

	if (alloc->type != IOASID_TYPE_SVA && alloc->type != IOASID_TYPE_IOVA)
		return -EOPNOTSUPP;
	space = ioasid_space_create(alloc->type, IOASID_OWNER_USER);
	if (IS_ERR(space))
		return PTR_ERR(space);
	alloc->out_pasid = space->pasid;
	file = ioasid_fd_create(space, IOASID_RIGHT_ALL);
	rc = ioasid_ucmd_respond_with_file(ucmd, &alloc->out_fd, file);
	ioasid_space_let_go(space);
	return rc;
}

static int system_alloc(struct ioasid_ucmd *ucmd)
{
	const struct ioasid_alloc *alloc = ucmd->arg;
	int rc = alloc_space(ucmd);

	if (rc)
		ioasid_reason_tell_create(alloc->reason, rc);
	return rc;
}

static const struct ioasid_ioctl_op system_ops[] = {
	IOASID_IOCTL_OP(IOASID_GET_INFO, system_get_info, struct ioasid_info,
			__reserved,
			.reserved = offsetof(struct ioasid_info, __reserved)),
	IOASID_IOCTL_OP(IOASID_ALLOC, system_alloc, struct ioasid_alloc,
			__reserved,
			.reserved = offsetof(struct ioasid_alloc, __reserved),
			.mode = FMODE_WRITE),
	[IOASID_NR_ATTACHMENTS - IOASID_NR_GET_INFO] =
	IOASID_IOCTL_OP(IOASID_ATTACHMENTS, ioasid_system_attachments,
			struct ioasid_attachments, entries,
			.reserved = offsetof(struct ioasid_attachments,
					     __reserved)),
	[IOASID_NR_NEXT - IOASID_NR_GET_INFO] =
	IOASID_IOCTL_OP(IOASID_NEXT, ioasid_system_next, struct ioasid_next,
			status),
};

static long system_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return ioasid_ioctl(file, cmd, arg, system_ops, ARRAY_SIZE(system_ops));
}

static const struct file_operations system_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = system_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

/* Anyone may use it: a space reaches nothing but its creator's own memory. */
static struct miscdevice system_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ioasid",
	.fops = &system_fops,
	.mode = 0666,
};

static int __init ioasid_init(void)
{
	int rc;

	rc = ioasid_requests_init();
	if (rc)
		return rc;
	rc = misc_register(&system_device);
	if (rc)
		ioasid_requests_exit();
	return rc;
}

static void __exit ioasid_exit(void)
{
	misc_deregister(&system_device);
	ioasid_requests_exit();
	ioasid_pasid_exit();
}

module_init(ioasid_init);
module_exit(ioasid_exit);
MODULE_DESCRIPTION("I/O address spaces as file descriptors");
MODULE_LICENSE("GPL");
