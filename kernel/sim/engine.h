/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOASID_SIM_ENGINE_H
#define IOASID_SIM_ENGINE_H

#include <linux/list.h>
#include <linux/types.h>
#include <uapi/linux/idxd.h>

#include "dma.h"
#include "ops.h"

struct device;
struct sim_events;
struct sim_space;

enum sim_phase {
	SIM_PHASE_CHECK,
	SIM_PHASE_WORK,
	SIM_PHASE_POST,
	SIM_PHASE_DONE,
};

/**
 * struct sim_task - A descriptor and how far it has come
 * @hw: the descriptor
 * @nested: it is in a batch
 * @phase: what is to be done next
 * @op: its operation, from SIM_PHASE_WORK on
 * @operands: addresses of the ranges that it uses
 * @backward: it goes from the end to the start
 * @stopped: it found before the end of the range that it is done
 * @done: how many bytes are done
 * @crc: over them, as the CRC register has it
 * @record: the completion record that it gets
 */
struct sim_task {
	struct dsa_hw_desc hw;
	bool nested;
	enum sim_phase phase;
	const struct sim_op *op;
	u64 operands[SIM_MAX_OPERANDS];
	bool backward;
	bool stopped;
	u32 done;
	u32 crc;
	struct dsa_completion_record record;
};

/**
 * struct sim_job - An accepted descriptor
 * @node: for the queue
 * @space: for the queue
 * @context: the address space that it works in
 * @task: the descriptor
 * @child: if that is a batch, the descriptor of it that is being worked on
 * @child_fetched: @child is valid
 * @children: how many have been worked on
 * @child_failed: one of them did not succeed
 */
struct sim_job {
	struct list_head node;
	struct sim_space *space;
	const struct sim_context *context;
	struct sim_task task;
	struct sim_task child;
	bool child_fetched;
	u32 children;
	bool child_failed;
};

/**
 * struct sim_engine - What works on the jobs of a queue, one at a time
 * @dma: how it reaches memory
 * @events: where it reports what completion records cannot say
 * @dead: when it becomes true, jobs are dropped
 * @context: the address space of the job that it works on
 * @budget: how many more bytes it may move for the caller
 * @misses: page requests since there was progress
 */
struct sim_engine {
	struct sim_dma dma;
	struct sim_events *events;
	const bool *dead;
	const struct sim_context *context;
	u64 budget;
	unsigned int misses;
};

void sim_job_init(struct sim_job *job, const struct dsa_hw_desc *hw,
		  const struct sim_context *context);
int sim_engine_run(struct sim_engine *engine, struct sim_job *job, u64 budget);

#endif
