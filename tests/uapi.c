// SPDX-License-Identifier: GPL-2.0-only
/* The ioctls as functions. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "page_requests.h"
#include "uapi.h"

int fd_ioctl(int fd, unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) < 0 ? -errno : 0;
}

static int open_node(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int system_open(int flags)
{
	return open_node(SYSTEM_NODE, flags);
}

static int alloc_of_type(__u32 type, __u32 *pasid)
{
	struct ioasid_alloc alloc = {
		.size = sizeof(alloc),
		.type = type,
	};
	int system_fd = system_open(O_RDWR);
	int rc;

	if (system_fd < 0)
		return system_fd;
	rc = fd_ioctl(system_fd, IOASID_ALLOC, &alloc);
	close(system_fd);
	if (rc)
		return rc;
	if (pasid)
		*pasid = alloc.out_pasid;
	return alloc.out_fd;
}

int space_alloc(__u32 *pasid)
{
	return alloc_of_type(IOASID_TYPE_SVA, pasid);
}

int space_alloc_iova(__u32 *pasid)
{
	return alloc_of_type(IOASID_TYPE_IOVA, pasid);
}

int space_status(int space, struct ioasid_status *status)
{
	*status = (struct ioasid_status){ .size = sizeof(*status) };
	return fd_ioctl(space, IOASID_STATUS, status);
}

int space_state(int space)
{
	struct ioasid_status status;
	int rc = space_status(space, &status);

	return rc ? rc : (int)status.out_state;
}

int space_flags(int space)
{
	struct ioasid_status status;
	int rc = space_status(space, &status);

	return rc ? rc : (int)status.out_flags;
}

int space_attachments(int space)
{
	struct ioasid_status status;
	int rc = space_status(space, &status);

	return rc ? rc : (int)status.out_attachments;
}

__s64 space_pinned(int space)
{
	struct ioasid_status status;
	int rc = space_status(space, &status);

	return rc ? rc : (__s64)status.out_pinned;
}

int space_free(int space)
{
	struct ioasid_free freed = { .size = sizeof(freed) };
	int rc = fd_ioctl(space, IOASID_FREE, &freed);

	return rc ? rc : (int)freed.out_state;
}

int space_share(int space, __u32 rights)
{
	struct ioasid_share share = {
		.size = sizeof(share),
		.rights = rights,
	};
	int rc = fd_ioctl(space, IOASID_SHARE, &share);

	return rc ? rc : share.out_fd;
}

static int list(int fd, struct ioasid_attachments *arg)
{
	int rc = fd_ioctl(fd, IOASID_ATTACHMENTS, arg);

	return rc ? rc : (int)arg->out_nr;
}

int space_list(int space, __u64 id, struct ioasid_attachment_entry *entries,
	       unsigned int nr)
{
	struct ioasid_attachments arg = {
		.size = sizeof(arg),
		.nr = nr,
		.id = id,
		.entries = address_of(entries),
	};

	return list(space, &arg);
}

int space_cut(int space, __u64 id)
{
	struct ioasid_cut cut = { .size = sizeof(cut), .id = id };
	int rc = fd_ioctl(space, IOASID_CUT, &cut);

	return rc ? rc : (int)cut.out_attachments;
}

int system_info(int fd, struct ioasid_info *info)
{
	*info = (struct ioasid_info){ .size = sizeof(*info) };
	return fd_ioctl(fd, IOASID_GET_INFO, info);
}

int system_next(int fd, __u32 pasid, struct ioasid_status *status)
{
	struct ioasid_next next = {
		.size = sizeof(next),
		.pasid = pasid,
		.status = address_of(status),
	};
	int rc;

	*status = (struct ioasid_status){ .size = sizeof(*status) };
	rc = fd_ioctl(fd, IOASID_NEXT, &next);
	return rc ? rc : (int)next.out_pasid;
}

int system_list(int fd, __u32 pasid, struct ioasid_attachment_entry *entries,
		unsigned int nr)
{
	struct ioasid_attachments arg = {
		.size = sizeof(arg),
		.nr = nr,
		.pasid = pasid,
		.entries = address_of(entries),
	};

	return list(fd, &arg);
}

int space_map(int space, struct ioasid_map *map)
{
	map->size = sizeof(*map);
	return fd_ioctl(space, IOASID_MAP, map);
}

int space_map_at(int space, __u64 iova, const void *mem, size_t size,
		 __u32 flags)
{
	struct ioasid_map map = {
		.flags = flags | IOASID_MAP_FIXED,
		.address = address_of(mem),
		.length = size,
		.iova = iova,
	};

	return space_map(space, &map);
}

__s64 space_map_anywhere(int space, const void *mem, size_t size)
{
	struct ioasid_map map = {
		.flags = IOASID_READ | IOASID_WRITE,
		.address = address_of(mem),
		.length = size,
	};
	int rc = space_map(space, &map);

	return rc ? rc : (__s64)map.out_iova;
}

int space_map_file(int space, __u64 iova, int fd, __u64 offset, size_t size,
		   __u32 flags)
{
	struct ioasid_map map = {
		.flags = flags | IOASID_MAP_FIXED | IOASID_MAP_FILE,
		.fd = fd,
		.address = offset,
		.length = size,
		.iova = iova,
	};

	return space_map(space, &map);
}

int space_map_space(int space, __u64 iova, int from, __u64 address,
		    size_t size, __u32 flags)
{
	struct ioasid_map map = {
		.flags = flags | IOASID_MAP_FIXED | IOASID_MAP_SPACE,
		.fd = from,
		.address = address,
		.length = size,
		.iova = iova,
	};

	return space_map(space, &map);
}

static __s64 unmap(int space, struct ioasid_unmap *arg)
{
	int rc = fd_ioctl(space, IOASID_UNMAP, arg);

	return rc ? rc : (__s64)arg->out_length;
}

__s64 space_unmap(int space, __u64 iova, __u64 size)
{
	struct ioasid_unmap arg = {
		.size = sizeof(arg),
		.iova = iova,
		.length = size,
	};

	return unmap(space, &arg);
}

__s64 space_unmap_all(int space)
{
	struct ioasid_unmap arg = {
		.size = sizeof(arg),
		.flags = IOASID_UNMAP_ALL,
	};

	return unmap(space, &arg);
}

int space_maps(int space, __u64 iova, struct ioasid_map_entry *entries,
	       unsigned int nr)
{
	struct ioasid_maps arg = {
		.size = sizeof(arg),
		.nr = nr,
		.iova = iova,
		.entries = address_of(entries),
	};
	int rc = fd_ioctl(space, IOASID_MAPS, &arg);

	return rc ? rc : (int)arg.out_nr;
}

int space_iova_ranges(int space, struct ioasid_iova_range *ranges,
		      unsigned int nr)
{
	struct ioasid_iova_ranges arg = {
		.size = sizeof(arg),
		.nr = nr,
		.ranges = address_of(ranges),
	};
	int rc = fd_ioctl(space, IOASID_IOVA_RANGES, &arg);

	return rc ? rc : (int)arg.out_nr;
}

int space_keep(int space, const struct ioasid_iova_range *ranges,
	       unsigned int nr)
{
	struct ioasid_iova_keep arg = {
		.size = sizeof(arg),
		.nr = nr,
		.ranges = address_of(ranges),
	};

	return fd_ioctl(space, IOASID_IOVA_KEEP, &arg);
}

int space_translate(int space, __u64 iova, struct ioasid_translate *translate)
{
	*translate = (struct ioasid_translate){
		.size = sizeof(*translate),
		.iova = iova,
	};
	return fd_ioctl(space, IOASID_TRANSLATE, translate);
}

__s64 space_prefault(int space, const void *mem, size_t size, __u32 flags)
{
	struct ioasid_prefault arg = {
		.size = sizeof(arg),
		.flags = flags,
		.iova = address_of(mem),
		.length = size,
	};
	int rc = fd_ioctl(space, IOASID_PREFAULT, &arg);

	return rc ? rc : (__s64)arg.out_length;
}

static __s64 unpin(int space, struct ioasid_unpin *arg)
{
	int rc = fd_ioctl(space, IOASID_UNPIN, arg);

	return rc ? rc : (__s64)arg->out_length;
}

__s64 space_unpin(int space, const void *mem, size_t size)
{
	struct ioasid_unpin arg = {
		.size = sizeof(arg),
		.iova = address_of(mem),
		.length = size,
	};

	return unpin(space, &arg);
}

__s64 space_unpin_all(int space)
{
	struct ioasid_unpin arg = {
		.size = sizeof(arg),
		.flags = IOASID_UNMAP_ALL,
	};

	return unpin(space, &arg);
}

int fault_open(int space, unsigned int depth)
{
	struct ioasid_fault_open arg = {
		.size = sizeof(arg),
		.depth = depth,
	};
	int rc = fd_ioctl(space, IOASID_FAULT_OPEN, &arg);

	return rc ? rc : arg.out_fd;
}

int fault_read(int fd, struct ioasid_fault *faults, unsigned int nr)
{
	ssize_t count = read(fd, faults, nr * sizeof(*faults));

	if (count < 0)
		return -errno;
	return count % sizeof(*faults) ? -EIO : count / (int)sizeof(*faults);
}

int fault_answer(int fd, __u32 group, __u32 code)
{
	struct ioasid_fault_answer answer = { .group = group, .code = code };
	ssize_t count = write(fd, &answer, sizeof(answer));

	if (count < 0)
		return -errno;
	return count == sizeof(answer) ? 0 : -EIO;
}

int queue_open(unsigned int accelerator, int flags)
{
	char path[32];

	snprintf(path, sizeof(path), SIM_NODE "%u", accelerator);
	return open_node(path, flags);
}

int queue_attach(int queue, int space, __u32 *pasid)
{
	struct ioasid_sim_attach attach = {
		.fd = space,
		.flags = attach_flags(),
	};
	int rc = queue_attach_as(queue, &attach);

	if (!rc && pasid)
		*pasid = attach.out_pasid;
	return rc;
}

int queue_attach_as(int queue, struct ioasid_sim_attach *attach)
{
	attach->size = sizeof(*attach);
	return fd_ioctl(queue, IOASID_SIM_ATTACH, attach);
}

int queue_detach(int queue, __u32 pasid)
{
	struct ioasid_sim_detach detach = {
		.size = sizeof(detach),
		.pasid = pasid,
	};

	return fd_ioctl(queue, IOASID_SIM_DETACH, &detach);
}

int queue_error(int queue, struct ioasid_sim_error *error)
{
	*error = (struct ioasid_sim_error){ .size = sizeof(*error) };
	return fd_ioctl(queue, IOASID_SIM_GET_ERROR, error);
}

int fd_events(int fd, short events, int timeout_ms)
{
	struct pollfd pollfd = { .fd = fd, .events = events };

	if (poll(&pollfd, 1, timeout_ms) < 0)
		return -errno;
	return pollfd.revents;
}
