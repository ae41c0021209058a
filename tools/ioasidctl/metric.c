// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/message.h"
#include "metric.h"

#define REPLACEMENT	"\357\277\275"

static bool has_labels(const struct metric_sample *sample,
		       const char * const *labels)
{
	size_t i;

	for (i = 0; i < METRIC_LABELS; i++)
		if (!sample->labels[i] != !labels[i] ||
		    (labels[i] && strcmp(sample->labels[i], labels[i])))
			return false;
	return true;
}

static void out_of_memory(void)
{
	complain("out of memory");
	exit(STATUS_FAILED);
}

void metric_append(struct metric *metric, __u64 value,
		   const char * const labels[METRIC_LABELS])
{
	struct metric_sample *sample;
	size_t i;

	metric->list = reallocarray(metric->list, metric->count + 1,
				    sizeof(*metric->list));
	if (!metric->list)
		out_of_memory();
	sample = &metric->list[metric->count++];
	*sample = (struct metric_sample){ .value = value };
	for (i = 0; i < METRIC_LABELS; i++) {
		if (!labels[i])
			continue;
		sample->labels[i] = strdup(labels[i]);
		if (!sample->labels[i])
			out_of_memory();
	}
}

void metric_add(struct metric *metric, __u64 value,
		const char * const labels[METRIC_LABELS])
{
	size_t i;

	for (i = 0; i < metric->count; i++) {
		if (has_labels(&metric->list[i], labels)) {
			metric->list[i].value += value;
			return;
		}
	}
	metric_append(metric, value, labels);
}

static bool is_between(unsigned char byte, unsigned char least,
		       unsigned char most)
{
	return byte >= least && byte <= most;
}

/* Length of the character of UTF-8 at @text, or 0 if there is none. */
static size_t character(const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;
	unsigned char least = 0x80, most = 0xbf;
	size_t length, i;

	if (byte[0] < 0x80)
		return 1;
	if (!is_between(byte[0], 0xc2, 0xf4))
		return 0;
	length = byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;
	if (byte[0] == 0xe0)
		least = 0xa0;
	if (byte[0] == 0xf0)
		least = 0x90;
	if (byte[0] == 0xed)
		most = 0x9f;
	if (byte[0] == 0xf4)
		most = 0x8f;
	for (i = 1; i < length; i++, least = 0x80, most = 0xbf)
		if (!is_between(byte[i], least, most))
			return 0;
	return length;
}

bool metric_is_text(const char *text)
{
	size_t length;

	for (; *text; text += length) {
		length = character(text);
		if (!length)
			return false;
	}
	return true;
}

static void print_value(const char *text)
{
	size_t length;

	for (; *text; text += length ?: 1) {
		length = character(text);
		if (*text == '\n')
			fputs("\\n", stdout);
		else if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else if (length)
			fwrite(text, 1, length, stdout);
		else
			fputs(REPLACEMENT, stdout);
	}
}

static void print_labels(const struct metric *metric,
			 const struct metric_sample *sample)
{
	const char *before = "{";
	size_t i;

	for (i = 0; i < METRIC_LABELS; i++) {
		if (!sample->labels[i])
			continue;
		printf("%s%s=\"", before, metric->labels[i]);
		print_value(sample->labels[i]);
		putchar('"');
		before = ",";
	}
	if (*before == ',')
		putchar('}');
}

static void free_sample(struct metric_sample *sample)
{
	size_t i;

	for (i = 0; i < METRIC_LABELS; i++)
		free(sample->labels[i]);
}

void metric_print(struct metric *metric)
{
	bool counts = !strcmp(metric->type, "counter");
	size_t i;

	if (metric->count) {
		printf("# TYPE %s %s\n", metric->name, metric->type);
		if (metric->unit)
			printf("# UNIT %s %s\n", metric->name, metric->unit);
		printf("# HELP %s %s\n", metric->name, metric->help);
	}
	for (i = 0; i < metric->count; i++) {
		printf("%s%s", metric->name, counts ? "_total" : "");
		print_labels(metric, &metric->list[i]);
		printf(" %llu\n", metric->list[i].value);
		free_sample(&metric->list[i]);
	}
	free(metric->list);
	metric->list = NULL;
	metric->count = 0;
}

void metric_end(void)
{
	puts("# EOF");
}
