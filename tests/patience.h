/* SPDX-License-Identifier: GPL-2.0-only */
/* How long things may take, on a kernel that is SLOWNESS times slower. */
#ifndef TESTS_PATIENCE_H
#define TESTS_PATIENCE_H

#ifndef SLOWNESS
#define SLOWNESS	1
#endif

/* Anything that is sure to happen. */
#define PATIENCE_MS	(20000 * SLOWNESS)

/* One test, in seconds: instead of the harness's own limit. */
#ifdef TEST_TIMEOUT_DEFAULT
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	(30 * SLOWNESS)
#endif

#endif
