/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the sample client and the sample service have in common: a Unix socket
 * at a path, where they meet, and how they fail.
 */
#ifndef SAMPLES_COMMON_H
#define SAMPLES_COMMON_H

#include <ioasid/ioasid.h>

/* Ends the program with "PROGRAM: what: why". */
__attribute((noreturn))
void die(const char *what, const char *why);

/* Returns @rc, what @op returned; ends the program if it is an error. */
int check(enum ioasid_op op, int rc, const char *what);

/* Both return the socket. Anybody may connect to it. */
int listen_at(const char *path);
int connect_to(const char *path);

#endif
