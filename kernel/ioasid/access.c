// SPDX-License-Identifier: GPL-2.0-only
/*
 * Access: the CPU reads and writes what devices would reach at an address.
 *
 * Bytes are moved between the memory of a space and a buffer of the caller, who
 * may have arranged that his buffer takes for ever to be there (userfaultfd).
 * So what takes a page of the buffer that is not present is done without any
 * lock, and bytes move only with page faults off, under a lock that whoever
 * takes the memory away waits for. The types differ in which lock that is.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <linux/uio.h>

#include "access.h"
#include "space.h"

static int fault_in(struct iov_iter *iter, bool write)
{
	size_t size = min(iov_iter_count(iter),
			  IOASID_ACCESS_PAGES * PAGE_SIZE);
	size_t missing;

	if (write)
		missing = fault_in_iov_iter_readable(iter, size);
	else
		missing = fault_in_iov_iter_writeable(iter, size);
	return missing == size ? -EFAULT : 0;
}

/* Moves some bytes, or makes sure that the next try can. */
static ssize_t access_some(struct ioasid_space *space, const bool *stop,
			   u64 iova, struct iov_iter *iter, bool write)
{
	ssize_t moved;

	if (fatal_signal_pending(current))
		return -EINTR;
	cond_resched();
	moved = space->ops->access(space, stop, iova, iter, write);
	return moved ?: fault_in(iter, write);
}

/**
 * ioasid_access() - Read or write memory of a space
 * @space: the space
 * @stop: no byte moves any more once this is true and quiesce() has returned
 * @iova: where
 * @iter: the buffer
 * @write: into the space
 *
 * Context: Process context, may sleep, for as long as the memory and the buffer
 * take.
 * Return: how many bytes were moved, all that @iter has room for unless
 * something ended it; or if none were, the reason, as the uAPI header says of
 * pread() and pwrite().
 */
ssize_t ioasid_access(struct ioasid_space *space, const bool *stop, u64 iova,
		      struct iov_iter *iter, bool write)
{
	ssize_t moved, done = 0;

	while (iov_iter_count(iter)) {
		moved = access_some(space, stop, iova + done, iter, write);
		if (moved < 0)
			return done ?: moved;
		done += moved;
	}
	return done;
}

/**
 * ioasid_access_page() - Move bytes within a page
 * @page: the page; pinned
 * @offset: where to begin
 * @iter: the buffer; its end or the end of the page ends it
 * @write: into the page
 *
 * Context: Any. Takes no page fault.
 * Return: whether it got that far; otherwise the buffer is not present.
 */
bool ioasid_access_page(struct page *page, size_t offset,
			struct iov_iter *iter, bool write)
{
	size_t size = min(PAGE_SIZE - offset, iov_iter_count(iter));
	size_t moved;

	pagefault_disable();
	if (write)
		moved = copy_page_from_iter(page, offset, size, iter);
	else
		moved = copy_page_to_iter(page, offset, size, iter);
	pagefault_enable();
	return moved == size;
}
