// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sources: where the memory comes from that is mapped.
 *
 * Each source is turned into areas that have pages and no address yet.
 *
 * A file is mapped into the caller's memory for a moment and pinned from there,
 * which goes by the rules of mmap() for whatever kind of file it is. Another
 * space gives what it has, pinned as it is.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "../fd.h"
#include "../memory.h"
#include "../space.h"
#include "map.h"

static struct ioasid_area *add_area(const struct ioasid_map *arg,
				    struct list_head *areas)
{
	struct ioasid_area *area = ioasid_area_alloc();

	if (!area)
		return NULL;
	area->flags = IOASID_READ | (arg->flags & IOASID_WRITE);
	area->page_sizes = arg->page_size_max ? 2 * arg->page_size_max - 1 :
						U64_MAX;
	list_add_tail(&area->node, areas);
	return area;
}

static int collect(struct ioasid_space *space, const struct ioasid_map *arg,
		   struct ioasid_memory *memory, struct list_head *areas)
{
	struct ioasid_area *area = add_area(arg, areas);
	struct ioasid_pages *pages;

	if (!area)
		return -ENOMEM;
	pages = ioasid_pages_pin(space, memory, &area->use);
	if (IS_ERR(pages))
		return PTR_ERR(pages);
	area->pages = pages;
	return 0;
}

static int collect_pieces(struct ioasid_space *space,
			  const struct ioasid_map *arg, unsigned long address,
			  struct list_head *areas)
{
	unsigned long left = arg->length >> PAGE_SHIFT;
	struct ioasid_memory memory = {
		.mm = current->mm,
		.address = address,
		.write = arg->flags & IOASID_WRITE,
	};
	int rc = 0;

	for (; left && !rc; left -= memory.nr) {
		memory.nr = min(left, IOASID_PAGES_MAX);
		rc = collect(space, arg, &memory, areas);
		memory.address += memory.nr << PAGE_SHIFT;
	}
	return rc;
}

/**
 * ioasid_collect_memory() - Take memory of the caller
 * @space: who pays
 * @arg: what and how
 * @areas: gets the areas, also on failure
 *
 * Context: Process context, may sleep for as long as the memory takes.
 * Return: 0, or an error as documented for IOASID_MAP.
 */
int ioasid_collect_memory(struct ioasid_space *space,
			  const struct ioasid_map *arg,
			  struct list_head *areas)
{
	return collect_pieces(space, arg, arg->address, areas);
}

/* What mmap() says, in the words of IOASID_MAP. */
static int mmap_error(int rc)
{
	switch (rc) {
	case -EACCES:
	case -EPERM:
		return -EACCES;
	case -EINTR:
	case -ENOMEM:
		return rc;
	case -EOVERFLOW:
		return -EFAULT;
	case -EAGAIN:
		return -EDQUOT;
	default:
		return -ENODEV;
	}
}

/* Huge pages can only be mapped as a whole. */
static u64 file_granule(struct file *file)
{
	if (is_file_hugepages(file))
		return huge_page_size(hstate_file(file));
	return PAGE_SIZE;
}

static int collect_from(struct file *file, struct ioasid_space *space,
			const struct ioasid_map *arg, struct list_head *areas)
{
	u64 start = ALIGN_DOWN(arg->address, file_granule(file));
	u64 length = ALIGN(arg->address + arg->length, file_granule(file)) -
		     start;
	unsigned long prot = PROT_READ;
	unsigned long at;
	int rc;

	/* Past the end of any file. */
	if (length > LLONG_MAX || start > LLONG_MAX - length)
		return -EFAULT;
	if (arg->flags & IOASID_WRITE)
		prot |= PROT_WRITE;
	at = vm_mmap(file, 0, length, prot, MAP_SHARED, start);
	if (IS_ERR_VALUE(at))
		return mmap_error(at);
	rc = collect_pieces(space, arg, at + (arg->address - start), areas);
	vm_munmap(at, length);
	return rc;
}

/* As ioasid_collect_memory(), from a file. */
int ioasid_collect_file(struct ioasid_space *space,
			const struct ioasid_map *arg, struct list_head *areas)
{
	struct file *file = fget(arg->fd);
	int rc = -EBADF;

	if (!file)
		return rc;
	if (file->f_mode & FMODE_READ)
		rc = collect_from(file, space, arg, areas);
	fput(file);
	return rc;
}

static int share(const struct ioasid_area *from, const struct ioasid_map *arg,
		 unsigned long first, unsigned long last,
		 struct list_head *areas)
{
	struct ioasid_area *area;

	if (arg->flags & IOASID_WRITE && !(from->flags & IOASID_WRITE))
		return -EACCES;
	area = add_area(arg, areas);
	if (!area)
		return -ENOMEM;
	area->pages = from->pages;
	area->use.start = ioasid_area_page(from, first);
	area->use.last = ioasid_area_page(from, last);
	ioasid_pages_share(area->pages, &area->use);
	return 0;
}

static int share_range(struct ioasid_iova_map *map,
		       const struct ioasid_map *arg, struct list_head *areas)
{
	unsigned long index = arg->address >> PAGE_SHIFT;
	unsigned long last = index + (arg->length >> PAGE_SHIFT) - 1;
	struct ioasid_area *from;
	int rc = 0;

	lockdep_assert_held(&map->lock);
	if (READ_ONCE(map->space->freed))
		return -ESTALE;
	while (index <= last && !rc) {
		from = ioasid_area_find(map, index, index);
		if (!from)
			return -EFAULT;
		rc = share(from, arg, index, min(last, from->last), areas);
		index = from->last + 1;
	}
	return rc;
}

static int collect_from_space(struct ioasid_space *origin,
			      const struct ioasid_map *arg,
			      struct list_head *areas)
{
	int rc;

	if (origin->type != IOASID_TYPE_IOVA)
		return -EMEDIUMTYPE;
	down_read(&origin->map.lock);
	rc = share_range(&origin->map, arg, areas);
	up_read(&origin->map.lock);
	return rc;
}

/* As ioasid_collect_memory(), from another space. */
int ioasid_collect_space(const struct ioasid_map *arg, struct list_head *areas)
{
	struct ioasid_space *origin;
	int rc = -EACCES;
	u32 rights;

	origin = ioasid_space_from_fd(arg->fd, &rights);
	if (IS_ERR(origin))
		return PTR_ERR(origin);
	if (rights & IOASID_RIGHT_MAP)
		rc = collect_from_space(origin, arg, areas);
	ioasid_space_let_go(origin);
	return rc;
}

/* As ioasid_collect_memory(), of the kernel's own memory. */
int ioasid_collect_kernel(struct ioasid_space *space,
			  const struct ioasid_map *arg,
			  struct list_head *areas)
{
	struct ioasid_area *area = add_area(arg, areas);
	struct ioasid_pages *pages;

	if (!area)
		return -ENOMEM;
	pages = ioasid_pages_borrow(space, (void *)arg->address,
				    arg->length >> PAGE_SHIFT, &area->use);
	if (IS_ERR(pages))
		return PTR_ERR(pages);
	area->pages = pages;
	return 0;
}
