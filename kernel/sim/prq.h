/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_PRQ_H
#define IOASID_SIM_PRQ_H

#include <linux/atomic.h>
#include <linux/iommu.h>
#include <linux/types.h>

struct sim_endpoint;

/*
 * What one access can miss: the most operands that there are, each of which may
 * cross the end of a page.
 */
#define SIM_GROUP_MAX	6

/**
 * struct sim_context - A PASID that a device works with
 * @pasid: its number
 * @name: what the user of the queue knows it by: the same, or 0 if it is hidden
 * @stopped: the device must not use it any more. Set before the PASID is taken
 *	out of the IOMMU, read when it has been looked up there: so a context
 *	never reaches what the same number means later
 */
struct sim_context {
	u32 pasid;
	u32 name;
	bool stopped;
};

/**
 * struct sim_miss - An access that did not translate
 * @addr: where
 * @write: it was a write
 */
struct sim_miss {
	u64 addr;
	bool write;
};

/**
 * struct sim_request - A group of page requests; an engine has one at a time
 * @state: enum sim_request_state
 * @refused: the answer, valid in state ANSWERED
 * @context: for whom it was sent last
 * @group: number by which the answer finds the request
 * @resume: called, once, for an answer that came after sim_request_wait()
 */
struct sim_request {
	atomic_t state;
	bool refused;
	const struct sim_context *context;
	u32 group;
	void (*resume)(struct sim_request *request);
};

void sim_request_init(struct sim_request *request,
		      void (*resume)(struct sim_request *request));
void sim_request_send(struct sim_request *request,
		      struct sim_endpoint *endpoint,
		      const struct sim_context *context,
		      const struct sim_miss *misses, unsigned int nr);
void sim_request_cancel(struct sim_request *request,
			struct sim_endpoint *endpoint,
			const struct sim_context *context);
int sim_request_settle(struct sim_request *request);
bool sim_request_wait(struct sim_request *request);

void sim_prq_respond(struct device *dev, struct iopf_fault *fault,
		     struct iommu_page_response *response);

#endif
