/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An event, from a line of trace_pipe:
 *
 *	  NAME-PID     [CPU] SECONDS: ioasid_EVENT: key=value key=value ...
 *
 * A name can have any bytes and stands right-aligned in 16 columns, one more
 * than it can have: it is found by its place.
 */
#ifndef IOASIDCTL_EVENT_H
#define IOASIDCTL_EVENT_H

#include <stdbool.h>

#define EVENT_NAME_WIDTH	16

/**
 * struct event - What has happened
 * @time: seconds and microseconds of CLOCK_MONOTONIC, as a number is written
 * @pid: thread that it happened in
 * @comm: its name, printable; empty if it is not known
 * @name: what has happened, without "ioasid_"
 * @fields: the rest of the line
 */
struct event {
	char time[32];
	int pid;
	char comm[EVENT_NAME_WIDTH + 1];
	const char *name;
	char *fields;
};

/* Takes @line apart, and changes it. Returns whether it is an event. */
bool event_parse(char *line, struct event *event);

/*
 * Takes the next "key=value" off @fields. Returns false at the end. What has no
 * key gets an empty one.
 */
bool event_next_field(char **fields, const char **key, const char **value);

#endif
