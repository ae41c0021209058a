// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages: memory that is pinned, and stays where it is.
 *
 * Memory is pinned at once, and may be let go bit by bit, since what was mapped
 * by one call may be unmapped by many, and several spaces may map the same. So
 * whoever needs some of the pages has a use, a range of them. A page is
 * unpinned with the last use that has it in its range.
 *
 * Where the pages are is kept apart from any page table, as runs of neighbours.
 * That is what makes maps independent of devices, and it says what a leaf of a
 * page table can stand for. It costs 8 bytes a run.
 */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "memory.h"
#include "pages.h"
#include "space.h"

/* How many are pinned at a time; few of them fit on the stack. */
#define BATCH_MAX	1024
#define BATCH_SMALL	16

static_assert(sizeof(struct ioasid_run) == 8);

/**
 * struct pin - Pinning that is under way
 * @memory: what
 * @pages: its result so far: @nr pages in @nr_runs runs
 * @room: how many runs there is room for
 * @next_pfn: page that would continue the last run
 * @batch: where the kernel puts what it has pinned
 * @batch_max: how many pages it has room for
 */
struct pin {
	const struct ioasid_memory *memory;
	struct ioasid_pages *pages;
	unsigned long room;
	unsigned long next_pfn;
	struct page **batch;
	unsigned int batch_max;
};

static long pin_remote(const struct ioasid_memory *memory,
		       unsigned long address, unsigned long nr,
		       unsigned int flags, struct page **batch)
{
	int locked = 1;
	long rc;

	if (mmap_read_lock_killable(memory->mm))
		return -EINTR;
	rc = pin_user_pages_remote(memory->mm, address, nr, flags, batch,
				   &locked);
	if (locked)
		mmap_read_unlock(memory->mm);
	return rc;
}

static long pin_batch(struct pin *pin)
{
	const struct ioasid_memory *memory = pin->memory;
	unsigned long address = memory->address + pin->pages->nr * PAGE_SIZE;
	unsigned long nr = min(memory->nr - pin->pages->nr, pin->batch_max);
	unsigned int flags = FOLL_LONGTERM | (memory->write ? FOLL_WRITE : 0);

	if (fatal_signal_pending(current))
		return -EINTR;
	if (memory->mm == current->mm)
		return pin_user_pages_fast(address, nr, flags, pin->batch);
	return pin_remote(memory, address, nr, flags, pin->batch);
}

static int make_room(struct pin *pin)
{
	struct ioasid_pages *pages = pin->pages;
	unsigned long room = pin->room * 2;
	struct ioasid_run *runs;

	if (pages->nr_runs < pin->room)
		return 0;
	if (pages->runs == &pages->one_run)
		room = BATCH_SMALL;
	runs = kvmalloc_array(room, sizeof(*runs), GFP_KERNEL_ACCOUNT);
	if (!runs)
		return -ENOMEM;
	memcpy(runs, pages->runs, pages->nr_runs * sizeof(*runs));
	if (pages->runs != &pages->one_run)
		kvfree(pages->runs);
	pages->runs = runs;
	pin->room = room;
	return 0;
}

static int append_page(struct pin *pin, unsigned long pfn)
{
	struct ioasid_pages *pages = pin->pages;
	int rc;

	if (pfn != pin->next_pfn || !pages->nr_runs) {
		rc = make_room(pin);
		if (rc)
			return rc;
		pages->runs[pages->nr_runs++] = (struct ioasid_run){
			.pfn = pfn,
			.first = pages->nr,
		};
	}
	pin->next_pfn = pfn + 1;
	pages->nr++;
	return 0;
}

static int append_batch(struct pin *pin, unsigned long nr)
{
	unsigned long i;
	int rc;

	for (i = 0; i < nr; i++) {
		rc = append_page(pin, page_to_pfn(pin->batch[i]));
		if (rc) {
			unpin_user_pages(&pin->batch[i], nr - i);
			return rc;
		}
	}
	return 0;
}

static int pin_all(struct pin *pin)
{
	long nr;
	int rc;

	while (pin->pages->nr < pin->memory->nr) {
		nr = pin_batch(pin);
		if (nr <= 0)
			return nr ?: -EFAULT;
		rc = append_batch(pin, nr);
		if (rc)
			return rc;
		cond_resched();
	}
	return 0;
}

/* Gives memory back that was taken because the number of runs was not known. */
static void trim_runs(struct pin *pin)
{
	struct ioasid_pages *pages = pin->pages;
	size_t size = pages->nr_runs * sizeof(*pages->runs);
	struct ioasid_run *runs;

	if (pages->runs == &pages->one_run ||
	    (pin->room - pages->nr_runs) * sizeof(*runs) < PAGE_SIZE)
		return;
	runs = kvmalloc(size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!runs)
		return;
	memcpy(runs, pages->runs, size);
	kvfree(pages->runs);
	pages->runs = runs;
}

static unsigned long run_end(const struct ioasid_pages *pages,
			     unsigned long run)
{
	return run + 1 < pages->nr_runs ? pages->runs[run + 1].first :
					  pages->nr;
}

static unsigned long find_run(const struct ioasid_pages *pages,
			      unsigned long index)
{
	unsigned long low = 0, high = pages->nr_runs - 1, middle;

	while (low < high) {
		middle = (low + high + 1) / 2;
		if (pages->runs[middle].first <= index)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

/**
 * ioasid_run_walk_init() - Begin to go through pages
 * @walk: where one is
 * @pages: the pages
 * @first: index of the first
 * @last: index of the last
 */
void ioasid_run_walk_init(struct ioasid_run_walk *walk,
			  const struct ioasid_pages *pages,
			  unsigned long first, unsigned long last)
{
	*walk = (struct ioasid_run_walk){
		.pages = pages,
		.index = first,
		.end = last + 1,
		.run = find_run(pages, first),
	};
}

/* Finds the next pages that lie side by side. False when there are no more. */
bool ioasid_run_next(struct ioasid_run_walk *walk)
{
	const struct ioasid_run *run = &walk->pages->runs[walk->run];

	if (walk->index >= walk->end)
		return false;
	walk->pfn = run->pfn + walk->index - run->first;
	walk->nr = min(run_end(walk->pages, walk->run), walk->end) -
		   walk->index;
	walk->index += walk->nr;
	walk->run++;
	return true;
}

/* Devices may have written what they could. */
static void unpin(struct ioasid_pages *pages, unsigned long first,
		  unsigned long last)
{
	struct ioasid_account *account = &pages->payer->account;
	struct ioasid_run_walk walk;

	if (pages->borrowed)
		return;
	ioasid_run_walk_init(&walk, pages, first, last);
	while (ioasid_run_next(&walk)) {
		unpin_user_page_range_dirty_lock(pfn_to_page(walk.pfn), walk.nr,
						 pages->writable);
		cond_resched();
	}
	atomic_long_sub(last + 1 - first, &account->pinned);
}

static int charge(struct ioasid_pages *pages, unsigned long nr)
{
	int rc;

	if (capable(CAP_IPC_LOCK))
		return 0;
	rc = ioasid_account_charge(&pages->payer->account, nr);
	pages->charged = !rc;
	return rc;
}

static void uncharge(struct ioasid_pages *pages, unsigned long nr)
{
	if (pages->charged)
		ioasid_account_uncharge(&pages->payer->account, nr);
}

static struct ioasid_pages *pages_create(struct ioasid_space *payer,
					 bool writable)
{
	struct ioasid_pages *pages;

	pages = kzalloc(sizeof(*pages), GFP_KERNEL_ACCOUNT);
	if (!pages)
		return NULL;
	ioasid_space_get(payer);
	pages->payer = payer;
	pages->writable = writable;
	pages->runs = &pages->one_run;
	mutex_init(&pages->lock);
	pages->uses = RB_ROOT_CACHED;
	return pages;
}

static void pages_destroy(struct ioasid_pages *pages)
{
	if (pages->runs != &pages->one_run)
		kvfree(pages->runs);
	mutex_destroy(&pages->lock);
	ioasid_space_put(pages->payer);
	kfree(pages);
}

static int pin_memory(struct ioasid_pages *pages,
		      const struct ioasid_memory *memory)
{
	struct page *small[BATCH_SMALL];
	struct pin pin = {
		.memory = memory,
		.pages = pages,
		.room = 1,
		.batch = small,
		.batch_max = BATCH_SMALL,
	};
	int rc;

	if (memory->nr > BATCH_SMALL) {
		pin.batch_max = min(memory->nr, BATCH_MAX);
		pin.batch = kmalloc_array(pin.batch_max, sizeof(*pin.batch),
					  GFP_KERNEL);
		if (!pin.batch)
			return -ENOMEM;
	}
	rc = pin_all(&pin);
	if (pin.batch != small)
		kfree(pin.batch);
	atomic_long_add(pages->nr, &pages->payer->account.pinned);
	trim_runs(&pin);
	return rc;
}

static int pin_charged(struct ioasid_pages *pages,
		       const struct ioasid_memory *memory)
{
	int rc;

	rc = charge(pages, memory->nr);
	if (rc)
		return rc;
	rc = pin_memory(pages, memory);
	if (!rc)
		return 0;
	if (pages->nr)
		unpin(pages, 0, pages->nr - 1);
	uncharge(pages, memory->nr);
	if (rc != -EFAULT)
		return rc;
	return ioasid_memory_refusal(memory, memory->address +
					     pages->nr * PAGE_SIZE);
}

/* Of all pages. */
static void first_use(struct ioasid_pages *pages,
		      struct interval_tree_node *use)
{
	use->start = 0;
	use->last = pages->nr - 1;
	interval_tree_insert(use, &pages->uses);
}

/**
 * ioasid_pages_pin() - Pin memory
 * @payer: the space that pays for it
 * @memory: which memory; at most IOASID_PAGES_MAX pages
 * @use: becomes the first use, of all of it
 *
 * Context: Process context, may sleep, for as long as the memory takes.
 * Return: the pages, or an error pointer: -EFAULT, -EACCES, -ENODEV, -EDQUOT,
 * -ENOMEM, -EINTR, as documented for IOASID_MAP.
 */
struct ioasid_pages *ioasid_pages_pin(struct ioasid_space *payer,
				      const struct ioasid_memory *memory,
				      struct interval_tree_node *use)
{
	struct ioasid_pages *pages = pages_create(payer, memory->write);
	int rc;

	if (!pages)
		return ERR_PTR(-ENOMEM);
	rc = pin_charged(pages, memory);
	if (rc) {
		pages_destroy(pages);
		return ERR_PTR(rc);
	}
	first_use(pages, use);
	return pages;
}

static struct page *kernel_page(const void *address)
{
	return is_vmalloc_addr(address) ? vmalloc_to_page(address) :
					  virt_to_page(address);
}

static int borrow_all(struct ioasid_pages *pages, const void *address,
		      unsigned long nr)
{
	struct pin pin = { .pages = pages, .room = 1 };
	int rc;

	pages->borrowed = true;
	while (pages->nr < nr) {
		rc = append_page(&pin, page_to_pfn(kernel_page(address)));
		if (rc)
			return rc;
		address += PAGE_SIZE;
	}
	trim_runs(&pin);
	return 0;
}

/**
 * ioasid_pages_borrow() - Use memory of the kernel
 * @space: the space that it is for
 * @address: where it begins
 * @nr: how many pages, at most IOASID_PAGES_MAX
 * @use: becomes the first use, of all of it
 *
 * Context: Process context, may sleep.
 * Return: the pages, or an error pointer: -ENOMEM.
 */
struct ioasid_pages *ioasid_pages_borrow(struct ioasid_space *space,
					 const void *address, unsigned long nr,
					 struct interval_tree_node *use)
{
	struct ioasid_pages *pages = pages_create(space, true);
	int rc;

	if (!pages)
		return ERR_PTR(-ENOMEM);
	rc = borrow_all(pages, address, nr);
	if (rc) {
		pages_destroy(pages);
		return ERR_PTR(rc);
	}
	first_use(pages, use);
	return pages;
}

/**
 * ioasid_pages_share() - Use pages that somebody else uses
 * @pages: the pages
 * @use: of which pages: some that have a use now
 */
void ioasid_pages_share(struct ioasid_pages *pages,
			struct interval_tree_node *use)
{
	mutex_lock(&pages->lock);
	interval_tree_insert(use, &pages->uses);
	mutex_unlock(&pages->lock);
}

/**
 * ioasid_pages_split() - Make two uses of one
 * @pages: the pages
 * @use: keeps what is below
 * @rest: gets the rest
 * @at: index of the first page of the rest
 */
void ioasid_pages_split(struct ioasid_pages *pages,
			struct interval_tree_node *use,
			struct interval_tree_node *rest, unsigned long at)
{
	mutex_lock(&pages->lock);
	interval_tree_remove(use, &pages->uses);
	rest->start = at;
	rest->last = use->last;
	use->last = at - 1;
	interval_tree_insert(use, &pages->uses);
	interval_tree_insert(rest, &pages->uses);
	mutex_unlock(&pages->lock);
}

/* Unpins what nobody uses in a range. */
static void unpin_unused(struct ioasid_pages *pages, unsigned long first,
			 unsigned long last)
{
	struct interval_tree_node *use;
	unsigned long end;

	lockdep_assert_held(&pages->lock);
	while (first <= last) {
		use = interval_tree_iter_first(&pages->uses, first, last);
		end = use ? max(use->start, first) : last + 1;
		if (end > first) {
			unpin(pages, first, end - 1);
			uncharge(pages, end - first);
		}
		first = use ? use->last + 1 : end;
	}
}

/**
 * ioasid_pages_let_go() - End a use
 * @pages: the pages; they may be gone then
 * @use: the use
 *
 * Context: Process context, may sleep.
 */
void ioasid_pages_let_go(struct ioasid_pages *pages,
			 struct interval_tree_node *use)
{
	bool unused;

	mutex_lock(&pages->lock);
	interval_tree_remove(use, &pages->uses);
	unpin_unused(pages, use->start, use->last);
	unused = RB_EMPTY_ROOT(&pages->uses.rb_root);
	mutex_unlock(&pages->lock);
	if (unused)
		pages_destroy(pages);
}
