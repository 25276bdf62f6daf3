/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * track - one cell's samples as they come in, round by round, and the result that they make.
 * Why: cells are measured in turns, so that each one's samples span the whole run.
 */
#ifndef BENCH_BACKENDS_SYSCALL_TRACK_H
#define BENCH_BACKENDS_SYSCALL_TRACK_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/backends/syscall/worker.h"
#include "collect/cell.h"
#include "collect/result.h"

/*
 * A sample is the least disturbed of as many visits to its cell, far apart in time: one with the
 * core to itself before one with a neighbour, and of those the one of fewest cycles, since what
 * else runs on the machine only ever adds. Two threads are visited once, and again only where a
 * core was shared: the least of several visits would be the one in which they met least.
 */
enum { PB_TRACK_VISITS = 3 };

struct pb_track {
	const struct pb_cell *cell;
	const struct pb_user *consumer; /* NULL where refused at once */
	enum pb_cell_state state;       /* PB_CELL_NONE: samples still come */
	int error;
	char reason[512];
	char symbol[64];
	size_t nr_visits;           /* so far; the first ones are one for each sample */
	size_t nr;                  /* samples so far */
	double *scores;             /* of each sample's visit that was kept: cycles of all calls */
	double *values[PB_KIND_NR]; /* nr_samples of the cell each */
	bool told;                  /* its result was handed over */
	bool proved;
	struct pb_identity identity;
	struct pb_memory_proof proof; /* the least of all visits */
};

int pb_track_init(struct pb_track *track, const struct pb_cell *cell) pb_must_check;
void pb_track_done(struct pb_track *track);

/* The message that stands becomes the reason. */
void pb_track_end(struct pb_track *track, enum pb_cell_state state, int code);

/* Takes in a visit, or how the cell ended. @quiet: see pb_core_is_shared(). */
void pb_track_add(struct pb_track *track, const struct pb_worker_reply *reply, double quiet);

/* Samples so far that were taken on a shared core. */
size_t pb_track_nr_shared(const struct pb_track *track, double quiet);

/* Has it to be visited (again): for its first samples, or for those with a shared core? */
bool pb_track_wants(const struct pb_track *track, double quiet);

/* It is visited no more: with all its samples it was measured, whatever core they had. */
void pb_track_settle(struct pb_track *track);

/*
 * Makes the result of what there is: acquire and release as read, and what the baseline's calls
 * cost as `harness`, one value each, the median: the least of many would be luck.
 */
int pb_track_result(const struct pb_track *track, struct pb_cell_result *result) pb_must_check;

/* The same of a cell whose samples still come: PB_CELL_MISSING, and how far it has come. */
int pb_track_so_far(const struct pb_track *track, struct pb_cell_result *result) pb_must_check;

#endif
