// SPDX-License-Identifier: GPL-2.0-only
/*
 * IOVA spaces: what a space does that has a map of its own.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include "../attempt.h"
#include "../bond.h"
#include "../request.h"
#include "../space.h"
#include "map.h"

static int iova_init(struct ioasid_space *space)
{
	struct ioasid_iova_map *map = &space->map;

	map->space = space;
	init_rwsem(&map->lock);
	mt_init_flags(&map->areas, MT_FLAGS_ALLOC_RANGE | MT_FLAGS_LOCK_EXTERN);
	mt_set_external_lock(&map->areas, &map->lock);
	map->domains.ops = &ioasid_iova_domain_ops;
	INIT_LIST_HEAD(&map->domains.list);
	map->reserved = RB_ROOT_CACHED;
	ioasid_fault_queue_init(&map->faults);
	return 0;
}

/* It was cleared when the space was freed, if it ever had a file. */
static void iova_exit(struct ioasid_space *space)
{
	kfree(space->map.keep);
}

/* Who waits for page requests learns that there will be none. */
static void iova_clear(struct ioasid_space *space)
{
	wake_up_all(&space->map.faults.wait);
	ioasid_iova_clear(space);
}

static int attach_locked(struct ioasid_iova_map *map, struct ioasid_bond *bond)
{
	struct ioasid_domain *domain;
	int rc;

	rc = ioasid_ranges_take(map, bond->dev);
	if (rc)
		return rc;
	domain = ioasid_domain_attach(&map->domains, bond);
	if (IS_ERR(domain))
		return PTR_ERR(domain);
	bond->domain = domain;
	rc = ioasid_ranges_take_rest(map, bond->dev, domain->iommu);
	if (rc)
		ioasid_domain_detach(bond);
	return rc;
}

static void say_obstacle(const struct ioasid_iova_map *map, int rc,
			 struct ioasid_reason *reason)
{
	if (rc != -EADDRINUSE && rc != -EADDRNOTAVAIL)
		return;
	reason->value = map->obstacle.start;
	reason->limit = map->obstacle.last;
}

static int iova_attach(struct ioasid_bond *bond, struct ioasid_attempt *attempt)
{
	struct ioasid_iova_map *map = &bond->space->map;
	int rc;

	down_write(&map->lock);
	rc = attach_locked(map, bond);
	if (rc) {
		say_obstacle(map, rc, &attempt->reason);
		ioasid_ranges_give(map, bond->dev);
	}
	up_write(&map->lock);
	return rc;
}

static void iova_detach(struct ioasid_bond *bond)
{
	struct ioasid_iova_map *map = &bond->space->map;

	down_write(&map->lock);
	ioasid_domain_detach(bond);
	ioasid_ranges_give(map, bond->dev);
	up_write(&map->lock);
}

static bool is_mapped(struct ioasid_iova_map *map, unsigned long index,
		      bool write)
{
	struct ioasid_area *area = ioasid_area_find(map, index, index);

	return area && (!write || area->flags & IOASID_WRITE);
}

/* What is mapped is in all page tables; there is nothing more to be had. */
static int iova_serve(struct ioasid_domain *domain, u64 iova, bool write,
		      bool in_place)
{
	struct ioasid_iova_map *map =
		container_of(domain->set, struct ioasid_iova_map, domains);
	int rc;

	if (!in_place)
		down_read(&map->lock);
	else if (!down_read_trylock(&map->lock))
		return -EAGAIN;
	rc = is_mapped(map, iova >> PAGE_SHIFT, write) ? 0 : -EFAULT;
	up_read(&map->lock);
	return rc;
}

static bool iova_ask(struct ioasid_request *request)
{
	return ioasid_fault_queue_add(&request->bond->space->map.faults,
				      request);
}

static void iova_quiesce(struct ioasid_space *space)
{
	down_write(&space->map.lock);
	up_write(&space->map.lock);
}

static u64 iova_mapped(struct ioasid_space *space)
{
	return READ_ONCE(space->map.bytes);
}

static u64 iova_nr_maps(struct ioasid_space *space)
{
	return READ_ONCE(space->map.nr);
}

const struct ioasid_space_ops ioasid_iova_space_ops = {
	.name = "iova",
	.init = iova_init,
	.exit = iova_exit,
	.clear = iova_clear,
	.attach = iova_attach,
	.detach = iova_detach,
	.serve = iova_serve,
	.serve_is_quick = true,
	.ask = iova_ask,
	.mapped = iova_mapped,
	.nr_maps = iova_nr_maps,
	.translate = ioasid_iova_translate,
	.access = ioasid_iova_access,
	.quiesce = iova_quiesce,
};
