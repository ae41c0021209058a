/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers as OpenMetrics text, which Prometheus and others read: families of
 * samples that differ in the values of their labels.
 */
#ifndef IOASIDCTL_METRIC_H
#define IOASIDCTL_METRIC_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#define METRIC_LABELS	4

struct metric_sample {
	char *labels[METRIC_LABELS];
	__u64 value;
};

/**
 * struct metric - A family
 * @name: its name, with the unit at its end
 * @type: "gauge", or "counter", whose samples get "_total" behind their name
 * @unit: what is counted, or NULL for things
 * @help: a sentence
 * @labels: names of the labels
 * @list: its samples
 * @count: how many
 */
struct metric {
	const char *name;
	const char *type;
	const char *unit;
	const char *help;
	const char *labels[METRIC_LABELS];
	struct metric_sample *list;
	size_t count;
};

/*
 * Both take the values of the labels, in order; NULL for one that is not there.
 * The first adds to the sample that has them, if there is one. They end the
 * program when memory runs out.
 */
void metric_add(struct metric *metric, __u64 value,
		const char * const labels[METRIC_LABELS]);
void metric_append(struct metric *metric, __u64 value,
		   const char * const labels[METRIC_LABELS]);

/* Prints a family, unless it has no samples, and frees these. */
void metric_print(struct metric *metric);

/* Behind the last family. */
void metric_end(void);

/* Other texts can be no values of labels as they are. */
bool metric_is_text(const char *text);

#endif
