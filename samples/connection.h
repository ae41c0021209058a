/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A Unix socket where client and service meet, and messages over it, which it
 * keeps apart (SOCK_SEQPACKET). What goes wrong here ends the program and says
 * why.
 */
#ifndef SAMPLES_CONNECTION_H
#define SAMPLES_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Anybody may connect to it. */
int listen_at(const char *path);
/* @pid: who has connected */
int accept_client(int listener, pid_t *pid);
int connect_to(const char *path);

void send_message(int socket, const void *message, size_t size);
/* Returns false when the other side has gone or speaks another language. */
bool receive_message(int socket, void *message, size_t size);

#endif
