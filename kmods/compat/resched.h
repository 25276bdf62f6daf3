/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat/resched - where a long run lets everybody else go on.
 * Why: cond_resched() lets other tasks and RCU pass, but not Tasks RCU: being preempted is no
 * quiescent state to it, so that who frees an ftrace trampoline or an optimised kprobe waits for
 * the end of the whole run, and is reported as hung after two minutes.
 *
 * cond_resched_tasks_rcu_qs() does both, but refers, where there is Tasks Trace RCU, to a function
 * that is not exported (rcu_tasks_trace_qs_blkd(), v6.0). Its half for Tasks RCU is a macro in
 * rcupdate.h: 43766c3eadcf ("rcu-tasks: Make RCU Tasks Trace make use of RCU scheduler hooks"),
 * v5.8. Tasks Trace RCU wants nothing of a task that is in no reader.
 */
#ifndef PB_COMPAT_RESCHED_H
#define PB_COMPAT_RESCHED_H

#include <linux/rcupdate.h>
#include <linux/sched.h>

/* Outside of the timed windows, where sleeping is allowed. */
static inline void pb_resched(void)
{
#ifdef rcu_tasks_classic_qs
	rcu_tasks_classic_qs(current, false);
#endif
	cond_resched();
}

#endif
