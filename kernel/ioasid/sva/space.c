// SPDX-License-Identifier: GPL-2.0-only
/*
 * SVA spaces: what a space does that is bound to an mm.
 */
#include <linux/err.h>

#include "../bond.h"
#include "../space.h"
#include "domain.h"
#include "mirror.h"
#include "pin.h"

static int sva_init(struct ioasid_space *space)
{
	space->mirror = ioasid_mirror_get_current();
	if (IS_ERR(space->mirror))
		return PTR_ERR(space->mirror);
	space->pins = RB_ROOT_CACHED;
	init_rwsem(&space->copying);
	ioasid_mirror_add_space(space->mirror, space);
	return 0;
}

static void sva_exit(struct ioasid_space *space)
{
	ioasid_mirror_del_space(space->mirror, space);
	ioasid_mirror_put(space->mirror);
}

static void sva_quiesce(struct ioasid_space *space)
{
	down_write(&space->copying);
	up_write(&space->copying);
}

/* Copies that are under way end first; later ones find that it is freed. */
static void sva_clear(struct ioasid_space *space)
{
	sva_quiesce(space);
	ioasid_pins_clear(space);
}

static bool sva_is_gone(struct ioasid_space *space)
{
	return READ_ONCE(space->mirror->gone);
}

static int sva_attach(struct ioasid_bond *bond, struct ioasid_attempt *attempt)
{
	struct ioasid_mirror *mirror = bond->space->mirror;
	struct ioasid_domain *domain;

	mutex_lock(&mirror->attach_lock);
	domain = ioasid_domain_attach(&mirror->domains, bond);
	mutex_unlock(&mirror->attach_lock);
	if (IS_ERR(domain))
		return PTR_ERR(domain);
	bond->domain = domain;
	return 0;
}

static void sva_detach(struct ioasid_bond *bond)
{
	struct ioasid_mirror *mirror = bond->space->mirror;

	mutex_lock(&mirror->attach_lock);
	ioasid_domain_detach(bond);
	mutex_unlock(&mirror->attach_lock);
}

static int sva_serve(struct ioasid_domain *domain, u64 iova, bool write,
		     bool in_place)
{
	return ioasid_sva_fill(to_sva_domain(domain), iova, write, in_place);
}

/* Whether a device was cut off, or an earlier one has the same domain. */
bool ioasid_sva_is_counted(struct ioasid_space *space, struct ioasid_bond *bond)
{
	struct ioasid_bond *earlier;

	if (!bond->domain)
		return true;
	list_for_each_entry(earlier, &space->bonds, node) {
		if (earlier == bond)
			return false;
		if (earlier->domain == bond->domain)
			return true;
	}
	return false;
}

static u64 sva_mapped(struct ioasid_space *space)
{
	struct ioasid_sva_domain *domain;
	struct ioasid_bond *bond;
	u64 mapped = 0;

	lockdep_assert_held(&space->lock);
	list_for_each_entry(bond, &space->bonds, node) {
		if (ioasid_sva_is_counted(space, bond))
			continue;
		domain = to_sva_domain(bond->domain);
		mapped += READ_ONCE(domain->mapped);
	}
	return mapped;
}

static u64 sva_nr_maps(struct ioasid_space *space)
{
	return READ_ONCE(space->nr_pins);
}

const struct ioasid_space_ops ioasid_sva_space_ops = {
	.name = "sva",
	.init = sva_init,
	.exit = sva_exit,
	.clear = sva_clear,
	.is_gone = sva_is_gone,
	.attach = sva_attach,
	.detach = sva_detach,
	.serve = sva_serve,
	.mapped = sva_mapped,
	.nr_maps = sva_nr_maps,
	.translate = ioasid_sva_translate,
	.access = ioasid_sva_access,
	.quiesce = sva_quiesce,
};
