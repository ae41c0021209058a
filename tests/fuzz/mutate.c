// SPDX-License-Identifier: GPL-2.0-only
#include "mutate.h"

#include <string.h>

#include "calls.h"
#include "numbers.h"

#define MAX_DEPTH	4
#define NEW_CALLS	8
#define MAX_CHANGES	4

static void append(struct program *program, unsigned int call,
		   struct random *random, unsigned int depth);

/* Picks an output that @wants fits, the later ones rather. */
static bool find_source(const struct program *program, unsigned int wants,
			struct random *random, struct value *value)
{
	const struct call *call;
	bool found = false;
	unsigned int i, j;

	for (i = 0; i < program->length; i++) {
		call = calls[program->steps[i].call];
		for (j = 0; j < call_nr_outputs(call); j++) {
			if (!(call->outputs[j].gives & wants) ||
			    (found && random_once_in(random, 2)))
				continue;
			*value = (struct value){ .step = i, .output = j };
			found = true;
		}
	}
	return found;
}

static bool gives(const struct call *call, unsigned int wants)
{
	unsigned int i;

	for (i = 0; i < call_nr_outputs(call); i++)
		if (call->outputs[i].gives & wants)
			return true;
	return false;
}

static unsigned int total_weight(unsigned int wants)
{
	unsigned int i, total = 0;

	for (i = 0; i < nr_calls; i++)
		if (!wants || gives(calls[i], wants))
			total += calls[i]->weight;
	return total;
}

/* Any call, or one that gives what is wanted. */
static unsigned int pick_call(unsigned int wants, struct random *random)
{
	unsigned int rest = random_below(random, total_weight(wants));
	unsigned int i;

	for (i = 0; i < nr_calls; i++) {
		if (wants && !gives(calls[i], wants))
			continue;
		if (rest < calls[i]->weight)
			break;
		rest -= calls[i]->weight;
	}
	return i;
}

static struct value make_value(struct program *program, const struct arg *arg,
			       struct random *random, unsigned int depth)
{
	struct value value = { .step = NO_STEP };
	bool is_address = arg->wants == ADDRESS;

	if (!arg->wants || random_once_in(random, is_address ? 2 : 40)) {
		value.number = number_for(arg, random);
		return value;
	}
	if (!is_address && depth < MAX_DEPTH &&
	    (random_once_in(random, 10) ||
	     !find_source(program, arg->wants, random, &value)))
		append(program, pick_call(arg->wants, random), random,
		       depth + 1);
	if (!find_source(program, arg->wants, random, &value))
		value.number = number_for(arg, random);
	else if (is_address)
		value.number = number_offset(random);
	return value;
}

/* Adds a call at the end, and before it what it needs, while there is room. */
static void append(struct program *program, unsigned int call,
		   struct random *random, unsigned int depth)
{
	struct step step = { .call = call, .expected = NO_OUTCOME };
	unsigned int i;

	for (i = 0; i < call_nr_args(calls[call]); i++)
		step.args[i] = make_value(program, &calls[call]->args[i],
					  random, depth);
	if (random_once_in(random, 4))
		step.thread = random_below(random, PROGRAM_THREADS);
	if (program->length < PROGRAM_STEPS)
		program->steps[program->length++] = step;
}

void program_generate(struct program *program, struct random *random)
{
	unsigned int length = 1 + random_below(random, NEW_CALLS);

	memset(program, 0, sizeof(*program));
	while (program->length < length)
		append(program, pick_call(0, random), random, 0);
}

/* Adds steps of another program, which were behind @from steps there. */
static void append_steps(struct program *program, const struct step *steps,
			 unsigned int nr, unsigned int from)
{
	int shift = (int)program->length - (int)from;
	struct value *value;
	struct step *step;
	unsigned int i, j;

	for (i = 0; i < nr && program->length < PROGRAM_STEPS; i++) {
		step = &program->steps[program->length++];
		*step = steps[i];
		for (j = 0; j < PROGRAM_ARGS; j++) {
			value = &step->args[j];
			if (value->step != NO_STEP &&
			    value->step >= (int)from)
				value->step += shift;
		}
	}
}

static void insert_call(struct program *program, struct random *random)
{
	unsigned int at = random_below(random, program->length + 1);
	struct program old = *program;

	program->length = at;
	append(program, pick_call(0, random), random, 0);
	append_steps(program, old.steps + at, old.length - at, at);
}

/* What has used its result gets a number, which nothing has. */
static void remove_call(struct program *program, struct random *random)
{
	unsigned int at = random_below(random, program->length);
	struct value *value;
	unsigned int i, j;

	program->length--;
	memmove(program->steps + at, program->steps + at + 1,
		(program->length - at) * sizeof(program->steps[0]));
	for (i = at; i < program->length; i++) {
		for (j = 0; j < PROGRAM_ARGS; j++) {
			value = &program->steps[i].args[j];
			if (value->step == (int)at)
				*value = (struct value){ .step = NO_STEP };
			else if (value->step > (int)at)
				value->step--;
		}
	}
}

/* May refer to what comes before it only. */
static void change_arg(struct program *program, struct random *random)
{
	unsigned int at = random_below(random, program->length);
	struct step *step = &program->steps[at];
	const struct call *call = calls[step->call];
	unsigned int nr = call_nr_args(call);
	unsigned int length = program->length;
	unsigned int i;

	if (!nr)
		return;
	i = random_below(random, nr);
	program->length = at;
	step->args[i] = make_value(program, &call->args[i], random, MAX_DEPTH);
	program->length = length;
}

static void change_thread(struct program *program, struct random *random)
{
	unsigned int at = random_below(random, program->length);

	program->steps[at].thread = random_below(random, PROGRAM_THREADS);
}

/* The same once more, by another thread at the same time, perhaps. */
static void repeat_call(struct program *program, struct random *random)
{
	unsigned int at = random_below(random, program->length);
	struct program old = *program;

	if (old.length == PROGRAM_STEPS)
		return;
	program->length = at + 1;
	append_steps(program, old.steps + at, 1, at + 1);
	program->steps[at + 1].thread = random_below(random, PROGRAM_THREADS);
	append_steps(program, old.steps + at + 1, old.length - at - 1, at + 1);
}

/* The beginning of the one, then as much of the other as there is room for. */
static void splice(struct program *program, const struct program *other,
		   struct random *random)
{
	program->length = random_below(random, program->length + 1);
	append_steps(program, other->steps, other->length, 0);
}

static void change(struct program *program, const struct program *other,
		   struct random *random)
{
	if (!program->length) {
		program_generate(program, random);
		return;
	}
	switch (random_below(random, 12)) {
	case 0:
		splice(program, other, random);
		break;
	case 1:
		remove_call(program, random);
		break;
	case 2:
	case 3:
		change_thread(program, random);
		break;
	case 4:
		repeat_call(program, random);
		break;
	case 5:
	case 6:
	case 7:
		change_arg(program, random);
		break;
	default:
		insert_call(program, random);
	}
}

void program_mutate(struct program *program, const struct program *other,
		    struct random *random)
{
	unsigned int changes = 1 + random_below(random, MAX_CHANGES);

	while (changes--)
		change(program, other, random);
	if (!program->length)
		program_generate(program, random);
}
