// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits: how many spaces a cgroup may have.
 *
 * Nobody can write a cgroup controller in a module, but the rdma controller
 * lets any device count what it hands out. Ours is named "ioasid", and a space
 * is one of its hca_object. So a limit is a line in rdma.max, for whoever sets
 * it up: an administrator, a service manager, a container runtime.
 *
 * The controller charges current's cgroup, with all that are above it. Whom it
 * has charged is remembered with the space: that is whom the charge goes back
 * to, from whatever context, wherever the process is by then.
 */
#include <linux/cgroup.h>
#include <linux/cgroup_rdma.h>

#include "limit.h"

static struct rdmacg_device limited_device = {
	.name = "ioasid",
};

/**
 * ioasid_limit_charge() - Charge current's cgroup for a space
 * @payer: who was charged, for ioasid_limit_uncharge()
 *
 * Context: Process context, may sleep.
 * Return: 0, -EDQUOT when a limit does not allow it, or -ENOMEM.
 */
int ioasid_limit_charge(struct rdma_cgroup **payer)
{
	int rc;

	rc = rdmacg_try_charge(payer, &limited_device,
			       RDMACG_RESOURCE_HCA_OBJECT);
	return rc == -EAGAIN ? -EDQUOT : rc;
}

/* May sleep. */
void ioasid_limit_uncharge(struct rdma_cgroup *payer)
{
	rdmacg_uncharge(payer, &limited_device, RDMACG_RESOURCE_HCA_OBJECT);
}

/* The id of a cgroup that was charged: the inode number of its directory. */
u64 ioasid_limit_cgroup(const struct rdma_cgroup *payer)
{
	return cgroup_id(payer->css.cgroup);
}

/* The id of the cgroup that would be charged next. */
u64 ioasid_limit_current_cgroup(void)
{
	u64 id;

	rcu_read_lock();
	id = cgroup_id(task_cgroup(current, rdma_cgrp_id));
	rcu_read_unlock();
	return id;
}

void ioasid_limit_init(void)
{
	rdmacg_register_device(&limited_device);
}

/* Nothing is charged any more. */
void ioasid_limit_exit(void)
{
	rdmacg_unregister_device(&limited_device);
}
