/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the sample programs need besides I/O address spaces: a Unix socket where
 * client and service meet, messages over it, files, in memory or not, and a way
 * to fail. What goes wrong here ends the program and says why.
 */
#ifndef SAMPLES_COMMON_H
#define SAMPLES_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <ioasid/ioasid.h>

/* Ends the program with "PROGRAM: what: why". */
__attribute((noreturn))
void die(const char *what, const char *why);

/* Returns @rc, what @op returned; ends the program if it is an error. */
int check(enum ioasid_op op, int rc, const char *what);

/* A space of this process's memory. @pasid: its number, may be NULL */
int make_own_space(__u32 *pasid);
/* A queue that may use @space. @flags: as ioasid_queue_open() */
int open_queue(const char *accelerator, int flags, int space);

/* Anybody may connect to it. */
int listen_at(const char *path);
/* @pid: who has connected */
int accept_client(int listener, pid_t *pid);
int connect_to(const char *path);

void send_message(int socket, const void *message, size_t size);
/* Returns false when the other side has gone or speaks another language. */
bool receive_message(int socket, void *message, size_t size);

/* @size: of the file; set unless @writable, in which case the file is made */
void *map_file(const char *path, bool writable, __u32 *size);

/* @size: of the file */
int open_file(const char *path, __u64 *size);
/* The CRC32C of all that is in it. */
__u32 file_crc(int fd);

#endif
