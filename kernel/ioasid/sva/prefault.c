// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prefaulting: filling the domains of a space before devices ask.
 *
 * It is done as if devices had asked for one page after the other, which makes
 * the windows of fill.c long. The mm may change meanwhile: what was filled and
 * is gone again at the end counts as filled.
 */
#include <linux/err.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "../bond.h"
#include "../memory.h"
#include "../space.h"
#include "domain.h"
#include "mirror.h"

/**
 * struct prefault - Prefaulting that is under way
 * @memory: what
 * @end: up to where it has succeeded with every domain so far
 * @nr: how many domains
 * @domains: they, referenced
 */
struct prefault {
	const struct ioasid_memory *memory;
	unsigned long end;
	unsigned int nr;
	struct ioasid_domain **domains;
};

static int collect_locked(struct prefault *prefault, struct ioasid_space *space)
{
	struct ioasid_bond *bond;

	lockdep_assert_held(&space->lock);
	if (space->freed)
		return -ESTALE;
	prefault->domains = kcalloc(list_count_nodes(&space->bonds),
				    sizeof(*prefault->domains), GFP_KERNEL);
	if (!prefault->domains)
		return -ENOMEM;
	list_for_each_entry(bond, &space->bonds, node) {
		if (ioasid_sva_is_counted(space, bond))
			continue;
		ioasid_domain_get(bond->domain);
		prefault->domains[prefault->nr++] = bond->domain;
	}
	return 0;
}

static int collect_domains(struct prefault *prefault,
			   struct ioasid_space *space)
{
	int rc;

	mutex_lock(&space->lock);
	rc = collect_locked(prefault, space);
	mutex_unlock(&space->lock);
	return rc;
}

static void put_domains(struct prefault *prefault)
{
	unsigned int i;

	for (i = 0; i < prefault->nr; i++)
		ioasid_domain_put(prefault->domains[i]);
	kfree(prefault->domains);
}

static unsigned int run_from(struct ioasid_sva_domain *domain,
			     unsigned long addr, bool write)
{
	struct ioasid_mirror *mirror = domain->mirror;
	unsigned int run;

	spin_lock(&mirror->lock);
	run = ioasid_sva_run_from(domain, addr, write);
	spin_unlock(&mirror->lock);
	return run;
}

static int fill(struct ioasid_sva_domain *domain, unsigned long addr,
		bool write)
{
	int rc;

	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		rc = ioasid_sva_fill(domain, addr, write, false);
	} while (rc == -EBUSY);
	return rc;
}

/* Goes through pages that a domain has, or makes it have some. */
static int step(struct ioasid_sva_domain *domain, bool write,
		unsigned long *addr)
{
	unsigned int run = run_from(domain, *addr, write);
	int rc;

	if (!run) {
		rc = fill(domain, *addr, write);
		if (rc)
			return rc;
		run = 1;
	}
	*addr += run * PAGE_SIZE;
	return 0;
}

/* A domain that was retired meanwhile has all that its devices need. */
static int fill_domain(struct prefault *prefault,
		       struct ioasid_sva_domain *domain)
{
	unsigned long addr = prefault->memory->address;
	int rc = 0;

	while (addr < prefault->end && !rc)
		rc = step(domain, prefault->memory->write, &addr);
	if (rc == -ENODEV)
		return 0;
	prefault->end = min(addr, prefault->end);
	return rc;
}

static int fill_domains(struct prefault *prefault)
{
	unsigned long start = prefault->memory->address;
	unsigned int i;
	int rc = 0;

	for (i = 0; i < prefault->nr && prefault->end > start; i++)
		rc = fill_domain(prefault,
				 to_sva_domain(prefault->domains[i]));
	return prefault->end > start ? 0 : rc;
}

static int prefault_error(const struct ioasid_memory *memory, int rc)
{
	if (rc == -ENOMEM || rc == -EINTR || rc == -ESRCH)
		return rc;
	return ioasid_memory_refusal(memory, memory->address);
}

/**
 * ioasid_sva_prefault() - Make memory of the process ready for devices
 * @space: the space
 * @memory: which memory
 * @length: for how much, from its beginning, devices have what they need
 *
 * Context: Process context, may sleep for as long as the memory takes.
 * Return: 0, or an error as documented for IOASID_PREFAULT when not even the
 * first page is ready.
 */
int ioasid_sva_prefault(struct ioasid_space *space,
			const struct ioasid_memory *memory, u64 *length)
{
	struct prefault prefault = {
		.memory = memory,
		.end = memory->address + (memory->nr << PAGE_SHIFT),
	};
	int rc;

	rc = collect_domains(&prefault, space);
	if (rc)
		return rc;
	rc = fill_domains(&prefault);
	put_domains(&prefault);
	if (rc)
		return prefault_error(memory, rc);
	*length = prefault.end - memory->address;
	return 0;
}
