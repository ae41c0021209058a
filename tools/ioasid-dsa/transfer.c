// SPDX-License-Identifier: GPL-2.0-only
/*
 * A transfer from its first piece to its last.
 *
 * The pieces in flight are a ring in the engine. A new one is submitted as long
 * as there is room, then the oldest is waited for. However a transfer ends, it
 * waits for all that it has submitted: the accelerator writes to their records.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "../common/message.h"
#include "../common/size.h"
#include "engine.h"
#include "interrupt.h"
#include "progress.h"

/* How often a wait looks up, to show progress. */
#define TICK_MS	100

/**
 * struct run - A transfer under way
 * @engine: does it
 * @transfer: what is to be done
 * @progress: what the user sees of it
 * @next: offset of the next piece to submit
 * @finished: bytes that are done
 * @oldest: position in the ring of the oldest piece in flight
 * @in_flight: how many follow from there
 * @descriptors: how many were submitted
 * @stopped: the transfer has what it wanted
 * @failed_op: what has failed, 0 for the piece that @failed is
 * @failed: completed with an error
 */
struct run {
	struct engine *engine;
	const struct transfer *transfer;
	struct progress progress;
	__u64 next;
	__u64 finished;
	unsigned int oldest;
	unsigned int in_flight;
	unsigned int descriptors;
	bool stopped;
	enum ioasid_op failed_op;
	const struct piece *failed;
};

static struct piece *piece_at(const struct run *run, unsigned int position)
{
	return &run->engine->pieces[position % MAX_IN_FLIGHT];
}

static int submit_piece(struct run *run, struct piece *piece)
{
	int rc;

	rc = ioasid_job_submit(run->engine->queue, &piece->job);
	if (rc)
		run->failed_op = IOASID_OP_SUBMIT;
	else
		run->descriptors++;
	return rc;
}

static int start_next(struct run *run)
{
	struct piece *piece = piece_at(run, run->oldest + run->in_flight);
	__u64 left = run->transfer->size - run->next;
	int rc = 0;

	piece->offset = run->next;
	piece->size = left < PIECE_SIZE ? left : PIECE_SIZE;
	piece->idle = false;
	run->transfer->plan(run->engine, piece, run->transfer->data);
	if (!piece->idle)
		rc = submit_piece(run, piece);
	if (rc)
		return rc;
	run->next += piece->size;
	run->in_flight++;
	return 0;
}

static int wait_for(struct run *run, const struct piece *piece)
{
	int rc;

	if (piece->idle)
		return 0;
	do {
		rc = ioasid_job_wait(run->engine->queue, &piece->job, TICK_MS);
		progress_show(&run->progress, run->finished);
	} while (rc == -ETIMEDOUT || rc == -EINTR);
	return rc;
}

static int finish_oldest(struct run *run)
{
	const struct transfer *transfer = run->transfer;
	const struct piece *piece = piece_at(run, run->oldest);
	int rc;

	rc = wait_for(run, piece);
	run->oldest++;
	run->in_flight--;
	if (rc) {
		run->failed_op = IOASID_OP_WAIT;
		return rc;
	}
	if (!piece->idle && piece->job.record.status != DSA_COMP_SUCCESS) {
		run->failed = piece;
		return -EIO;
	}
	run->finished += piece->size;
	run->stopped = transfer->done && !transfer->done(piece, transfer->data);
	return 0;
}

static int step(struct run *run)
{
	if (interrupted())
		return -EINTR;
	if (run->next < run->transfer->size &&
	    run->in_flight < run->transfer->in_flight)
		return start_next(run);
	return finish_oldest(run);
}

static void drain(struct run *run)
{
	while (run->in_flight && !wait_for(run, piece_at(run, run->oldest))) {
		run->oldest++;
		run->in_flight--;
	}
}

/* Returns whether the fault was in a mapped file, and has then said so. */
static bool explain_fault(const struct transfer *transfer, __u64 addr,
			  bool write)
{
	const struct file *file;
	unsigned int i;
	__u64 offset;

	for (i = 0; i < ARRAY_SIZE(transfer->files); i++) {
		file = transfer->files[i];
		if (!file || !file_contains(file, addr, &offset))
			continue;
		complain("%s: cannot be %s at offset %llu: %s", file->name,
			 write ? "written" : "read", offset,
			 write ? "it was truncated, or its disk is full" :
			 "it was truncated meanwhile, or its disk failed");
		return true;
	}
	return false;
}

static void explain_piece(const struct run *run)
{
	const struct piece *piece = run->failed;
	const struct dsa_completion_record *record = &piece->job.record;
	__u8 fault = record->status & DSA_COMP_STATUS_MASK;

	if ((fault == DSA_COMP_PAGE_FAULT_IR ||
	     fault == DSA_COMP_PAGE_FAULT_NOBOF) &&
	    explain_fault(run->transfer, record->fault_addr,
			  record->status & DSA_COMP_STATUS_WRITE))
		return;
	complain("%s: %s: %s failed at offset %llu: %s", run->engine->path,
		 run->transfer->name,
		 ioasid_opcode_name(piece->job.desc.opcode),
		 piece->offset + record->bytes_completed,
		 ioasid_completion_explain(record->status));
}

static void explain(const struct run *run, int rc)
{
	if (run->failed)
		explain_piece(run);
	else if (run->failed_op)
		complain("%s: cannot go on: %s", run->engine->path,
			 ioasid_explain(run->failed_op, rc));
	else
		complain("%s: interrupted after %s of %s", run->transfer->name,
			 format_size(run->finished).text,
			 format_size(run->transfer->size).text);
}

static __u64 page_requests(const struct engine *engine)
{
	struct ioasid_status status;

	if (ioasid_space_status(engine->space, &status))
		return 0;
	return status.out_faults;
}

static void report(const struct run *run, __u64 requests)
{
	double seconds = progress_seconds(&run->progress);

	complain("%s: %s in %.3f s (%s/s), %u descriptors, %llu page requests",
		 run->transfer->name, format_size(run->finished).text, seconds,
		 format_size(seconds > 0 ? run->finished / seconds : 0).text,
		 run->descriptors, requests);
}

int engine_run(struct engine *engine, const struct transfer *transfer)
{
	struct run run = { .engine = engine, .transfer = transfer };
	__u64 requests = page_requests(engine);
	int rc = 0;

	progress_start(&run.progress, transfer->name, transfer->size,
		       !engine->quiet);
	while (!rc && !run.stopped &&
	       (run.in_flight || run.next < transfer->size))
		rc = step(&run);
	drain(&run);
	progress_clear(&run.progress);
	if (rc)
		explain(&run, rc);
	else if (engine->verbose)
		report(&run, page_requests(engine) - requests);
	return rc;
}
