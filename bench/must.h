/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_MUST_H
#define BENCH_MUST_H

#include <stddef.h>

int must(int rc, const char *what);
void must_call(int fd, unsigned long request, void *arg, const char *what);
int must_open(const char *node);
void must_write(const char *file, const char *text);
void must_read(const char *file, char *text, size_t size);
int system_fd(void);

#endif
