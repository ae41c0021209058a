// SPDX-License-Identifier: GPL-2.0-only
/* Memory whose pages come from the test itself. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memory.h"
#include "uapi.h"
#include "uffd.h"

int uffd_watch(void *mem, size_t size, __u64 mode)
{
	struct uffdio_api api = {
		.api = UFFD_API,
		.features = UFFD_FEATURE_PAGEFAULT_FLAG_WP,
	};
	struct uffdio_register range = {
		.range = { .start = address_of(mem), .len = size },
		.mode = mode,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return -errno;
	if (ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &range)) {
		close(fd);
		return -EOPNOTSUPP;
	}
	return fd;
}

__u64 uffd_wait(int uffd)
{
	struct uffd_msg msg;

	if (fd_events(uffd, POLLIN, PATIENCE_MS) != POLLIN ||
	    read(uffd, &msg, sizeof(msg)) != sizeof(msg) ||
	    msg.event != UFFD_EVENT_PAGEFAULT)
		return 0;
	return msg.arg.pagefault.address & -PAGE;
}

int uffd_provide(int uffd, __u64 page, const void *content)
{
	struct uffdio_copy copy = {
		.dst = page,
		.src = address_of(content),
		.len = PAGE,
	};

	return ioctl(uffd, UFFDIO_COPY, &copy) ? -errno : 0;
}

static int write_protect(int uffd, void *mem, size_t size, __u64 mode)
{
	struct uffdio_writeprotect arg = {
		.range = { .start = address_of(mem), .len = size },
		.mode = mode,
	};

	return ioctl(uffd, UFFDIO_WRITEPROTECT, &arg) ? -errno : 0;
}

int uffd_protect(int uffd, void *mem, size_t size)
{
	return write_protect(uffd, mem, size, UFFDIO_WRITEPROTECT_MODE_WP);
}

int uffd_unprotect(int uffd, void *mem, size_t size)
{
	return write_protect(uffd, mem, size, 0);
}
