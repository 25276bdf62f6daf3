/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fault - things that go wrong on purpose.
 * Why: that a panic, a hang or a splat is told and loses nothing can only be shown by having one.
 */
#ifndef BENCH_AGENT_FAULT_H
#define BENCH_AGENT_FAULT_H

#include "bench/agent/plan.h"
#include "common/cleanup.h"

/* Panic and hang do not return. */
int pb_fault_make(enum pb_agent_fault fault) pb_must_check;

#endif
