// SPDX-License-Identifier: GPL-2.0-only
/*
 * interrupt - Ctrl-C, SIGTERM and SIGHUP of a command that measures.
 * Why: see interrupt.h.
 */
#include "bench/run/interrupt.h"

#include <signal.h>

volatile bool pb_interrupted;

static void on_signal(int signal)
{
	(void)signal;
	pb_interrupted = true;
}

void pb_interrupts_catch(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}
