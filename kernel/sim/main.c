// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioasid_sim: a software IOMMU and accelerators behind it.
 *
 * For trying and testing I/O address spaces on a machine without such hardware.
 * Everything registers with the kernel's own interfaces, as hardware would:
 *
 *	main		module and its parameters
 *	accel, file	the accelerators: platform devices, /dev/ioasid_simN
 *	kernel		what they do for the kernel, without a user
 *	queue, spaces, events
 *			an open file: jobs, spaces, and what the user is told
 *	engine, desc, ops
 *			working on descriptors
 *	dma, prq	how a device reaches memory: IOTLB and page requests
 *	iommu, pasid, domain, pgtable
 *			the IOMMU: probing, PASID tables, paging domains
 *
 * Each layer uses only those below it. The engine knows nothing that a device
 * would not know: of the memory that it works on it sees what its IOMMU
 * translates, and asks for the rest by page requests.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/stringify.h>

#include "accel.h"
#include "iommu.h"
#include "pgtable.h"
#include "queue.h"

#define SIM_MAX_IOMMUS		8
#define SIM_MIN_IOVA_BITS	32

static unsigned int accelerators = 2;
module_param(accelerators, uint, 0444);
MODULE_PARM_DESC(accelerators, "Number of accelerators (1 to 64, default 2)");

static unsigned int iommus = 1;
module_param(iommus, uint, 0444);
MODULE_PARM_DESC(iommus,
		 "Number of IOMMUs that they are spread over (1 to 8, default 1)");

static unsigned int iova_bits[SIM_MAX_IOMMUS] = {
	[0 ... SIM_MAX_IOMMUS - 1] = SIM_IOVA_BITS,
};
module_param_array(iova_bits, uint, NULL, 0444);
MODULE_PARM_DESC(iova_bits,
		 "Width of the addresses that each IOMMU translates (32 to "
		 __stringify(SIM_IOVA_BITS) ", which is the default)");

static unsigned int no_prs;
module_param(no_prs, uint, 0444);
MODULE_PARM_DESC(no_prs,
		 "Number of accelerators, the last ones, without page requests (default 0)");

static struct sim_iommu *sim_iommus[SIM_MAX_IOMMUS];
static struct platform_device *sim_accels[SIM_MAX_ACCELS];

static int check_range(const char *name, unsigned int value, unsigned int min,
		       unsigned int max)
{
	if (value >= min && value <= max)
		return 0;
	pr_err("%s=%u is not possible, give a number from %u to %u\n", name,
	       value, min, max);
	return -EINVAL;
}

static int check_parameters(void)
{
	unsigned int i;
	int rc;

	rc = check_range("accelerators", accelerators, 1, SIM_MAX_ACCELS);
	if (!rc)
		rc = check_range("iommus", iommus, 1, SIM_MAX_IOMMUS);
	if (!rc)
		rc = check_range("no_prs", no_prs, 0, accelerators);
	for (i = 0; !rc && i < SIM_MAX_IOMMUS; i++)
		rc = check_range("iova_bits", iova_bits[i], SIM_MIN_IOVA_BITS,
				 SIM_IOVA_BITS);
	return rc;
}

static void destroy_iommus(void)
{
	unsigned int i;

	for (i = 0; i < iommus && sim_iommus[i]; i++)
		sim_iommu_destroy(sim_iommus[i]);
}

static int create_iommus(void)
{
	struct sim_iommu *iommu;
	unsigned int i;

	for (i = 0; i < iommus; i++) {
		iommu = sim_iommu_create(i, iova_bits[i]);
		if (IS_ERR(iommu)) {
			destroy_iommus();
			return PTR_ERR(iommu);
		}
		sim_iommus[i] = iommu;
	}
	return 0;
}

static void destroy_accels(void)
{
	unsigned int i;

	for (i = 0; i < accelerators && sim_accels[i]; i++)
		platform_device_unregister(sim_accels[i]);
}

static int create_accels(void)
{
	struct platform_device *accel;
	unsigned int i;

	for (i = 0; i < accelerators; i++) {
		accel = sim_accel_create(i, sim_iommus[i % iommus],
					 i < accelerators - no_prs);
		if (IS_ERR(accel)) {
			destroy_accels();
			return PTR_ERR(accel);
		}
		sim_accels[i] = accel;
	}
	return 0;
}

static int __init sim_init(void)
{
	int rc;

	rc = check_parameters();
	if (rc)
		return rc;
	rc = sim_queue_init_work();
	if (rc)
		return rc;
	rc = sim_accel_init_driver();
	if (rc)
		goto exit_work;
	rc = create_iommus();
	if (rc)
		goto exit_driver;
	rc = create_accels();
	if (rc)
		goto destroy_iommus;
	return 0;

destroy_iommus:
	destroy_iommus();
exit_driver:
	sim_accel_exit_driver();
exit_work:
	sim_queue_exit_work();
	return rc;
}
module_init(sim_init);

static void __exit sim_exit(void)
{
	destroy_accels();
	destroy_iommus();
	sim_accel_exit_driver();
	sim_queue_exit_work();
}
module_exit(sim_exit);

MODULE_DESCRIPTION("Simulated IOMMU and accelerators for I/O address spaces");
MODULE_LICENSE("GPL");
