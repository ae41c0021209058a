/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_ACCESS_H
#define IOASID_ACCESS_H

#include <linux/types.h>

struct ioasid_space;
struct iov_iter;
struct page;

/* How much is moved before locks are given back. */
#define IOASID_ACCESS_PAGES	64

ssize_t ioasid_access(struct ioasid_space *space, const bool *stop, u64 iova,
		      struct iov_iter *iter, bool write);
bool ioasid_access_page(struct page *page, size_t offset,
			struct iov_iter *iter, bool write);

#endif
