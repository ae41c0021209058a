/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_ACCEL_H
#define IOASID_SIM_ACCEL_H

#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/list.h>
#include <linux/mutex.h>

#include "kernel.h"

struct sim_iommu;
struct sim_queue;

#define SIM_MAX_ACCELS	64

/**
 * struct sim_accel - An accelerator
 * @node: its character device, which keeps this structure
 * @cdev: the same
 * @dev: the device that does DMA
 * @kernel: what it does for the kernel; not to be used when @unbound
 * @lock: protects what follows, and serialises self-tests
 * @unbound: @dev is gone
 * @queues: all open queues
 */
struct sim_accel {
	struct device node;
	struct cdev cdev;
	struct device *dev;
	struct sim_kernel kernel;
	struct mutex lock;
	bool unbound;
	struct list_head queues;
};

/* accel.c */
int sim_accel_init_driver(void);
void sim_accel_exit_driver(void);
struct platform_device *sim_accel_create(unsigned int id,
					 struct sim_iommu *iommu,
					 bool page_requests);
struct sim_queue *sim_accel_open_queue(struct sim_accel *accel);
void sim_accel_close_queue(struct sim_accel *accel, struct sim_queue *queue);

/* file.c */
extern const struct file_operations sim_file_ops;

#endif
