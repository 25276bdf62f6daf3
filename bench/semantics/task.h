/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * task - the event in a task of its own, with a deadline.
 * Why: an event that waits for the hold to end must not be what ends the run.
 */
#ifndef BENCH_SEMANTICS_TASK_H
#define BENCH_SEMANTICS_TASK_H

#include <pthread.h>
#include <stdbool.h>

#include "bench/events/event.h"
#include "bench/semantics/seen.h"
#include "common/cleanup.h"

struct pb_event_task {
	const struct pb_event *event;
	struct pb_happening *happening;
	pthread_t thread;
	pid_t tid;
	int go[2];   /* a byte begins the event */
	int over[2]; /* a byte ends it */
	int result;  /* what act() gave */
};

/* Starts the task, which waits: its stack is mapped before anything is unmapped. With a message. */
int pb_event_task_start(struct pb_event_task *task) pb_must_check;

/* Begins the event and waits; false: it is not over at the deadline. */
bool pb_event_task_go(struct pb_event_task *task);
bool pb_event_task_wait(struct pb_event_task *task, int limit_ms);

/* Notes what the task is doing: its state and where in the kernel. */
void pb_event_task_look(const struct pb_event_task *task, struct pb_seen *seen);

#endif
