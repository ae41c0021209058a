/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The accelerator at work on this process's memory.
 *
 * Opening an engine makes an SVA space, opens a queue of an accelerator and
 * attaches the one to the other: from then on descriptors take plain pointers.
 *
 * A transfer is something done to a range of bytes, cut into pieces of which
 * several are in flight. Pieces are planned and finished in the order of their
 * offsets, so the first that is not as it should be is the first in the file.
 */
#ifndef IOASID_DSA_ENGINE_H
#define IOASID_DSA_ENGINE_H

#include <stdbool.h>

#include <ioasid/dsa.h>
#include <ioasid/ioasid.h>

#include "file.h"

/* A multiple of 8, which keeps a pattern in step from piece to piece. */
#define PIECE_SIZE	(4u << 20)
#define MAX_IN_FLIGHT	8

/**
 * struct piece - A part of a transfer, and the job that does it
 * @job: what the accelerator is to do, and did
 * @offset: where it begins
 * @size: how long it is, at most PIECE_SIZE
 * @idle: there is nothing to be done about it
 */
struct piece {
	struct ioasid_job job;
	__u64 offset;
	__u32 size;
	bool idle;
};

/**
 * struct engine - The accelerator
 * @path: its node
 * @queue: open on it
 * @space: this process's memory
 * @pasid: the space's name in descriptors
 * @zeros: PIECE_SIZE bytes to read instead of a hole of a file, since a touched
 *	hole would get memory
 * @pieces: room for those in flight; lives as long as the accelerator may write
 *	to it
 * @quiet: no progress is shown
 * @verbose: each transfer is followed by a report
 */
struct engine {
	char *path;
	int queue;
	int space;
	__u32 pasid;
	void *zeros;
	struct piece pieces[MAX_IN_FLIGHT];
	bool quiet;
	bool verbose;
};

/**
 * struct transfer - What to do to a range of bytes
 * @name: for people
 * @size: of the range
 * @in_flight: how many pieces may be, from 1 to MAX_IN_FLIGHT
 * @files: whose mappings are touched; the second may be NULL
 * @plan: fills in the job's descriptor for @piece, which has its offset and the
 *	largest size; may shorten it, or set it idle
 * @done: takes the result of a piece that has ended well. Returns false to stop
 * @data: of the two
 */
struct transfer {
	const char *name;
	__u64 size;
	unsigned int in_flight;
	const struct file *files[2];
	void (*plan)(struct engine *engine, struct piece *piece, void *data);
	bool (*done)(const struct piece *piece, void *data);
	void *data;
};

/* Takes the first accelerator that opens when @path is NULL. */
struct engine *engine_open(const char *path);
void engine_close(struct engine *engine);

/*
 * Returns 0 when all is done or @done has stopped it, else a negative errno and
 * has said why. Nothing is in flight afterwards.
 */
int engine_run(struct engine *engine, const struct transfer *transfer);

#endif
