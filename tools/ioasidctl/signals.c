// SPDX-License-Identifier: GPL-2.0-only
#include <stdatomic.h>
#include <stddef.h>

#include "../common/compiler.h"
#include "signals.h"

static atomic_bool came;

static void wake(int signal)
{
	atomic_store(&came, true);
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

bool signals_came(void)
{
	return atomic_load(&came);
}
