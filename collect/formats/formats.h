/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * formats - runs in the words of other systems: test protocols, report databases, trackers.
 * Why: a lab has its dashboards already; pinbench's numbers should show up there.
 *
 * For all of them: a number is per page with the harness's empty window subtracted
 * (collect/summary.h), the least sample under evidence without noise (exact, model, fake) and the
 * median under hardware and syscall. What has no number is never a pass: a refused cell and a
 * counter that never ran are skipped, a failed cell is an error, and so is one that was not
 * reached. -ENODATA: a run has no cells, or there is no number where the format can hold nothing
 * else. Errors of loading and writing as collect/export.h has them.
 */
#ifndef COLLECT_FORMATS_FORMATS_H
#define COLLECT_FORMATS_FORMATS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "collect/store/store.h"
#include "common/cleanup.h"

struct pb_format {
	const char *name; /* NULL ends the table */
	const char *summary;
	int (*write)(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out);
};

extern const struct pb_format pb_formats[];

/* The row of this name. NULL, with a message that lists the valid ones. */
const struct pb_format *pb_format_find(const char *name) pb_must_check;

/*
 * KTAP version 1 (Documentation/dev-tools/ktap.rst): a test a run, a subtest a cell. A run that did
 * not complete fails whatever its cells say. Numbers stand before their result as
 * "# phase value unit".
 */
int pb_export_ktap(struct pb_store *store, const int64_t *run_ids, size_t nr_runs,
		   FILE *out) pb_must_check;

/*
 * KernelCI's I/O schema 5.3: a checkout and a build a run (their ids end with its uuid, as nothing
 * else tells kernels apart for certain), a test a number: DONE, SKIP, ERROR or MISS, and one test
 * "pinbench.run" for the run itself.
 */
int pb_export_kcidb(struct pb_store *store, const int64_t *run_ids, size_t nr_runs,
		    FILE *out) pb_must_check;

/*
 * <LAVA_SIGNAL_TESTCASE ...> lines, what lava-test-case prints. The other form, "ID pass VALUE
 * UNIT", is only understood through a pattern in the test definition, which LAVA no longer takes in
 * inline definitions; signals need nothing. A reason stands in a line of its own before its signal.
 */
int pb_export_lava(struct pb_store *store, const int64_t *run_ids, size_t nr_runs,
		   FILE *out) pb_must_check;

/*
 * Bencher Metric Format: {"benchmark": {"measure": {"value", "lower_value", "upper_value"}}}. It
 * holds numbers of one run only (-EINVAL for several); what has none is counted in the benchmark
 * "pinbench.run", so that a threshold can watch it.
 */
int pb_export_bmf(struct pb_store *store, const int64_t *run_ids, size_t nr_runs,
		  FILE *out) pb_must_check;

/*
 * CSV for Apache Otava: time, commit, run, then a column a number; rows by time. Otava reads no
 * empty field, so that a number which a run lacks has no column; how many were left out is said on
 * standard error. `commit` is the kernel's release. -EINVAL: runs of different evidence.
 */
int pb_export_otava(struct pb_store *store, const int64_t *run_ids, size_t nr_runs,
		    FILE *out) pb_must_check;

/*
 * JUnit XML: a <testsuite> a run, a <testcase> a cell, and one for the run itself. Numbers stand in
 * <system-out> as "phase.metric value unit/page".
 */
int pb_export_junit(struct pb_store *store, const int64_t *run_ids, size_t nr_runs,
		    FILE *out) pb_must_check;

/*
 * OpenMetrics 1.0 and InfluxDB's line protocol, each number at the time of its run, with the labels of
 * collect/formats/series.h. Both count what has no number. -EINVAL: a run that has no date.
 */
int pb_export_openmetrics(struct pb_store *store, const int64_t *run_ids, size_t nr_runs,
			  FILE *out) pb_must_check;
int pb_export_influx(struct pb_store *store, const int64_t *run_ids, size_t nr_runs,
		     FILE *out) pb_must_check;

/* github-action-benchmark's "customSmallerIsBetter". Of one run (-EINVAL for several). */
int pb_export_github(struct pb_store *store, const int64_t *run_ids, size_t nr_runs,
		     FILE *out) pb_must_check;

#endif
