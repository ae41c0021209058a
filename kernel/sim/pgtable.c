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

static void set_entry(u64 *entry, u64 value)
{
	/* Who sees the entry must see the zeroes in the table behind it. */
	smp_store_release(entry, value);
}

static void count_entries(u64 *table, long more)
{
	struct page *page = virt_to_page(table);

	set_page_private(page, page_private(page) + more);
}

static bool is_empty(u64 *table)
{
	return !page_private(virt_to_page(table));
}

static void link_spare(u64 *table, unsigned int index, struct list_head *spares)
{
	struct page *page = list_first_entry(spares, struct page, lru);

	list_del(&page->lru);
	set_entry(&table[index], page_to_phys(page) | ENTRY_TABLE);
	count_entries(table, 1);
}

/*
 * Finds or makes the table of @level for an address. It takes all the spares
 * that it needs or none, and in the latter case says that they do not suffice.
 */
static int reach_table(struct sim_pgtable *pgtable, u64 iova,
		       unsigned int level, struct list_head *spares,
		       u64 **reached)
{
	u64 *table = pgtable->root;
	unsigned int at;

	for (at = ROOT_LEVEL; at > level; at--) {
		unsigned int index = entry_index(iova, at);

		if (!table[index]) {
			if (list_count_nodes(spares) < at - level)
				return -EAGAIN;
			link_spare(table, index, spares);
		} else if (entry_is_leaf(table[index], at)) {
			return -EEXIST;
		}
		table = entry_table(table[index]);
	}
	*reached = table;
	return 0;
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

/* Fills entries side by side until one is in use. */
static size_t fill_entries(u64 *entries, size_t count, u64 leaf, size_t pgsize)
{
	size_t i;

	for (i = 0; i < count && !entries[i]; i++, leaf += pgsize)
		set_entry(&entries[i], leaf);
	return i;
}

/* Maps what lies in one table, or says that more spares are needed. */
static int map_in_table(struct sim_pgtable *pgtable, struct sim_run *run,
			struct list_head *spares)
{
	unsigned int level = size_level(run->pgsize);
	unsigned int index = entry_index(run->iova, level);
	size_t count = min(run->count, TABLE_ENTRIES - index);
	size_t filled;
	u64 *table;
	int rc;

	lockdep_assert_held(&pgtable->lock);
	rc = reach_table(pgtable, run->iova, level, spares, &table);
	if (rc)
		return rc;
	filled = fill_entries(table + index, count, leaf_entry(run),
			      run->pgsize);
	count_entries(table, filled);
	run->iova += filled * run->pgsize;
	run->phys += filled * run->pgsize;
	run->count -= filled;
	return filled < count ? -EEXIST : 0;
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
	sim_pgtable_free_tables(&spares);
	return rc;
}

/**
 * struct leaf_path - The way to a leaf
 * @tables: the tables that lead to it, by their level
 * @level: that of the leaf
 * @size: how much the leaf maps
 */
struct leaf_path {
	u64 *tables[ROOT_LEVEL + 1];
	unsigned int level;
	size_t size;
};

/* False when no leaf begins there. */
static bool find_leaf(const struct sim_pgtable *pgtable, u64 iova,
		      struct leaf_path *path)
{
	unsigned int level = ROOT_LEVEL;
	u64 *table = pgtable->root;
	u64 entry;

	for (;;) {
		path->tables[level] = table;
		entry = table[entry_index(iova, level)];
		if (!entry || entry_is_leaf(entry, level))
			break;
		table = entry_table(entry);
		level--;
	}
	path->level = level;
	path->size = BIT_ULL(level_shift(level));
	return entry && IS_ALIGNED(iova, path->size);
}

/* Clears leaves side by side until there is something else. */
static size_t clear_leaves(u64 *entries, size_t count, unsigned int level)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!entries[i] || !entry_is_leaf(entries[i], level))
			break;
		WRITE_ONCE(entries[i], 0);
	}
	return i;
}

/* Takes out those tables of the way that are empty, from the lowest up. */
static void unlink_empty(struct sim_pgtable *pgtable, struct leaf_path *path,
			 u64 iova)
{
	unsigned int level = path->level;

	for (; level < ROOT_LEVEL && is_empty(path->tables[level]); level++) {
		u64 *above = path->tables[level + 1];

		list_add(&virt_to_page(path->tables[level])->lru,
			 &pgtable->unlinked);
		WRITE_ONCE(above[entry_index(iova, level + 1)], 0);
		count_entries(above, -1);
	}
}

/* Unmaps leaves of one size that lie side by side in one table. */
static size_t unmap_in_table(struct sim_pgtable *pgtable, u64 iova, size_t size)
{
	struct leaf_path path;
	unsigned int index;
	size_t count;
	u64 *table;

	lockdep_assert_held(&pgtable->lock);
	if (!find_leaf(pgtable, iova, &path))
		return 0;
	table = path.tables[path.level];
	index = entry_index(iova, path.level);
	count = min(DIV_ROUND_UP(size, path.size), TABLE_ENTRIES - index);
	count = clear_leaves(table + index, count, path.level);
	count_entries(table, -count);
	unlink_empty(pgtable, &path, iova);
	return count * path.size;
}

/**
 * sim_pgtable_unmap() - Unmap a range
 * @pgtable: where
 * @iova: start, which must not lie inside a larger leaf
 * @size: length
 *
 * Stops at the first page that is not mapped. A leaf that reaches beyond the
 * range is unmapped as a whole. The lock is held for one table at a time.
 *
 * Return: how many bytes have been unmapped.
 */
size_t sim_pgtable_unmap(struct sim_pgtable *pgtable, u64 iova, size_t size)
{
	size_t unmapped = 0;
	size_t part;

	do {
		spin_lock(&pgtable->lock);
		part = unmap_in_table(pgtable, iova + unmapped,
				      size - unmapped);
		spin_unlock(&pgtable->lock);
		unmapped += part;
	} while (part && unmapped < size);
	return unmapped;
}

/**
 * sim_pgtable_take_unlinked() - Take the tables that are not in use any more
 * @pgtable: where
 * @tables: gets those that unmapping has emptied so far. Once walks that have
 *	begun are over, they are for sim_pgtable_free_tables()
 */
void sim_pgtable_take_unlinked(struct sim_pgtable *pgtable,
			       struct list_head *tables)
{
	spin_lock(&pgtable->lock);
	list_splice_init(&pgtable->unlinked, tables);
	spin_unlock(&pgtable->lock);
}

void sim_pgtable_free_tables(struct list_head *tables)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, tables, lru)
		__free_page(page);
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
	unsigned int index;

	for (index = 0; !is_empty(table) && index < TABLE_ENTRIES; index++) {
		u64 entry = table[index];

		if (!entry)
			continue;
		if (!entry_is_leaf(entry, level))
			free_table(entry_table(entry), level - 1);
		count_entries(table, -1);
	}
	__free_page(virt_to_page(table));
}

int sim_pgtable_init(struct sim_pgtable *pgtable)
{
	struct page *page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);

	if (!page)
		return -ENOMEM;
	set_page_private(page, 0);
	pgtable->root = page_address(page);
	INIT_LIST_HEAD(&pgtable->unlinked);
	spin_lock_init(&pgtable->lock);
	return 0;
}

void sim_pgtable_destroy(struct sim_pgtable *pgtable)
{
	sim_pgtable_free_tables(&pgtable->unlinked);
	free_table(pgtable->root, ROOT_LEVEL);
}
