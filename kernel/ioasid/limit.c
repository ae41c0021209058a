// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits: how many spaces a cgroup may have.
 *
 * Nobody can write a cgroup controller in a module, but the rdma controller
 * lets any device count what it hands out. Ours is named "ioasid", and a space
 * is one of its hca_object. So a limit is a line in rdma.max, for whoever sets
 * it up: an administrator, a service manager, a container runtime.
 *
 * This is a module of its own, which cannot be unloaded. The controller forgets
 * to free what it has for a cgroup that has a limit and nothing charged when
 * the cgroup is removed, and goes through that when the device is unregistered:
 * the kernel would crash. So the device is never unregistered. For the users of
 * ioasid this is welcome, because limits outlast it.
 *
 * The controller charges current's cgroup, with all that are above it. Whom it
 * has charged is remembered with the space: that is whom the charge goes back
 * to, from whatever context, wherever the process is by then.
 */
#include <linux/cgroup.h>
#include <linux/cgroup_rdma.h>
#include <linux/export.h>
#include <linux/module.h>

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
EXPORT_SYMBOL_GPL(ioasid_limit_charge);

/* May sleep. */
void ioasid_limit_uncharge(struct rdma_cgroup *payer)
{
	rdmacg_uncharge(payer, &limited_device, RDMACG_RESOURCE_HCA_OBJECT);
}
EXPORT_SYMBOL_GPL(ioasid_limit_uncharge);

/* The id of a cgroup that was charged: the inode number of its directory. */
u64 ioasid_limit_cgroup(const struct rdma_cgroup *payer)
{
	return cgroup_id(payer->css.cgroup);
}
EXPORT_SYMBOL_GPL(ioasid_limit_cgroup);

/* The id of the cgroup that would be charged next. */
u64 ioasid_limit_current_cgroup(void)
{
	u64 id;

	rcu_read_lock();
	id = cgroup_id(task_cgroup(current, rdma_cgrp_id));
	rcu_read_unlock();
	return id;
}
EXPORT_SYMBOL_GPL(ioasid_limit_current_cgroup);

static int __init limit_init(void)
{
	rdmacg_register_device(&limited_device);
	return 0;
}
module_init(limit_init);

MODULE_DESCRIPTION("Limits on the number of I/O address spaces");
MODULE_LICENSE("GPL");
