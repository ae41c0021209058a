// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables: keeping those of all IOMMUs what the map is.
 *
 * A run of pages that lie side by side is entered by one call, and the iommu
 * core makes the largest leaves of it that fit: aligned blocks, both by address
 * and in memory. So the size of a leaf need not be remembered: it follows from
 * the run, clipped to its area, and the sizes that the IOMMU has. It stays so
 * when an area is split, because then the leaf that was cut is entered anew, as
 * the two ends of two clipped runs.
 *
 * IOMMU drivers differ in what they do when a hole or a part of a leaf is
 * unmapped. They are never asked to.
 */
#include <linux/log2.h>
#include <linux/slab.h>

#include "map.h"

/**
 * struct span - Part of an area that is one run of pages
 * @iova: its first address
 * @phys: where that is in memory
 * @size: in bytes
 */
struct span {
	u64 iova;
	phys_addr_t phys;
	u64 size;
};

static bool next_span(struct ioasid_run_walk *walk, struct span *span)
{
	if (!ioasid_run_next(walk))
		return false;
	span->iova += span->size;
	span->phys = PFN_PHYS(walk->pfn);
	span->size = (u64)walk->nr << PAGE_SHIFT;
	return true;
}

static void span_walk_init(struct ioasid_run_walk *walk, struct span *span,
			   const struct ioasid_area *area)
{
	ioasid_run_walk_init(walk, area->pages, area->use.start,
			     area->use.last);
	*span = (struct span){ .iova = ioasid_area_iova(area) };
}

/* The span of an area that an index is in. */
static struct span span_at(const struct ioasid_area *area, unsigned long index)
{
	unsigned long page = ioasid_area_page(area, index);
	struct ioasid_run_walk walk;
	const struct ioasid_run *run;
	unsigned long first;

	ioasid_run_walk_init(&walk, area->pages, page, area->use.last);
	run = &area->pages->runs[walk.run];
	first = max_t(unsigned long, run->first, area->use.start);
	walk.index = first;
	ioasid_run_next(&walk);
	return (struct span){
		.iova = (u64)(area->start + first - area->use.start)
			<< PAGE_SHIFT,
		.phys = PFN_PHYS(walk.pfn),
		.size = (u64)walk.nr << PAGE_SHIFT,
	};
}

/* Whether an aligned block around an address can be one leaf. */
static bool is_leaf(const struct span *span, u64 iova, u64 size)
{
	u64 start = ALIGN_DOWN(iova, size);

	return !((span->iova ^ span->phys) & (size - 1)) &&
	       start >= span->iova &&
	       size <= span->size - (start - span->iova);
}

static u64 leaf_size(const struct span *span, u64 iova, u64 sizes)
{
	u64 size;

	for (; sizes; sizes -= size) {
		size = rounddown_pow_of_two(sizes);
		if (is_leaf(span, iova, size))
			return size;
	}
	return 0;
}

/* From the largest down, which are in the middle, with the others around. */
static u64 leaf_sizes(const struct span *span, u64 sizes)
{
	u64 first = U64_MAX, end = 0, found = 0, size, from, to;

	for (; sizes; sizes -= size) {
		size = rounddown_pow_of_two(sizes);
		if ((span->iova ^ span->phys) & (size - 1))
			continue;
		from = ALIGN(span->iova, size);
		to = ALIGN_DOWN(span->iova + span->size, size);
		if (from >= to || (from >= first && to <= end))
			continue;
		found |= size;
		first = from;
		end = to;
	}
	return found;
}

static u64 usable_sizes(const struct ioasid_domain *domain,
			const struct ioasid_area *area)
{
	return domain->iommu->pgsize_bitmap & area->page_sizes;
}

/* The iommu core makes no leaf that is larger than what it is given. */
static int enter_span(struct ioasid_domain *domain,
		      const struct ioasid_area *area, const struct span *span,
		      gfp_t gfp)
{
	int prot = IOMMU_READ | IOMMU_CACHE |
		   (area->flags & IOASID_WRITE ? IOMMU_WRITE : 0);
	u64 sizes = usable_sizes(domain, area);
	u64 largest = rounddown_pow_of_two(sizes);
	u64 done, step;
	int rc = 0;

	for (done = 0; done < span->size && !rc; done += step) {
		step = span->size - done;
		if (sizes != domain->iommu->pgsize_bitmap)
			step = min(step, largest -
					 (span->iova + done) % largest);
		rc = iommu_map(domain->iommu, span->iova + done,
			       span->phys + done, step, prot, gfp);
	}
	if (rc && done > step)
		iommu_unmap(domain->iommu, span->iova, done - step);
	return rc;
}

static int enter_area(struct ioasid_domain *domain,
		      const struct ioasid_area *area)
{
	struct ioasid_run_walk walk;
	struct span span;
	int rc = 0;

	span_walk_init(&walk, &span, area);
	while (!rc && next_span(&walk, &span)) {
		rc = enter_span(domain, area, &span, GFP_KERNEL_ACCOUNT);
		cond_resched();
	}
	if (rc && span.iova > ioasid_area_iova(area))
		iommu_unmap(domain->iommu, ioasid_area_iova(area),
			    span.iova - ioasid_area_iova(area));
	return rc;
}

static void remove_area(struct ioasid_domain *domain,
			const struct ioasid_area *area)
{
	size_t done;

	done = iommu_unmap(domain->iommu, ioasid_area_iova(area),
			   ioasid_area_bytes(area));
	WARN_ON_ONCE(done != ioasid_area_bytes(area));
}

/**
 * ioasid_tables_enter() - Enter an area into all page tables
 * @map: the map
 * @area: the area
 *
 * Return: 0, or an error, and it is in none.
 */
int ioasid_tables_enter(struct ioasid_iova_map *map, struct ioasid_area *area)
{
	struct ioasid_domain *domain;
	int rc;

	lockdep_assert_held_write(&map->lock);
	list_for_each_entry(domain, &map->domains.list, node) {
		rc = enter_area(domain, area);
		if (rc)
			goto out_remove;
	}
	return 0;

out_remove:
	list_for_each_entry_continue_reverse(domain, &map->domains.list, node)
		remove_area(domain, area);
	return rc;
}

/* Where the leaf begins that a page is in. */
static unsigned long leaf_first(struct ioasid_domain *domain,
				const struct ioasid_area *area,
				unsigned long index)
{
	struct span span = span_at(area, index);
	u64 iova = (u64)index << PAGE_SHIFT;

	return ALIGN_DOWN(iova, leaf_size(&span, iova,
					  usable_sizes(domain, area))) >>
	       PAGE_SHIFT;
}

static unsigned long leaf_last(struct ioasid_domain *domain,
			       const struct ioasid_area *area,
			       unsigned long index)
{
	struct span span = span_at(area, index);
	u64 iova = (u64)index << PAGE_SHIFT;
	u64 size = leaf_size(&span, iova, usable_sizes(domain, area));

	return (ALIGN_DOWN(iova, size) + size - 1) >> PAGE_SHIFT;
}

/**
 * struct cut - Part of an area, and the leaves that it is in
 * @first: index of the first page of the part
 * @last: index of the last one
 * @outer_first: index of the first page of the leaf that @first is in
 * @outer_last: index of the last page of the leaf that @last is in
 */
struct cut {
	unsigned long first;
	unsigned long last;
	unsigned long outer_first;
	unsigned long outer_last;
};

static struct cut cut_area(struct ioasid_domain *domain,
			   const struct ioasid_area *area, unsigned long first,
			   unsigned long last)
{
	struct cut cut = {
		.first = max(first, area->start),
		.last = min(last, area->last),
	};

	cut.outer_first = cut.first == area->start ? cut.first :
			  leaf_first(domain, area, cut.first);
	cut.outer_last = cut.last == area->last ? cut.last :
			 leaf_last(domain, area, cut.last);
	return cut;
}

/* Whether what is taken out at an index of a range leaves whole leaves. */
static bool is_clean(struct ioasid_iova_map *map, struct ioasid_domain *domain,
		     unsigned long index, unsigned long first,
		     unsigned long last)
{
	struct ioasid_area *area = ioasid_area_find(map, index, index);
	struct cut cut;

	if (!area)
		return true;
	cut = cut_area(domain, area, first, last);
	return cut.first == cut.outer_first && cut.last == cut.outer_last;
}

/* Enters again what was in a leaf that had to go. It may not fail. */
static void enter_rest(struct ioasid_domain *domain,
		       const struct ioasid_area *area, unsigned long first,
		       unsigned long end)
{
	struct span leaf, span;

	if (first == end)
		return;
	leaf = span_at(area, first);
	span.iova = (u64)first << PAGE_SHIFT;
	span.phys = leaf.phys + (span.iova - leaf.iova);
	span.size = (u64)(end - first) << PAGE_SHIFT;
	WARN_ON_ONCE(enter_span(domain, area, &span,
				GFP_KERNEL_ACCOUNT | __GFP_NOFAIL));
}

static void remove_part(struct ioasid_domain *domain,
			const struct ioasid_area *area, unsigned long first,
			unsigned long last)
{
	struct cut cut = cut_area(domain, area, first, last);
	size_t size = (cut.outer_last + 1 - cut.outer_first) << PAGE_SHIFT;

	WARN_ON_ONCE(iommu_unmap(domain->iommu,
				 (u64)cut.outer_first << PAGE_SHIFT,
				 size) != size);
	enter_rest(domain, area, cut.outer_first, cut.first);
	enter_rest(domain, area, cut.last + 1, cut.outer_last + 1);
}

/**
 * ioasid_tables_can_remove() - Whether a range can be taken out unnoticed
 * @map: the map
 * @first: index of the first page
 * @last: index of the last one
 *
 * Return: 0, or -EBUSY: a leaf must be cut, and a device that has it cannot
 * wait until that is done.
 */
int ioasid_tables_can_remove(struct ioasid_iova_map *map, unsigned long first,
			     unsigned long last)
{
	struct ioasid_domain *domain;

	list_for_each_entry(domain, &map->domains.list, node)
		if (domain->faultless &&
		    (!is_clean(map, domain, first, first, last) ||
		     !is_clean(map, domain, last, first, last)))
			return -EBUSY;
	return 0;
}

/**
 * ioasid_tables_remove() - Take a range out of all page tables
 * @map: the map, in which the areas of the range still are
 * @first: index of the first page
 * @last: index of the last one
 *
 * No device reaches any of it when it returns.
 */
void ioasid_tables_remove(struct ioasid_iova_map *map, unsigned long first,
			  unsigned long last)
{
	struct ioasid_domain *domain;
	struct ioasid_area *area;

	lockdep_assert_held_write(&map->lock);
	list_for_each_entry(domain, &map->domains.list, node) {
		MA_STATE(mas, &map->areas, first, first);

		mas_for_each(&mas, area, last) {
			remove_part(domain, area, first, last);
			cond_resched();
		}
	}
}

/* The sizes of the leaves that an area has in any page table. */
u64 ioasid_area_leaf_sizes(struct ioasid_iova_map *map,
			   const struct ioasid_area *area)
{
	struct ioasid_domain *domain;
	struct ioasid_run_walk walk;
	struct span span;
	u64 found = 0;

	list_for_each_entry(domain, &map->domains.list, node) {
		span_walk_init(&walk, &span, area);
		while (next_span(&walk, &span)) {
			found |= leaf_sizes(&span, usable_sizes(domain, area));
			cond_resched();
		}
	}
	return found;
}

/* The smallest leaf that a page has in any page table; 0 if there is none. */
static u64 smallest_leaf(struct ioasid_iova_map *map,
			 const struct ioasid_area *area,
			 const struct span *span, u64 iova)
{
	struct ioasid_domain *domain;
	u64 smallest = 0, size;

	list_for_each_entry(domain, &map->domains.list, node) {
		size = leaf_size(span, iova, usable_sizes(domain, area));
		smallest = min_not_zero(smallest, size);
	}
	return smallest;
}

/**
 * ioasid_area_leaf() - Look a page up
 * @map: the map; map->lock is held
 * @area: the area that has it
 * @index: its index
 *
 * Return: the leaf that it is in, or just the page if there is no page table.
 */
struct ioasid_leaf ioasid_area_leaf(struct ioasid_iova_map *map,
				    const struct ioasid_area *area,
				    unsigned long index)
{
	struct span span = span_at(area, index);
	u64 iova = (u64)index << PAGE_SHIFT;
	u64 size = smallest_leaf(map, area, &span, iova);
	u64 start = ALIGN_DOWN(iova, size ?: PAGE_SIZE);

	return (struct ioasid_leaf){
		.iova = start,
		.phys = span.phys + (start - span.iova),
		.size = size,
	};
}

static int fill(struct ioasid_iova_map *map, struct ioasid_domain *domain)
{
	MA_STATE(mas, &map->areas, 0, 0);
	struct ioasid_area *area;
	int rc;

	mas_for_each(&mas, area, ULONG_MAX) {
		rc = enter_area(domain, area);
		if (rc)
			return rc;
	}
	return 0;
}

/* With everything in it: devices count on that. */
static struct ioasid_domain *iova_domain_create(struct ioasid_domains *set,
						struct iommu_domain *iommu)
{
	struct ioasid_iova_map *map =
		container_of(set, struct ioasid_iova_map, domains);
	struct ioasid_domain *domain;
	int rc;

	rc = ioasid_ranges_fit(map, iommu->geometry.aperture_start,
			       iommu->geometry.aperture_end);
	if (rc)
		return ERR_PTR(rc);
	domain = kzalloc(sizeof(*domain), GFP_KERNEL_ACCOUNT);
	if (!domain)
		return ERR_PTR(-ENOMEM);
	ioasid_domain_init(domain, set, iommu);
	rc = fill(map, domain);
	if (rc) {
		kfree(domain);
		return ERR_PTR(rc);
	}
	list_add_tail(&domain->node, &set->list);
	return domain;
}

/* What is mapped goes with the page table. */
static void iova_domain_retire(struct ioasid_domain *domain)
{
	list_del(&domain->node);
	iommu_domain_free(domain->iommu);
}

static void iova_domain_release(struct ioasid_domain *domain)
{
	kfree(domain);
}

const struct ioasid_domain_ops ioasid_iova_domain_ops = {
	.create = iova_domain_create,
	.retire = iova_domain_retire,
	.release = iova_domain_release,
};
