// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page requests: what a device sends when it misses a page, and gets answered.
 *
 * A request comes from the kernel's iopf code, in the context of whoever
 * reports it. For hardware that is a thread that must not be held up, so it is
 * served there and then only if that is quick: if all that there is to do is to
 * look, or if the device is software and reports in its own context. Else a
 * worker serves it. What cannot be served, user space may be asked for.
 *
 * Each request is answered once. When its bond is cut while a worker is busy
 * with it, perhaps for as long as another process pleases, or while it waits
 * for user space, the cutter answers, and the others find nothing to answer
 * later. Until then they hold on to the domain and the bond, but to nothing of
 * the device or of its IOMMU driver.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "../race.h"
#include "bond.h"
#include "domain.h"
#include "iova/queue.h"
#include "request.h"
#include "space.h"
#include "trace.h"

static struct workqueue_struct *requests_wq;

static void answer(struct ioasid_bond *bond, struct iopf_group *group, int rc)
{
	struct ioasid_space *space = bond->space;

	trace_ioasid_response(bond, group->fault_count, rc);
	/* After -EBUSY the device finds nothing, and asks again. */
	if (!rc || rc == -EBUSY) {
		atomic64_add(group->fault_count, &space->faults);
		iopf_group_response(group, IOMMU_PAGE_RESP_SUCCESS);
	} else {
		atomic64_add(group->fault_count, &space->faults_failed);
		iopf_group_response(group, IOMMU_PAGE_RESP_INVALID);
	}
	iopf_free_group(group);
}

/* Devices read and write; they neither execute nor act for the kernel. */
static bool is_valid(const struct iommu_fault_page_request *prm)
{
	return !(prm->perm & ~(IOMMU_FAULT_PERM_READ | IOMMU_FAULT_PERM_WRITE));
}

static struct ioasid_wanted wanted(const struct iopf_fault *fault)
{
	const struct iommu_fault_page_request *prm = &fault->fault.prm;
	struct ioasid_wanted page = { .iova = prm->addr & PAGE_MASK };

	if (prm->perm & IOMMU_FAULT_PERM_WRITE)
		page.flags |= IOASID_WRITE;
	if (prm->perm & IOMMU_FAULT_PERM_READ || !page.flags)
		page.flags |= IOASID_READ;
	return page;
}

static int serve(struct ioasid_domain *domain, struct ioasid_bond *bond,
		 struct ioasid_wanted page, bool in_place)
{
	return bond->space->ops->serve(domain, page.iova,
				       page.flags & IOASID_WRITE, in_place);
}

static int serve_in_place(struct ioasid_bond *bond,
			  struct ioasid_domain *domain,
			  struct iopf_group *group)
{
	struct iopf_fault *fault;
	int rc = 0;

	list_for_each_entry(fault, &group->faults, list) {
		rc = serve(domain, bond, wanted(fault), true);
		if (rc)
			break;
	}
	return rc;
}

/* Serves all pages of a request; see the serve operation. */
int ioasid_request_serve(struct ioasid_request *request, bool in_place)
{
	int rc = 0;
	size_t i;

	for (i = 0; i < request->nr_pages && !rc; i++)
		rc = serve(request->domain, request->bond, request->pages[i],
			   in_place);
	return rc;
}

void ioasid_request_get(struct ioasid_request *request)
{
	refcount_inc(&request->refs);
}

/* May sleep. */
void ioasid_request_put(struct ioasid_request *request)
{
	if (!refcount_dec_and_test(&request->refs))
		return;
	ioasid_domain_put(request->domain);
	ioasid_bond_unref(request->bond);
	kfree(request);
	module_put(THIS_MODULE);
}

/* The caller keeps the bond, which must not go with the lock held. */
static int answer_locked(struct ioasid_request *request, int rc)
{
	lockdep_assert_held(&request->bond->lock);
	if (!request->group)
		return -ENOENT;
	if (request->queue)
		ioasid_fault_queue_remove(request);
	list_del(&request->node);
	answer(request->bond, request->group, rc);
	request->group = NULL;
	ioasid_request_put(request);
	return 0;
}

/**
 * ioasid_request_answer() - Answer a request
 * @request: the request; the caller has a reference
 * @rc: what serving it has returned
 *
 * Context: Process context, may sleep.
 * Return: 0, or -ENOENT when it has been answered.
 */
int ioasid_request_answer(struct ioasid_request *request, int rc)
{
	struct ioasid_bond *bond = request->bond;

	mutex_lock(&bond->lock);
	rc = answer_locked(request, rc);
	mutex_unlock(&bond->lock);
	return rc;
}

/* User space may have what the kernel has not. */
static void settle_locked(struct ioasid_request *request, int rc)
{
	const struct ioasid_space_ops *ops = request->bond->space->ops;

	if (rc == -EFAULT && request->group && ops->ask && ops->ask(request))
		return;
	answer_locked(request, rc);
}

static void request_work(struct work_struct *work)
{
	struct ioasid_request *request =
		container_of(work, struct ioasid_request, work);
	struct ioasid_bond *bond = request->bond;
	int rc;

	rc = ioasid_request_serve(request, false);
	race_window();
	mutex_lock(&bond->lock);
	settle_locked(request, rc);
	mutex_unlock(&bond->lock);
	ioasid_request_put(request);
}

static struct ioasid_request *request_create(struct ioasid_bond *bond,
					     struct ioasid_domain *domain,
					     struct iopf_group *group)
{
	struct ioasid_request *request;
	struct iopf_fault *fault;
	size_t i = 0;

	request = kzalloc(struct_size(request, pages, group->fault_count),
			  GFP_KERNEL);
	if (!request)
		return NULL;
	/* A worker that waits for a process must not be unloaded. */
	__module_get(THIS_MODULE);
	refcount_set(&request->refs, 1);
	INIT_WORK(&request->work, request_work);
	request->group = group;
	ioasid_bond_ref(bond);
	request->bond = bond;
	ioasid_domain_get(domain);
	request->domain = domain;
	request->nr_pages = group->fault_count;
	list_for_each_entry(fault, &group->faults, list)
		request->pages[i++] = wanted(fault);
	return request;
}

static void start_locked(struct ioasid_request *request, int rc)
{
	struct ioasid_bond *bond = request->bond;

	list_add_tail(&request->node, &bond->requests);
	if (bond->cut) {
		answer_locked(request, -ESTALE);
	} else if (rc == -EAGAIN) {
		ioasid_request_get(request);
		queue_work(requests_wq, &request->work);
	} else {
		settle_locked(request, rc);
	}
}

/* The caller's reference to the bond: it cannot be detached while we report. */
static void start_request(struct ioasid_bond *bond,
			  struct ioasid_domain *domain,
			  struct iopf_group *group, int rc)
{
	struct ioasid_request *request = request_create(bond, domain, group);

	race_window();
	mutex_lock(&bond->lock);
	if (request)
		start_locked(request, rc);
	else
		answer(bond, group, -ENOMEM);
	mutex_unlock(&bond->lock);
}

static void trace_group(struct ioasid_bond *bond, struct iopf_group *group)
{
	struct iopf_fault *fault;

	if (!trace_ioasid_fault_enabled())
		return;
	list_for_each_entry(fault, &group->faults, list)
		trace_ioasid_fault(bond, fault->fault.prm.addr,
				   fault->fault.prm.perm &
				   IOMMU_FAULT_PERM_WRITE);
}

static bool group_is_valid(struct iopf_group *group)
{
	struct iopf_fault *fault;

	list_for_each_entry(fault, &group->faults, list)
		if (!is_valid(&fault->fault.prm))
			return false;
	return true;
}

/**
 * ioasid_bond_page_request() - Take a group of page requests
 * @group: the group, ours from now on
 *
 * The iopf handler of our domains. The IOMMU driver promises not to let a PASID
 * be detached while one of its page requests is being reported.
 *
 * Context: Process context, may sleep.
 * Return: 0.
 */
int ioasid_bond_page_request(struct iopf_group *group)
{
	struct ioasid_bond *bond = container_of(group->attach_handle,
						struct ioasid_bond, handle);
	struct ioasid_domain *domain = bond->asks;
	int rc = -EAGAIN;

	trace_group(bond, group);
	if (!group_is_valid(group))
		rc = -EPERM;
	else if (bond->in_place)
		rc = serve_in_place(bond, domain, group);
	if (rc == -EAGAIN || (rc == -EFAULT && bond->space->ops->ask))
		start_request(bond, domain, group, rc);
	else
		answer(bond, group, rc);
	return 0;
}

/**
 * ioasid_bond_refuse_requests() - Answer all page requests, now and later
 * @bond: the bond, about to be cut
 *
 * Context: Process context, may sleep.
 */
void ioasid_bond_refuse_requests(struct ioasid_bond *bond)
{
	struct ioasid_request *request, *next;

	mutex_lock(&bond->lock);
	bond->cut = true;
	list_for_each_entry_safe(request, next, &bond->requests, node)
		answer_locked(request, -ESTALE);
	mutex_unlock(&bond->lock);
}

int ioasid_requests_init(void)
{
	/* Each may wait for a process of its own, and not behind another. */
	requests_wq = alloc_workqueue("ioasid", WQ_UNBOUND, WQ_MAX_ACTIVE);
	return requests_wq ? 0 : -ENOMEM;
}

void ioasid_requests_exit(void)
{
	destroy_workqueue(requests_wq);
}
