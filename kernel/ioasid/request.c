// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page requests: what a device sends when it misses a page, and gets answered.
 *
 * A request comes from the kernel's iopf code, in the context of whoever
 * reports it. For hardware that is a thread that must not be held up, so the
 * request is queued for a worker. A software device reports in its own context
 * and can have it served there and then, as long as only the kernel is needed
 * for that.
 *
 * Each request is answered once. When its bond is cut while a worker is busy
 * with it, perhaps for as long as another process pleases, the cutter answers,
 * and the worker finds nothing to answer later. Until then it holds on to the
 * domain and the bond, but to nothing of the device or of its IOMMU driver.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "bond.h"
#include "domain.h"
#include "space.h"

static struct workqueue_struct *requests_wq;

struct wanted_page {
	unsigned long addr;
	bool write;
};

/**
 * struct page_request - A group of page requests, queued for a worker
 * @work: for the worker
 * @node: in bond->requests until it is answered; bond->lock
 * @group: what to answer, NULL once that is done; bond->lock
 * @bond: where it came from; referenced
 * @domain: what to fill; referenced
 * @nr_pages: how many pages are wanted
 * @pages: which. A copy, since @group may be gone at any moment
 */
struct page_request {
	struct work_struct work;
	struct list_head node;
	struct iopf_group *group;
	struct ioasid_bond *bond;
	struct ioasid_domain *domain;
	size_t nr_pages;
	struct wanted_page pages[] __counted_by(nr_pages);
};

static void answer(struct ioasid_bond *bond, struct iopf_group *group, int rc)
{
	struct ioasid_space *space = bond->space;

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

static struct wanted_page wanted(const struct iopf_fault *fault)
{
	return (struct wanted_page) {
		.addr = fault->fault.prm.addr,
		.write = fault->fault.prm.perm & IOMMU_FAULT_PERM_WRITE,
	};
}

static int serve_in_place(struct ioasid_bond *bond,
			  struct ioasid_domain *domain,
			  struct iopf_group *group)
{
	struct iopf_fault *fault;
	struct wanted_page page;
	int rc = 0;

	list_for_each_entry(fault, &group->faults, list) {
		page = wanted(fault);
		rc = bond->space->ops->serve(domain, page.addr, page.write,
					     true);
		if (rc)
			break;
	}
	return rc;
}

static void request_answer(struct page_request *request, int rc)
{
	lockdep_assert_held(&request->bond->lock);
	if (!request->group)
		return;
	list_del(&request->node);
	answer(request->bond, request->group, rc);
	request->group = NULL;
}

static void request_free(struct page_request *request)
{
	ioasid_domain_put(request->domain);
	ioasid_bond_unref(request->bond);
	kfree(request);
	module_put(THIS_MODULE);
}

static void request_work(struct work_struct *work)
{
	struct page_request *request =
		container_of(work, struct page_request, work);
	struct ioasid_bond *bond = request->bond;
	int rc = 0;
	size_t i;

	for (i = 0; i < request->nr_pages && !rc; i++)
		rc = bond->space->ops->serve(request->domain,
					     request->pages[i].addr,
					     request->pages[i].write, false);
	mutex_lock(&bond->lock);
	request_answer(request, rc);
	mutex_unlock(&bond->lock);
	request_free(request);
}

static struct page_request *request_create(struct ioasid_bond *bond,
					   struct ioasid_domain *domain,
					   struct iopf_group *group)
{
	struct page_request *request;
	struct iopf_fault *fault;
	size_t i = 0;

	request = kzalloc(struct_size(request, pages, group->fault_count),
			  GFP_KERNEL);
	if (!request)
		return NULL;
	/* A worker that waits for a process must not be unloaded. */
	__module_get(THIS_MODULE);
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

/* The caller's reference to the bond: it cannot be detached while we report. */
static void queue_request(struct ioasid_bond *bond,
			  struct ioasid_domain *domain,
			  struct iopf_group *group)
{
	struct page_request *request = request_create(bond, domain, group);

	mutex_lock(&bond->lock);
	if (request && !bond->cut) {
		list_add_tail(&request->node, &bond->requests);
		queue_work(requests_wq, &request->work);
	} else {
		answer(bond, group, request ? -ESTALE : -ENOMEM);
		if (request)
			request_free(request);
	}
	mutex_unlock(&bond->lock);
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
	struct ioasid_domain *domain = group->attach_handle->domain->fault_data;
	int rc = -EAGAIN;

	if (!group_is_valid(group))
		rc = -EPERM;
	else if (bond->in_place)
		rc = serve_in_place(bond, domain, group);
	if (rc == -EAGAIN)
		queue_request(bond, domain, group);
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
	struct page_request *request, *next;

	mutex_lock(&bond->lock);
	bond->cut = true;
	list_for_each_entry_safe(request, next, &bond->requests, node)
		request_answer(request, -ESTALE);
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
