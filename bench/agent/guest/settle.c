// SPDX-License-Identifier: GPL-2.0-only
/*
 * settle - is the guest idle? Judged from what the kernel counts, less what looking at it takes.
 * Why: on a kernel that checks its memory or its locks a look at /proc takes milliseconds, and who
 * counts them as somebody's work waits for ever.
 */
#include "bench/agent/guest/settle.h"

enum {
	STEP_MS = 100,
	QUIET_STEPS = 10, /* in a row, before the machine counts as idle */
	DRIFT_AFTER_MS = 20 * 1000,
	DRIFT_US = 1300,
	TICK_NS = 10000000,
};

void pb_settle_begin(struct pb_settle *settle, const struct pb_load_look *now)
{
	*settle = (struct pb_settle){ .first = *now };
}

/*
 * A whole tick is charged to whom it finds running, and the steps are a multiple of the kernel's
 * ticks: a look that falls on one does so each time. Steps that drift make that a fair sample. They
 * come so late that no kernel sees them that settles without.
 */
unsigned int pb_settle_step_us(const struct pb_settle *settle)
{
	return STEP_MS * 1000 + (settle->waited_ms >= DRIFT_AFTER_MS ? DRIFT_US : 0);
}

/* What the looks themselves took is rounded: below half a tick nothing is taken off. */
static bool is_quiet(const struct pb_load_look *first, const struct pb_load_look *now)
{
	unsigned long long own_ticks = (now->own_ns - first->own_ns + TICK_NS / 2) / TICK_NS;

	/* The one that runs is who looks. */
	return now->running <= 1 && now->busy_ticks - first->busy_ticks <= own_ticks;
}

bool pb_settle_look(struct pb_settle *settle, const struct pb_load_look *now)
{
	settle->waited_ms += STEP_MS;
	if (is_quiet(&settle->first, now))
		return ++settle->nr_quiet == QUIET_STEPS;
	settle->nr_quiet = 0;
	settle->first = *now;
	return false;
}
