/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_PROCESS_H
#define IOASID_PROCESS_H

#include <linux/sched.h>
#include <linux/types.h>

struct pid;

/**
 * struct ioasid_process - Who did something, for whoever asks later
 * @pid: the process, which may be gone; NULL for the kernel
 * @comm: its name at that time
 */
struct ioasid_process {
	struct pid *pid;
	char comm[TASK_COMM_LEN];
};

void ioasid_process_set_current(struct ioasid_process *process);
void ioasid_process_set_kernel(struct ioasid_process *process);
void ioasid_process_put(struct ioasid_process *process);
u32 ioasid_process_nr(const struct ioasid_process *process);

#endif
