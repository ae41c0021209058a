// SPDX-License-Identifier: GPL-2.0-only
/*
 * What suites share that are about IOVA spaces: a space without a file, and
 * memory that is nowhere.
 */
#include <linux/slab.h>

#include "../../kernel/ioasid/access.h"
#include "../../kernel/ioasid/bond.h"
#include "../../kernel/ioasid/memory.h"
#include "iova.h"

/* What is called by code that no suite runs */
int ioasid_memory_refusal(const struct ioasid_memory *memory,
			  unsigned long address)
{
	return -EFAULT;
}

bool ioasid_access_page(struct page *page, size_t offset, struct iov_iter *iter,
			bool write)
{
	return false;
}

int ioasid_bond_page_request(struct iopf_group *group)
{
	return 0;
}

/* What is space.c's: a suite frees its space, once nobody refers to it */
void ioasid_space_get(struct ioasid_space *space)
{
	kref_get(&space->refs);
}

static void refs_ran_out(struct kref *refs)
{
	WARN_ON(1);
}

void ioasid_space_put(struct ioasid_space *space)
{
	kref_put(&space->refs, refs_ran_out);
}

/* What is account.c's: what is charged is just counted */
int ioasid_account_charge(struct ioasid_account *account, unsigned long pages)
{
	atomic_long_add(pages, &account->pinned);
	return 0;
}

void ioasid_account_uncharge(struct ioasid_account *account,
			     unsigned long pages)
{
	atomic_long_sub(pages, &account->pinned);
}

struct ioasid_space *unit_space_new(struct kunit *test)
{
	struct ioasid_space *space;

	space = kunit_kzalloc(test, sizeof(*space), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, space);
	kref_init(&space->refs);
	space->ops = &ioasid_iova_space_ops;
	KUNIT_ASSERT_EQ(test, space->ops->init(space), 0);
	return space;
}

/* Nothing may be attached any more. Nothing is left, if all is right. */
void unit_space_end(struct kunit *test, struct ioasid_space *space)
{
	space->freed = true;
	space->ops->clear(space);
	space->ops->exit(space);
	KUNIT_EXPECT_EQ(test, kref_read(&space->refs), 1);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&space->account.pinned), 0);
}

static void fill_runs(struct ioasid_pages *pages, const u64 *pfns)
{
	unsigned long i;

	for (i = 0; i < pages->nr; i++)
		if (!i || pfns[i] != pfns[i - 1] + 1)
			pages->runs[pages->nr_runs++] = (struct ioasid_run){
				.pfn = pfns[i],
				.first = i,
			};
}

/* Charged, but not pinned, with no use yet. */
struct ioasid_pages *unit_pages_new(struct kunit *test,
				    struct ioasid_space *payer,
				    const u64 *pfns, unsigned long nr)
{
	struct ioasid_pages *pages = kzalloc(sizeof(*pages), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pages);
	pages->runs = kvcalloc(nr, sizeof(*pages->runs), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pages->runs);
	mutex_init(&pages->lock);
	pages->borrowed = true;
	pages->charged = true;
	pages->nr = nr;
	pages->payer = payer;
	ioasid_space_get(payer);
	ioasid_account_charge(&payer->account, nr);
	fill_runs(pages, pfns);
	return pages;
}
