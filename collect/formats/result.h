/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * result - a run as other systems see one: named results with a number, or with a reason.
 * Why: what counts as a pass is decided once, not once a format.
 */
#ifndef COLLECT_FORMATS_RESULT_H
#define COLLECT_FORMATS_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/axes.h"
#include "collect/summary.h"
#include "common/cleanup.h"
#include "common/str.h"

enum pb_result_state {
	PB_RESULT_NUMBER,  /* measured */
	PB_RESULT_SKIPPED, /* refused, or its counter never ran */
	PB_RESULT_FAILED,  /* went wrong */
	PB_RESULT_MISSING, /* never reached */
};
enum { PB_NR_RESULT_STATES = PB_RESULT_MISSING + 1 };

/* One number that a run has or should have. */
struct pb_result {
	const struct pb_summary *run;
	const struct pb_summary_cell *cell;
	const struct pb_summary_series *series; /* NULL: the cell has none */
	const char *phase;
	const char *metric;
	const char *unit; /* of a raw value; what is shown is "<unit>/page" */
	enum pb_result_state state;
	double value; /* per page; NaN unless state is PB_RESULT_NUMBER */
};

/* Room for the names below. */
enum { PB_RESULT_NAME_LEN = (5 + 2 * PB_NR_AXES) * PB_WORD_LEN + 40 };

/*
 * "pin-fast.anon.8.1.private.none": strategy, memory, pages, threads, sharing, load; a path as
 * KernelCI takes one. What came later (collect/axes.h) stands behind it where it is not the
 * default, as ".intent-write", so that names of old results stay what they were. Anything but
 * letters, digits, '-' and '_' in a word becomes '_'. Returns
 * @name.
 */
const char *pb_result_cell_name(const struct pb_cell *cell, char name[PB_RESULT_NAME_LEN]);

/*
 * The name of a cell of a run that pb_result_run_load() loaded, which no other cell of it has: a
 * cell that the plan has again ends in ".again-2", ".again-3".
 */
const char *pb_result_cell_id(const struct pb_summary_cell *cell, char name[PB_RESULT_NAME_LEN]);

/* The same with ".acquire.instructions" behind it; no two numbers of a run share one. */
const char *pb_result_name(const struct pb_result *result, char name[PB_RESULT_NAME_LEN]);

/*
 * Tells every number of a run: of a measured cell each acquire and release series, of another one
 * both phases in the evidence's own metric. @tell returns 0 or -errno, which stops the telling.
 */
int pb_results_tell(const struct pb_summary *run,
		    int (*tell)(void *data, const struct pb_result *result),
		    void *data) pb_must_check;

/* The worst of the cell's results: FAILED, MISSING, SKIPPED, NUMBER. */
enum pb_result_state pb_result_cell_state(const struct pb_summary *run,
					  const struct pb_summary_cell *cell);

/*
 * Why there is no number, one line: "EOPNOTSUPP this kernel has no hmm_range_fault()". What is
 * not printable (common/encode/printable.h) is shown. Newly allocated; NULL: out of memory.
 */
char *pb_result_why(const struct pb_result *result) pb_must_check;

/* Adds the cells of a run to @counts, by how each ended (the above). */
void pb_result_count(const struct pb_summary *run, size_t counts[PB_NR_RESULT_STATES]);

/* What keeps the run from being complete, or NULL: "the run is interrupted, not complete". */
const char *pb_result_run_why(const struct pb_summary *run);

/*
 * The run as one result: FAILED where the above says why or a cell failed or was not reached,
 * SKIPPED where no cell has a number, else NUMBER.
 */
enum pb_result_state pb_result_run_state(const struct pb_summary *run);

/*
 * Loads a run that is to be reported. -ENODATA: it has no cells, which would read as a pass.
 * -EINVAL: different cells or metrics of it would have one name, of which a receiver keeps one.
 */
int pb_result_run_load(struct pb_store *store, int64_t run_id,
		       struct pb_summary *ret_run) pb_must_check;

#endif
