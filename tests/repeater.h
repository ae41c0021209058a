/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Threads for tests of races.
 *
 * A repeater does one step over and over until it is stopped, or until a step
 * says that something is wrong; it does one, however soon it is stopped.
 *
 * A deaf device is the negative control of such tests: a second mapping of the
 * same pages, through which a repeater writes on whatever happens to the first.
 * It behaves as a device would that no invalidation reaches.
 */
#ifndef TESTS_REPEATER_H
#define TESTS_REPEATER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct repeater {
	pthread_t thread;
	bool (*step)(void *arg);
	void *arg;
	bool stop;
	bool failed;
};

/* Returns 0 or a negative errno. */
int repeater_start(struct repeater *repeater, bool (*step)(void *arg),
		   void *arg);
/* Returns whether every step was right. */
bool repeater_stop(struct repeater *repeater);

/* How long repeaters run; nothing is waited for. */
void let_run(int ms);
/* Lets others get as far as they will in a moment that is always another. */
void wait_a_moment(unsigned int round);

/*
 * Fills memory and watches it. What a device writes is not @value, so any byte
 * that comes late shows.
 */
bool canary_holds(unsigned char *mem, size_t size, unsigned char value);

struct deaf_device {
	unsigned char *alias;
	size_t size;
};

/* Returns the first mapping, or NULL. */
void *deaf_device_map(struct deaf_device *device, size_t size);
/* A step: writes DEAF_DEVICE_BYTE to all of it. */
#define DEAF_DEVICE_BYTE	0xd5
bool deaf_device_write(void *device);

#endif
