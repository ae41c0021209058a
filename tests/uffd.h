/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory whose pages come from the test itself, by userfaultfd: whoever touches
 * one waits for as long as the test likes.
 */
#ifndef TESTS_UFFD_H
#define TESTS_UFFD_H

#include <linux/types.h>
#include <linux/userfaultfd.h>
#include <stddef.h>

/* Returns the fd, or a negative errno where this cannot be done. */
int uffd_watch(void *mem, size_t size, __u64 mode);
/* Returns when somebody waits for a page: its address, or 0. */
__u64 uffd_wait(int uffd);
/* Returns 0 or a negative errno. */
int uffd_provide(int uffd, __u64 page, const void *content);
/* Whoever writes there waits, until it is unprotected. They return likewise. */
int uffd_protect(int uffd, void *mem, size_t size);
int uffd_unprotect(int uffd, void *mem, size_t size);

#endif
