// SPDX-License-Identifier: GPL-2.0-only
/* A compressed disk in memory, with a filesystem on it. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "process.h"

#define DISK_SIZE	"64M"

static int run(const char *format, const char *node)
{
	char command[128];

	snprintf(command, sizeof(command), format, node);
	return system(command);
}

/* Of newer kernels ext4 needs no module that it does not name. */
bool disk_is_possible(void)
{
	run("modprobe %s 2>/dev/null", "crc32c_generic");
	return !access("/sys/class/zram-control", F_OK) &&
	       !run("modprobe %s 2>/dev/null", "ext4");
}

bool disk_make(struct disk *disk)
{
	char path[64];

	if (read_number("/sys/class/zram-control/hot_add", &disk->id))
		return false;
	snprintf(disk->node, sizeof(disk->node), "/dev/zram%lu", disk->id);
	snprintf(disk->dir, sizeof(disk->dir), "/tmp/disk%lu", disk->id);
	snprintf(path, sizeof(path), "/sys/block/zram%lu/disksize", disk->id);
	return !write_text(path, DISK_SIZE) &&
	       !run("mke2fs -b 4096 -F %s >/dev/null", disk->node) &&
	       !mkdir(disk->dir, 0700) &&
	       !mount(disk->node, disk->dir, "ext4", 0, NULL);
}

bool disk_remove(const struct disk *disk)
{
	char id[16];

	snprintf(id, sizeof(id), "%lu", disk->id);
	return !umount(disk->dir) && !rmdir(disk->dir) &&
	       !write_text("/sys/class/zram-control/hot_remove", id);
}
