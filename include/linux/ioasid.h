/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * I/O address spaces for device drivers.
 *
 * A driver whose device does DMA with PASIDs takes an IOASID fd from its user,
 * calls ioasid_attach(), programs ioasid_attachment_pasid() into the device,
 * and calls ioasid_detach() when it is done. Everything else is done for it:
 * IOMMU domains, page requests, revocation.
 *
 * There are four doors, behind which is one allocator:
 *
 *	who makes the space	for what		how		who pays
 *	a user, /dev/ioasid	his memory, or a map	ioasid_attach()	the user
 *	a driver, for a user	the user's memory	ioasid_attach_current()
 *								the user
 *	a driver, for itself	its default PASID	ioasid_kernel_create(),
 *							ioasid_kernel_attach()
 *								nobody
 *	a driver, for itself	kernel memory		ioasid_kernel_map()
 *								nobody
 *
 * A driver whose device is nothing but software, with no IOMMU in front of it,
 * attaches with no device, and reaches the space by ioasid_read() and
 * ioasid_write().
 */
#ifndef _LINUX_IOASID_H
#define _LINUX_IOASID_H

#include <linux/bits.h>
#include <linux/types.h>

struct device;
struct ioasid_attachment;
struct ioasid_space;

/**
 * struct ioasid_attach_ops - What a driver wants to be told
 * @revoke: The owner has taken the space back, or cut the device off. The
 *	device does not reach it any more: the driver should stop the work that
 *	names the PASID, which now fails, and let its user know. The attachment
 *	stays valid until ioasid_detach(), and while it does the device cannot
 *	be attached to the space again. Called at most once for an attachment,
 *	and not once ioasid_detach() has returned. Optional. Context: process,
 *	may sleep, no locks held. Must not call ioasid_detach().
 */
struct ioasid_attach_ops {
	void (*revoke)(struct ioasid_attachment *attachment, void *data);
};

/*
 * The device is software: it reports page requests from a context that may
 * sleep for as long as the kernel needs to provide an anonymous page, so such
 * requests may be answered in place rather than by a worker.
 */
#define IOASID_ATTACH_FAULT_IN_PLACE	BIT(0)
/*
 * The user knows that whatever the device touches must be there before: attach
 * an SVA space also to a device without page requests.
 */
#define IOASID_ATTACH_NO_FAULT		BIT(1)

/**
 * struct ioasid_attach_args - How a device shall be attached
 * @fd: an IOASID fd of current, for ioasid_attach()
 * @flags: IOASID_ATTACH_*
 * @cookie: names the device to whoever serves page requests of the space. If
 *	the device is attached to the space already, the first one's stays
 * @reason: where current wants to read why it failed: address of a struct
 *	ioasid_reason in its memory, or 0. As it was got from the user
 * @ops: callbacks, or NULL
 * @data: for the callbacks
 */
struct ioasid_attach_args {
	int fd;
	unsigned int flags;
	u64 cookie;
	u64 reason;
	const struct ioasid_attach_ops *ops;
	void *data;
};

struct ioasid_attachment *ioasid_attach(struct device *dev,
					const struct ioasid_attach_args *args);
struct ioasid_attachment *
ioasid_attach_current(struct device *dev,
		      const struct ioasid_attach_args *args);
void ioasid_detach(struct ioasid_attachment *attachment);
u32 ioasid_attachment_pasid(const struct ioasid_attachment *attachment);
bool ioasid_attachment_can_fault(const struct ioasid_attachment *attachment);

ssize_t ioasid_read(struct ioasid_attachment *attachment, u64 iova, void *to,
		    size_t size);
ssize_t ioasid_write(struct ioasid_attachment *attachment, u64 iova,
		     const void *from, size_t size);

/* What devices may do with kernel memory. Writing includes reading. */
#define IOASID_KERNEL_READ	BIT(0)
#define IOASID_KERNEL_WRITE	BIT(1)

struct ioasid_space *ioasid_kernel_create(void);
void ioasid_kernel_destroy(struct ioasid_space *space);
struct ioasid_attachment *
ioasid_kernel_attach(struct ioasid_space *space, struct device *dev,
		     const struct ioasid_attach_args *args);
int ioasid_kernel_map(struct ioasid_space *space, const void *address,
		      size_t size, unsigned int flags, u64 *iova);
int ioasid_kernel_unmap(struct ioasid_space *space, u64 iova, size_t size);

#endif
