/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_PRQ_H
#define IOASID_SIM_PRQ_H

#include <linux/atomic.h>
#include <linux/iommu.h>
#include <linux/types.h>

struct sim_endpoint;

/**
 * struct sim_context - A PASID that a device works with
 * @pasid: its number
 * @stopped: the device must not use it any more. Set before the PASID is taken
 *	out of the IOMMU, read when it has been looked up there: so a context
 *	never reaches what the same number means later
 */
struct sim_context {
	u32 pasid;
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
 * struct sim_request - A page request; a device has one at a time
 * @state: enum sim_request_state
 * @refused: the answer, valid in state ANSWERED
 * @group: number by which the answer finds the request
 * @resume: called, once, for an answer that came after sim_request_wait()
 */
struct sim_request {
	atomic_t state;
	bool refused;
	u32 group;
	void (*resume)(struct sim_request *request);
};

void sim_request_init(struct sim_request *request,
		      void (*resume)(struct sim_request *request));
void sim_request_send(struct sim_request *request,
		      struct sim_endpoint *endpoint,
		      const struct sim_context *context,
		      const struct sim_miss *miss);
int sim_request_settle(struct sim_request *request);
bool sim_request_wait(struct sim_request *request);

void sim_prq_respond(struct device *dev, struct iopf_fault *fault,
		     struct iommu_page_response *response);

#endif
