// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>

#include "../common/compiler.h"
#include "signals.h"

static void wake(int signal)
{
}

void signals_hold(sigset_t *mask)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	const struct sigaction action = { .sa_handler = wake };
	sigset_t held;
	size_t i;

	sigemptyset(&held);
	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaddset(&held, signals[i]);
		sigaction(signals[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &held, mask);
	signal(SIGPIPE, SIG_IGN);
}
