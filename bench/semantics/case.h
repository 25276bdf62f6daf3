/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * case - one case in its own process: prepare, hold, event, look, probe, release.
 * Why: the order of these steps is what makes a verdict; it stands in one function.
 */
#ifndef BENCH_SEMANTICS_CASE_H
#define BENCH_SEMANTICS_CASE_H

#include "bench/events/event.h"
#include "bench/semantics/seen.h"
#include "collect/cell.h"

struct pb_case {
	const struct pb_cell *cell;
	const struct pb_event *event;
	enum pb_event_place place;
	bool media; /* judged by the medium: nobody but the device writes */
	uint32_t strategy;
	bool writes;
	int device;
};

/* Runs it and ends the process; what was seen is in @seen. */
void pb_case_main(const struct pb_case *c, struct pb_seen *seen) __attribute__((noreturn));

/* The part after the event of a case whose process is gone, by who has the device, too. */
void pb_case_orphan(const struct pb_case *c, struct pb_seen *seen);

#endif
