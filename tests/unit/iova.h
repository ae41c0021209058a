/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UNIT_IOVA_H
#define UNIT_IOVA_H

#include <kunit/test.h>

#include "../../kernel/ioasid/iova/map.h"
#include "../../kernel/ioasid/space.h"

struct ioasid_space *unit_space_new(struct kunit *test);
void unit_space_end(struct kunit *test, struct ioasid_space *space);
struct ioasid_pages *unit_pages_new(struct kunit *test,
				    struct ioasid_space *payer,
				    const u64 *pfns, unsigned long nr);

#endif
