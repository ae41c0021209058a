/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_ACCOUNT_H
#define IOASID_ACCOUNT_H

#include <linux/atomic.h>
#include <linux/types.h>

struct task_struct;
struct user_struct;

/**
 * struct ioasid_account - Who pays for the memory that a space pins
 * @user: the creator's; pays with what other pinned memory of the user is paid
 *	with too. NULL if nobody pays, because nothing is pinned
 * @task: the creator, for its limit; may long have exited
 * @pinned: pages that are pinned, charged or not
 */
struct ioasid_account {
	struct user_struct *user;
	struct task_struct *task;
	atomic_long_t pinned;
};

void ioasid_account_init(struct ioasid_account *account);
void ioasid_account_exit(struct ioasid_account *account);
int ioasid_account_charge(struct ioasid_account *account, unsigned long pages);
void ioasid_account_uncharge(struct ioasid_account *account,
			     unsigned long pages);
void ioasid_account_read_current(u64 *bytes, u64 *max);

#endif
