// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of a page request through the kernel: it is reported, read and
 * answered.
 *
 * iommufd of Linux 6.12 has fault fds for nested page tables only, which the
 * simulated IOMMU does not have. So its side is the device of its own test,
 * whose driver reports a page request when it is told to, and does nothing with
 * the answer. The driver of /dev/ioasid_bench does the same for us.
 */
#include <stdint.h>
#include <unistd.h>

#include <iommufd_test.h>

#include "fault.h"
#include "iommufd/ioasid_bench.h"
#include "sample.h"

static void ask_ioasid(const struct fault_space *faults)
{
	struct ioasid_bench_request request = {
		.size = sizeof(request),
		.iova = PEER_IOVA,
	};
	__u32 group;

	peer_call(faults->space.device, IOASID_BENCH_REQUEST, &request,
		  "page request");
	fault_read(faults, &group);
	fault_answer(faults, group, IOASID_FAULT_FAIL);
}

static void ask_iommufd(const struct fault_space *faults)
{
	struct iommu_test_cmd request = {
		.size = sizeof(request),
		.op = IOMMU_TEST_OP_TRIGGER_IOPF,
		.trigger_iopf = {
			.dev_id = faults->device,
			.perm = IOMMU_PGFAULT_PERM_WRITE,
			.addr = PEER_IOVA,
		},
	};
	struct iommu_hwpt_page_response answer = {
		.code = IOMMUFD_PAGE_RESP_INVALID,
	};
	struct iommu_hwpt_pgfault fault;

	peer_call(faults->space.fd, IOMMU_TEST_CMD, &request, "page request");
	fault_transfer(read(faults->fault, &fault, sizeof(fault)),
		       sizeof(fault), "read of a page request");
	answer.cookie = fault.cookie;
	fault_transfer(write(faults->fault, &answer, sizeof(answer)),
		       sizeof(answer), "answer to a page request");
}

static __u32 alloc_hwpt(const struct fault_space *faults, __u32 flags,
			__u32 parent, __u32 fault_id)
{
	struct iommu_hwpt_selftest data = {};
	struct iommu_hwpt_alloc alloc = {
		.size = sizeof(alloc),
		.flags = flags,
		.dev_id = faults->device,
		.pt_id = parent,
		.fault_id = fault_id,
	};

	if (flags & IOMMU_HWPT_FAULT_ID_VALID) {
		alloc.data_type = IOMMU_HWPT_DATA_SELFTEST;
		alloc.data_len = sizeof(data);
		alloc.data_uptr = (uintptr_t)&data;
	}
	peer_call(faults->space.fd, IOMMU_HWPT_ALLOC, &alloc,
		  "IOMMU_HWPT_ALLOC");
	return alloc.out_hwpt_id;
}

/* A nested page table with a fault fd, for the device of iommufd's test. */
static void create_test_device(struct fault_space *faults)
{
	struct iommu_fault_alloc fault = { .size = sizeof(fault) };
	struct iommu_test_cmd create = {
		.size = sizeof(create),
		.op = IOMMU_TEST_OP_MOCK_DOMAIN,
	};
	struct iommu_test_cmd replace = {
		.size = sizeof(replace),
		.op = IOMMU_TEST_OP_MOCK_DOMAIN_REPLACE,
	};
	__u32 parent;

	peer_iommufd.create(&faults->space);
	create.id = faults->space.ioas;
	peer_call(faults->space.fd, IOMMU_TEST_CMD, &create, "test device");
	faults->device = create.mock_domain.out_idev_id;
	peer_call(faults->space.fd, IOMMU_FAULT_QUEUE_ALLOC, &fault,
		  "IOMMU_FAULT_QUEUE_ALLOC");
	faults->fault = fault.out_fault_fd;
	parent = alloc_hwpt(faults, IOMMU_HWPT_ALLOC_NEST_PARENT,
			    faults->space.ioas, 0);
	replace.id = create.mock_domain.out_stdev_id;
	replace.mock_domain_replace.pt_id =
		alloc_hwpt(faults, IOMMU_HWPT_FAULT_ID_VALID, parent,
			   fault.out_fault_id);
	peer_call(faults->space.fd, IOMMU_TEST_CMD, &replace, "replace");
}

static double time_requests(const struct fault_space *faults,
			    void (*ask)(const struct fault_space *faults))
{
	double start;
	int i;

	ask(faults);
	start = now();
	for (i = 0; i < REQUESTS; i++)
		ask(faults);
	return (now() - start) / REQUESTS / 1e3;
}

/**
 * run_request_row() - Print it
 */
void run_request_row(void)
{
	double ours[ROUNDS], theirs[ROUNDS];
	struct fault_space ioasid, iommufd;
	int i;

	fault_open(&ioasid);
	peer_ioasid.attach(&ioasid.space);
	create_test_device(&iommufd);
	for (i = 0; i < ROUNDS; i++) {
		ours[i] = time_requests(&ioasid, ask_ioasid);
		theirs[i] = time_requests(&iommufd, ask_iommufd);
	}
	peer_detach(&ioasid.space);
	close(ioasid.fault);
	close(iommufd.fault);
	peer_destroy(&ioasid.space);
	peer_destroy(&iommufd.space);
	print_heading("page request of a device", "ioasid", "iommufd");
	print_row("report, read(), write() (us)", median(ours),
		  median(theirs));
}
