// SPDX-License-Identifier: GPL-2.0-only
/*
 * exit - the process ends while its page is held.
 * Why: nobody is left to see what the holder does.
 */
#include <unistd.h>

#include "bench/events/event.h"

static int exit_act(struct pb_happening *happening)
{
	(void)happening;
	_exit(0);
}

const struct pb_event pb_event_exit = {
	.name = "exit",
	.ends_process = true,
	.act = exit_act,
};
