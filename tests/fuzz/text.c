// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs as text.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "program.h"

#define LINE		1024
#define LABELS		256
#define MAX_ERRNO	200
#define BLANKS		" \t\n"

/* Where the text goes that is being made. */
struct printer {
	char *text;
	size_t size;
	size_t length;
};

/* Where the text comes from. @labels: the step of each rN, or NO_STEP. */
struct parser {
	struct program *program;
	const char *name;
	unsigned int line;
	short labels[LABELS];
};

static void print(struct printer *to, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(to->text + to->length, to->size - to->length,
			   format, args);
	va_end(args);
	to->length += length;
	if (to->length >= to->size)
		to->length = to->size - 1;
}

static void print_value(struct printer *to, const struct program *program,
			const struct value *value)
{
	const struct call *source;

	if (value->step == NO_STEP) {
		print(to, "%#llx", value->number);
		return;
	}
	source = calls[program->steps[value->step].call];
	print(to, "r%d", value->step);
	if (value->output)
		print(to, ".%s", source->outputs[value->output].name);
	if (value->number)
		print(to, "+%#llx", value->number);
}

static void print_step(struct printer *to, const struct program *program,
		       const struct step *step)
{
	const struct call *call = calls[step->call];
	unsigned int i;

	if (step->thread)
		print(to, "@%u ", step->thread);
	if (call_nr_outputs(call))
		print(to, "r%d = ", (int)(step - program->steps));
	print(to, "%s", call->name);
	for (i = 0; i < call_nr_args(call); i++) {
		if (step->args[i].step == NO_STEP &&
		    step->args[i].number == call->args[i].initial)
			continue;
		print(to, " %s=", call->args[i].name);
		print_value(to, program, &step->args[i]);
	}
	print(to, "\n");
}

size_t program_print(const struct program *program, char *text, size_t size)
{
	struct printer to = { .text = text, .size = size };
	unsigned int i;

	for (i = 0; i < program->length; i++)
		print_step(&to, program, &program->steps[i]);
	return to.length;
}

static bool complain(const struct parser *parser, const char *what,
		     const char *word)
{
	fprintf(stderr, "%s:%u: %s: %s\n", parser->name, parser->line, what,
		word ? word : "(nothing)");
	return false;
}

const char *outcome_name(int outcome)
{
	const char *name = outcome ? strerrorname_np(outcome) : "ok";

	return name ? name : "?";
}

static bool parse_expected(struct parser *parser, struct step *step)
{
	const char *word = strtok(NULL, BLANKS);
	int outcome;

	for (outcome = 0; word && outcome < MAX_ERRNO; outcome++) {
		if (!strcmp(outcome_name(outcome), word)) {
			step->expected = outcome;
			return true;
		}
	}
	return complain(parser, "no such outcome", word);
}

static bool parse_output(struct parser *parser, struct value *value,
			 const char *name)
{
	const struct call *source;
	unsigned int i;

	source = calls[parser->program->steps[value->step].call];
	for (i = 0; i < call_nr_outputs(source); i++) {
		if (!strcmp(source->outputs[i].name, name)) {
			value->output = i;
			return true;
		}
	}
	return complain(parser, "no such output", name);
}

static bool parse_label(struct parser *parser, const char *word,
			unsigned long *label)
{
	char *end;

	if (*word != 'r')
		return complain(parser, "no name of a result", word);
	*label = strtoul(word + 1, &end, 10);
	if (end == word + 1 || *end || *label >= LABELS)
		return complain(parser, "no name of a result", word);
	return true;
}

static bool parse_number(struct parser *parser, const char *word,
			 __u64 *number)
{
	char *end;

	errno = 0;
	*number = strtoull(word, &end, 0);
	if (end == word || *end || errno)
		return complain(parser, "not a number", word);
	return true;
}

/* rN, rN.output, either with +number. */
static bool parse_reference(struct parser *parser, char *word,
			    struct value *value)
{
	char *plus = strchr(word, '+');
	unsigned long label;
	char *dot;

	if (plus)
		*plus++ = 0;
	dot = strchr(word, '.');
	if (dot)
		*dot++ = 0;
	if (!parse_label(parser, word, &label))
		return false;
	value->step = parser->labels[label];
	if (value->step == NO_STEP)
		return complain(parser, "not there yet", word);
	if (dot && !parse_output(parser, value, dot))
		return false;
	return !plus || parse_number(parser, plus, &value->number);
}

static bool parse_value(struct parser *parser, char *word,
			struct value *value)
{
	*value = (struct value){ .step = NO_STEP };
	if (*word == 'r')
		return parse_reference(parser, word, value);
	return parse_number(parser, word, &value->number);
}

static bool parse_arg(struct parser *parser, struct step *step, char *word)
{
	const struct call *call = calls[step->call];
	char *text = strchr(word, '=');
	unsigned int i;

	if (!text)
		return complain(parser, "not name=value", word);
	*text++ = 0;
	for (i = 0; i < call_nr_args(call); i++)
		if (!strcmp(call->args[i].name, word))
			return parse_value(parser, text, &step->args[i]);
	return complain(parser, "no such argument", word);
}

static bool parse_args(struct parser *parser, struct step *step)
{
	char *word;

	while ((word = strtok(NULL, BLANKS))) {
		if (!strcmp(word, "->"))
			return parse_expected(parser, step);
		if (!parse_arg(parser, step, word))
			return false;
	}
	return true;
}

static bool parse_call(struct parser *parser, struct step *step,
		       const char *word)
{
	const struct call *call;
	int found = word ? call_find(word) : -1;
	unsigned int i;

	if (found < 0)
		return complain(parser, "no such call", word);
	call = calls[found];
	step->call = found;
	step->expected = NO_OUTCOME;
	for (i = 0; i < call_nr_args(call); i++)
		step->args[i] = (struct value){
			.number = call->args[i].initial,
			.step = NO_STEP,
		};
	return parse_args(parser, step);
}

static bool parse_thread(struct parser *parser, struct step *step,
			 const char *word)
{
	__u64 thread;

	if (!parse_number(parser, word, &thread))
		return false;
	if (thread >= PROGRAM_THREADS)
		return complain(parser, "no such thread", word);
	step->thread = thread;
	return true;
}

/* [@thread] [rN =] call... */
static bool parse_step(struct parser *parser, struct step *step, char *word)
{
	unsigned long label = LABELS;
	const char *equals;

	if (*word == '@') {
		if (!parse_thread(parser, step, word + 1))
			return false;
		word = strtok(NULL, BLANKS);
	}
	if (word && *word == 'r' && word[1] >= '0' && word[1] <= '9') {
		if (!parse_label(parser, word, &label))
			return false;
		equals = strtok(NULL, BLANKS);
		if (!equals || strcmp(equals, "="))
			return complain(parser, "not =", equals);
		word = strtok(NULL, BLANKS);
	}
	if (!parse_call(parser, step, word))
		return false;
	if (label < LABELS)
		parser->labels[label] = step - parser->program->steps;
	return true;
}

static bool parse_line(struct parser *parser, char *line)
{
	struct program *program = parser->program;
	char *word = strtok(line, BLANKS);
	struct step *step;

	if (!word || *word == '#')
		return true;
	if (program->length == PROGRAM_STEPS)
		return complain(parser, "too many calls", word);
	step = &program->steps[program->length];
	if (!parse_step(parser, step, word))
		return false;
	program->length++;
	return true;
}

bool program_parse(struct program *program, const char *name, FILE *file)
{
	struct parser parser = { .program = program, .name = name };
	char line[LINE];
	unsigned int i;

	memset(program, 0, sizeof(*program));
	for (i = 0; i < LABELS; i++)
		parser.labels[i] = NO_STEP;
	while (fgets(line, sizeof(line), file)) {
		parser.line++;
		if (!parse_line(&parser, line))
			return false;
	}
	return true;
}
