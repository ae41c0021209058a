/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_PAGES_H
#define IOASID_PAGES_H

#include <linux/bits.h>
#include <linux/interval_tree.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct ioasid_memory;
struct ioasid_space;

/* So many pages, 64 GiB of small ones, can be pinned as one. */
#define IOASID_PAGES_MAX	BIT(24)

/**
 * struct ioasid_run - Pinned pages that lie side by side
 * @pfn: the first
 * @first: its index
 *
 * The run goes on to the first page of the next one. Fragmented memory has as
 * many runs as pages, so they have to be small.
 */
struct ioasid_run {
	u64 pfn : 40;
	u64 first : 24;
};

/**
 * struct ioasid_pages - Memory that was pinned at once
 * @payer: whose account it is on; referenced
 * @charged: it is charged, and not only counted
 * @borrowed: it is the kernel's, which keeps it: nothing is pinned
 * @writable: may be written
 * @nr: how many pages
 * @nr_runs: how many runs
 * @runs: where the pages are, in the order of their indices
 * @one_run: for memory that has just one
 * @lock: see below
 * @uses: who uses which pages; @lock. A page stays pinned as long as it has a
 *	use, and this structure as long as there is any
 */
struct ioasid_pages {
	struct ioasid_space *payer;
	bool charged;
	bool borrowed;
	bool writable;
	unsigned long nr;
	unsigned long nr_runs;
	struct ioasid_run *runs;
	struct ioasid_run one_run;
	struct mutex lock;
	struct rb_root_cached uses;
};

/**
 * struct ioasid_run_walk - Going through pages, run by run
 * @pages: the pages
 * @index: of the next page
 * @end: index where to end
 * @run: the run that @index is in
 * @pfn: first page of what ioasid_run_next() has found
 * @nr: how many pages that has
 */
struct ioasid_run_walk {
	const struct ioasid_pages *pages;
	unsigned long index;
	unsigned long end;
	unsigned long run;
	unsigned long pfn;
	unsigned long nr;
};

struct ioasid_pages *ioasid_pages_pin(struct ioasid_space *payer,
				      const struct ioasid_memory *memory,
				      struct interval_tree_node *use);
struct ioasid_pages *ioasid_pages_borrow(struct ioasid_space *space,
					 const void *address, unsigned long nr,
					 struct interval_tree_node *use);
void ioasid_pages_share(struct ioasid_pages *pages,
			struct interval_tree_node *use);
void ioasid_pages_split(struct ioasid_pages *pages,
			struct interval_tree_node *use,
			struct interval_tree_node *rest, unsigned long at);
void ioasid_pages_let_go(struct ioasid_pages *pages,
			 struct interval_tree_node *use);

void ioasid_run_walk_init(struct ioasid_run_walk *walk,
			  const struct ioasid_pages *pages,
			  unsigned long first, unsigned long last);
bool ioasid_run_next(struct ioasid_run_walk *walk);

#endif
