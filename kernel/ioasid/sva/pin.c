// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pins: memory of a process that stays where it is, for devices.
 *
 * A pinned page does not change its place, but that does not keep it in a
 * domain: what the mm does to a mapping goes for pinned pages too. An exception
 * is fork(), which makes memory copy-on-write for both processes, except for
 * pinned pages: of those the child gets a copy at once, and they stay as they
 * are. So the notifier asks here which pages it need not take out. What a
 * domain maps is compared with what was pinned, since the process may have
 * mapped something else there since.
 *
 * Before a page is unpinned, a fork() that has been told that it may leave the
 * page where it is must have come to its end, or it would find a page that it
 * can share while devices still write it.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "../memory.h"
#include "../pages.h"
#include "../space.h"
#include "mirror.h"
#include "pin.h"

/**
 * struct ioasid_pin - A range that was pinned by one call
 * @node: in space->pins, by address; space->lock
 * @pieces: struct piece
 * @list: of pins that are to be destroyed
 */
struct ioasid_pin {
	struct interval_tree_node node;
	struct list_head pieces;
	struct list_head list;
};

/**
 * struct piece - A part of it that struct ioasid_pages has room for
 * @node: in mirror->pieces, by address; mirror->lock
 * @list: in pin->pieces
 * @pages: the pages
 * @use: all of them
 */
struct piece {
	struct interval_tree_node node;
	struct list_head list;
	struct ioasid_pages *pages;
	struct interval_tree_node use;
};

static void piece_enter(struct ioasid_mirror *mirror, struct piece *piece)
{
	spin_lock(&mirror->lock);
	interval_tree_insert(&piece->node, &mirror->pieces);
	spin_unlock(&mirror->lock);
}

static void piece_leave(struct ioasid_mirror *mirror, struct piece *piece)
{
	spin_lock(&mirror->lock);
	interval_tree_remove(&piece->node, &mirror->pieces);
	spin_unlock(&mirror->lock);
}

static int pin_piece(struct ioasid_space *space, struct ioasid_pin *pin,
		     const struct ioasid_memory *memory)
{
	struct piece *piece = kzalloc(sizeof(*piece), GFP_KERNEL_ACCOUNT);

	if (!piece)
		return -ENOMEM;
	piece->pages = ioasid_pages_pin(space, memory, &piece->use);
	if (IS_ERR(piece->pages)) {
		int rc = PTR_ERR(piece->pages);

		kfree(piece);
		return rc;
	}
	piece->node.start = memory->address;
	piece->node.last = memory->address + (memory->nr << PAGE_SHIFT) - 1;
	list_add_tail(&piece->list, &pin->pieces);
	piece_enter(space->mirror, piece);
	return 0;
}

static int pin_pieces(struct ioasid_space *space, struct ioasid_pin *pin,
		      const struct ioasid_memory *memory)
{
	struct ioasid_memory part = *memory;
	unsigned long left = memory->nr;
	int rc = 0;

	for (; left && !rc; left -= part.nr) {
		part.nr = min(left, IOASID_PAGES_MAX);
		rc = pin_piece(space, pin, &part);
		part.address += part.nr << PAGE_SHIFT;
	}
	return rc;
}

/* From here on the notifier takes the pages out like any others. */
static void pin_leave(struct ioasid_mirror *mirror, struct ioasid_pin *pin)
{
	struct piece *piece;

	list_for_each_entry(piece, &pin->pieces, list)
		piece_leave(mirror, piece);
}

static void pin_free(struct ioasid_pin *pin)
{
	struct piece *piece, *next;

	list_for_each_entry_safe(piece, next, &pin->pieces, list) {
		ioasid_pages_let_go(piece->pages, &piece->use);
		kfree(piece);
	}
	kfree(pin);
}

/* Of pins that are in no space. Waits for a fork() that counts on them. */
static void destroy_list(struct ioasid_mirror *mirror, struct list_head *pins)
{
	struct ioasid_pin *pin, *next;

	if (list_empty(pins))
		return;
	list_for_each_entry(pin, pins, list) {
		pin_leave(mirror, pin);
		cond_resched();
	}
	mmu_interval_read_begin(&mirror->notifier);
	list_for_each_entry_safe(pin, next, pins, list) {
		pin_free(pin);
		cond_resched();
	}
}

/**
 * ioasid_pin_destroy() - Let go of what a pin has pinned
 * @space: the space
 * @pin: the pin, in no space
 *
 * Context: Process context, may sleep.
 */
void ioasid_pin_destroy(struct ioasid_space *space, struct ioasid_pin *pin)
{
	LIST_HEAD(pins);

	list_add(&pin->list, &pins);
	destroy_list(space->mirror, &pins);
}

/**
 * ioasid_pin_create() - Pin memory of the process
 * @space: who pays, and of whose mm it is
 * @memory: which memory
 *
 * Context: Process context, may sleep for as long as the memory takes.
 * Return: the pin, for ioasid_pin_publish() or ioasid_pin_destroy(), or an
 * error pointer as documented for IOASID_PREFAULT.
 */
struct ioasid_pin *ioasid_pin_create(struct ioasid_space *space,
				     const struct ioasid_memory *memory)
{
	struct ioasid_pin *pin = kzalloc(sizeof(*pin), GFP_KERNEL_ACCOUNT);
	int rc;

	if (!pin)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&pin->pieces);
	pin->node.start = memory->address;
	pin->node.last = memory->address + (memory->nr << PAGE_SHIFT) - 1;
	rc = pin_pieces(space, pin, memory);
	if (rc) {
		ioasid_pin_destroy(space, pin);
		return ERR_PTR(rc);
	}
	return pin;
}

/**
 * ioasid_pin_publish() - Give a pin to its space, where it can be found
 * @space: the space
 * @pin: the pin; stays the caller's on failure
 *
 * Context: Process context, may sleep.
 * Return: 0, or -ESTALE.
 */
int ioasid_pin_publish(struct ioasid_space *space, struct ioasid_pin *pin)
{
	int rc = -ESTALE;

	mutex_lock(&space->lock);
	if (!space->freed) {
		interval_tree_insert(&pin->node, &space->pins);
		WRITE_ONCE(space->nr_pins, space->nr_pins + 1);
		rc = 0;
	}
	mutex_unlock(&space->lock);
	return rc;
}

static struct ioasid_pin *first_in(struct ioasid_space *space,
				   unsigned long start, unsigned long last)
{
	struct interval_tree_node *node;

	lockdep_assert_held(&space->lock);
	node = interval_tree_iter_first(&space->pins, start, last);
	return node ? container_of(node, struct ioasid_pin, node) : NULL;
}

/* Whether there are any in a range, and lie in it as a whole. */
static int check_range(struct ioasid_space *space, unsigned long start,
		       unsigned long last)
{
	struct interval_tree_node *node;

	node = interval_tree_iter_first(&space->pins, start, last);
	if (!node)
		return -ENOENT;
	for (; node; node = interval_tree_iter_next(node, start, last)) {
		if (node->start < start || node->last > last)
			return -EBUSY;
		cond_resched();
	}
	return 0;
}

static u64 take_out(struct ioasid_space *space, unsigned long start,
		    unsigned long last, struct list_head *pins)
{
	struct ioasid_pin *pin;
	u64 bytes = 0;

	while ((pin = first_in(space, start, last))) {
		interval_tree_remove(&pin->node, &space->pins);
		WRITE_ONCE(space->nr_pins, space->nr_pins - 1);
		list_add_tail(&pin->list, pins);
		bytes += pin->node.last - pin->node.start + 1;
		cond_resched();
	}
	return bytes;
}

/**
 * ioasid_pins_remove() - Let go of the pins in a range
 * @space: the space
 * @start: first address of the range
 * @last: last address
 * @bytes: how much was pinned by them
 *
 * Context: Process context, may sleep.
 * Return: 0, or -ESTALE, -EBUSY or -ENOENT as documented for IOASID_UNPIN.
 */
int ioasid_pins_remove(struct ioasid_space *space, u64 start, u64 last,
		       u64 *bytes)
{
	LIST_HEAD(pins);
	int rc;

	mutex_lock(&space->lock);
	rc = space->freed ? -ESTALE : check_range(space, start, last);
	if (!rc)
		*bytes = take_out(space, start, last, &pins);
	mutex_unlock(&space->lock);
	destroy_list(space->mirror, &pins);
	return rc;
}

/**
 * ioasid_pins_clear() - Let go of all pins
 * @space: the space, freed: no pin is added any more
 *
 * Context: Process context, may sleep.
 */
void ioasid_pins_clear(struct ioasid_space *space)
{
	LIST_HEAD(pins);

	if (!READ_ONCE(space->nr_pins))
		return;
	mutex_lock(&space->lock);
	take_out(space, 0, ULONG_MAX, &pins);
	mutex_unlock(&space->lock);
	destroy_list(space->mirror, &pins);
}

static unsigned long piece_pfn(const struct piece *piece, unsigned long addr)
{
	unsigned long index = (addr - piece->node.start) >> PAGE_SHIFT;
	struct ioasid_run_walk walk;

	ioasid_run_walk_init(&walk, piece->pages, index, index);
	ioasid_run_next(&walk);
	return walk.pfn;
}

/**
 * ioasid_pins_have() - Whether a page is pinned at an address
 * @mirror: the mm; mirror->lock is held
 * @addr: the address
 * @pfn: the page
 *
 * Return: whether it is.
 */
bool ioasid_pins_have(struct ioasid_mirror *mirror, unsigned long addr,
		      unsigned long pfn)
{
	struct interval_tree_node *node;

	lockdep_assert_held(&mirror->lock);
	node = interval_tree_iter_first(&mirror->pieces, addr, addr);
	for (; node; node = interval_tree_iter_next(node, addr, addr))
		if (piece_pfn(container_of(node, struct piece, node), addr) ==
		    pfn)
			return true;
	return false;
}
