/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * summary - a run as people compare it: per cell, phase and metric, values per page.
 * Why: export and report show the same number because it is derived in one place.
 *
 * A raw value is per call and still holds the harness's own cost. The value per page is
 *
 *	(raw - empty) / pages
 *
 * where `empty` is the least value of the cell's `harness` series of the same metric: the empty
 * window, two timestamps with nothing between; for a release, of the series `harness-release` where
 * there is one. It applies to the phases acquire and release, and
 * `empty` stands beside every result, so that nothing is subtracted in silence. A value of phase
 * `call` holds what a counter counted in an ioctl of N + 1 calls; the value per page is
 *
 *	(raw - empty) / (N * pages)
 *
 * where `empty` is the least of the cell's series `harness-call`, the same ioctl with one call, and
 * N its series `counted` / `calls`. Where a cell was simulated (it has `simulated` / `calls`), each
 * value of the three phases is of one call already, and nothing has to be subtracted. Other phases (harness, setup, teardown, events) are given as
 * they were read.
 *
 * The empty window is not all that the harness can cost: what stands before the call may be cheaper
 * or dearer with a call behind it. Where a cell also has windows that hold two operations (the
 * phases acquire-twice and release-twice), one more operation is all that they differ in, so that
 *
 *	own cost = min(twice) - min(once)
 *	overhead = min(once) - own cost = 2 min(once) - min(twice)
 *
 * holds without knowing what an empty window costs. Both ways to the overhead are shown side by
 * side; the numbers that are compared stay those by the window.
 */
#ifndef COLLECT_SUMMARY_H
#define COLLECT_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/cell.h"
#include "collect/histogram.h"
#include "collect/record.h"
#include "collect/store/store.h"
#include "common/cleanup.h"

struct pb_summary_series {
	int64_t id; /* the series' row in this database */
	char phase[PB_WORD_LEN];
	char metric[PB_WORD_LEN];
	char unit[PB_WORD_LEN]; /* of a raw value: "instructions" */
	bool per_page;          /* acquire, release, call: min, median and max are per page */
	double nr_calls;        /* 1, but N for phase call; 0: not known, and there is no value */
	size_t nr_values;       /* samples stored, those that never ran (NULL) included */
	size_t nr;              /* samples with a value */
	double min;             /* NaN, as median and max, when nr is 0 */
	double median;          /* the mean of the middle two when nr is even */
	double max;
	double raw_min;  /* the least value as it was read, per call; NaN when nr is 0 */
	double empty;    /* what was subtracted, per call, in `unit`; 0 where there is none */
	bool has_empty;  /* false: the cell has no harness series of this metric */
	uint64_t digest; /* of all raw values in order: equal digests, equal samples */
};

struct pb_summary_cell {
	int64_t id; /* the cell's row in this database */
	struct pb_cell cell;
	enum pb_cell_state state;
	int error;    /* positive errno, 0 if there is none */
	char *symbol; /* the kernel function that ran; may be NULL */
	char *reason; /* may be NULL when measured */
	char *detail; /* several lines; may be NULL */
	size_t nr_series;
	struct pb_summary_series *series; /* in the order in which they were stored */
	size_t nr_histograms;
	struct pb_histogram *histograms; /* raw, as they were stored */
};

/* What a phase's harness costs by two ways, and what one operation does by the second. */
struct pb_summary_twice {
	double by_window;     /* per call: the empty window; NaN where there is none */
	double by_difference; /* per call: 2 min(once) - min(twice) */
	double own;           /* per page: (min(twice) - min(once)) / pages */
};

enum { PB_NR_QUANTILES = 5 };

/* "p50", "p90", "p99", "p99.9", "max", and the share of calls that each is of. */
extern const struct pb_quantile {
	const char *name;
	double share;
} pb_quantiles[PB_NR_QUANTILES];

/* A histogram in numbers: per page, the empty window subtracted as from the series beside it. */
struct pb_summary_tail {
	uint64_t count;
	double quantiles[PB_NR_QUANTILES];
};

struct pb_summary_fact {
	char *key;
	char *value;
};

struct pb_summary {
	int64_t run_id;
	struct pb_run_record run;
	enum pb_run_state state;
	size_t nr_facts;
	struct pb_summary_fact *facts; /* by key */
	size_t nr_cells;
	struct pb_summary_cell *cells; /* in the plan's order */
};

/* Loads a run. -ENOENT: no such run. */
int pb_summary_load(struct pb_store *store, int64_t run_id,
		    struct pb_summary *ret_summary) pb_must_check;

/* Releases what is inside and zeroes it. */
void pb_summary_done(struct pb_summary *summary);

/* The fact's value, or NULL: "kernel.release", "kernel.arch". */
const char *pb_summary_fact(const struct pb_summary *summary, const char *key);

/* The cell's series of this phase and metric, or NULL. */
const struct pb_summary_series *pb_summary_find(const struct pb_summary_cell *cell,
						const char *phase, const char *metric);

/* Fills @ret_twice; false where the cell's windows never held two operations. */
bool pb_summary_twice(const struct pb_summary_cell *cell, const char *phase, const char *metric,
		      struct pb_summary_twice *ret_twice);

/* Of one of the cell's own histograms. */
struct pb_summary_tail pb_summary_tail(const struct pb_summary_cell *cell,
				       const struct pb_histogram *histogram);

/*
 * The metric that runs of this evidence class have: exact gives "instructions", hardware "ticks" of
 * the time-stamp counter, which every machine has.
 */
const char *pb_summary_metric(enum pb_evidence evidence);

/*
 * The metric that this run is judged by: its class's own, or what it has in place of it, as a run
 * that was imported may have cycles alone.
 */
const char *pb_summary_judged(const struct pb_summary *summary);

/*
 * The metric in which two noisy runs are compared instead, if both have it; else NULL. Runs of
 * class syscall have cycles of the core beside ns: how fast the core ran is no part of what is
 * compared.
 */
const char *pb_summary_compared(const struct pb_summary *base, const struct pb_summary *head);

/* Has any of its cells acquired in this metric? */
bool pb_summary_has(const struct pb_summary *summary, const char *metric);

/*
 * All samples of a series with a value, derived as above, in the order in which they were taken;
 * newly allocated. For intervals and distributions.
 */
int pb_summary_values(struct pb_store *store, const struct pb_summary_cell *cell,
		      const struct pb_summary_series *series, double **ret_values,
		      size_t *ret_nr) pb_must_check;

#endif
