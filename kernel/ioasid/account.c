// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accounts: who pays for pinned memory.
 *
 * The user of the process that created a space pays, as for io_uring and
 * iommufd, from one purse for all of that user's processes, up to what
 * RLIMIT_MEMLOCK of that one process says at the moment of the charge. Who maps
 * into the space may be somebody else.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/user.h>

#include "account.h"

/* The payer is current, for good. */
void ioasid_account_init(struct ioasid_account *account)
{
	account->user = get_uid(current_user());
	account->task = get_task_struct(current->group_leader);
}

/* Of one that may never have had a payer. */
void ioasid_account_exit(struct ioasid_account *account)
{
	WARN_ON_ONCE(atomic_long_read(&account->pinned));
	if (account->task)
		put_task_struct(account->task);
	free_uid(account->user);
}

/**
 * ioasid_account_charge() - Pay for pages, unless that exceeds the limit
 * @account: who pays
 * @pages: how many
 *
 * Context: Any.
 * Return: 0, or -EDQUOT.
 */
int ioasid_account_charge(struct ioasid_account *account, unsigned long pages)
{
	unsigned long limit = task_rlimit(account->task, RLIMIT_MEMLOCK);
	atomic_long_t *locked = &account->user->locked_vm;
	long old = atomic_long_read(locked);

	do {
		if (old + pages > limit >> PAGE_SHIFT)
			return -EDQUOT;
	} while (!atomic_long_try_cmpxchg(locked, &old, old + pages));
	return 0;
}

void ioasid_account_uncharge(struct ioasid_account *account,
			     unsigned long pages)
{
	atomic_long_sub(pages, &account->user->locked_vm);
}

/**
 * ioasid_account_read_current() - What current's user has pinned and may pin
 * @bytes: what is charged to the user
 * @max: what that may come to, all bits set for no limit
 *
 * Context: Process context.
 */
void ioasid_account_read_current(u64 *bytes, u64 *max)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK);

	*bytes = (u64)atomic_long_read(&current_user()->locked_vm) <<
		 PAGE_SHIFT;
	if (limit == RLIM_INFINITY ||
	    ns_capable_noaudit(&init_user_ns, CAP_IPC_LOCK))
		*max = U64_MAX;
	else
		*max = limit & PAGE_MASK;
}
