/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_LIMIT_H
#define IOASID_LIMIT_H

#include <linux/types.h>

struct rdma_cgroup;

int ioasid_limit_charge(struct rdma_cgroup **payer);
void ioasid_limit_uncharge(struct rdma_cgroup *payer);
u64 ioasid_limit_cgroup(const struct rdma_cgroup *payer);
u64 ioasid_limit_current_cgroup(void);

#endif
