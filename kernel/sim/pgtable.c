// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables in the format of an x86-64 IOMMU's first stage: four levels of
 * 512 entries, leaves of 4 KiB, 2 MiB and 1 GiB.
 *
 * Changes are serialised by the lock of the page table. Walks take no lock and
 * may run at any time, so:
 *
 *  - an entry is written at once, and a table is filled with zeroes before the
 *    entry that leads to it (release, and an address dependency in the walk);
 *  - a present entry is never replaced, only cleared;
 *  - a table that has become empty is unlinked, but given back only after a
 *    flush of the IOTLB, which waits for walks.
 *
 * The number of present entries of a table is kept in its struct page. Every
 * table but the root has at least one while the lock is not held, so that a
 * leaf of any size fits wherever nothing is mapped.
 */
#include <linux/align.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>

#include "pgtable.h"

#define ENTRY_PRESENT	SIM_ENTRY_PRESENT
#define ENTRY_WRITE	SIM_ENTRY_WRITE
#define ENTRY_USER	BIT_ULL(2)
#define ENTRY_ACCESSED	BIT_ULL(5)
#define ENTRY_DIRTY	BIT_ULL(6)
#define ENTRY_LARGE	BIT_ULL(7)
#define ENTRY_ADDRESS	SIM_ENTRY_ADDRESS

#define ENTRY_TABLE	(ENTRY_PRESENT | ENTRY_WRITE | ENTRY_USER | \
			 ENTRY_ACCESSED)

#define TABLE_BITS	9
#define TABLE_ENTRIES	BIT(TABLE_BITS)
#define ROOT_LEVEL	4
#define LEAF_LEVEL	1

static unsigned int level_shift(unsigned int level)
{
	return PAGE_SHIFT + (level - LEAF_LEVEL) * TABLE_BITS;
}

static unsigned int size_level(size_t pgsize)
{
	return LEAF_LEVEL + (ilog2(pgsize) - PAGE_SHIFT) / TABLE_BITS;
}

static unsigned int entry_index(u64 iova, unsigned int level)
{
	return (iova >> level_shift(level)) % TABLE_ENTRIES;
}

static bool entry_is_leaf(u64 entry, unsigned int level)
{
	return level == LEAF_LEVEL || (entry & ENTRY_LARGE);
}

static u64 *entry_table(u64 entry)
{
	return phys_to_virt(entry & ENTRY_ADDRESS);
}

static void set_entry(u64 *table, unsigned int index, u64 entry)
{
	struct page *page = virt_to_page(table);

	/* Who sees the entry must see the zeroes in the table behind it. */
	smp_store_release(&table[index], entry);
	set_page_private(page, page_private(page) + 1);
}

/* True when the table has become empty. */
static bool clear_entry(u64 *table, unsigned int index)
{
	struct page *page = virt_to_page(table);

	WRITE_ONCE(table[index], 0);
	set_page_private(page, page_private(page) - 1);
	return !page_private(page);
}

/* How many tables there must be more for a leaf of @level to fit at @iova. */
static int tables_missing(const struct sim_pgtable *pgtable, u64 iova,
			  unsigned int level)
{
	const u64 *table = pgtable->root;
	unsigned int at;

	for (at = ROOT_LEVEL; at > level; at--) {
		u64 entry = table[entry_index(iova, at)];

		if (!entry)
			return at - level;
		if (entry_is_leaf(entry, at))
			return -EEXIST;
		table = entry_table(entry);
	}
	return 0;
}

static void link_spare(u64 *table, unsigned int index, struct list_head *spares)
{
	struct page *page = list_first_entry(spares, struct page, lru);

	list_del(&page->lru);
	set_entry(table, index, page_to_phys(page) | ENTRY_TABLE);
}

static u64 *make_table(struct sim_pgtable *pgtable, u64 iova,
		       unsigned int level, struct list_head *spares)
{
	u64 *table = pgtable->root;
	unsigned int at;

	for (at = ROOT_LEVEL; at > level; at--) {
		unsigned int index = entry_index(iova, at);

		if (!table[index])
			link_spare(table, index, spares);
		table = entry_table(table[index]);
	}
	return table;
}

/* A and D are set at once: there is no walker that would set them. */
static u64 leaf_entry(const struct sim_run *run)
{
	u64 entry = run->phys | ENTRY_PRESENT | ENTRY_USER | ENTRY_ACCESSED;

	if (run->writable)
		entry |= ENTRY_WRITE | ENTRY_DIRTY;
	if (run->pgsize > SZ_4K)
		entry |= ENTRY_LARGE;
	return entry;
}

/* Maps what lies in one table, or says that more spares are needed. */
static int map_in_table(struct sim_pgtable *pgtable, struct sim_run *run,
			struct list_head *spares)
{
	unsigned int level = size_level(run->pgsize);
	unsigned int index = entry_index(run->iova, level);
	int missing = tables_missing(pgtable, run->iova, level);
	u64 *table;

	lockdep_assert_held(&pgtable->lock);
	if (missing < 0)
		return missing;
	if (missing > list_count_nodes(spares))
		return -EAGAIN;
	table = make_table(pgtable, run->iova, level, spares);
	for (; run->count && index < TABLE_ENTRIES; index++) {
		if (table[index])
			return -EEXIST;
		set_entry(table, index, leaf_entry(run));
		run->iova += run->pgsize;
		run->phys += run->pgsize;
		run->count--;
	}
	return 0;
}

static int add_spare(struct list_head *spares, gfp_t gfp)
{
	struct page *page = alloc_page(gfp | __GFP_ZERO);

	if (!page)
		return -ENOMEM;
	set_page_private(page, 0);
	list_add(&page->lru, spares);
	return 0;
}

/**
 * sim_pgtable_map() - Map pages
 * @pgtable: where
 * @run: what; says on return what is left
 * @gfp: how to allocate tables
 *
 * Tables are allocated outside the lock, so that the caller may allow to sleep.
 *
 * Return: 0, -EEXIST when something is mapped there, or -ENOMEM.
 */
int sim_pgtable_map(struct sim_pgtable *pgtable, struct sim_run *run, gfp_t gfp)
{
	LIST_HEAD(spares);
	int rc;

	do {
		spin_lock(&pgtable->lock);
		rc = map_in_table(pgtable, run, &spares);
		spin_unlock(&pgtable->lock);
		if (rc == -EAGAIN)
			rc = add_spare(&spares, gfp);
	} while (!rc && run->count);
	put_pages_list(&spares);
	return rc;
}

/* Takes one leaf out, and the tables that it leaves empty. */
static size_t unmap_leaf(struct sim_pgtable *pgtable, u64 iova,
			 struct list_head *freelist)
{
	u64 *path[ROOT_LEVEL + 1];
	unsigned int level = ROOT_LEVEL;
	size_t size;
	u64 entry;

	path[level] = pgtable->root;
	for (;;) {
		entry = path[level][entry_index(iova, level)];
		if (!entry)
			return 0;
		if (entry_is_leaf(entry, level))
			break;
		path[--level] = entry_table(entry);
	}
	size = BIT_ULL(level_shift(level));
	if (!IS_ALIGNED(iova, size))
		return 0;
	while (clear_entry(path[level], entry_index(iova, level)) &&
	       level < ROOT_LEVEL)
		list_add(&virt_to_page(path[level++])->lru, freelist);
	return size;
}

/**
 * sim_pgtable_unmap() - Unmap a range
 * @pgtable: where
 * @iova: start, which must not lie inside a larger leaf
 * @size: length
 * @freelist: gets the tables that have become empty, to be freed after a flush
 *
 * Stops at the first page that is not mapped. A leaf that reaches beyond the
 * range is unmapped as a whole.
 *
 * Return: how many bytes have been unmapped.
 */
size_t sim_pgtable_unmap(struct sim_pgtable *pgtable, u64 iova, size_t size,
			 struct list_head *freelist)
{
	size_t unmapped = 0;

	spin_lock(&pgtable->lock);
	while (unmapped < size) {
		size_t leaf = unmap_leaf(pgtable, iova + unmapped, freelist);

		if (!leaf)
			break;
		unmapped += leaf;
	}
	spin_unlock(&pgtable->lock);
	return unmapped;
}

/* The entries that a superpage stands for around an address. */
static void split_large(u64 entry, unsigned int level, u64 iova,
			struct sim_walk *walk)
{
	u64 mask = GENMASK_ULL(level_shift(level) - 1, 0);
	u64 first = ALIGN_DOWN(iova, SIM_WALK_ENTRIES * PAGE_SIZE) & mask;
	unsigned int i;

	entry &= ~(u64)ENTRY_LARGE;
	for (i = 0; i < SIM_WALK_ENTRIES; i++)
		walk->entries[i] = entry + first + i * PAGE_SIZE;
}

static void copy_entries(const u64 *table, unsigned int index,
			 struct sim_walk *walk)
{
	unsigned int i;

	index = ALIGN_DOWN(index, SIM_WALK_ENTRIES);
	for (i = 0; i < SIM_WALK_ENTRIES; i++)
		walk->entries[i] = READ_ONCE(table[index + i]);
}

/**
 * sim_pgtable_walk() - Look an address up
 * @pgtable: where
 * @iova: the address, any
 * @walk: what is there
 *
 * Context: the caller must hold off the freeing of tables.
 */
void sim_pgtable_walk(const struct sim_pgtable *pgtable, u64 iova,
		      struct sim_walk *walk)
{
	const u64 *table = pgtable->root;
	unsigned int level;
	u64 entry = 0;

	for (level = ROOT_LEVEL; level > LEAF_LEVEL; level--) {
		if (iova <= SIM_IOVA_LAST)
			entry = READ_ONCE(table[entry_index(iova, level)]);
		if (!entry || entry_is_leaf(entry, level))
			break;
		table = entry_table(entry);
	}
	if (level == LEAF_LEVEL)
		copy_entries(table, entry_index(iova, level), walk);
	else if (entry)
		split_large(entry, level, iova, walk);
	else
		*walk = (struct sim_walk){};
}

static void free_table(u64 *table, unsigned int level)
{
	struct page *page = virt_to_page(table);
	unsigned int index;

	for (index = 0; page_private(page) && index < TABLE_ENTRIES; index++) {
		u64 entry = table[index];

		if (!entry)
			continue;
		if (!entry_is_leaf(entry, level))
			free_table(entry_table(entry), level - 1);
		clear_entry(table, index);
	}
	__free_page(page);
}

int sim_pgtable_init(struct sim_pgtable *pgtable)
{
	struct page *page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);

	if (!page)
		return -ENOMEM;
	set_page_private(page, 0);
	pgtable->root = page_address(page);
	spin_lock_init(&pgtable->lock);
	return 0;
}

void sim_pgtable_destroy(struct sim_pgtable *pgtable)
{
	free_table(pgtable->root, ROOT_LEVEL);
}
