// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a device reaches memory: the IOTLB, and the walk behind it.
 *
 * This is what PCIe calls the address translation cache of a device. It is
 * direct mapped, and a line has what one walk brings. Lines are not invalidated
 * one by one: they are valid while they carry the generation of the domain (see
 * domain.c), which also tells domains apart. A missing flush thus shows, as on
 * hardware: the old line keeps serving. What is not present is not cached.
 *
 * An access is a few pages at most, because whoever flushes waits for it,
 * spinning. All that it does not find is asked for as one group. A group has
 * one answer, so when that is no, the device asks again for one page alone, to
 * learn which one it cannot have. If it cannot ask any more, because the space
 * is out of its reach by then, it is left with the last page of the group.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "../race.h"
#include "dma.h"
#include "domain.h"
#include "iommu.h"
#include "pasid.h"

#define IOTLB_LINES	1024
#define LINE_SIZE	(SIM_WALK_ENTRIES * PAGE_SIZE)

/**
 * struct sim_iotlb_line - Cached translations of neighbouring pages
 * @index: the address, in units of LINE_SIZE
 * @generation: that of the domain when the line was filled; 0 is of none
 * @walk: the translations
 */
struct sim_iotlb_line {
	u64 index;
	u64 generation;
	struct sim_walk walk;
};

int sim_dma_init(struct sim_dma *dma, struct device *dev,
		 void (*resume)(struct sim_request *request))
{
	dma->iotlb = kvcalloc(IOTLB_LINES, sizeof(*dma->iotlb),
			      GFP_KERNEL_ACCOUNT);
	if (!dma->iotlb)
		return -ENOMEM;
	dma->endpoint = dev_iommu_priv_get(dev);
	sim_request_init(&dma->request, resume);
	return 0;
}

void sim_dma_destroy(struct sim_dma *dma)
{
	kvfree(dma->iotlb);
}

/**
 * sim_dma_access() - Access memory once
 * @dma: how to get there
 * @context: in whose address space
 * @access: does it
 * @data: for @access
 *
 * Context: process context. @access may not sleep.
 * Return: whether @access has been done; if not, dma->miss says why, and
 * sim_dma_request() asks for what it needs.
 */
bool sim_dma_access(struct sim_dma *dma, const struct sim_context *context,
		    sim_dma_access_t access, void *data)
{
	struct sim_pasid *entry;
	struct sim_domain *domain;
	bool done;

	dma->nr_missed = 0;
	rcu_read_lock();
	entry = xa_load(&dma->endpoint->pasids, context->pasid);
	if (entry) {
		domain = entry->domain;
		race_window();
		read_lock(&domain->lock);
		if (!READ_ONCE(entry->removed) && !READ_ONCE(context->stopped))
			dma->domain = domain;
		done = access(dma, data);
		dma->domain = NULL;
		read_unlock(&domain->lock);
	} else {
		done = access(dma, data);
	}
	rcu_read_unlock();
	return done;
}

static struct sim_iotlb_line *find_line(struct sim_dma *dma, u64 index)
{
	return &dma->iotlb[index % IOTLB_LINES];
}

static u64 cached_entry(struct sim_dma *dma, u64 addr)
{
	const struct sim_iotlb_line *line = find_line(dma, addr / LINE_SIZE);

	if (line->index != addr / LINE_SIZE ||
	    line->generation != dma->domain->generation)
		return 0;
	return sim_walk_entry(&line->walk, addr);
}

static u64 walked_entry(struct sim_dma *dma, u64 addr)
{
	struct sim_iotlb_line *line = find_line(dma, addr / LINE_SIZE);

	line->index = addr / LINE_SIZE;
	line->generation = dma->domain->generation;
	sim_pgtable_walk(&dma->domain->pgtable, addr, &line->walk);
	return sim_walk_entry(&line->walk, addr);
}

/* A page that is to be read and written is asked for once, to be written. */
static void note_miss(struct sim_dma *dma, u64 addr, bool write)
{
	struct sim_miss miss = { .addr = addr, .write = write };
	unsigned int i;

	if (!dma->nr_missed && (dma->domain || !dma->alone))
		dma->miss = miss;
	for (i = 0; i < dma->nr_missed; i++)
		if (!((dma->group[i].addr ^ addr) & PAGE_MASK))
			break;
	if (i == SIM_GROUP_MAX)
		return;
	if (i < dma->nr_missed)
		dma->group[i].write |= write;
	else
		dma->group[dma->nr_missed++] = miss;
}

static u64 find_entry(struct sim_dma *dma, u64 addr, u64 wanted)
{
	u64 entry = dma->domain ? cached_entry(dma, addr) : 0;

	if (!(entry & wanted) && dma->domain)
		entry = walked_entry(dma, addr);
	return entry;
}

/* To where pages follow each other in memory, no further than the line goes. */
static u32 run_length(struct sim_dma *dma, u64 addr, u64 entry, u64 wanted)
{
	const struct sim_walk *walk = &find_line(dma, addr / LINE_SIZE)->walk;
	u64 mask = SIM_ENTRY_ADDRESS | wanted;
	u64 page = addr & PAGE_MASK;

	do {
		page += PAGE_SIZE;
		entry += PAGE_SIZE;
	} while (page % LINE_SIZE &&
		 !((sim_walk_entry(walk, page) ^ entry) & mask));
	return page - addr;
}

/**
 * sim_dma_translate() - Find the memory behind an address
 * @dma: how to get there
 * @addr: the address
 * @write: it is going to be written
 * @len: how much is wanted; cut to what lies side by side in memory, at least
 *	the rest of the page
 *
 * Context: in an access function.
 * Return: the byte at @addr, good for @len and until the access function
 * returns; or NULL, and the miss is noted.
 */
void *sim_dma_translate(struct sim_dma *dma, u64 addr, bool write, u32 *len)
{
	u64 wanted = write ? SIM_ENTRY_WRITE : SIM_ENTRY_PRESENT;
	u64 entry = find_entry(dma, addr, wanted);

	if (!(entry & wanted)) {
		note_miss(dma, addr, write);
		return NULL;
	}
	if (*len > PAGE_SIZE - offset_in_page(addr))
		*len = min(*len, run_length(dma, addr, entry, wanted));
	return phys_to_virt(entry & SIM_ENTRY_ADDRESS) + offset_in_page(addr);
}

/* Asks for what the last access did not find. */
void sim_dma_request(struct sim_dma *dma, const struct sim_context *context)
{
	if (dma->alone)
		sim_request_send(&dma->request, dma->endpoint, context,
				 &dma->miss, 1);
	else
		sim_request_send(&dma->request, dma->endpoint, context,
				 dma->group, dma->nr_missed);
}

/* Whether an answer to the group may be about something else than dma->miss. */
static bool is_ambiguous(const struct sim_dma *dma)
{
	return dma->nr_missed > 1 || dma->group[0].write != dma->miss.write;
}

/**
 * sim_dma_settle() - Take the answer to what was asked for
 * @dma: how to get there
 *
 * Return: 0 when the access is worth another try, -EFAULT when dma->miss was
 * refused, -EAGAIN when there is no answer yet.
 */
int sim_dma_settle(struct sim_dma *dma)
{
	int rc = sim_request_settle(&dma->request);

	if (rc != -EFAULT || dma->alone || !is_ambiguous(dma))
		return rc;
	dma->alone = true;
	dma->miss = dma->group[dma->nr_missed - 1];
	return 0;
}

/* Withdraws what was asked for on behalf of a context that is stopped. */
void sim_dma_cancel(struct sim_dma *dma, const struct sim_context *context)
{
	sim_request_cancel(&dma->request, dma->endpoint, context);
}
