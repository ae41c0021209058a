/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_PASID_H
#define IOASID_PASID_H

#include <linux/types.h>

/* The PCIe limit, and the width of the kernel's global PASID space. */
#define IOASID_PASID_BITS	20

int ioasid_pasid_alloc(u32 *number);
void ioasid_pasid_free(u32 number);
void ioasid_pasid_exit(void);

#endif
