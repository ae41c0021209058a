// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engine: works on descriptors.
 *
 * It never sleeps for a page. All state of a descriptor is in its task, and
 * each function here either gets its part done or returns -EAGAIN, and can be
 * called again to go on where it was: when a page request has been answered, or
 * from a thread that has more time. -ESHUTDOWN means that the queue is going
 * away and nobody wants the result. What goes wrong for the descriptor itself
 * is not an error of these functions but the status in its completion record.
 *
 * There are three kinds of accesses, each of a few pages at most: operands of
 * an operation, the descriptors of a batch, and completion records. Misses
 * raise page requests; for operands only if the descriptor says so ("block on
 * fault").
 */
#include <linux/align.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "desc.h"
#include "engine.h"
#include "events.h"

/* How much of an operand one access covers at most. */
#define ACCESS_SIZE	SZ_32K
/* A page that is granted and gone again so often is given up. */
#define MAX_MISSES	1000

void sim_job_init(struct sim_job *job, const struct dsa_hw_desc *hw,
		  const struct sim_context *context)
{
	job->context = context;
	job->task = (struct sim_task){ .hw = *hw };
	job->child_fetched = false;
	job->children = 0;
	job->child_failed = false;
}

/* An access has succeeded, or is given up. */
static void end_access(struct sim_engine *engine)
{
	engine->misses = 0;
	engine->dma.alone = false;
}

/* Settles the request first: it must not be left behind by a dead queue. */
static int access_memory(struct sim_engine *engine, bool block,
			 sim_dma_access_t access, void *data)
{
	int rc;

	for (;;) {
		rc = sim_dma_settle(&engine->dma);
		if (rc)
			return rc;
		if (READ_ONCE(*engine->dead))
			return -ESHUTDOWN;
		if (sim_dma_access(&engine->dma, engine->context, access, data))
			break;
		if (!block || engine->misses == MAX_MISSES)
			return -EFAULT;
		engine->misses++;
		sim_dma_request(&engine->dma, engine->context);
	}
	end_access(engine);
	cond_resched();
	return 0;
}

/* The status for an access that failed, and where. */
static void set_fault(struct sim_engine *engine, struct sim_task *task,
		      u8 status)
{
	const struct sim_miss *miss = &engine->dma.miss;

	end_access(engine);
	task->record.status = status;
	if (miss->write)
		task->record.status |= DSA_COMP_STATUS_WRITE;
	task->record.fault_addr = miss->addr;
}

/*
 * How much may be done next, if it lies side by side in memory. Where a part
 * begins that is done backward depends on its length, so it keeps to one page
 * of each operand.
 */
static u32 part_length(const struct sim_task *task, u32 room)
{
	u32 left = task->hw.xfer_size - task->done;
	u32 len = min(left, room);
	unsigned int i;

	for (i = 0; task->backward && i < task->op->nr_operands; i++) {
		u64 last = task->operands[i] + left - 1;

		len = min(len, (u32)offset_in_page(last) + 1);
	}
	return len;
}

static bool is_finished(const struct sim_task *task)
{
	return task->stopped || task->done == task->hw.xfer_size;
}

/*
 * Where the operands are in memory; cuts the length to what lies side by side
 * there. False when a page is missing.
 */
static bool find_part(struct sim_dma *dma, const struct sim_task *task,
		      u32 offset, void *at[], u32 *len)
{
	bool found = true;
	unsigned int i;

	for (i = 0; i < task->op->nr_operands; i++) {
		at[i] = sim_dma_translate(dma, task->operands[i] + offset,
					  task->op->operands[i].write, len);
		if (!at[i])
			found = false;
	}
	return found;
}

/* Does the next part. Returns its length; 0 when a page is missing. */
static u32 do_part(struct sim_dma *dma, struct sim_task *task, u32 room)
{
	void *at[SIM_MAX_OPERANDS];
	u32 len = part_length(task, room);
	u32 offset = task->done;
	u32 moved;

	if (task->backward)
		offset = task->hw.xfer_size - task->done - len;
	if (!find_part(dma, task, offset, at, &len))
		return 0;
	moved = task->op->step(&task->hw, &task->crc, at, offset, len);
	task->done += moved;
	task->stopped = moved < len;
	return len;
}

/*
 * The next part misses a page. What follows it, as much as a page, may end in
 * other pages than it begins in: whatever is missing there is asked for, too.
 */
static void look_ahead(struct sim_dma *dma, const struct sim_task *task)
{
	u32 left = task->hw.xfer_size - task->done;
	u32 ahead = min_t(u32, left, PAGE_SIZE), byte = 1;
	void *at[SIM_MAX_OPERANDS];

	if (task->backward)
		find_part(dma, task, left - ahead, at, &byte);
	else
		find_part(dma, task, task->done + ahead - 1, at, &byte);
}

static bool access_operands(struct sim_dma *dma, void *data)
{
	struct sim_task *task = data;
	u32 covered = 0, len;

	while (covered < ACCESS_SIZE && !is_finished(task)) {
		len = do_part(dma, task, ACCESS_SIZE - covered);
		if (!len)
			break;
		covered += len;
	}
	if (!covered)
		look_ahead(dma, task);
	return covered;
}

static void set_result(struct sim_task *task)
{
	struct dsa_completion_record *record = &task->record;

	record->status = DSA_COMP_SUCCESS;
	if (task->op->compares) {
		record->result = task->stopped;
		if ((task->hw.flags & IDXD_OP_FLAG_CR) &&
		    record->result != task->hw.expected_res)
			record->status = DSA_COMP_SUCCESS_PRED;
	}
}

/* What software needs to go on where the operation ended, or to use it. */
static void set_progress(struct sim_task *task)
{
	struct dsa_completion_record *record = &task->record;

	record->bytes_completed = task->done;
	if (task->op->has_crc)
		record->crc_val = (u32)~task->crc;
	if (record->status != DSA_COMP_SUCCESS && task->backward)
		record->result = 1;
}

static int work_on_memory(struct sim_engine *engine, struct sim_task *task)
{
	bool block = task->hw.flags & IDXD_OP_FLAG_BOF;
	int rc = 0;

	while (!is_finished(task)) {
		u32 before = task->done;

		if (!engine->budget)
			return -EAGAIN;
		rc = access_memory(engine, block, access_operands, task);
		if (rc)
			break;
		engine->budget -= min_t(u64, engine->budget,
					task->done - before);
	}
	if (rc && rc != -EFAULT)
		return rc;
	if (rc)
		set_fault(engine, task, block ? DSA_COMP_PAGE_FAULT_IR :
						DSA_COMP_PAGE_FAULT_NOBOF);
	else
		set_result(task);
	set_progress(task);
	return 0;
}

/* As memmove(): backward when a forward copy would run into its own output. */
static bool must_go_backward(const struct dsa_hw_desc *hw)
{
	return hw->opcode == DSA_OPCODE_MEMMOVE &&
	       hw->dst_addr > hw->src_addr &&
	       hw->dst_addr - hw->src_addr < hw->xfer_size &&
	       hw->dst_addr <= U64_MAX - hw->xfer_size;
}

static bool access_list(struct sim_dma *dma, void *data)
{
	struct sim_job *job = data;
	const struct dsa_hw_desc *entry;
	u64 addr = job->task.hw.desc_list_addr;
	u32 len = sizeof(*entry);

	addr += (u64)job->children * sizeof(*entry);
	entry = sim_dma_translate(dma, addr, false, &len);
	if (!entry)
		return false;
	job->child = (struct sim_task){ .hw = *entry, .nested = true };
	return true;
}

static int fetch_child(struct sim_engine *engine, struct sim_job *job)
{
	int rc;

	if (job->child_fetched)
		return 0;
	rc = access_memory(engine, true, access_list, job);
	if (!rc)
		job->child_fetched = true;
	return rc;
}

static int run_task(struct sim_engine *engine, struct sim_task *task);

/* True when the batch ends here, before the child. */
static bool fenced_off(const struct sim_job *job)
{
	return job->child_failed && (job->child.hw.flags & IDXD_OP_FLAG_FENCE);
}

static int run_child(struct sim_engine *engine, struct sim_job *job)
{
	int rc = run_task(engine, &job->child);

	if (rc)
		return rc;
	if (job->child.record.status != DSA_COMP_SUCCESS)
		job->child_failed = true;
	job->child_fetched = false;
	job->children++;
	return 0;
}

static int work_on_batch(struct sim_engine *engine, struct sim_task *task)
{
	struct sim_job *job = container_of(task, struct sim_job, task);
	int rc = 0;

	while (job->children < task->hw.desc_count) {
		rc = fetch_child(engine, job);
		if (rc || fenced_off(job))
			break;
		rc = run_child(engine, job);
		if (rc)
			return rc;
	}
	if (rc && rc != -EFAULT)
		return rc;
	if (rc)
		set_fault(engine, task, DSA_COMP_BATCH_PAGE_FAULT);
	else
		task->record.status = job->child_failed ? DSA_COMP_BATCH_FAIL :
							  DSA_COMP_SUCCESS;
	task->record.descs_completed = job->children;
	return 0;
}

static int work(struct sim_engine *engine, struct sim_task *task)
{
	switch (task->hw.opcode) {
	case DSA_OPCODE_NOOP:
		task->record.status = DSA_COMP_SUCCESS;
		return 0;
	case DSA_OPCODE_BATCH:
		return work_on_batch(engine, task);
	default:
		return work_on_memory(engine, task);
	}
}

static bool access_record(struct sim_dma *dma, void *data)
{
	const size_t body = offsetof(struct dsa_completion_record, result);
	const struct sim_task *task = data;
	const void *from = &task->record;
	u32 len = sizeof(task->record);
	void *to;

	to = sim_dma_translate(dma, task->hw.completion_addr, true, &len);
	if (!to)
		return false;
	memcpy(to + body, from + body, sizeof(task->record) - body);
	/* Who polls the status finds the rest when it changes. */
	smp_store_release((u8 *)to, task->record.status);
	return true;
}

static void report_error(struct sim_engine *engine, const struct sim_task *task,
			 u32 error)
{
	const struct ioasid_sim_error report = {
		.out_error = error,
		.out_status = task->record.status,
		.out_pasid = engine->context->name,
		.out_opcode = task->hw.opcode,
		.out_fault_addr = task->record.fault_addr,
		.out_completion_addr = task->hw.completion_addr,
	};

	end_access(engine);
	sim_events_error(engine->events, &report);
}

static bool wants_record(const struct sim_task *task)
{
	return (task->hw.flags & IDXD_OP_FLAG_CRAV) &&
	       ((task->hw.flags & IDXD_OP_FLAG_RCR) ||
		task->record.status != DSA_COMP_SUCCESS);
}

static int post(struct sim_engine *engine, struct sim_task *task)
{
	int rc = 0;

	if (sim_desc_record_misaligned(&task->hw))
		report_error(engine, task, DSA_COMP_CRA_ALIGN);
	else if (wants_record(task))
		rc = access_memory(engine, true, access_record, task);
	if (rc && rc != -EFAULT)
		return rc;
	if (rc)
		report_error(engine, task, DSA_COMP_CRA_XLAT);
	if (task->hw.flags & IDXD_OP_FLAG_RCI)
		sim_events_interrupt(engine->events);
	return 0;
}

/* Only in a batch: write() does not accept a misaligned record. */
static u8 check(struct sim_task *task, u32 *invalid_flags)
{
	if (sim_desc_record_misaligned(&task->hw))
		return DSA_COMP_CRA_ALIGN;
	return sim_desc_check(&task->hw, task->nested, invalid_flags);
}

static void find_operands(struct sim_task *task)
{
	const void *hw = &task->hw;
	unsigned int i;

	for (i = 0; i < task->op->nr_operands; i++)
		memcpy(&task->operands[i], hw + task->op->operands[i].offset,
		       sizeof(task->operands[i]));
}

static void start(struct sim_task *task)
{
	u32 invalid_flags = 0;

	task->record.status = check(task, &invalid_flags);
	if (task->record.status) {
		task->record.invalid_flags = invalid_flags;
		task->phase = SIM_PHASE_POST;
		return;
	}
	task->op = sim_op_find(task->hw.opcode);
	find_operands(task);
	task->backward = must_go_backward(&task->hw);
	if (task->op->has_crc)
		task->crc = ~task->hw.crc_seed;
	task->phase = SIM_PHASE_WORK;
}

static int run_task(struct sim_engine *engine, struct sim_task *task)
{
	int rc;

	if (task->phase == SIM_PHASE_CHECK)
		start(task);
	if (task->phase == SIM_PHASE_WORK) {
		rc = work(engine, task);
		if (rc)
			return rc;
		task->phase = SIM_PHASE_POST;
	}
	if (task->phase == SIM_PHASE_POST) {
		rc = post(engine, task);
		if (rc)
			return rc;
		task->phase = SIM_PHASE_DONE;
	}
	return 0;
}

/**
 * sim_engine_run() - Work on a job
 * @engine: the engine, not used by anybody else
 * @job: the job: a new one, or the one that was being worked on
 * @budget: how many bytes to move at most
 *
 * Context: process context, may sleep, but not for a page.
 * Return: 0 when the job is done, -ESHUTDOWN when it is dropped, -EAGAIN when
 * it is not done: the budget is used up, or a page request is not answered.
 */
int sim_engine_run(struct sim_engine *engine, struct sim_job *job, u64 budget)
{
	engine->context = job->context;
	engine->budget = budget;
	return run_task(engine, &job->task);
}
