/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * settle - is the guest idle? Judged from what the kernel counts, less what looking at it takes.
 * Why: on a kernel that checks its memory or its locks a look at /proc takes milliseconds, and who
 * counts them as somebody's work waits for ever.
 */
#ifndef BENCH_AGENT_GUEST_SETTLE_H
#define BENCH_AGENT_GUEST_SETTLE_H

#include <stdbool.h>

/* One look: what the machine was busy with so far, and how long the one who looks ran. */
struct pb_load_look {
	unsigned long long busy_ticks; /* of 10 ms, as in /proc/stat */
	unsigned long long own_ns;
	unsigned long running; /* tasks that want to run, the one who looks among them */
};

struct pb_settle {
	struct pb_load_look first; /* the last look before the quiet steps */
	unsigned int nr_quiet;     /* steps in a row */
	unsigned int waited_ms;
};

enum { PB_SETTLE_LIMIT_MS = 120 * 1000 };

void pb_settle_begin(struct pb_settle *settle, const struct pb_load_look *now);

/* How long to sleep before the next look. */
unsigned int pb_settle_step_us(const struct pb_settle *settle);

/* A look after such a sleep. Has the machine been idle for long enough? */
bool pb_settle_look(struct pb_settle *settle, const struct pb_load_look *now);

#endif
