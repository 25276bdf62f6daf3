/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * keeper - where a run's records go: into the database, or into a journal until that takes them.
 * Why: a lock, a full disk or a pause of NFS passes; what was measured meanwhile must not be lost.
 */
#ifndef BENCH_RUN_KEEPER_H
#define BENCH_RUN_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/record.h"
#include "common/cleanup.h"

struct pb_keeper;

/*
 * Opens the database at @path to write, waiting for it as all do, and takes what killed runs left
 * beside it. @interrupt, which may be NULL, ends waiting.
 */
int pb_keeper_open(const char *path, const volatile bool *interrupt,
		   struct pb_keeper **ret_keeper) pb_must_check;
void pb_keeper_free(struct pb_keeper *keeper);

/*
 * Begins the next run; the others name it by the order in which they began. Errors are those that
 * measuring would not mend: the database is full, read-only, or has this run.
 */
int pb_keeper_run_begin(struct pb_keeper *keeper, const struct pb_run_record *run) pb_must_check;
/* 0 while the database has not taken the run. */
int64_t pb_keeper_run_id(const struct pb_keeper *keeper, unsigned int run);

/*
 * Each takes what it is given, now or later; it fails for what is wrong with the record only.
 */
int pb_keeper_fact(struct pb_keeper *keeper, unsigned int run, const char *key,
		   const char *value) pb_must_check;
int pb_keeper_cell(struct pb_keeper *keeper, unsigned int run,
		   const struct pb_cell_result *result) pb_must_check;
int pb_keeper_so_far(struct pb_keeper *keeper, unsigned int run,
		     const struct pb_cell_result *results, size_t nr) pb_must_check;
int pb_keeper_run_end(struct pb_keeper *keeper, unsigned int run,
		      enum pb_run_state state) pb_must_check;
int pb_keeper_run_drop(struct pb_keeper *keeper, unsigned int run) pb_must_check;

/*
 * Waits until the database has all. If it will not have it, the journals stay, and the message says
 * where they are and how they go in.
 */
int pb_keeper_finish(struct pb_keeper *keeper) pb_must_check;

PB_DEFINE_CLEANUP(pb_keeper_freep, struct pb_keeper *, pb_keeper_free);

#endif
