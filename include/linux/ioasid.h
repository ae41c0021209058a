/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * I/O address spaces for device drivers.
 *
 * A driver whose device does DMA with PASIDs takes an IOASID fd from its user,
 * calls ioasid_attach(), programs ioasid_attachment_pasid() into the device,
 * and calls ioasid_detach() when it is done. Everything else is done for it:
 * IOMMU domains, page requests, revocation.
 */
#ifndef _LINUX_IOASID_H
#define _LINUX_IOASID_H

#include <linux/bits.h>
#include <linux/types.h>

struct device;
struct ioasid_attachment;

/**
 * struct ioasid_attach_ops - What a driver wants to be told
 * @revoke: The owner has taken the space back. No device reaches it any more:
 *	the driver should stop the work that names the PASID, which now fails,
 *	and let its user know. The attachment stays valid until ioasid_detach().
 *	Called at most once for an attachment, and not once ioasid_detach() has
 *	returned. Optional.
 *	Context: process, may sleep, no locks held. Must not call
 *	ioasid_detach().
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

struct ioasid_attachment *
ioasid_attach(struct device *dev, int fd, unsigned int flags,
	      const struct ioasid_attach_ops *ops, void *data);
void ioasid_detach(struct ioasid_attachment *attachment);
u32 ioasid_attachment_pasid(const struct ioasid_attachment *attachment);

#endif
