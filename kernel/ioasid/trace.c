// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoints, once for all. */
#define CREATE_TRACE_POINTS
#include "trace.h"
