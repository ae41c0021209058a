// SPDX-License-Identifier: GPL-2.0-only
/*
 * Access to an SVA space by the CPU.
 *
 * Pages of the mm are pinned for as long as a few of them take. That faults
 * them in, by the rules of the process's mappings, and may take for ever, so it
 * is done without any lock that others wait for. Bytes move under
 * space->copying, which whoever frees the space takes once.
 */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/uio.h>

#include "../access.h"
#include "../memory.h"
#include "../space.h"
#include "mirror.h"

/* So many pages fit on the stack. */
#define BATCH	16

static long pin(const struct ioasid_memory *memory, struct page **pages)
{
	unsigned int flags = memory->write ? FOLL_WRITE : 0;
	int locked = 1;
	long nr;

	if (mmap_read_lock_killable(memory->mm))
		return -EINTR;
	nr = pin_user_pages_remote(memory->mm, memory->address, memory->nr,
				   flags, pages, &locked);
	if (locked)
		mmap_read_unlock(memory->mm);
	return nr;
}

static int pin_error(const struct ioasid_memory *memory, long rc)
{
	if (rc == -ENOMEM || rc == -EINTR)
		return rc;
	return ioasid_memory_refusal(memory, memory->address);
}

static ssize_t copy(struct page **pages, long nr, size_t offset,
		    struct iov_iter *iter, bool write)
{
	size_t before = iov_iter_count(iter);
	long i;

	for (i = 0; i < nr; i++) {
		if (!ioasid_access_page(pages[i], offset, iter, write))
			break;
		offset = 0;
	}
	return before - iov_iter_count(iter);
}

static ssize_t copy_unless_stopped(struct ioasid_space *space,
				   const bool *stop, struct page **pages,
				   long nr, size_t offset,
				   struct iov_iter *iter, bool write)
{
	ssize_t moved = -ESTALE;

	down_read(&space->copying);
	if (!READ_ONCE(*stop))
		moved = copy(pages, nr, offset, iter, write);
	up_read(&space->copying);
	return moved;
}

static ssize_t access_memory(struct ioasid_space *space, struct mm_struct *mm,
			     const bool *stop, u64 iova, struct iov_iter *iter,
			     bool write)
{
	size_t offset = offset_in_page(iova);
	size_t size = min(iov_iter_count(iter), BATCH * PAGE_SIZE - offset);
	struct ioasid_memory memory = {
		.mm = mm,
		.address = iova & PAGE_MASK,
		.nr = PAGE_ALIGN(offset + size) >> PAGE_SHIFT,
		.write = write,
	};
	struct page *pages[BATCH];
	ssize_t moved;
	long nr;

	nr = pin(&memory, pages);
	if (nr <= 0)
		return pin_error(&memory, nr);
	moved = copy_unless_stopped(space, stop, pages, nr, offset, iter,
				    write);
	unpin_user_pages_dirty_lock(pages, nr, write && moved > 0);
	return moved;
}

/* The access operation of SVA spaces. */
ssize_t ioasid_sva_access(struct ioasid_space *space, const bool *stop,
			  u64 iova, struct iov_iter *iter, bool write)
{
	struct mm_struct *mm = space->mirror->notifier.mm;
	ssize_t moved;

	if (READ_ONCE(*stop))
		return -ESTALE;
	if (!mmget_not_zero(mm))
		return -ESRCH;
	moved = access_memory(space, mm, stop, iova, iter, write);
	mmput(mm);
	return moved;
}
