// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "windows.h"

#define PAGE	4096ull

/* Up to the last page of the file; 0 beyond it. */
static __u64 length_at(const struct windows *windows, __u64 offset)
{
	__u64 end = (windows->size + PAGE - 1) & -PAGE;

	if (offset >= end)
		return 0;
	return end - offset < WINDOW ? end - offset : WINDOW;
}

/* The kernel knows what is mapped; several may ask for one window. */
int windows_serve(struct windows *windows, const struct ioasid_fault *fault)
{
	__u64 *oldest = &windows->mapped[windows->nr_mapped % windows->room];
	__u64 window = fault->iova & -WINDOW, offset = window - windows->iova;
	__u64 length = length_at(windows, offset);
	int rc;

	if (!length || fault->flags & IOASID_WRITE)
		return -EFAULT;
	rc = ioasid_space_map_file(windows->space, windows->file, offset,
				   length, IOASID_READ | IOASID_MAP_FIXED,
				   &window);
	if (rc)
		return rc == -EEXIST ? 0 : rc;
	if (windows->nr_mapped++ >= windows->room)
		rc = ioasid_space_unmap(windows->space, *oldest, WINDOW, NULL);
	*oldest = window;
	return rc;
}
