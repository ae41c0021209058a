// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a PASID costs in Linux 6.1, which handed them out by an allocator of its
 * own, drivers/iommu/ioasid.c: it went with Linux 6.5, for the IDA that
 * iommu_alloc_global_pasid() has.
 *
 * All is measured when the module is loaded, in several rounds, and printed as
 * ioasid-bench prints figures. Meanwhile another number is taken, as if there
 * were one more user, since it costs more to take the very first one.
 */
#include <linux/bits.h>
#include <linux/idr.h>
#include <linux/ioasid.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sort.h>

#define PASID_FIRST	1
#define PASID_LAST	(BIT(20) - 1)
#define TIMES		2000
/* Samples that count. The median of an odd number is one of them. */
#define ROUNDS		7

struct contender {
	const char *name;
	int (*run)(void);
};

static DECLARE_IOASID_SET(set);
static DEFINE_IDA(ida);

static ioasid_t take_pasid(void)
{
	return ioasid_alloc(&set, PASID_FIRST, PASID_LAST, NULL);
}

static int take_id(void)
{
	return ida_alloc_range(&ida, PASID_FIRST, PASID_LAST, GFP_KERNEL);
}

static int run_ioasid(void)
{
	ioasid_t pasid;
	int i;

	for (i = 0; i < TIMES; i++) {
		pasid = take_pasid();
		if (pasid == INVALID_IOASID)
			return -ENOSPC;
		ioasid_free(pasid);
	}
	return 0;
}

static int run_ida(void)
{
	int i, id;

	for (i = 0; i < TIMES; i++) {
		id = take_id();
		if (id < 0)
			return id;
		ida_free(&ida, id);
	}
	return 0;
}

static const struct contender contenders[] = {
	{ "linux-6.1", run_ioasid },
	{ "ida of linux-6.1", run_ida },
};

static u64 samples[ARRAY_SIZE(contenders)][ROUNDS];

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static int take_sample(const struct contender *who, u64 *sample)
{
	u64 start = ktime_get_ns();
	int rc = who->run();

	*sample = ktime_get_ns() - start;
	return rc;
}

/* A first one warms up, and the next writes over it. */
static int take_samples(unsigned int round)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; i < ARRAY_SIZE(contenders) && !rc; i++)
		rc = take_sample(&contenders[i], &samples[i][round]);
	return rc;
}

static void print_figure(unsigned int i)
{
	u64 hundredths;

	sort(samples[i], ROUNDS, sizeof(u64), compare, NULL);
	hundredths = samples[i][ROUNDS / 2] * 100 / TIMES;
	pr_info("figure: pasids\talloc + free\t%s\tns\t%llu.%02llu\n",
		contenders[i].name, hundredths / 100, hundredths % 100);
}

static int take_all_samples(void)
{
	unsigned int i;
	int rc;

	rc = take_samples(0);
	for (i = 0; i < ROUNDS && !rc; i++)
		rc = take_samples(i);
	return rc;
}

static int __init pasid_loop_init(void)
{
	ioasid_t pasid = take_pasid();
	int id = take_id(), rc = -ENOSPC;
	unsigned int i;

	if (pasid != INVALID_IOASID && id >= 0)
		rc = take_all_samples();
	if (id >= 0)
		ida_free(&ida, id);
	if (pasid != INVALID_IOASID)
		ioasid_free(pasid);
	for (i = 0; i < ARRAY_SIZE(contenders) && !rc; i++)
		print_figure(i);
	return rc;
}

static void __exit pasid_loop_exit(void)
{
}

module_init(pasid_loop_init);
module_exit(pasid_loop_exit);

MODULE_DESCRIPTION("Measures the PASID allocator of Linux 6.1");
MODULE_LICENSE("GPL");
