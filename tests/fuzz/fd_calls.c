// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be done to any fd, and how the first ones are opened. Nothing is
 * waited for longer than a moment.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/ioasid.h>
#include <linux/ioasid_sim.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "calls.h"
#include "post.h"
#include "run.h"

#define MOMENT_MS	20
#define FDINFO_SIZE	4096

#define FD(what)	{ .name = "fd", .kind = KIND_ZERO, .wants = what }
#define BUFFER		{ .name = "at", .kind = KIND_BYTE, .initial = ARENA }
#define COUNT		{ .name = "count", .kind = KIND_CHOICE, .initial = 64, \
			  VALUES(0, 1, 8, 16, 32, 64, 128, 640, PAGE, HUGE) }
#define POSITION	{ .name = "offset", .kind = KIND_BYTE, \
			  .wants = ADDRESS, .initial = ARENA }
#define OPEN_MODE	{ .name = "flags", .kind = KIND_FLAGS, \
			  .initial = O_RDWR | O_NONBLOCK, \
			  VALUES(O_RDWR, O_WRONLY, O_NONBLOCK) }

static long run_open_system(const struct call *call, const __u64 *args,
			    __u64 *outputs)
{
	long rc = result(open("/dev/ioasid", args[0] | O_CLOEXEC));

	outputs[0] = rc;
	return rc;
}

static long run_open_queue(const struct call *call, const __u64 *args,
			   __u64 *outputs)
{
	char name[64];
	long rc;

	snprintf(name, sizeof(name), "/dev/ioasid_sim%llu", args[0]);
	rc = result(open(name, args[1]));
	outputs[0] = rc;
	return rc;
}

static long run_memfd(const struct call *call, const __u64 *args,
		      __u64 *outputs)
{
	int fd = memfd_create("fuzz", args[0]);

	outputs[0] = fd;
	if (fd < 0)
		return result(fd);
	return result(ftruncate(fd, args[1]));
}

static long run_truncate(const struct call *call, const __u64 *args,
			 __u64 *outputs)
{
	return result(ftruncate(args[0], args[1]));
}

static long run_seal(const struct call *call, const __u64 *args,
		     __u64 *outputs)
{
	return result(fcntl(args[0], F_ADD_SEALS, args[1]));
}

/* Not what the fuzzer itself has open. */
static long run_close(const struct call *call, const __u64 *args,
		      __u64 *outputs)
{
	if (run_reserves(args[0]))
		return -EBADF;
	return result(close(args[0]));
}

static long run_dup(const struct call *call, const __u64 *args,
		    __u64 *outputs)
{
	long rc = result(dup(args[0]));

	outputs[0] = rc;
	return rc;
}

static long run_poll(const struct call *call, const __u64 *args,
		     __u64 *outputs)
{
	struct pollfd pollfd = { .fd = args[0], .events = args[1] };

	return result(poll(&pollfd, 1, args[2]));
}

static long run_read(const struct call *call, const __u64 *args,
		     __u64 *outputs)
{
	return result(syscall(SYS_read, args[0], args[1], args[2]));
}

static long run_write(const struct call *call, const __u64 *args,
		      __u64 *outputs)
{
	return result(syscall(SYS_write, args[0], args[1], args[2]));
}

static long run_pread(const struct call *call, const __u64 *args,
		      __u64 *outputs)
{
	return result(syscall(SYS_pread64, args[0], args[1], args[2], args[3]));
}

static long run_pwrite(const struct call *call, const __u64 *args,
		       __u64 *outputs)
{
	return result(syscall(SYS_pwrite64, args[0], args[1], args[2],
			      args[3]));
}

static long run_lseek(const struct call *call, const __u64 *args,
		      __u64 *outputs)
{
	return result(lseek(args[0], args[1], args[2]));
}

static long run_mmap_fd(const struct call *call, const __u64 *args,
			__u64 *outputs)
{
	void *mem = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 args[0], args[1]);

	if (mem == MAP_FAILED)
		return result(-1);
	munmap(mem, PAGE);
	return 0;
}

static long run_set_flags(const struct call *call, const __u64 *args,
			  __u64 *outputs)
{
	return result(fcntl(args[0], F_SETFL, args[1]));
}

static long run_fdinfo(const struct call *call, const __u64 *args,
		       __u64 *outputs)
{
	char name[64], text[FDINFO_SIZE];
	long rc;
	int fd;

	snprintf(name, sizeof(name), "/proc/self/fdinfo/%llu", args[0]);
	fd = open(name, O_RDONLY);
	if (fd < 0)
		return result(fd);
	rc = result(read(fd, text, sizeof(text)));
	close(fd);
	return rc;
}

static long run_ioctl_any(const struct call *call, const __u64 *args,
			  __u64 *outputs)
{
	return result(ioctl(args[0], args[1], args[2]));
}

static long run_send(const struct call *call, const __u64 *args,
		     __u64 *outputs)
{
	return post_send(args[0]);
}

static long run_receive(const struct call *call, const __u64 *args,
			__u64 *outputs)
{
	long rc = post_receive();

	outputs[0] = rc;
	return rc;
}

/* The first of a group, and the group to be answered. */
static long run_read_fault(const struct call *call, const __u64 *args,
			   __u64 *outputs)
{
	struct pollfd pollfd = { .fd = args[0], .events = POLLIN };
	struct ioasid_fault faults[16] = {};
	long rc;

	if (poll(&pollfd, 1, MOMENT_MS) < 1)
		return -EAGAIN;
	rc = result(read(args[0], faults, sizeof(faults)));
	outputs[0] = faults[0].group;
	outputs[1] = faults[0].iova;
	return rc;
}

static long run_answer(const struct call *call, const __u64 *args,
		       __u64 *outputs)
{
	struct ioasid_fault_answer answer = {
		.group = args[1],
		.code = args[2],
	};

	return result(write(args[0], &answer, sizeof(answer)));
}

const struct call fd_calls[] = {
	{
		"open_system", run_open_system, 1,
		.args = { OPEN_MODE },
		.outputs = { { "fd", SYSTEM } },
	}, {
		"open_queue", run_open_queue, 3,
		.args = { { "number", KIND_CHOICE, VALUES(0, 1, 2, 3) },
			  OPEN_MODE },
		.outputs = { { "fd", QUEUE } },
	}, {
		"memfd", run_memfd, 1,
		.args = { { "flags", KIND_FLAGS, .initial = MFD_ALLOW_SEALING,
			    VALUES(MFD_ALLOW_SEALING, MFD_HUGETLB) },
			  { "size", KIND_LENGTH, .initial = HUGE } },
		.outputs = { { "fd", MEMFD } },
	}, {
		"truncate", run_truncate, 1,
		.args = { FD(MEMFD), { "size", KIND_LENGTH, .initial = PAGE } },
	}, {
		"seal", run_seal, 1,
		.args = { FD(MEMFD),
			  { "seals", KIND_FLAGS, .initial = F_SEAL_WRITE,
			    VALUES(F_SEAL_WRITE, F_SEAL_SHRINK,
				   F_SEAL_FUTURE_WRITE) } },
	}, {
		"close", run_close, 6,
		.args = { FD(ANY_FD) },
	}, {
		"dup", run_dup, 1,
		.args = { FD(ANY_FD) },
		.outputs = { { "fd", ANY_FD } },
	}, {
		"poll", run_poll, 1,
		.args = { FD(ANY_FD),
			  { "events", KIND_FLAGS, .initial = POLLIN | POLLPRI,
			    VALUES(POLLIN, POLLOUT, POLLPRI) },
			  { "ms", KIND_CHOICE, VALUES(0, 1, MOMENT_MS) } },
	}, {
		"read", run_read, 2,
		.args = { FD(ANY_FD), BUFFER, COUNT },
	}, {
		"write", run_write, 3,
		.args = { FD(ANY_FD), BUFFER, COUNT },
	}, {
		"pread", run_pread, 3,
		.args = { FD(SPACE), BUFFER, COUNT, POSITION },
	}, {
		"pwrite", run_pwrite, 3,
		.args = { FD(SPACE), BUFFER, COUNT, POSITION },
	}, {
		"lseek", run_lseek, 1,
		.args = { FD(SPACE), POSITION,
			  { "whence", KIND_CHOICE, VALUES(0, 1, 2, 3, 4) } },
	}, {
		"mmap_fd", run_mmap_fd, 1,
		.args = { FD(ANY_FD), { "offset", KIND_PAGE } },
	}, {
		"set_flags", run_set_flags, 1,
		.args = { FD(ANY_FD),
			  { "flags", KIND_FLAGS, VALUES(O_NONBLOCK) } },
	}, {
		"fdinfo", run_fdinfo, 1,
		.args = { FD(SPACE | FAULT | QUEUE) },
	}, {
		"ioctl", run_ioctl_any, 1,
		.args = { FD(ANY_FD),
			  { "cmd", KIND_CHOICE, .initial = IOASID_STATUS,
			    VALUES(IOASID_GET_INFO, IOASID_STATUS, IOASID_FREE,
				   IOASID_MAPS, IOASID_SIM_DETACH, 0x69ff) },
			  BUFFER },
	}, {
		"send", run_send, 1,
		.args = { FD(ANY_FD) },
	}, {
		"receive", run_receive, 1,
		.outputs = { { "fd", ANY_FD } },
	}, {
		"read_fault", run_read_fault, 4,
		.args = { FD(FAULT) },
		.outputs = { { "group", GROUP }, { "iova", ADDRESS } },
	}, {
		"answer", run_answer, 4,
		.args = { FD(FAULT),
			  { "group", KIND_NUMBER, .wants = GROUP },
			  { "code", KIND_CHOICE, .initial = IOASID_FAULT_RETRY,
			    VALUES(IOASID_FAULT_RETRY, IOASID_FAULT_FAIL) } },
	},
	{}
};
