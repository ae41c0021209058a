/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_FAULT_H
#define BENCH_FAULT_H

#include <stddef.h>
#include <sys/types.h>

#include <linux/ioasid.h>

#include "peer.h"
#include "row.h"

/* Page requests in one sample. */
#define FAULT_PAGES	64

/**
 * struct fault_space - A space whose page requests this program answers
 * @space: of ours or of iommufd
 * @fault: its fault fd
 * @device: of iommufd: the number of the device that is attached
 */
struct fault_space {
	struct peer_space space;
	int fault;
	__u32 device;
};

extern const struct contender report_contenders[];
extern const struct contender ask_contenders[];

void fault_open(struct fault_space *faults);
__u64 fault_read(const struct fault_space *faults, __u32 *group);
void fault_answer(const struct fault_space *faults, __u32 group,
		  enum ioasid_fault_code code);
void fault_transfer(ssize_t done, size_t size, const char *what);

#endif
