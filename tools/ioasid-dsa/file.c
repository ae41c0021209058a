// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../common/message.h"
#include "file.h"

/* Takes errno. */
static int fail(const char *name, const char *what)
{
	int rc = -errno;

	complain("%s: cannot %s: %s", name, what, strerror(-rc));
	return rc;
}

static int inspect(struct file *file)
{
	struct stat stat;

	if (fstat(file->fd, &stat))
		return fail(file->name, "look at the file");
	if (!S_ISREG(stat.st_mode)) {
		complain("%s: not a regular file: only those can be mapped",
			 file->name);
		return -EINVAL;
	}
	file->mode = stat.st_mode & 0777;
	file->device = stat.st_dev;
	file->inode = stat.st_ino;
	file->size = stat.st_size;
	return 0;
}

static int open_file(struct file *file, const char *name, int flags,
		     mode_t mode)
{
	int rc;

	*file = (struct file){ .name = name };
	file->fd = open(name, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, mode);
	if (file->fd < 0)
		return fail(name, "open");
	rc = inspect(file);
	if (rc)
		close(file->fd);
	return rc;
}

/* Takes errno. Files of some file systems cannot be mapped at all. */
static int fail_to_map(const struct file *file)
{
	if (errno != ENODEV)
		return fail(file->name, "map the file into memory");
	complain("%s: such a file cannot be mapped: make a copy with cp first",
		 file->name);
	return -ENODEV;
}

static int map_whole(struct file *file, int protection)
{
	void *map;

	if (!file->size)
		return 0;
	map = mmap(NULL, file->size, protection, MAP_SHARED, file->fd, 0);
	if (map == MAP_FAILED)
		return fail_to_map(file);
	file->map = map;
	return 0;
}

/* Files of /proc have contents, and say that their size is 0. */
static int check_empty(const struct file *file)
{
	char byte;

	if (file->size || read(file->fd, &byte, 1) <= 0)
		return 0;
	complain("%s: its size is not known: make a copy with cp first",
		 file->name);
	return -EINVAL;
}

int file_open(struct file *file, const char *name)
{
	int rc;

	rc = open_file(file, name, O_RDONLY, 0);
	if (rc)
		return rc;
	rc = check_empty(file);
	if (!rc)
		rc = map_whole(file, PROT_READ);
	if (rc)
		close(file->fd);
	return rc;
}

int file_open_output(struct file *file, const char *name, int flags,
		     mode_t mode)
{
	return open_file(file, name, O_RDWR | flags, mode);
}

int file_resize(struct file *file, __u64 size)
{
	if (ftruncate(file->fd, size))
		return fail(file->name, "set the size");
	file->size = size;
	return 0;
}

int file_map_output(struct file *file)
{
	return map_whole(file, PROT_READ | PROT_WRITE);
}

void file_close(struct file *file)
{
	if (file->map)
		munmap(file->map, file->size);
	close(file->fd);
}

bool file_is_same(const struct file *a, const struct file *b)
{
	return a->device == b->device && a->inode == b->inode;
}

int file_check_size(const struct file *file)
{
	struct stat stat;

	if (fstat(file->fd, &stat))
		return fail(file->name, "look at the file");
	if ((__u64)stat.st_size >= file->size)
		return 0;
	complain("%s: it was truncated from %llu to %llu bytes meanwhile",
		 file->name, file->size, (__u64)stat.st_size);
	return -EIO;
}

/*
 * File systems that know no holes say that all is data, as does any failure:
 * what is behind a new end of the file has to fail when it is read.
 */
static void find_extent(struct file *file, __u64 offset)
{
	off_t data = lseek(file->fd, offset, SEEK_DATA);
	off_t hole;

	file->extent_end = file->size;
	file->extent_is_hole = false;
	if (data > (off_t)offset) {
		file->extent_is_hole = true;
		file->extent_end = data;
	} else if (data >= 0) {
		hole = lseek(file->fd, offset, SEEK_HOLE);
		if (hole > (off_t)offset)
			file->extent_end = hole;
	} else if (errno == ENXIO) {
		hole = lseek(file->fd, 0, SEEK_END);
		file->extent_is_hole = hole > (off_t)offset;
	}
}

bool file_is_hole(struct file *file, __u64 offset, __u32 *size)
{
	__u64 left;

	if (offset >= file->extent_end)
		find_extent(file, offset);
	left = file->extent_end - offset;
	if (*size > left)
		*size = left;
	return file->extent_is_hole;
}

void file_rewind(struct file *file)
{
	file->extent_end = 0;
}

__u64 file_address(const struct file *file, __u64 offset)
{
	return (unsigned long)file->map + offset;
}

bool file_contains(const struct file *file, __u64 address, __u64 *offset)
{
	*offset = address - (unsigned long)file->map;
	return *offset < file->size;
}
