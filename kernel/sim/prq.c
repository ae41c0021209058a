// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page requests: how a device asks for pages that its IOMMU does not have.
 *
 * What one access misses is asked for as one group, which the last page of it
 * ends. It is reported through the kernel's I/O page fault code and is answered
 * as a whole, exactly once, by sim_prq_respond(): maybe before the report
 * returns, maybe much later from another thread. What the report returns says
 * nothing: a page that was left out for want of memory is asked for again.
 *
 * The number of a group is taken until its answer has come, also when nobody
 * waits for that any more. So an answer never hits a later group.
 *
 * Nobody sleeps for an answer. Who sent a request looks whether the answer is
 * there, and if not gives up its thread: it says so with sim_request_wait(),
 * and the answer then calls request->resume().
 *
 *	IDLE --send--> SENT --wait--> WAITED
 *	  ^             |               |
 *	  +---settle--- ANSWERED <------+ (resume)
 */
#include <linux/slab.h>
#include <linux/xarray.h>

#include "../race.h"
#include "iommu.h"
#include "pasid.h"
#include "prq.h"

enum sim_request_state {
	SIM_REQUEST_IDLE,
	SIM_REQUEST_SENT,
	SIM_REQUEST_WAITED,
	SIM_REQUEST_ANSWERED,
};

/* In the place of a request that was withdrawn, until its answer comes. */
static struct sim_request withdrawn;

void sim_request_init(struct sim_request *request,
		      void (*resume)(struct sim_request *request))
{
	atomic_set(&request->state, SIM_REQUEST_IDLE);
	request->resume = resume;
}

/* The request may be gone once its state says that it is answered. */
static void answer(struct sim_request *request, bool refused)
{
	void (*resume)(struct sim_request *request) = request->resume;

	request->refused = refused;
	race_window();
	if (atomic_xchg(&request->state, SIM_REQUEST_ANSWERED) ==
	    SIM_REQUEST_WAITED)
		resume(request);
}

static void report(struct sim_endpoint *endpoint, u32 pasid, u32 group,
		   const struct sim_miss *miss, bool last)
{
	u32 flags = IOMMU_FAULT_PAGE_REQUEST_PASID_VALID;
	struct iopf_fault fault = {
		.fault = {
			.type = IOMMU_FAULT_PAGE_REQ,
			.prm = {
				.flags = flags,
				.pasid = pasid,
				.grpid = group,
				.perm = miss->write ? IOMMU_FAULT_PERM_WRITE :
						      IOMMU_FAULT_PERM_READ,
				.addr = miss->addr & PAGE_MASK,
			},
		},
	};

	if (last)
		fault.fault.prm.flags |= IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE;
	iommu_report_device_fault(endpoint->dev, &fault);
}

static void report_group(struct sim_endpoint *endpoint, u32 pasid, u32 group,
			 const struct sim_miss *misses, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		report(endpoint, pasid, group, &misses[i], i == nr - 1);
}

static bool are_translatable(const struct sim_endpoint *endpoint,
			     const struct sim_miss *misses, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (misses[i].addr > endpoint->iommu->iova_last)
			return false;
	return true;
}

/* Looked at after the request can be found. */
static bool is_stopped(const struct sim_context *context)
{
	race_window();
	/* Pairs with the one in sim_request_cancel(). */
	smp_mb();
	return READ_ONCE(context->stopped);
}

/* It has not been reported, so there will be no answer to it. */
static void drop(struct sim_request *request, struct sim_endpoint *endpoint)
{
	if (xa_erase(&endpoint->requests, request->group) == request)
		answer(request, true);
}

/**
 * sim_request_send() - Ask for pages
 * @request: an idle request
 * @endpoint: the device
 * @context: in whose address space
 * @misses: which pages, and what for
 * @nr: how many, at least one
 *
 * Refused at once when page requests are not switched on, which some devices do
 * not allow, when an address is none that the IOMMU could ever translate, or
 * when the PASID is not in use.
 */
void sim_request_send(struct sim_request *request,
		      struct sim_endpoint *endpoint,
		      const struct sim_context *context,
		      const struct sim_miss *misses, unsigned int nr)
{
	struct sim_pasid *pasid = sim_pasid_get(endpoint, context->pasid);

	request->context = context;
	atomic_set(&request->state, SIM_REQUEST_SENT);
	if (!READ_ONCE(endpoint->fault_users) ||
	    !pasid || !are_translatable(endpoint, misses, nr) ||
	    xa_alloc(&endpoint->requests, &request->group, request,
		     xa_limit_32b, GFP_KERNEL))
		answer(request, true);
	else if (is_stopped(context))
		drop(request, endpoint);
	else
		report_group(endpoint, context->pasid, request->group, misses,
			     nr);
	if (pasid)
		sim_pasid_put(pasid);
}

/**
 * sim_request_cancel() - Do without an answer
 * @request: the request
 * @endpoint: the device that sent it, if it did
 * @context: for which it was sent; stopped
 *
 * Whoever has to answer may never do so. The request counts as refused, and an
 * answer that still comes finds nothing.
 */
void sim_request_cancel(struct sim_request *request,
			struct sim_endpoint *endpoint,
			const struct sim_context *context)
{
	struct sim_request *found;
	unsigned long group;

	/* Who is about to send it is found here, or finds it stopped. */
	smp_mb();
	xa_for_each(&endpoint->requests, group, found)
		if (found == request && READ_ONCE(found->context) == context &&
		    xa_cmpxchg(&endpoint->requests, group, request, &withdrawn,
			       GFP_KERNEL) == request)
			answer(request, true);
}

/**
 * sim_request_settle() - Take the answer to a request
 * @request: the request
 *
 * Return: 0 when it was granted or there was none, -EFAULT when it was refused,
 * -EAGAIN when it is not answered yet.
 */
int sim_request_settle(struct sim_request *request)
{
	switch (atomic_read_acquire(&request->state)) {
	case SIM_REQUEST_IDLE:
		return 0;
	case SIM_REQUEST_ANSWERED:
		atomic_set(&request->state, SIM_REQUEST_IDLE);
		return request->refused ? -EFAULT : 0;
	default:
		return -EAGAIN;
	}
}

/**
 * sim_request_wait() - Have the answer call request->resume()
 * @request: the request
 *
 * Return: whether it will. If not, there is nothing to wait for.
 */
bool sim_request_wait(struct sim_request *request)
{
	return atomic_cmpxchg(&request->state, SIM_REQUEST_SENT,
			      SIM_REQUEST_WAITED) == SIM_REQUEST_SENT;
}

/* The page_response operation. */
void sim_prq_respond(struct device *dev, struct iopf_fault *fault,
		     struct iommu_page_response *response)
{
	struct sim_endpoint *endpoint = dev_iommu_priv_get(dev);
	struct sim_request *request;

	request = xa_erase(&endpoint->requests, response->grpid);
	if (request && request != &withdrawn)
		answer(request, response->code != IOMMU_PAGE_RESP_SUCCESS);
}
