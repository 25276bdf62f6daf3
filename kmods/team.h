/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * team - a group of workers, as the kernel keeps it (struct pb_group is the request for one).
 * Why: threads that are to be measured against one another have to start together, run together and
 * be known to have done so.
 */
#ifndef PB_TEAM_H
#define PB_TEAM_H

#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/kref.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "uapi/pinbench.h"

struct pb_file;

#define PB_CO_RUN_CALLS 8 /* calls that count together or not at all */
#define PB_CO_RUN_PEER  4 /* calls that each peer has to make meanwhile */

/* Measured calls that do not count yet, and where each peer was as they began. On a stack. */
struct pb_co_run {
	u32 nr_calls;
	unsigned long since; /* jiffies as a window counted last */
	u32 beats[PB_MAX_WORKERS];
	struct pb_sample samples[PB_CO_RUN_CALLS];
};

/*
 * Written by its worker alone, after each call and outside of the windows. Lines of its own also on
 * a kernel without SMP, where _in_smp means nothing: one layout, which the asserts below hold to.
 */
struct pb_worker {
	u32 beats; /* calls made */
	u32 cpu;   /* on which the last one ended */
} ____cacheline_aligned;

struct pb_team {
	struct kref ref; /* of the file's table, and one of each worker that runs */
	u32 nr_workers;
	u32 delay_us; /* PB_GROUP_LATE */
	bool cancelled;
	DECLARE_BITMAP(taken, PB_MAX_WORKERS);
	atomic_t nr_come; /* the sleeping barrier */
	atomic_t nr_finished;
	u32 turn; /* PB_RUN_RECORD: the worker that makes its calls */
	wait_queue_head_t wait;
	atomic_t nr_ready ____cacheline_aligned; /* the spinning one */
	atomic64_t nr_steps ____cacheline_aligned;
	struct pb_worker workers[];
};

static_assert(sizeof(struct pb_worker) % SMP_CACHE_BYTES == 0);
static_assert(offsetof(struct pb_team, workers) % SMP_CACHE_BYTES == 0);
static_assert(offsetof(struct pb_team, workers) - offsetof(struct pb_team, nr_steps) >=
	      SMP_CACHE_BYTES);

/* As documented for struct pb_group, struct pb_group_drop and struct pb_step. */
int pb_team_request(struct pb_file *file, struct pb_group *group);
int pb_team_drop(struct pb_file *file, u32 handle);
void pb_team_drop_all(struct pb_file *file);
int pb_team_step(struct pb_file *file, struct pb_step *step);

/* ENOENT, EINVAL, EBUSY, ECANCELED. Whoever joined has to leave, with what became of its run. */
int pb_team_join(struct pb_file *file, u32 handle, u32 worker, struct pb_team **ret_team);
void pb_team_leave(struct pb_team *team, int ret);

/* Waits for all, then starts: 0, EINTR, ECANCELED, ETIMEDOUT. */
int pb_team_gather(struct pb_team *team, u32 worker);
/* Waits until there were that many steps, or all workers are finished. Errors likewise. */
int pb_team_pace(struct pb_team *team, u64 nr_steps);
u64 pb_team_steps(struct pb_team *team);

/* Waits awake until it is this worker's turn, or all had theirs: nr_workers. Errors as gather's. */
int pb_team_turn(struct pb_team *team, u32 turn);
void pb_team_turn_pass(struct pb_team *team);

void pb_team_beat(struct pb_team *team, u32 worker);
void pb_team_co_run_begin(struct pb_team *team, struct pb_co_run *co_run);
/* Did every peer run at the same time as this co_run? */
bool pb_team_co_run_counts(struct pb_team *team, u32 worker, const struct pb_co_run *co_run);

void pb_team_finish(struct pb_team *team);
bool pb_team_finished(struct pb_team *team);
bool pb_team_cancelled(struct pb_team *team);

#endif
