// SPDX-License-Identifier: GPL-2.0-only
/*
 * Status: what users are told of a space, as a structure and as text.
 */
#include <linux/cred.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "bond.h"
#include "fd.h"
#include "space.h"
#include "status.h"

static u64 pinned_bytes(struct ioasid_space *space)
{
	return (u64)atomic_long_read(&space->account.pinned) << PAGE_SHIFT;
}

static u32 status_flags(struct ioasid_space *space)
{
	u32 flags = 0;

	if (ioasid_space_is_gone(space))
		flags |= IOASID_STATUS_MM_GONE;
	if (space->owner == IOASID_OWNER_DRIVER)
		flags |= IOASID_STATUS_HIDDEN;
	if (space->owner == IOASID_OWNER_KERNEL)
		flags |= IOASID_STATUS_KERNEL;
	return flags;
}

static void add_creator(struct ioasid_space *space,
			struct ioasid_status *status)
{
	kuid_t uid = space->account.user ? space->account.user->uid :
					   GLOBAL_ROOT_UID;

	status->out_pid = ioasid_process_nr(&space->creator);
	status->out_uid = from_kuid_munged(current_user_ns(), uid);
	status->out_cgroup = space->cgroup;
	strscpy_pad(status->out_comm, space->creator.comm);
}

/**
 * ioasid_space_status() - Describe a space
 * @space: the space
 * @status: gets everything but its size and the rights of an fd
 *
 * Context: Process context, may sleep.
 */
void ioasid_space_status(struct ioasid_space *space,
			 struct ioasid_status *status)
{
	mutex_lock(&space->lock);
	status->out_state = ioasid_space_state(space);
	status->out_attachments = space->nr_attachments;
	status->out_mapped = space->ops->mapped(space);
	mutex_unlock(&space->lock);
	status->out_type = space->type;
	status->out_pasid = space->pasid;
	status->out_flags = status_flags(space);
	status->out_id = space->id;
	status->out_faults = atomic64_read(&space->faults);
	status->out_faults_failed = atomic64_read(&space->faults_failed);
	status->out_pinned = pinned_bytes(space);
	status->out_maps = space->ops->nr_maps(space);
	status->out_fds = atomic_read(&space->nr_files);
	add_creator(space, status);
}

static const char *state_name(enum ioasid_state state)
{
	switch (state) {
	case IOASID_STATE_IDLE:
		return "idle";
	case IOASID_STATE_ACTIVE:
		return "active";
	case IOASID_STATE_FREE_PENDING:
		return "free-pending";
	case IOASID_STATE_FREE:
		return "free";
	}
	return "unknown";
}

static void show_rights(struct seq_file *m, u32 rights)
{
	static const char * const names[] = {
		"attach", "map", "access", "fault", "manage",
	};
	unsigned int i;

	seq_puts(m, "rights:\t");
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (rights & BIT(i))
			seq_printf(m, "%s%s", rights & (BIT(i) - 1) ? " " : "",
				   names[i]);
	seq_putc(m, '\n');
}

static void show_creator(struct seq_file *m, struct ioasid_space *space)
{
	seq_printf(m, "creator:\t%u ", ioasid_process_nr(&space->creator));
	seq_escape(m, space->creator.comm, "\n\\");
	seq_printf(m, "\ncgroup:\t%llu\n", space->cgroup);
}

static void show_locked(struct seq_file *m, struct ioasid_space *space)
{
	seq_printf(m, "ioasid:\t%llu\n", space->id);
	seq_printf(m, "type:\t%s\n", space->ops->name);
	seq_printf(m, "state:\t%s\n", state_name(ioasid_space_state(space)));
	seq_printf(m, "pasid:\t%u\n", space->pasid);
	if (space->ops->is_gone)
		seq_printf(m, "mm:\t%s\n",
			   ioasid_space_is_gone(space) ? "gone" : "live");
	seq_printf(m, "attachments:\t%u\n", space->nr_attachments);
	seq_printf(m, "faults:\t%lld\n", atomic64_read(&space->faults));
	seq_printf(m, "faults-failed:\t%lld\n",
		   atomic64_read(&space->faults_failed));
	seq_printf(m, "mapped:\t%llu\n", space->ops->mapped(space));
	seq_printf(m, "pinned:\t%llu\n", pinned_bytes(space));
	seq_printf(m, "maps:\t%llu\n", space->ops->nr_maps(space));
}

static void show_devices(struct seq_file *m, struct ioasid_space *space)
{
	struct ioasid_bond *bond;

	list_for_each_entry(bond, &space->bonds, node)
		seq_printf(m, "device:\t%s\n", dev_name(bond->dev));
}

/**
 * ioasid_view_show() - Describe what an IOASID fd stands for
 * @view: it
 * @m: fdinfo of the file
 *
 * Context: Process context, may sleep.
 */
void ioasid_view_show(const struct ioasid_view *view, struct seq_file *m)
{
	struct ioasid_space *space = view->space;

	mutex_lock(&space->lock);
	show_locked(m, space);
	show_rights(m, view->rights);
	seq_printf(m, "fds:\t%d\n", atomic_read(&space->nr_files));
	show_creator(m, space);
	show_devices(m, space);
	mutex_unlock(&space->lock);
}
