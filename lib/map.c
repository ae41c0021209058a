// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What an IOVA space maps, and where it can: one function for each ioctl, and
 * for each of the three things that can be mapped. Those three fill in the same
 * structure, which ioasid_space_map_with() takes whole.
 */
#include <errno.h>

#include <ioasid/ioasid.h>

#include "sys.h"

int ioasid_space_map_with(int space, struct ioasid_map *map)
{
	map->size = sizeof(*map);
	return sys_ioctl(space, IOASID_MAP, map);
}

/* Without IOASID_MAP_FIXED the address is an answer only. */
static int map_at(int space, struct ioasid_map *map, __u64 *iova)
{
	int rc;

	if (map->flags & IOASID_MAP_FIXED)
		map->iova = *iova;
	rc = ioasid_space_map_with(space, map);
	if (!rc)
		*iova = map->out_iova;
	return rc;
}

int ioasid_space_map(int space, const void *memory, __u64 length, __u32 flags,
		     __u64 *iova)
{
	struct ioasid_map map = {
		.flags = flags,
		.address = (unsigned long)memory,
		.length = length,
	};

	return map_at(space, &map, iova);
}

int ioasid_space_map_file(int space, int fd, __u64 offset, __u64 length,
			  __u32 flags, __u64 *iova)
{
	struct ioasid_map map = {
		.flags = flags | IOASID_MAP_FILE,
		.fd = fd,
		.address = offset,
		.length = length,
	};

	return map_at(space, &map, iova);
}

int ioasid_space_map_space(int space, int from, __u64 address, __u64 length,
			   __u32 flags, __u64 *iova)
{
	struct ioasid_map map = {
		.flags = flags | IOASID_MAP_SPACE,
		.fd = from,
		.address = address,
		.length = length,
	};

	return map_at(space, &map, iova);
}

static int unmap(int space, struct ioasid_unmap *arg, __u64 *unmapped)
{
	int rc;

	arg->size = sizeof(*arg);
	rc = sys_ioctl(space, IOASID_UNMAP, arg);
	if (!rc && unmapped)
		*unmapped = arg->out_length;
	return rc;
}

int ioasid_space_unmap(int space, __u64 iova, __u64 length, __u64 *unmapped)
{
	struct ioasid_unmap arg = { .iova = iova, .length = length };

	return unmap(space, &arg, unmapped);
}

int ioasid_space_unmap_all(int space, __u64 *unmapped)
{
	struct ioasid_unmap arg = { .flags = IOASID_UNMAP_ALL };

	return unmap(space, &arg, unmapped);
}

int ioasid_space_maps(int space, __u64 *iova, struct ioasid_map_entry *entries,
		      unsigned int nr)
{
	struct ioasid_maps maps = {
		.size = sizeof(maps),
		.nr = nr,
		.iova = *iova,
		.entries = (unsigned long)entries,
	};
	const struct ioasid_map_entry *last;
	int rc;

	rc = sys_ioctl(space, IOASID_MAPS, &maps);
	if (rc)
		return rc;
	if (maps.out_nr) {
		last = &entries[maps.out_nr - 1];
		*iova = last->iova + last->length;
	}
	return maps.out_nr;
}

/* Too little room is no failure: whoever asks compares the number. */
int ioasid_space_iova_ranges(int space, struct ioasid_iova_range *ranges,
			     unsigned int nr, struct ioasid_iova_ranges *info)
{
	struct ioasid_iova_ranges arg = {
		.size = sizeof(arg),
		.nr = nr,
		.ranges = (unsigned long)ranges,
	};
	int rc;

	rc = sys_ioctl(space, IOASID_IOVA_RANGES, &arg);
	if (rc && rc != -EMSGSIZE)
		return rc;
	if (info)
		*info = arg;
	return arg.out_nr;
}

int ioasid_space_iova_keep(int space, const struct ioasid_iova_range *ranges,
			   unsigned int nr)
{
	struct ioasid_iova_keep keep = {
		.size = sizeof(keep),
		.nr = nr,
		.ranges = (unsigned long)ranges,
	};

	return sys_ioctl(space, IOASID_IOVA_KEEP, &keep);
}
