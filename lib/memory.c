// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Memory as a space has it: what is at an address, for both types, and making
 * the memory of an SVA space ready for devices.
 */
#include <ioasid/ioasid.h>

#include "sys.h"

int ioasid_space_translate(int space, __u64 iova,
			   struct ioasid_translate *answer)
{
	*answer = (struct ioasid_translate){
		.size = sizeof(*answer),
		.iova = iova,
	};
	return sys_ioctl(space, IOASID_TRANSLATE, answer);
}

int ioasid_space_prefault(int space, __u64 iova, __u64 length, __u32 flags,
			  __u64 *ready)
{
	struct ioasid_prefault arg = {
		.size = sizeof(arg),
		.flags = flags,
		.iova = iova,
		.length = length,
	};
	int rc;

	rc = sys_ioctl(space, IOASID_PREFAULT, &arg);
	if (!rc && ready)
		*ready = arg.out_length;
	return rc;
}

static int unpin(int space, struct ioasid_unpin *arg, __u64 *unpinned)
{
	int rc;

	arg->size = sizeof(*arg);
	rc = sys_ioctl(space, IOASID_UNPIN, arg);
	if (!rc && unpinned)
		*unpinned = arg->out_length;
	return rc;
}

int ioasid_space_unpin(int space, __u64 iova, __u64 length, __u64 *unpinned)
{
	struct ioasid_unpin arg = { .iova = iova, .length = length };

	return unpin(space, &arg, unpinned);
}

int ioasid_space_unpin_all(int space, __u64 *unpinned)
{
	struct ioasid_unpin arg = { .flags = IOASID_UNMAP_ALL };

	return unpin(space, &arg, unpinned);
}
