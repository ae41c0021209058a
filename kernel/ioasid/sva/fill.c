// SPDX-License-Identifier: GPL-2.0-only
/*
 * Filling a domain: what happens when a device asks for a page.
 *
 * The page is made present with the asked permission, as a CPU access would;
 * hmm_range_fault() does the same for what is around it, and says where all of
 * it is. If the mm has not changed meanwhile, it is mapped. A page is mapped
 * writable only when a write was asked for, or devices that read would make
 * everything dirty.
 *
 * Around a page, more are provided in advance, the more the longer the run of
 * mapped pages is that ends right below it: a stream soon gets hundreds of
 * pages for one request, and a lone access gets one page and nothing that it
 * has not asked for. At most twice what a device has used is provided in vain.
 *
 * A request may be served in place, in the context of a software device, only
 * when nothing but the kernel itself is needed for it. Pages of a filesystem or
 * of a userfaultfd may be another process's to provide, which can take for
 * ever; while we wait for those the lock of the mm is free (provide_slowly()).
 */
#include <linux/hmm.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/shmem_fs.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/userfaultfd_k.h>

#include "../../race.h"
#include "../memory.h"
#include "domain.h"
#include "mirror.h"

/* Below 2 MiB: see map.c. */
#define WINDOW_MAX	(SZ_1M / PAGE_SIZE)
/* Times that the mm may change under us before the device has to ask again. */
#define TRIES_MAX	64

/**
 * struct fill - One page request that is being served
 * @domain: to be filled
 * @mm: the mm, alive
 * @addr: page that was asked for
 * @write: for writing
 * @in_place: by the device itself, so do not wait for anybody
 * @pages: how many pages to provide
 * @pfns: what hmm_range_fault() found
 * @pfn: room for that of a lone page
 */
struct fill {
	struct ioasid_sva_domain *domain;
	struct mm_struct *mm;
	unsigned long addr;
	bool write;
	bool in_place;
	unsigned int pages;
	unsigned long *pfns;
	unsigned long pfn;
};

/* Whether the kernel alone can provide pages of the vma. */
static bool is_kernel_backed(struct vm_area_struct *vma)
{
	if (userfaultfd_armed(vma))
		return false;
	return vma_is_anonymous(vma) ||
	       (vma->vm_file && shmem_mapping(vma->vm_file->f_mapping));
}

static unsigned int choose_window(struct ioasid_sva_domain *domain,
				  unsigned long addr)
{
	struct ioasid_mirror *mirror = domain->mirror;
	unsigned int run;

	spin_lock(&mirror->lock);
	run = ioasid_sva_run_before(domain, addr, WINDOW_MAX / 2);
	spin_unlock(&mirror->lock);
	return max(2 * run, 1);
}

/* A window lies within one vma and one chunk. */
static void clip_window(struct fill *fill, struct vm_area_struct *vma)
{
	unsigned long chunk_end = ALIGN(fill->addr + 1, SZ_2M);
	unsigned long end = min(chunk_end, vma->vm_end);

	fill->pages = min(fill->pages, (end - fill->addr) >> PAGE_SHIFT);
}

static unsigned int fault_flags(const struct fill *fill)
{
	return FAULT_FLAG_REMOTE | (fill->write ? FAULT_FLAG_WRITE : 0);
}

/*
 * Makes the page present that was asked for. hmm_range_fault() would find it
 * missing, do this, and look again; and if it is one of a huge page, do it for
 * each page of the window.
 */
static int provide_quickly(struct fill *fill, struct vm_area_struct *vma)
{
	vm_fault_t fault = handle_mm_fault(vma, fill->addr, fault_flags(fill),
					   NULL);

	return fault & VM_FAULT_ERROR ? -EFAULT : 0;
}

/* Makes the window present, without the mm's lock where that takes long. */
static int provide_slowly(struct fill *fill)
{
	bool unlocked;
	unsigned int i;
	int rc = 0;

	for (i = 0; i < fill->pages && !rc; i++)
		rc = fixup_user_fault(fill->mm, fill->addr + i * PAGE_SIZE,
				      fault_flags(fill), &unlocked);
	if (!rc)
		return 0;
	fill->pages = max(i - 1, 1);
	return i > 1 ? 0 : rc;
}

static struct vm_area_struct *find_window(struct fill *fill)
{
	struct vm_area_struct *vma = vma_lookup(fill->mm, fill->addr);

	if (!vma || !ioasid_vma_permits(vma, fill->write) ||
	    !ioasid_vma_is_reachable(vma, fill->write))
		return NULL;
	clip_window(fill, vma);
	return vma;
}

/*
 * Finds the window and makes sure that hmm_range_fault() will not wait. The mm
 * may have changed when something was waited for.
 */
static int prepare(struct fill *fill)
{
	struct vm_area_struct *vma = find_window(fill);
	int rc;

	if (!vma)
		return -EFAULT;
	if (is_kernel_backed(vma))
		return provide_quickly(fill, vma);
	if (fill->in_place)
		return -EAGAIN;
	rc = provide_slowly(fill);
	if (rc)
		return rc;
	return find_window(fill) ? 0 : -EFAULT;
}

static int look_up_locked(struct fill *fill, unsigned long seq)
{
	struct hmm_range range = {
		.notifier = &fill->domain->mirror->notifier,
		.notifier_seq = seq,
		.start = fill->addr,
		.hmm_pfns = fill->pfns,
		.default_flags = HMM_PFN_REQ_FAULT |
				 (fill->write ? HMM_PFN_REQ_WRITE : 0),
	};
	int rc;

	rc = prepare(fill);
	if (rc)
		return rc;
	range.end = fill->addr + fill->pages * PAGE_SIZE;
	return hmm_range_fault(&range);
}

static int lock_mm(struct fill *fill)
{
	if (fill->in_place)
		return mmap_read_trylock(fill->mm) ? 0 : -EAGAIN;
	return mmap_read_lock_killable(fill->mm);
}

static int look_up(struct fill *fill, unsigned long seq)
{
	int rc;

	rc = lock_mm(fill);
	if (rc)
		return rc;
	rc = look_up_locked(fill, seq);
	mmap_read_unlock(fill->mm);
	return rc;
}

static int map_found(struct fill *fill, unsigned long seq)
{
	struct ioasid_mirror *mirror = fill->domain->mirror;
	struct ioasid_window window = {
		.start = fill->addr,
		.hmm_pfns = fill->pfns,
		.pages = fill->pages,
		.write = fill->write,
	};
	int rc;

	spin_lock(&mirror->lock);
	if (!fill->domain->base.iommu)
		rc = -ENODEV;
	else if (mmu_interval_read_retry(&mirror->notifier, seq))
		rc = -EBUSY;
	else
		rc = ioasid_sva_map(fill->domain, &window);
	spin_unlock(&mirror->lock);
	return rc;
}

static int fill_once(struct fill *fill)
{
	unsigned long seq;
	int rc;

	seq = mmu_interval_read_begin(&fill->domain->mirror->notifier);
	rc = look_up(fill, seq);
	if (rc)
		return rc;
	race_window();
	return map_found(fill, seq);
}

/* Lets reclaim fill the reserves that atomic allocations live on. */
static int refill_reserves(void)
{
	unsigned long page = __get_free_page(GFP_KERNEL);

	free_page(page);
	return page ? 0 : -ENOMEM;
}

/* Whether a failed try is worth another one, with a smaller window. */
static bool try_again(struct fill *fill, int rc)
{
	if (rc == -EBUSY || (rc == -ENOMEM && !refill_reserves())) {
		fill->pages = max(fill->pages / 2, 1);
		return true;
	}
	if (rc == -EAGAIN || rc == -ENODEV || rc == -EINTR || fill->pages == 1)
		return false;
	fill->pages = 1;
	return true;
}

static int fill_window(struct fill *fill)
{
	unsigned int tries = 0;
	int rc;

	do {
		rc = fill_once(fill);
	} while (rc && ++tries < TRIES_MAX && try_again(fill, rc));
	return rc;
}

static int fill_around(struct fill *fill)
{
	int rc;

	fill->pages = choose_window(fill->domain, fill->addr);
	if (fill->pages == 1) {
		fill->pfns = &fill->pfn;
		return fill_window(fill);
	}
	fill->pfns = kmalloc_array(fill->pages, sizeof(*fill->pfns),
				   GFP_KERNEL);
	if (!fill->pfns)
		return -ENOMEM;
	rc = fill_window(fill);
	kfree(fill->pfns);
	return rc;
}

/**
 * ioasid_sva_fill() - Serve a page request
 * @domain: the domain; referenced
 * @addr: address that a device asks for
 * @write: for writing
 * @in_place: only if nobody else has to be waited for
 *
 * Context: Process context. May sleep; for as long as another process pleases,
 * unless @in_place.
 * Return: 0 when the device will find the page; -EBUSY when the mm changes too
 * fast and the device should ask again; -EAGAIN when it cannot be done in
 * place; -ENODEV when no device has the domain any more; another error when
 * there is no page, or not with this permission.
 */
int ioasid_sva_fill(struct ioasid_sva_domain *domain, unsigned long addr,
		    bool write, bool in_place)
{
	struct fill fill = {
		.domain = domain,
		.mm = domain->mirror->notifier.mm,
		.addr = addr & PAGE_MASK,
		.write = write,
		.in_place = in_place,
	};
	int rc;

	if (!mmget_not_zero(fill.mm))
		return -ESRCH;
	rc = fill_around(&fill);
	mmput_async(fill.mm);
	return rc;
}
