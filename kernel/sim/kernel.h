/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_KERNEL_H
#define IOASID_SIM_KERNEL_H

struct device;
struct ioasid_attachment;
struct ioasid_space;

/**
 * struct sim_kernel - What an accelerator does for the kernel
 * @dev: its device
 * @space: the space of its default PASID
 * @attachment: lets it into that, for as long as the driver is bound
 */
struct sim_kernel {
	struct device *dev;
	struct ioasid_space *space;
	struct ioasid_attachment *attachment;
};

int sim_kernel_start(struct sim_kernel *kernel, struct device *dev);
void sim_kernel_stop(struct sim_kernel *kernel);
int sim_kernel_test(struct sim_kernel *kernel);

#endif
