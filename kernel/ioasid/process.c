// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes: who created a space or attached one.
 *
 * They are remembered to be shown, and for nothing else: what a process may do
 * depends on the fds that it has.
 */
#include <linux/pid.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#include "process.h"

void ioasid_process_set_current(struct ioasid_process *process)
{
	process->pid = get_task_pid(current, PIDTYPE_TGID);
	get_task_comm(process->comm, current->group_leader);
}

void ioasid_process_set_kernel(struct ioasid_process *process)
{
	process->pid = NULL;
	strscpy_pad(process->comm, "kernel");
}

void ioasid_process_put(struct ioasid_process *process)
{
	put_pid(process->pid);
}

/* As current sees it; 0 when it has ended, or is none that current can see. */
u32 ioasid_process_nr(const struct ioasid_process *process)
{
	struct pid *pid = process->pid;

	return pid && pid_has_task(pid, PIDTYPE_TGID) ? pid_vnr(pid) : 0;
}
