/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The events of the module ioasid, from an instance of tracefs of our own, so
 * that nobody else's tracing is touched. It is named after this process, and is
 * to be removed whatever happens; what a killed process has left behind is
 * removed by the next.
 */
#ifndef IOASIDCTL_TRACE_H
#define IOASIDCTL_TRACE_H

#include <signal.h>
#include <stddef.h>

#include "../common/compiler.h"

#define TRACE_LINE_SIZE	1024
#define TRACE_FOREVER	(-1)

/**
 * struct trace - An instance of tracefs
 * @instance: path of its directory, empty if there is none
 * @pipe: its trace_pipe, -1 if it is not open
 * @chunk: what was read and not yet given out
 * @used: length of @chunk
 */
struct trace {
	char instance[64];
	int pipe;
	char chunk[4 * TRACE_LINE_SIZE];
	size_t used;
};

/* Returns 0, or has complained. To be closed in both cases. */
int trace_open(struct trace *trace);
void trace_close(struct trace *trace);

/*
 * Waits for the next line, with the signals that @mask blocks held back at all
 * other times. Returns 1; 0 if a signal came; or a negative errno: -ETIMEDOUT
 * after @timeout_ms, or never with TRACE_FOREVER. Without a trace there is no
 * line, and the rest holds.
 */
int trace_next(struct trace *trace, int timeout_ms, const sigset_t *mask,
	       char line[TRACE_LINE_SIZE]);

#endif
