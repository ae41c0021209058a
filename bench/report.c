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
#include "module/ioasid_bench.h"
#include "must.h"

static void ask_ioasid(const struct fault_space *faults)
{
	struct ioasid_bench_request request = {
		.size = sizeof(request),
		.iova = PEER_IOVA,
	};
	__u32 group;

	must_call(faults->space.device, IOASID_BENCH_REQUEST, &request,
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

	must_call(faults->space.fd, IOMMU_TEST_CMD, &request, "page request");
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
	must_call(faults->space.fd, IOMMU_HWPT_ALLOC, &alloc,
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
	must_call(faults->space.fd, IOMMU_TEST_CMD, &create, "test device");
	faults->device = create.mock_domain.out_idev_id;
	must_call(faults->space.fd, IOMMU_FAULT_QUEUE_ALLOC, &fault,
		  "IOMMU_FAULT_QUEUE_ALLOC");
	faults->fault = fault.out_fault_fd;
	parent = alloc_hwpt(faults, IOMMU_HWPT_ALLOC_NEST_PARENT,
			    faults->space.ioas, 0);
	replace.id = create.mock_domain.out_stdev_id;
	replace.mock_domain_replace.pt_id =
		alloc_hwpt(faults, IOMMU_HWPT_FAULT_ID_VALID, parent,
			   fault.out_fault_id);
	must_call(faults->space.fd, IOMMU_TEST_CMD, &replace, "replace");
}

static struct fault_space faults;

static void begin_ioasid(const struct row *row, const struct contender *who)
{
	fault_open(&faults);
	peer_ioasid.attach(&faults.space);
}

static void end_ioasid(const struct row *row, const struct contender *who)
{
	peer_ioasid.detach(&faults.space);
	close(faults.fault);
	peer_destroy(&faults.space);
}

static void begin_iommufd(const struct row *row, const struct contender *who)
{
	create_test_device(&faults);
}

static void end_iommufd(const struct row *row, const struct contender *who)
{
	close(faults.fault);
	peer_destroy(&faults.space);
}

static void run_ioasid(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		ask_ioasid(&faults);
}

static void run_iommufd(const struct row *row, const struct contender *who)
{
	unsigned int i;

	for (i = 0; i < row->times; i++)
		ask_iommufd(&faults);
}

const struct contender report_contenders[] = {
	{ .name = "ioasid", .needs = PEER_NODE, .begin = begin_ioasid,
	  .run = run_ioasid, .end = end_ioasid },
	{ .name = "iommufd", .needs = "/dev/iommu", .begin = begin_iommufd,
	  .run = run_iommufd, .end = end_iommufd },
	{ }
};
