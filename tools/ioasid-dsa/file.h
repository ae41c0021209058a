/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Regular files, mapped whole.
 *
 * Functions that fail say why, and return a negative errno. The program never
 * touches a mapping itself: a file that is truncated meanwhile is an error
 * completion of the accelerator, not a SIGBUS.
 */
#ifndef IOASID_DSA_FILE_H
#define IOASID_DSA_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include <linux/types.h>

/**
 * struct file - An open file
 * @name: as the user gave it
 * @fd: open
 * @mode: permission bits
 * @device: with @inode, which file it is
 * @inode: see @device
 * @size: when it was opened or resized
 * @map: @size bytes; NULL until mapped, and for an empty file
 * @extent_end: end of the extent that was looked at last
 * @extent_is_hole: whether that one was a hole
 */
struct file {
	const char *name;
	int fd;
	mode_t mode;
	dev_t device;
	ino_t inode;
	__u64 size;
	void *map;
	__u64 extent_end;
	bool extent_is_hole;
};

/* Opens and maps a file to be read. */
int file_open(struct file *file, const char *name);

/* Opens a file to be written, not yet mapped. @flags may have O_CREAT. */
int file_open_output(struct file *file, const char *name, int flags,
		     mode_t mode);
/* Cuts or extends a file that is not mapped yet. */
int file_resize(struct file *file, __u64 size);
int file_map_output(struct file *file);

void file_close(struct file *file);

bool file_is_same(const struct file *a, const struct file *b);

/* Fails when the file has become shorter since it was opened. */
int file_check_size(const struct file *file);

/*
 * Shortens @size until all of it, from @offset, is a hole or none of it is, and
 * returns which. To be called with growing offsets, or after a rewind.
 */
bool file_is_hole(struct file *file, __u64 offset, __u32 *size);
void file_rewind(struct file *file);

/* Address of @offset for the accelerator. */
__u64 file_address(const struct file *file, __u64 offset);

/* Whether @address is in the mapping, and at which @offset of the file. */
bool file_contains(const struct file *file, __u64 address, __u64 *offset);

#endif
