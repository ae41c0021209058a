// SPDX-License-Identifier: GPL-2.0-only
#include <signal.h>
#include <stdatomic.h>

#include "../common/compiler.h"
#include "interrupt.h"

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
static atomic_int noted;

static void note(int number)
{
	atomic_store(&noted, number);
}

void interrupt_catch(void)
{
	struct sigaction action = {
		.sa_handler = note,
		.sa_flags = SA_RESETHAND,
	};
	struct sigaction inherited;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaction(signals[i], NULL, &inherited);
		if (inherited.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

bool interrupted(void)
{
	return atomic_load(&noted);
}

void interrupt_deliver(void)
{
	if (interrupted())
		raise(atomic_load(&noted));
}
