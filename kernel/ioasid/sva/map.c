// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a domain maps: keeping the paging domain and our record of it in step.
 *
 * IOMMU drivers differ in what they do when a hole is unmapped, a superpage is
 * unmapped in part, or something is mapped over a present entry: some warn,
 * some lose data. So we remember what we mapped and never ask for any of that.
 * The record is made of chunks of 2 MiB of address space, created when
 * something in them is mapped and freed when nothing is. A chunk is mapped
 * either by one 2 MiB entry or by 4 KiB entries.
 *
 * The iommu core makes a superpage of any aligned, contiguous 2 MiB that it is
 * asked to map at once, so a window of 4 KiB pages must stay smaller than that.
 *
 * A page that devices could write is marked dirty when it is taken out; the mm
 * knows of no other sign that it was written.
 *
 * Everything here runs under mirror->lock: allocations are atomic, and a caller
 * that gets -ENOMEM makes room without the lock and tries again.
 */
#include <linux/bitmap.h>
#include <linux/hmm.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "domain.h"
#include "mirror.h"
#include "pin.h"

#define CHUNK_SHIFT	21
#define CHUNK_SIZE	BIT(CHUNK_SHIFT)
#define CHUNK_PAGES	(CHUNK_SIZE / PAGE_SIZE)
/* How much one call unmaps before it lets others have the lock. */
#define CHUNKS_AT_ONCE	4

#define ATOMIC		(GFP_ATOMIC | __GFP_NOWARN)

/**
 * struct ioasid_chunk - 2 MiB of address space that is mapped in part
 * @huge: by one entry of 2 MiB
 * @mapped: which pages
 * @writable: which of them devices may write
 */
struct ioasid_chunk {
	bool huge;
	DECLARE_BITMAP(mapped, CHUNK_PAGES);
	DECLARE_BITMAP(writable, CHUNK_PAGES);
};

static unsigned long chunk_index(unsigned long addr)
{
	return addr >> CHUNK_SHIFT;
}

static unsigned int page_index(unsigned long addr)
{
	return (addr % CHUNK_SIZE) >> PAGE_SHIFT;
}

static struct ioasid_chunk *chunk_get(struct ioasid_sva_domain *domain,
				      unsigned long index)
{
	struct ioasid_chunk *chunk = xa_load(&domain->chunks, index);

	if (chunk)
		return chunk;
	chunk = kzalloc(sizeof(*chunk), ATOMIC);
	if (!chunk)
		return NULL;
	if (xa_is_err(xa_store(&domain->chunks, index, chunk, ATOMIC))) {
		kfree(chunk);
		return NULL;
	}
	return chunk;
}

static void chunk_put(struct ioasid_sva_domain *domain, unsigned long index,
		      struct ioasid_chunk *chunk)
{
	if (!bitmap_empty(chunk->mapped, CHUNK_PAGES))
		return;
	xa_erase(&domain->chunks, index);
	kfree(chunk);
}

/* Huge pages are marked as a whole by any page of them. */
static void mark_dirty(struct ioasid_sva_domain *domain,
		       struct ioasid_chunk *chunk, unsigned long base,
		       unsigned int first, unsigned int end)
{
	unsigned int i = first;
	phys_addr_t phys;

	for_each_set_bit_from(i, chunk->writable, end) {
		phys = iommu_iova_to_phys(domain->base.iommu,
					  base + i * PAGE_SIZE);
		set_page_dirty(pfn_to_page(PHYS_PFN(phys)));
		if (chunk->huge)
			break;
	}
}

static bool chunk_unmap(struct ioasid_sva_domain *domain,
			struct ioasid_chunk *chunk, unsigned long base,
			unsigned int first, unsigned int end,
			struct iommu_iotlb_gather *gather)
{
	unsigned int from = chunk->huge ? 0 : first;
	unsigned int to = chunk->huge ? CHUNK_PAGES : end;
	unsigned int run_end;
	size_t size, done, all = 0;

	first = from;
	for_each_set_bitrange_from(from, run_end, chunk->mapped, to) {
		size = (run_end - from) * PAGE_SIZE;
		mark_dirty(domain, chunk, base, from, run_end);
		done = iommu_unmap_fast(domain->base.iommu,
					base + from * PAGE_SIZE, size, gather);
		WARN_ON_ONCE(done != size);
		all += size;
	}
	bitmap_clear(chunk->mapped, first, to - first);
	bitmap_clear(chunk->writable, first, to - first);
	chunk->huge = false;
	WRITE_ONCE(domain->mapped, domain->mapped - all);
	return all;
}

/**
 * ioasid_sva_unmap() - Take a range out of a domain
 * @domain: the domain
 * @start: first address
 * @last: last address
 *
 * More than the range may be unmapped. Stops when it has done much.
 *
 * Context: mirror->lock is held.
 * Return: whether nothing of the range is mapped any more. What has been
 * unmapped is unreachable in any case.
 */
bool ioasid_sva_unmap(struct ioasid_sva_domain *domain, unsigned long start,
		      unsigned long last)
{
	unsigned int first, end, budget = CHUNKS_AT_ONCE;
	struct iommu_iotlb_gather gather;
	struct ioasid_chunk *chunk;
	unsigned long index;
	bool stale = false;

	lockdep_assert_held(&domain->mirror->lock);
	iommu_iotlb_gather_init(&gather);
	xa_for_each_range(&domain->chunks, index, chunk, chunk_index(start),
			  chunk_index(last)) {
		if (!budget--)
			break;
		first = index == chunk_index(start) ? page_index(start) : 0;
		end = index == chunk_index(last) ? page_index(last) + 1 :
						   CHUNK_PAGES;
		stale |= chunk_unmap(domain, chunk, index << CHUNK_SHIFT, first,
				     end, &gather);
		chunk_put(domain, index, chunk);
	}
	if (stale)
		iommu_iotlb_sync(domain->base.iommu, &gather);
	return !chunk;
}

/*
 * Memory of a file may be pinned to be read while devices write it by another
 * request, and has to be taken out when it is written back.
 */
static bool is_kept(struct ioasid_sva_domain *domain,
		    const struct ioasid_chunk *chunk, unsigned long addr)
{
	unsigned long pfn = PHYS_PFN(iommu_iova_to_phys(domain->base.iommu,
							addr));

	if (!ioasid_pins_have(domain->mirror, addr, pfn))
		return false;
	return PageAnon(pfn_to_page(pfn)) ||
	       !test_bit(page_index(addr), chunk->writable);
}

static void chunk_unmap_unpinned(struct ioasid_sva_domain *domain,
				 struct ioasid_chunk *chunk,
				 unsigned long base, unsigned int first,
				 unsigned int end)
{
	struct iommu_iotlb_gather gather;
	bool stale = false;
	unsigned int i = first;

	iommu_iotlb_gather_init(&gather);
	for_each_set_bit_from(i, chunk->mapped, end)
		if (chunk->huge ||
		    !is_kept(domain, chunk, base + i * PAGE_SIZE))
			stale |= chunk_unmap(domain, chunk, base, i, i + 1,
					     &gather);
	if (stale)
		iommu_iotlb_sync(domain->base.iommu, &gather);
}

/**
 * ioasid_sva_unmap_unpinned() - Take out what is not pinned
 * @domain: the domain
 * @start: first address
 * @last: last address, in the same 2 MiB of address space
 *
 * Pinned memory that is mapped by 2 MiB is taken out too: its pages are about
 * to be mapped one by one.
 *
 * Context: mirror->lock is held.
 */
void ioasid_sva_unmap_unpinned(struct ioasid_sva_domain *domain,
			       unsigned long start, unsigned long last)
{
	unsigned long index = chunk_index(start);
	struct ioasid_chunk *chunk = xa_load(&domain->chunks, index);

	lockdep_assert_held(&domain->mirror->lock);
	if (!chunk)
		return;
	chunk_unmap_unpinned(domain, chunk, index << CHUNK_SHIFT,
			     page_index(start), page_index(last) + 1);
	chunk_put(domain, index, chunk);
}

static void unmap_now(struct ioasid_sva_domain *domain,
		      struct ioasid_chunk *chunk, unsigned long base,
		      unsigned int first, unsigned int end)
{
	struct iommu_iotlb_gather gather;

	iommu_iotlb_gather_init(&gather);
	if (chunk_unmap(domain, chunk, base, first, end, &gather))
		iommu_iotlb_sync(domain->base.iommu, &gather);
}

/* Maps what is not mapped: first what is in the way is taken out. */
static int chunk_map(struct ioasid_sva_domain *domain,
		     struct ioasid_chunk *chunk, unsigned long base,
		     unsigned int first, unsigned int end, unsigned long pfn,
		     bool write)
{
	int prot = IOMMU_READ | IOMMU_CACHE | (write ? IOMMU_WRITE : 0);
	size_t size = (end - first) * PAGE_SIZE;
	int rc;

	unmap_now(domain, chunk, base, first, end);
	rc = iommu_map(domain->base.iommu, base + first * PAGE_SIZE,
		       PFN_PHYS(pfn), size, prot, ATOMIC);
	if (rc)
		return rc;
	bitmap_set(chunk->mapped, first, end - first);
	if (write)
		bitmap_set(chunk->writable, first, end - first);
	WRITE_ONCE(domain->mapped, domain->mapped + size);
	return 0;
}

static unsigned long window_pfn(const struct ioasid_window *window,
				unsigned int i)
{
	return window->hmm_pfns[i] & ~HMM_PFN_FLAGS;
}

static bool is_served(const struct ioasid_chunk *chunk, unsigned int page,
		      bool write)
{
	return test_bit(page, write ? chunk->writable : chunk->mapped);
}

/* How many pages from @i on can be mapped by one call. */
static unsigned int map_run(const struct ioasid_window *window,
			    const struct ioasid_chunk *chunk, unsigned int i)
{
	unsigned int first = page_index(window->start), n = 1;

	while (i + n < window->pages &&
	       !is_served(chunk, first + i + n, window->write) &&
	       window_pfn(window, i + n) == window_pfn(window, i) + n)
		n++;
	return n;
}

static int map_small(struct ioasid_sva_domain *domain,
		     struct ioasid_chunk *chunk,
		     const struct ioasid_window *window)
{
	unsigned long base = ALIGN_DOWN(window->start, CHUNK_SIZE);
	unsigned int first = page_index(window->start), i, n;
	int rc;

	for (i = 0; i < window->pages; i += n) {
		n = 1;
		if (is_served(chunk, first + i, window->write))
			continue;
		n = map_run(window, chunk, i);
		rc = chunk_map(domain, chunk, base, first + i, first + i + n,
			       window_pfn(window, i), window->write);
		if (rc)
			return rc;
	}
	return 0;
}

static int map_huge(struct ioasid_sva_domain *domain,
		    struct ioasid_chunk *chunk,
		    const struct ioasid_window *window)
{
	unsigned long base = ALIGN_DOWN(window->start, CHUNK_SIZE);
	unsigned long pfn = window_pfn(window, 0) - page_index(window->start);
	int rc;

	if (is_served(chunk, page_index(window->start), window->write))
		return 0;
	rc = chunk_map(domain, chunk, base, 0, CHUNK_PAGES, pfn, window->write);
	if (!rc)
		chunk->huge = domain->base.iommu->pgsize_bitmap & CHUNK_SIZE;
	return rc;
}

/* The CPU maps the chunk by one entry too, so the vma has all of it. */
static bool is_huge(const struct ioasid_window *window)
{
	return hmm_pfn_to_map_order(window->hmm_pfns[0]) >=
	       CHUNK_SHIFT - PAGE_SHIFT;
}

/**
 * ioasid_sva_map() - Let devices reach a window of pages
 * @domain: the domain
 * @window: where, what and how; within one chunk
 *
 * Context: mirror->lock is held, and the sequence number of the notifier is
 * still what it was before the pages were looked up.
 * Return: 0, -ENOMEM, or another error of the IOMMU driver. On failure some of
 * the window may be mapped.
 */
int ioasid_sva_map(struct ioasid_sva_domain *domain,
		   const struct ioasid_window *window)
{
	unsigned long index = chunk_index(window->start);
	struct ioasid_chunk *chunk;
	int rc;

	lockdep_assert_held(&domain->mirror->lock);
	chunk = chunk_get(domain, index);
	if (!chunk)
		return -ENOMEM;
	rc = is_huge(window) ? map_huge(domain, chunk, window) :
			       map_small(domain, chunk, window);
	chunk_put(domain, index, chunk);
	return rc;
}

/**
 * ioasid_sva_run_before() - Count the pages mapped right below an address
 * @domain: the domain
 * @addr: the address
 * @max: where to stop counting
 *
 * Context: mirror->lock is held.
 * Return: how many they are.
 */
unsigned int ioasid_sva_run_before(struct ioasid_sva_domain *domain,
				   unsigned long addr, unsigned int max)
{
	struct ioasid_chunk *chunk = NULL;
	unsigned long page = addr >> PAGE_SHIFT;
	unsigned int run, in_chunk;

	for (run = 0; run < max && page; run++) {
		in_chunk = --page % CHUNK_PAGES;
		if (!chunk || in_chunk == CHUNK_PAGES - 1)
			chunk = xa_load(&domain->chunks, page / CHUNK_PAGES);
		if (!chunk || !test_bit(in_chunk, chunk->mapped))
			break;
	}
	return run;
}

/**
 * ioasid_sva_run_from() - Count the pages mapped from an address on
 * @domain: the domain
 * @addr: the address
 * @write: those that devices may write
 *
 * Context: mirror->lock is held.
 * Return: how many they are in the same 2 MiB of address space.
 */
unsigned int ioasid_sva_run_from(struct ioasid_sva_domain *domain,
				 unsigned long addr, bool write)
{
	struct ioasid_chunk *chunk = xa_load(&domain->chunks,
					     chunk_index(addr));
	unsigned int first = page_index(addr);

	lockdep_assert_held(&domain->mirror->lock);
	if (!chunk)
		return 0;
	return find_next_zero_bit(write ? chunk->writable : chunk->mapped,
				  CHUNK_PAGES, first) - first;
}

/**
 * ioasid_sva_leaf() - Look up how an address is mapped
 * @domain: the domain
 * @addr: the address
 *
 * Context: mirror->lock is held.
 * Return: the size of the page that has it, or 0 when it is not mapped.
 */
u64 ioasid_sva_leaf(struct ioasid_sva_domain *domain, unsigned long addr)
{
	struct ioasid_chunk *chunk = xa_load(&domain->chunks,
					     chunk_index(addr));

	lockdep_assert_held(&domain->mirror->lock);
	if (!chunk || !test_bit(page_index(addr), chunk->mapped))
		return 0;
	return chunk->huge ? CHUNK_SIZE : PAGE_SIZE;
}
