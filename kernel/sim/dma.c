// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a device reaches memory: the IOTLB, and the walk behind it.
 *
 * This is what PCIe calls the address translation cache of a device. It is
 * direct mapped, with a line for each 4 KiB whatever the size of the leaf.
 * Lines are not invalidated one by one: they are valid while they carry the
 * generation of the domain (see domain.c), which also tells domains apart. A
 * missing flush thus shows, as on hardware: the old line keeps serving.
 *
 * An access is a page at most, because whoever flushes waits for it, spinning.
 */
#include <linux/hash.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "dma.h"
#include "domain.h"
#include "iommu.h"
#include "pasid.h"

#define IOTLB_BITS	10
#define IOTLB_LINES	BIT(IOTLB_BITS)

/**
 * struct sim_iotlb_line - One cached translation
 * @vpn: number of the page
 * @generation: that of the domain when the line was filled; 0 is of none
 * @page: where it is
 * @writable: it was writable when the line was filled
 */
struct sim_iotlb_line {
	u64 vpn;
	u64 generation;
	void *page;
	bool writable;
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
 * Return: whether @access has been done; if not, dma->miss says why.
 */
bool sim_dma_access(struct sim_dma *dma, const struct sim_context *context,
		    sim_dma_access_t access, void *data)
{
	struct sim_pasid *entry;
	struct sim_domain *domain;
	bool done;

	rcu_read_lock();
	entry = xa_load(&dma->endpoint->pasids, context->pasid);
	if (entry) {
		domain = entry->domain;
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

/* Only memory answers, not whatever else has a physical address. */
static bool walk(const struct sim_domain *domain, u64 addr, bool write,
		 struct sim_leaf *leaf)
{
	return sim_pgtable_walk(&domain->pgtable, addr, leaf) &&
	       (leaf->writable || !write) && pfn_valid(PHYS_PFN(leaf->phys));
}

static bool line_hits(const struct sim_iotlb_line *line,
		      const struct sim_domain *domain, u64 vpn, bool write)
{
	return line->vpn == vpn && line->generation == domain->generation &&
	       (line->writable || !write);
}

/**
 * sim_dma_translate() - Find the memory behind an address
 * @dma: how to get there
 * @addr: the address
 * @write: it is going to be written
 *
 * Context: in an access function.
 * Return: the byte at @addr, good to the end of its page and until the access
 * function returns; or NULL, and dma->miss is set.
 */
void *sim_dma_translate(struct sim_dma *dma, u64 addr, bool write)
{
	u64 vpn = addr >> PAGE_SHIFT;
	struct sim_iotlb_line *line = &dma->iotlb[hash_64(vpn, IOTLB_BITS)];
	struct sim_leaf leaf;

	if (dma->domain && line_hits(line, dma->domain, vpn, write))
		return line->page + offset_in_page(addr);
	if (!dma->domain || !walk(dma->domain, addr, write, &leaf)) {
		dma->miss = (struct sim_miss){ .addr = addr, .write = write };
		return NULL;
	}
	*line = (struct sim_iotlb_line){
		.vpn = vpn,
		.generation = dma->domain->generation,
		.page = phys_to_virt(leaf.phys),
		.writable = leaf.writable,
	};
	return line->page + offset_in_page(addr);
}

/* Asks for what the last access did not find. */
void sim_dma_request(struct sim_dma *dma, const struct sim_context *context)
{
	sim_request_send(&dma->request, dma->endpoint, context, &dma->miss);
}
