// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "space.h"

#define AT_ONCE	64

void make_printable(char *name)
{
	for (; *name; name++)
		if (*name < ' ' || *name > '~')
			*name = '?';
}

static void copy_name(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
	make_printable(to);
}

/* A kernel newer than the library has words without a name here. */
static void copy_word(char *to, const char *name, __u32 number)
{
	if (name)
		snprintf(to, WORD_SIZE, "%s", name);
	else
		snprintf(to, WORD_SIZE, "%u", number);
}

static int make_room(struct space *space, size_t more)
{
	struct ioasid_attachment_entry *list;

	list = reallocarray(space->attachments, space->nr_attachments + more,
			    sizeof(*list));
	if (!list)
		return -ENOMEM;
	space->attachments = list;
	return 0;
}

static void make_names_printable(struct space *space)
{
	size_t i;

	for (i = 0; i < space->nr_attachments; i++) {
		make_printable(space->attachments[i].comm);
		make_printable(space->attachments[i].device);
	}
}

static int list_attachments(struct space *space, int system)
{
	__u64 id = 0;
	int rc;

	do {
		rc = make_room(space, AT_ONCE);
		if (rc)
			return rc;
		rc = ioasid_system_attachments(system, space->pasid, &id,
					       space->attachments +
					       space->nr_attachments, AT_ONCE);
		if (rc > 0)
			space->nr_attachments += rc;
	} while (rc > 0);
	make_names_printable(space);
	return rc == -ENOMEM ? rc : 0;
}

static void creator_from_status(struct creator *creator,
				const struct ioasid_status *status)
{
	creator->known = true;
	creator->pid = status->out_pid;
	copy_name(creator->comm, sizeof(creator->comm), status->out_comm);
	creator->has_uid = true;
	creator->uid = status->out_uid;
	creator->cgroup = status->out_cgroup;
}

int space_from_status(struct space *space, int system,
		      const struct ioasid_status *status)
{
	*space = (struct space){
		.id = status->out_id,
		.pasid = status->out_pasid,
		.has_mm = status->out_type == IOASID_TYPE_SVA,
		.mm_gone = status->out_flags & IOASID_STATUS_MM_GONE,
		.hidden = status->out_flags & IOASID_STATUS_HIDDEN,
		.kernel = status->out_flags & IOASID_STATUS_KERNEL,
		.nr_attached = status->out_attachments,
		.fds = status->out_fds,
		.faults = status->out_faults,
		.faults_failed = status->out_faults_failed,
		.mapped = status->out_mapped,
		.pinned = status->out_pinned,
		.maps = status->out_maps,
	};
	copy_word(space->type, ioasid_type_name(status->out_type),
		  status->out_type);
	copy_word(space->state, ioasid_state_name(status->out_state),
		  status->out_state);
	creator_from_status(&space->creator, status);
	return space->nr_attached ? list_attachments(space, system) : 0;
}

static void creator_from_fdinfo(struct creator *creator,
				const struct ioasid_fdinfo *info)
{
	creator->known = info->has_rights;
	creator->pid = info->creator_pid;
	copy_name(creator->comm, sizeof(creator->comm), info->creator_comm);
	creator->cgroup = info->cgroup;
}

static int name_devices(struct space *space, const struct ioasid_fdinfo *info)
{
	struct ioasid_attachment_entry *entry;
	size_t i;
	int rc;

	rc = make_room(space, info->nr_devices);
	if (rc)
		return rc;
	for (i = 0; i < info->nr_devices; i++) {
		entry = &space->attachments[space->nr_attachments++];
		*entry = (struct ioasid_attachment_entry){};
		copy_name(entry->device, sizeof(entry->device),
			  info->devices[i]);
	}
	return 0;
}

int space_from_fdinfo(struct space *space, const struct ioasid_fdinfo *info)
{
	*space = (struct space){
		.id = info->id,
		.pasid = info->pasid,
		.has_mm = info->has_mm,
		.mm_gone = info->mm_gone,
		.nr_attached = info->attachments,
		.fds = info->fds,
		.faults = info->faults,
		.faults_failed = info->faults_failed,
		.mapped = info->mapped,
		.pinned = info->pinned,
		.maps = info->maps,
	};
	copy_word(space->type, info->type, 0);
	copy_word(space->state, info->state, 0);
	creator_from_fdinfo(&space->creator, info);
	return info->nr_devices ? name_devices(space, info) : 0;
}

int space_add_holder(struct space *space, const struct ioasid_holder *found)
{
	struct holder *holders, *holder;

	holders = reallocarray(space->holders, space->nr_holders + 1,
			       sizeof(*holders));
	if (!holders)
		return -ENOMEM;
	space->holders = holders;
	holder = &holders[space->nr_holders++];
	*holder = (struct holder){
		.pid = found->pid,
		.fd = found->fd,
		.has_rights = found->fdinfo->has_rights,
		.rights = found->fdinfo->rights,
	};
	copy_name(holder->comm, sizeof(holder->comm), found->comm);
	return 0;
}

bool space_is(const struct space *space, enum ioasid_state state)
{
	return !strcmp(space->state, ioasid_state_name(state));
}

void space_free(struct space *space)
{
	free(space->attachments);
	free(space->holders);
}
