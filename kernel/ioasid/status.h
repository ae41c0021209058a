/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_STATUS_H
#define IOASID_STATUS_H

struct ioasid_space;
struct ioasid_status;
struct ioasid_view;
struct seq_file;

void ioasid_space_status(struct ioasid_space *space,
			 struct ioasid_status *status);
void ioasid_view_show(const struct ioasid_view *view, struct seq_file *m);

#endif
