// SPDX-License-Identifier: GPL-2.0-only
/*
 * IOASID_BENCH_LOOP: what only the kernel can do, over and over.
 *
 * A job loops by itself, so that nothing but the job is measured; who killed
 * the caller waits for a batch at most.
 */
#include <linux/err.h>
#include <linux/idr.h>
#include <linux/ioasid.h>
#include <linux/ioasid_ioctl.h>
#include <linux/iommu.h>
#include <linux/iommufd.h>
#include <linux/nospec.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "../../kernel/ioasid/pasid.h"
#include "bench.h"
#include "ioasid_bench.h"

#define BATCH		256
#define PASID_LAST	((1U << IOASID_PASID_BITS) - 1)

/**
 * struct loop - A job that is being done
 * @arg: what for
 * @iommufd: the device as iommufd has it
 * @domain: a page table, and
 * @pasid: the PASID to attach to it
 * @id: the number that another user of the IDA has
 */
struct loop {
	const struct ioasid_bench_loop *arg;
	struct iommufd_device *iommufd;
	struct iommu_domain *domain;
	u32 pasid;
	int id;
};

/**
 * struct loop_job - What the job is
 * @check: who else may have the device; NULL if it is not needed
 * @begin: gets ready; NULL if there is nothing to do
 * @run: does it so many times
 * @end: cleans up; NULL if there is nothing to do
 */
struct loop_job {
	int (*check)(void);
	int (*begin)(struct loop *loop);
	int (*run)(struct loop *loop, u32 times);
	void (*end)(struct loop *loop);
};

static DEFINE_IDA(bench_ida);

static int run_pasid(struct loop *loop, u32 times)
{
	struct ioasid_pasid *pasid;

	while (times--) {
		pasid = ioasid_pasid_alloc();
		if (IS_ERR(pasid))
			return PTR_ERR(pasid);
		ioasid_pasid_free(pasid);
	}
	return 0;
}

static int take_id(void)
{
	return ida_alloc_range(&bench_ida, IOMMU_FIRST_GLOBAL_PASID, PASID_LAST,
			       GFP_KERNEL);
}

/* It costs more to take the only one. */
static int begin_ida(struct loop *loop)
{
	loop->id = take_id();
	return min(loop->id, 0);
}

static void end_ida(struct loop *loop)
{
	ida_free(&bench_ida, loop->id);
}

static int run_ida(struct loop *loop, u32 times)
{
	int id;

	while (times--) {
		id = take_id();
		if (id < 0)
			return id;
		ida_free(&bench_ida, id);
	}
	return 0;
}

static int run_attach(struct loop *loop, u32 times)
{
	struct ioasid_attach_args args = { .fd = loop->arg->fd };
	struct ioasid_attachment *attachment;

	while (times--) {
		attachment = ioasid_attach(bench_dev, &args);
		if (IS_ERR(attachment))
			return PTR_ERR(attachment);
		ioasid_detach(attachment);
	}
	return 0;
}

static int begin_attach_bare(struct loop *loop)
{
	loop->domain = iommu_paging_domain_alloc(bench_dev);
	if (IS_ERR(loop->domain))
		return PTR_ERR(loop->domain);
	loop->pasid = iommu_alloc_global_pasid(bench_dev);
	if (loop->pasid != IOMMU_PASID_INVALID)
		return 0;
	iommu_domain_free(loop->domain);
	return -ENOSPC;
}

static int run_attach_bare(struct loop *loop, u32 times)
{
	struct iommu_attach_handle handle = {};
	int rc;

	while (times--) {
		rc = iommu_attach_device_pasid(loop->domain, bench_dev,
					       loop->pasid, &handle);
		if (rc)
			return rc;
		iommu_detach_device_pasid(loop->domain, bench_dev,
					  loop->pasid);
	}
	return 0;
}

static void end_attach_bare(struct loop *loop)
{
	iommu_free_global_pasid(loop->pasid);
	iommu_domain_free(loop->domain);
}

static int begin_attach_iommufd(struct loop *loop)
{
	loop->iommufd = bench_bind_iommufd(loop->arg->fd);
	return PTR_ERR_OR_ZERO(loop->iommufd);
}

static int run_attach_iommufd(struct loop *loop, u32 times)
{
	u32 ioas;
	int rc;

	while (times--) {
		ioas = loop->arg->ioas;
		rc = iommufd_device_attach(loop->iommufd, &ioas);
		if (rc)
			return rc;
		iommufd_device_detach(loop->iommufd);
	}
	return 0;
}

static void end_attach_iommufd(struct loop *loop)
{
	iommufd_device_unbind(loop->iommufd);
}

static const struct loop_job jobs[] = {
	[IOASID_BENCH_LOOP_PASID] = { .run = run_pasid },
	[IOASID_BENCH_LOOP_IDA] = {
		.begin = begin_ida,
		.run = run_ida,
		.end = end_ida,
	},
	[IOASID_BENCH_LOOP_ATTACH] = {
		.check = bench_check_ours,
		.run = run_attach,
	},
	[IOASID_BENCH_LOOP_ATTACH_BARE] = {
		.check = bench_check_ours,
		.begin = begin_attach_bare,
		.run = run_attach_bare,
		.end = end_attach_bare,
	},
	[IOASID_BENCH_LOOP_ATTACH_IOMMUFD] = {
		.check = bench_check_free,
		.begin = begin_attach_iommufd,
		.run = run_attach_iommufd,
		.end = end_attach_iommufd,
	},
};

static int run_in_batches(const struct loop_job *job, struct loop *loop)
{
	u32 left = loop->arg->times, batch;
	int rc = 0;

	for (; left && !rc; left -= batch) {
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		batch = min(left, BATCH);
		rc = job->run(loop, batch);
	}
	return rc;
}

static int run_locked(const struct loop_job *job, struct loop *loop)
{
	int rc;

	rc = job->check ? job->check() : 0;
	if (rc)
		return rc;
	rc = job->begin ? job->begin(loop) : 0;
	if (rc)
		return rc;
	rc = run_in_batches(job, loop);
	if (job->end)
		job->end(loop);
	return rc;
}

static const struct loop_job *find_job(u32 number)
{
	const struct loop_job *job;

	if (number >= ARRAY_SIZE(jobs))
		return NULL;
	job = &jobs[array_index_nospec(number, ARRAY_SIZE(jobs))];
	return job->run ? job : NULL;
}

int bench_loop(struct ioasid_ucmd *ucmd)
{
	struct loop loop = { .arg = ucmd->arg };
	const struct loop_job *job = find_job(loop.arg->job);
	int rc;

	if (!job)
		return -EOPNOTSUPP;
	mutex_lock(&bench_lock);
	rc = run_locked(job, &loop);
	mutex_unlock(&bench_lock);
	return rc;
}
