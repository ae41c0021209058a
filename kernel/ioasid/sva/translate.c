// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking at an SVA space: what the process has mapped at an address, and what
 * devices find there.
 *
 * The one is asked of the mm and the other of the domains, one after the other:
 * the mm's lock may be held for long, and nobody who holds the space's lock
 * waits for it.
 */
#include <linux/capability.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>

#include "../bond.h"
#include "../memory.h"
#include "../space.h"
#include "domain.h"
#include "mirror.h"

/* What devices cannot reach is something, but nothing may be done to it. */
static u32 permissions(struct vm_area_struct *vma)
{
	u32 flags = 0;

	if (!(vma->vm_flags & VM_READ))
		return 0;
	if (ioasid_vma_is_reachable(vma, false))
		flags |= IOASID_READ;
	if (vma->vm_flags & VM_WRITE && ioasid_vma_is_reachable(vma, true))
		flags |= IOASID_WRITE;
	return flags;
}

/* The last hole goes on to where all addresses end. */
static void translate_hole(struct mm_struct *mm,
			   struct ioasid_translate *translate)
{
	VMA_ITERATOR(vmi, mm, translate->iova);
	struct vm_area_struct *before = vma_prev(&vmi);
	struct vm_area_struct *behind = find_vma(mm, translate->iova);
	u64 end = behind ? behind->vm_start : 0;

	if (before)
		translate->out_iova = before->vm_end;
	translate->out_length = end - translate->out_iova;
}

static void translate_mm(struct mm_struct *mm,
			 struct ioasid_translate *translate)
{
	struct vm_area_struct *vma = vma_lookup(mm, translate->iova);

	if (!vma) {
		translate_hole(mm, translate);
		return;
	}
	translate->out_flags = permissions(vma) | IOASID_MAPPED;
	translate->out_iova = translate->iova & PAGE_MASK;
	translate->out_length = PAGE_SIZE;
}

static int look_at_mm(struct mm_struct *mm, struct ioasid_translate *translate)
{
	if (!mmget_not_zero(mm))
		return -ESRCH;
	if (mmap_read_lock_killable(mm)) {
		mmput(mm);
		return -EINTR;
	}
	translate_mm(mm, translate);
	mmap_read_unlock(mm);
	mmput(mm);
	return 0;
}

/*
 * The smallest page of an address, and a domain that has it; or 0 if a device
 * does not find it. Those that were cut off do not look.
 */
static u64 smallest_leaf(struct ioasid_space *space, u64 iova,
			 struct ioasid_domain **domain)
{
	struct ioasid_bond *bond;
	u64 smallest = 0, size;

	list_for_each_entry(bond, &space->bonds, node) {
		if (ioasid_sva_is_counted(space, bond))
			continue;
		size = ioasid_sva_leaf(to_sva_domain(bond->domain), iova);
		if (!size)
			return 0;
		smallest = min_not_zero(smallest, size);
		*domain = bond->domain;
	}
	return smallest;
}

static void look_at_domains(struct ioasid_space *space,
			    struct ioasid_translate *translate)
{
	struct ioasid_domain *domain = NULL;
	u64 size;

	lockdep_assert_held(&space->mirror->lock);
	size = smallest_leaf(space, translate->iova, &domain);
	if (!size)
		return;
	translate->out_flags |= IOASID_PRESENT;
	translate->out_page_size = size;
	translate->out_iova = ALIGN_DOWN(translate->iova, size);
	translate->out_length = size;
	translate->out_phys = iommu_iova_to_phys(domain->iommu,
						 translate->out_iova);
}

static int look_at_devices(struct ioasid_space *space,
			   struct ioasid_translate *translate)
{
	struct ioasid_mirror *mirror = space->mirror;

	lockdep_assert_held(&space->lock);
	if (space->freed)
		return -ESTALE;
	spin_lock(&mirror->lock);
	look_at_domains(space, translate);
	spin_unlock(&mirror->lock);
	if (!capable(CAP_SYS_ADMIN))
		translate->out_phys = 0;
	return 0;
}

/* The translate operation of SVA spaces. */
int ioasid_sva_translate(struct ioasid_space *space,
			 struct ioasid_translate *translate)
{
	int rc;

	if (READ_ONCE(space->freed))
		return -ESTALE;
	rc = look_at_mm(space->mirror->notifier.mm, translate);
	if (rc || !(translate->out_flags & IOASID_MAPPED))
		return rc;
	mutex_lock(&space->lock);
	rc = look_at_devices(space, translate);
	mutex_unlock(&space->lock);
	return rc;
}
