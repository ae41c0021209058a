/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether the kernel has page requests. Without them a device reaches of an SVA
 * space what is prefaulted only, is let in only if it says that it knows, and
 * nobody can serve a fault fd.
 *
 * run-tests has looked: what it says is not from the modules, where a bug could
 * make tests skip instead of fail.
 */
#ifndef TESTS_PAGE_REQUESTS_H
#define TESTS_PAGE_REQUESTS_H

#include <linux/ioasid.h>
#include <linux/ioasid_sim.h>
#include <stdbool.h>
#include <stdlib.h>

static inline bool has_page_requests(void)
{
	return !getenv("NO_PAGE_REQUESTS");
}

/* For an attachment: to be let in anyway. */
static inline __u32 attach_flags(void)
{
	return has_page_requests() ? 0 : IOASID_SIM_ATTACH_NO_FAULT;
}

/* What such a one is listed with. */
static inline __u32 attachment_flags(void)
{
	return has_page_requests() ? 0 : IOASID_ATTACHMENT_NO_FAULT;
}

/* For a test, or the setup of a fixture, of the kernel's harness: as SKIP(). */
#define NEED_PAGE_REQUESTS(statement) do {				\
	if (!has_page_requests())					\
		SKIP(statement, "the kernel has no page requests");	\
} while (0)

#endif
