/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A socket that fds are sent through: all programs that run at a time have the
 * same one, so that they get hold of each other's spaces.
 */
#ifndef TESTS_FUZZ_POST_H
#define TESTS_FUZZ_POST_H

void post_open(void);
/* Both return a negative errno when they fail, and never wait. */
long post_send(int fd);
/* Returns the fd. */
long post_receive(void);

#endif
