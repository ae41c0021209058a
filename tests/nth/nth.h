/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations to be failed, and the world that they are run in.
 *
 * An operation is one system call. Its name says which function of the modules
 * serves it: op_fd_map and op_fd_map_file are for IOASID_MAP in fd_ops[],
 * op_sim_read is for .read of sim_file_ops. entries.awk sees to it that none of
 * those is without one.
 */
#ifndef NTH_NTH_H
#define NTH_NTH_H

#include <stdbool.h>

#include "../iova.h"
#include "../job.h"
#include "../memory.h"

#define SIZE		(32 * PAGE)
#define READ_WRITE	(IOASID_READ | IOASID_WRITE)
/* Where nothing is mapped. */
#define NOWHERE		(2 * PLACE)

/* Accelerators 0 and 2 are behind one IOMMU, 1 and 3 behind another. */
#define SIMULATOR	"accelerators=4 iommus=2 no_prs=1"
#define FIRST		0
#define SECOND		1
#define SPARE		2
#define WITHOUT_PRS	3

/* All spaces are charged to this one. */
#define CGROUP		"/nth"

/**
 * struct env - The world of an operation
 * @system: the system fd
 * @sva: an SVA space with the first accelerator
 * @iova: an IOVA space with the first accelerator, which has @mem at PLACE
 * @other: the same space with the second one
 * @empty: an IOVA space with nothing
 * @mem: SIZE bytes, present
 * @fresh: SIZE bytes that an operation may make present; gone again at the end
 * @huge: a huge page
 * @scattered: pages of which no two are neighbours in memory
 * @fd: what the operation itself makes, or is about
 * @queue: the same
 * @pasid: the same
 * @file: the same
 * @group: the same
 * @jobs: work in the SVA space
 * @list: a batch of it
 */
struct env {
	int system;
	struct dma sva;
	struct iova_dma iova;
	struct iova_dma other;
	int empty;
	char *mem;
	char *fresh;
	char *huge;
	char *scattered;
	int fd;
	int queue;
	__u32 pasid;
	int file;
	__u32 group;
	struct job jobs[3];
	struct dsa_hw_desc list[3];
};

int env_open(struct env *env);
void env_close(struct env *env);

/* What an operation is refused with, as a set of bits. */
enum says {
	SAYS_NOTHING = 0,
	SAYS_ENOMEM = 1,
	SAYS_EFAULT = 2,
	SAYS_BOTH = 3,
};

/**
 * struct op - An operation
 * @before: makes what it needs; 0, or a negative errno
 * @run: does it; its result, or a negative errno
 * @is_right: whether a success was one; may wait for what was begun
 * @undo: goes back to before @before; gets the result, or the error of an
 *	operation that was done nevertheless
 * @expected: its result without failures, if that is an error
 * @says: with what it is refused: each of these at least once, and nothing else
 * @stays_done: it is too late for EFAULT then, what is done stays done
 * @varies: what is there afterwards depends on what failed
 */
struct op {
	int (*before)(struct env *env);
	__s64 (*run)(struct env *env);
	bool (*is_right)(struct env *env, __s64 result);
	void (*undo)(struct env *env, __s64 result);
	int expected;
	enum says says;
	bool stays_done;
	bool varies;
};

/* For several of them: result as of a system call. */
__s64 result_of(__s64 result);
/* Likewise, with env->file; they return 0, or a negative errno. */
int open_file(struct env *env, const char *path, int flags);
int open_fdinfo(struct env *env, int fd);
__s64 read_file(struct env *env);
/* Likewise, to undo them. */
void undo_close(struct env *env, __s64 fd);
void undo_close_file(struct env *env, __s64 result);
void undo_fresh(struct env *env, __s64 result);

#endif
