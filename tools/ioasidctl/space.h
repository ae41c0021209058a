/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One space, as the kernel or /proc has told of it.
 */
#ifndef IOASIDCTL_SPACE_H
#define IOASIDCTL_SPACE_H

#include <ioasid/ioasid.h>

#define COMM_SIZE	32
#define WORD_SIZE	16

/**
 * struct holder - A descriptor of a space
 * @pid: process that has it
 * @fd: its number there
 * @comm: name of the process, printable
 * @has_rights: the kernel tells @rights; older ones do not
 * @rights: IOASID_RIGHT_* bits
 */
struct holder {
	pid_t pid;
	int fd;
	char comm[COMM_SIZE];
	bool has_rights;
	__u32 rights;
};

/**
 * struct creator - Who has made a space
 * @known: the kernel tells; older ones do not
 * @pid: the process, 0 when it has ended or cannot be seen
 * @comm: its name, printable
 * @has_uid: @uid is known
 * @uid: its user
 * @cgroup: id of the cgroup that is charged, 0 for none
 */
struct creator {
	bool known;
	pid_t pid;
	char comm[COMM_SIZE];
	bool has_uid;
	uid_t uid;
	__u64 cgroup;
};

/**
 * struct space - One space
 * @id: its number
 * @pasid: its PASID
 * @type: in the kernel's words
 * @state: in the kernel's words
 * @has_mm: it is bound to the memory of a process
 * @mm_gone: which is gone
 * @hidden: a driver has made it for a process; it has no fd
 * @kernel: it belongs to the kernel
 * @creator: who has made it
 * @nr_attached: number of attachments
 * @fds: number of its IOASID fds, copies not counted apart
 * @faults: page requests answered with success
 * @faults_failed: page requests answered with failure
 * @mapped: bytes that devices reach, or that are mapped
 * @pinned: bytes that are pinned for it
 * @maps: number of maps or pinned ranges
 * @attachments: who has it attached. What only /proc has told of has no more
 *	than the name of a device
 * @nr_attachments: length of @attachments
 * @holders: descriptors of it
 * @nr_holders: length of @holders
 */
struct space {
	__u64 id;
	__u32 pasid;
	char type[WORD_SIZE];
	char state[WORD_SIZE];
	bool has_mm;
	bool mm_gone;
	bool hidden;
	bool kernel;
	struct creator creator;
	__u32 nr_attached;
	__u32 fds;
	__u64 faults;
	__u64 faults_failed;
	__u64 mapped;
	__u64 pinned;
	__u64 maps;
	struct ioasid_attachment_entry *attachments;
	size_t nr_attachments;
	struct holder *holders;
	size_t nr_holders;
};

/*
 * Both fill in all but the holders. Return 0 or -ENOMEM; to be freed in both
 * cases. What becomes of a space meanwhile is no error.
 */
int space_from_status(struct space *space, int system,
		      const struct ioasid_status *status);
int space_from_fdinfo(struct space *space, const struct ioasid_fdinfo *info);
void space_free(struct space *space);

int space_add_holder(struct space *space, const struct ioasid_holder *found);

/* Whether an attachment was listed by the kernel, with its number. */
static inline bool
attachment_is_known(const struct ioasid_attachment_entry *entry)
{
	return entry->id;
}

bool space_is(const struct space *space, enum ioasid_state state);

/* "name" of a process or a device is any bytes, and goes to terminals. */
void make_printable(char *name);

#endif
