/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SVA_PIN_H
#define IOASID_SVA_PIN_H

#include <linux/interval_tree.h>
#include <linux/list.h>
#include <linux/types.h>

struct ioasid_memory;
struct ioasid_mirror;
struct ioasid_pin;
struct ioasid_space;

struct ioasid_pin *ioasid_pin_create(struct ioasid_space *space,
				     const struct ioasid_memory *memory);
int ioasid_pin_publish(struct ioasid_space *space, struct ioasid_pin *pin);
void ioasid_pin_destroy(struct ioasid_space *space, struct ioasid_pin *pin);
int ioasid_pins_remove(struct ioasid_space *space, u64 start, u64 last,
		       u64 *bytes);
void ioasid_pins_clear(struct ioasid_space *space);
bool ioasid_pins_have(struct ioasid_mirror *mirror, unsigned long addr,
		      unsigned long pfn);

#endif
