/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_H
#define BENCH_H

#include <linux/iommufd.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct device;
struct ioasid_ucmd;

/* Guards the device, and who has it. */
extern struct mutex bench_lock;
extern struct device *bench_dev;

int bench_check_ours(void);
int bench_check_free(void);
struct iommufd_device *bench_bind_iommufd(int fd);

int bench_attach(struct ioasid_ucmd *ucmd);
int bench_attach_iommufd(struct ioasid_ucmd *ucmd);
int bench_detach(struct ioasid_ucmd *ucmd);
int bench_detach_locked(void);
int bench_request(struct ioasid_ucmd *ucmd);

int bench_loop(struct ioasid_ucmd *ucmd);

int bench_vfio_register(struct device *dev);
void bench_vfio_unregister(struct device *dev);
bool bench_vfio_is_open(void);

#endif
