// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory: what of a process's memory devices can have, and why not the rest.
 */
#include <linux/hugetlb.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/shmem_fs.h>

#include "memory.h"

/* Pages that are not in the kernel's own mapping of memory. */
static bool is_secret(struct vm_area_struct *vma)
{
	return vma->vm_file &&
	       file_inode(vma->vm_file)->i_sb->s_magic == SECRETMEM_MAGIC;
}

/**
 * ioasid_vma_permits() - Whether a mapping's permissions allow an access
 * @vma: the mapping; the mm's lock is held
 * @write: it is for writing
 *
 * Return: whether they do.
 */
bool ioasid_vma_permits(struct vm_area_struct *vma, bool write)
{
	return vma->vm_flags & (write ? VM_WRITE : VM_READ);
}

/**
 * ioasid_vma_is_reachable() - Whether a mapping has pages for devices
 * @vma: the mapping; the mm's lock is held
 * @write: they would write
 *
 * Return: whether it is memory, whatever its permissions.
 */
bool ioasid_vma_is_reachable(struct vm_area_struct *vma, bool write)
{
	unsigned long refused = VM_IO | VM_PFNMAP;

	if (write)
		refused |= VM_SHADOW_STACK;
	return !(vma->vm_flags & refused) && !is_secret(vma);
}

/*
 * Pages of a filesystem cannot be pinned to be written. Where nothing is wrong
 * with the mapping its pages are: a file is too short, or cannot be read.
 */
static int vma_refusal(struct vm_area_struct *vma, bool write)
{
	if (!vma)
		return -EFAULT;
	if (!ioasid_vma_permits(vma, write))
		return -EACCES;
	if (!ioasid_vma_is_reachable(vma, write))
		return -ENODEV;
	if (write && vma->vm_flags & VM_SHARED && vma->vm_file &&
	    !shmem_mapping(vma->vm_file->f_mapping) &&
	    !is_vm_hugetlb_page(vma))
		return -ENODEV;
	return -EFAULT;
}

/**
 * ioasid_memory_refusal() - Why memory cannot be had
 * @memory: of whom, and for what
 * @address: the page that could not
 *
 * Context: Process context, may sleep.
 * Return: -EFAULT: there is nothing; -EACCES: it does not allow the access;
 * -ENODEV: it is of a kind that cannot be pinned; -EINTR: current is killed.
 */
int ioasid_memory_refusal(const struct ioasid_memory *memory,
			  unsigned long address)
{
	int rc;

	if (mmap_read_lock_killable(memory->mm))
		return -EINTR;
	rc = vma_refusal(vma_lookup(memory->mm, address), memory->write);
	mmap_read_unlock(memory->mm);
	return rc;
}
