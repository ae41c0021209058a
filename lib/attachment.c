// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Who has a space attached, and taking it back from one device. The list is had
 * from the space itself, or by its PASID from the system fd.
 */
#include <ioasid/ioasid.h>

#include "sys.h"

static int list(int fd, __u32 pasid, __u64 *id,
		struct ioasid_attachment_entry *entries, unsigned int nr)
{
	struct ioasid_attachments arg = {
		.size = sizeof(arg),
		.nr = nr,
		.pasid = pasid,
		.id = *id,
		.entries = (unsigned long)entries,
	};
	int rc;

	rc = sys_ioctl(fd, IOASID_ATTACHMENTS, &arg);
	if (rc)
		return rc;
	if (arg.out_nr)
		*id = entries[arg.out_nr - 1].id;
	return arg.out_nr;
}

int ioasid_space_attachments(int space, __u64 *id,
			     struct ioasid_attachment_entry *entries,
			     unsigned int nr)
{
	return list(space, 0, id, entries, nr);
}

int ioasid_system_attachments(int system, __u32 pasid, __u64 *id,
			      struct ioasid_attachment_entry *entries,
			      unsigned int nr)
{
	return list(system, pasid, id, entries, nr);
}

int ioasid_space_cut(int space, __u64 id)
{
	struct ioasid_cut cut = { .size = sizeof(cut), .id = id };
	int rc;

	rc = sys_ioctl(space, IOASID_CUT, &cut);
	return rc ?: (int)cut.out_attachments;
}
