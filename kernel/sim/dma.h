/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_DMA_H
#define IOASID_SIM_DMA_H

#include <linux/types.h>

#include "prq.h"

struct device;
struct sim_domain;
struct sim_iotlb_line;

/**
 * struct sim_dma - How one engine of a device reaches memory
 * @endpoint: the device, as its IOMMU knows it
 * @iotlb: translations that were used lately
 * @domain: what the access that is under way translates by, or NULL
 * @miss: what the last access that failed did not find first
 * @group: all that it did not find, one entry for each page
 * @nr_missed: how many are in @group
 * @alone: a group was refused: until the access is over, only @miss is asked
 *	for
 * @request: the page requests for them
 *
 * Used by one thread at a time.
 */
struct sim_dma {
	struct sim_endpoint *endpoint;
	struct sim_iotlb_line *iotlb;
	struct sim_domain *domain;
	struct sim_miss miss;
	struct sim_miss group[SIM_GROUP_MAX];
	unsigned int nr_missed;
	bool alone;
	struct sim_request request;
};

/*
 * Moves the bytes of one access, of a few pages at most. Returns false, without
 * having moved any, when sim_dma_translate() returned NULL; before it does so
 * it should translate whatever else it needs.
 */
typedef bool (*sim_dma_access_t)(struct sim_dma *dma, void *data);

int sim_dma_init(struct sim_dma *dma, struct device *dev,
		 void (*resume)(struct sim_request *request));
void sim_dma_destroy(struct sim_dma *dma);
bool sim_dma_access(struct sim_dma *dma, const struct sim_context *context,
		    sim_dma_access_t access, void *data);
void *sim_dma_translate(struct sim_dma *dma, u64 addr, bool write, u32 *len);
void sim_dma_request(struct sim_dma *dma, const struct sim_context *context);
void sim_dma_cancel(struct sim_dma *dma, const struct sim_context *context);
int sim_dma_settle(struct sim_dma *dma);

#endif
