// SPDX-License-Identifier: GPL-2.0-only
/*
 * A copy of what hands PASIDs out in ioasid.ko, for measuring it alone.
 *
 * Nobody else shall call those functions, so ioasid.ko does not export them.
 * The numbers of the copy come from the iommu core as well, so that they are
 * none of the original's; but they rest in a quarantine of their own.
 */
#include "../../kernel/ioasid/pasid.c"
