// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaching the device, until it is detached, and page requests meanwhile.
 *
 * It can have many attachments of ours at once, which are all that it has then.
 * They are detached together. bench_lock also is what keeps a device attached
 * while a page request of it is reported.
 */
#include <linux/err.h>
#include <linux/ioasid.h>
#include <linux/ioasid_ioctl.h>
#include <linux/iommu.h>
#include <linux/iommufd.h>

#include "bench.h"
#include "ioasid_bench.h"

#define ATTACHMENTS_MAX	4096

static struct ioasid_attachment *attachments[ATTACHMENTS_MAX];
static unsigned int nr_attachments;
static struct iommufd_device *bench_iommufd;

/**
 * bench_check_ours() - Whether there is a device that nobody else has
 *
 * Return: 0, -ENODEV when there is none, or -EEXIST when iommufd or VFIO has
 * it.
 */
int bench_check_ours(void)
{
	lockdep_assert_held(&bench_lock);
	if (!bench_dev)
		return -ENODEV;
	return bench_iommufd || bench_vfio_is_open() ? -EEXIST : 0;
}

/**
 * bench_check_free() - Whether there is a device that nobody has
 *
 * Return: 0, -ENODEV when there is none, or -EEXIST when somebody has it.
 */
int bench_check_free(void)
{
	return bench_check_ours() ?: nr_attachments ? -EEXIST : 0;
}

static int attach_ioasid(const struct ioasid_bench_attach *arg)
{
	struct ioasid_attach_args args = { .fd = arg->fd };
	struct ioasid_attachment *attachment;

	if (nr_attachments == ATTACHMENTS_MAX)
		return -ENOSPC;
	attachment = ioasid_attach(bench_dev, &args);
	if (IS_ERR(attachment))
		return PTR_ERR(attachment);
	attachments[nr_attachments++] = attachment;
	return 0;
}

/**
 * bench_bind_iommufd() - Give the device to iommufd, attached to nothing
 * @fd: of /dev/iommu
 *
 * Return: what iommufd makes of it, or an error pointer.
 */
struct iommufd_device *bench_bind_iommufd(int fd)
{
	struct iommufd_ctx *context = iommufd_ctx_from_fd(fd);
	struct iommufd_device *device;
	u32 id;

	if (IS_ERR(context))
		return ERR_CAST(context);
	device = iommufd_device_bind(context, bench_dev, &id);
	iommufd_ctx_put(context);
	return device;
}

static int attach_iommufd(const struct ioasid_bench_attach *arg)
{
	struct iommufd_device *device = bench_bind_iommufd(arg->fd);
	u32 ioas = arg->ioas;
	int rc;

	if (IS_ERR(device))
		return PTR_ERR(device);
	rc = iommufd_device_attach(device, &ioas);
	if (rc)
		iommufd_device_unbind(device);
	else
		bench_iommufd = device;
	return rc;
}

int bench_attach(struct ioasid_ucmd *ucmd)
{
	int rc;

	mutex_lock(&bench_lock);
	rc = bench_check_ours();
	if (!rc)
		rc = attach_ioasid(ucmd->arg);
	mutex_unlock(&bench_lock);
	return rc;
}

int bench_attach_iommufd(struct ioasid_ucmd *ucmd)
{
	int rc;

	mutex_lock(&bench_lock);
	rc = bench_check_free();
	if (!rc)
		rc = attach_iommufd(ucmd->arg);
	mutex_unlock(&bench_lock);
	return rc;
}

/* Does not end what VFIO has: its user does. */
int bench_detach_locked(void)
{
	lockdep_assert_held(&bench_lock);
	if (nr_attachments) {
		while (nr_attachments)
			ioasid_detach(attachments[--nr_attachments]);
	} else if (bench_iommufd) {
		iommufd_device_detach(bench_iommufd);
		iommufd_device_unbind(bench_iommufd);
		bench_iommufd = NULL;
	} else {
		return -ENOENT;
	}
	return 0;
}

int bench_detach(struct ioasid_ucmd *ucmd)
{
	int rc;

	mutex_lock(&bench_lock);
	rc = bench_detach_locked();
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

int bench_request(struct ioasid_ucmd *ucmd)
{
	const struct ioasid_bench_request *arg = ucmd->arg;
	int rc = 0;

	mutex_lock(&bench_lock);
	if (nr_attachments)
		report(ioasid_attachment_pasid(attachments[0]), arg->iova);
	else
		rc = -ENOENT;
	mutex_unlock(&bench_lock);
	return rc;
}
