/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * loop - the state of a run, from the first call to the last.
 * Why: run.c fills it in and reads it out, loop.c drives it between the windows.
 */
#ifndef PB_LOOP_H
#define PB_LOOP_H

#include "strategy.h"
#include "team.h"

struct pb_loop {
	const struct pb_strategy *strategy;
	struct pb_call *calls; /* one, or two: PB_RUN_TWICE */
	u32 nr_calls_each;
	u32 flags;
	u32 release;
	u32 nr_warmup;
	u32 nr_ops;
	u32 nr_samples;
	u64 stride_pages;
	u64 region_pages;
	struct pb_sample *samples;
	struct pb_run_histogram *histogram; /* NULL: none is asked for */
	struct pb_team *team;               /* NULL: this run is on its own */
	u32 worker;

	int ret;            /* 0 or -errno: why the run ends early */
	bool failed;        /* the call at hand makes no sample */
	bool finished;      /* the team was told that this worker has its calls */
	u32 nr_failed_last; /* calls in a row, up to the last one */
	u32 nr_held;        /* PB_RUN_HOLD: calls whose pages are held, */
	u32 nr_released;    /* and those that are released again */
	u64 offset_pages;   /* of the next call */
	u64 acquire_ticks;  /* of the call at hand */
	u64 paced_from;     /* the team's steps as this worker started */
	u64 start_ticks;
	unsigned long irqs; /* PB_RUN_RECORD: as they were before its first call */
	u64 nr_calls;
	u64 nr_discarded;
	u32 nr_counted;
	u32 nr_partial;
	struct pb_failure failures[PB_MAX_ERRORS];
	struct pb_co_run co_run;
};

/*
 * record.c, in place of what pb_loop_next() does with PB_RUN_RECORD; and whether this CPU is one that an
 * emulator could record.
 */
bool pb_record_next(struct pb_loop *loop);
bool pb_record_possible(void);

#endif
