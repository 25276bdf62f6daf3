/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * result - what came of one cell: its state, its series, its histograms, profiles and traffic.
 * Why: agent, backends, record stream and store hand the same thing on.
 */
#ifndef COLLECT_RESULT_H
#define COLLECT_RESULT_H

#include <stddef.h>

#include "collect/cell.h"
#include "collect/histogram.h"
#include "collect/model/traffic.h"
#include "collect/profile.h"
#include "common/cleanup.h"

/*
 * Raw values of one phase and metric, one value a sample, in the order in which they were taken.
 * Values are per call (all pages), the clock's own cost still inside; `harness` series say what
 * that is. Phases:
 *   acquire, release              one value a sample; of several threads, worker by worker
 *   acquire-twice, release-twice  the same in windows that hold two operations
 *   harness, setup, teardown      once a cell: the empty window; what is made once for all calls
 *   events                        counts once a cell (retries, failed-EBUSY, ...), and start-skew
 *   load                          rate: what the cell's load achieved
 */
struct pb_series {
	char phase[PB_WORD_LEN];
	char metric[PB_WORD_LEN]; /* "instructions", "cycles", "ns", "invalidations", ... */
	char unit[PB_WORD_LEN];   /* of one value: "instructions", "cycles", "ns", "count" */
	size_t nr_values;
	double *values; /* NaN: the counter never ran (stored as NULL, never as 0) */
};

/* What was seen of a held page (collect/observed.h). */
struct pb_part {
	char name[PB_WORD_LEN];
	char *value;
};

struct pb_cell_result {
	struct pb_cell cell;
	enum pb_cell_state state;
	int error;    /* positive errno of the refusal or failure; 0 if there is none */
	char *symbol; /* the kernel function that ran; may be NULL */
	char *reason; /* one sentence for a person; NULL when measured */
	char *detail; /* several lines: the console's end, the splat; may be NULL */
	size_t nr_series;
	struct pb_series *series;
	size_t nr_profiles; /* 0: the run was not profiled */
	struct pb_profile *profiles;
	size_t nr_histograms; /* 0: no more calls were made than there are samples */
	struct pb_histogram *histograms;
	size_t nr_parts; /* 0: no event was watched */
	struct pb_part *parts;
	struct pb_traffic_list traffic; /* empty: nothing was simulated */
};

/*
 * Copies @values into a new series of @result. Returns 0, -EINVAL (a word that is empty or too
 * long) or -ENOMEM (message set).
 */
int pb_cell_result_add(struct pb_cell_result *result, const char *phase, const char *metric,
		       const char *unit, const double *values, size_t nr_values) pb_must_check;

/*
 * @result ends in @state with the failure @code (negative errno), and the message that stands
 * becomes its reason. Returns 0 or -ENOMEM (message set).
 */
int pb_cell_result_end(struct pb_cell_result *result, enum pb_cell_state state,
		       int code) pb_must_check;

/* Releases what is inside and zeroes it. */
void pb_cell_result_done(struct pb_cell_result *result);

/*
 * Moves @histogram into @result, whose it is from then on. Returns 0, -EEXIST (there is one of this
 * phase and metric) or -ENOMEM.
 */
int pb_cell_result_histogram(struct pb_cell_result *result,
			     struct pb_histogram *histogram) pb_must_check;

/*
 * Do the result's histograms hold the samples of its series: not fewer calls, and none of the
 * samples outside? -EBADMSG with the numbers where one does not, or where there is no such series.
 */
int pb_histogram_check(const struct pb_cell_result *result) pb_must_check;

/*
 * Moves @profile into @result, whose it is from then on. Returns 0, -EEXIST (there is one of this
 * phase) or -ENOMEM.
 */
int pb_cell_result_profile(struct pb_cell_result *result, struct pb_profile *profile) pb_must_check;

/*
 * Do the result's profiles add up to the least samples of its series? -EBADMSG with both numbers
 * where one does not, or where there is no series to add up to.
 */
int pb_profile_check(const struct pb_cell_result *result) pb_must_check;

#endif
