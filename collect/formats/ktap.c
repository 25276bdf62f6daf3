// SPDX-License-Identifier: GPL-2.0-only
/*
 * ktap - a run as KTAP version 1, a subtest a cell.
 * Why: kselftest, KUnit's parser and every CI of the kernel read it.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "collect/export.h"
#include "collect/formats/formats.h"
#include "collect/formats/result.h"
#include "common/encode/ktap.h"
#include "common/err.h"
#include "common/str.h"

struct cell_out {
	FILE *out;
	char *why; /* of the first result without a number */
};

/* "# acquire 266 instructions/page": a metric is named where its unit does not. */
static int number_write(void *data, const struct pb_result *result)
{
	struct cell_out *to = data;
	bool plain = pb_streq(result->metric, result->unit);
	char text[PB_VALUE_LEN];

	if (result->state == PB_RESULT_NUMBER) {
		pb_ktap_printf(to->out, "  # %s%s%s %s %s/page\n", result->phase, plain ? "" : ".",
			       plain ? "" : result->metric, pb_value_text(result->value, text),
			       result->unit);
		if (result->series->nr < result->series->nr_values)
			pb_ktap_printf(to->out, "  # %s.samples %zu of %zu\n", result->phase,
				       result->series->nr, result->series->nr_values);
		return 0;
	}
	if (to->why)
		return 0;
	to->why = pb_result_why(result);
	return to->why ? 0 : -ENOMEM;
}

/* A run of one cell is the cell with its run around it. */
static int cell_write(const struct pb_summary *run, size_t at, FILE *out)
{
	const struct pb_summary_cell *cell = &run->cells[at];
	struct pb_summary one = *run;
	struct cell_out to = { .out = out };
	char name[PB_RESULT_NAME_LEN];
	enum pb_result_state state;
	int ret;

	one.cells = run->cells + at;
	one.nr_cells = 1;
	ret = pb_results_tell(&one, number_write, &to);
	if (ret)
		return ret;
	state = pb_result_cell_state(run, cell);
	pb_ktap_printf(out, "  %s %zu %s",
		       state == PB_RESULT_NUMBER || state == PB_RESULT_SKIPPED ? "ok" : "not ok",
		       at + 1, pb_result_cell_id(cell, name));
	if (state != PB_RESULT_NUMBER)
		pb_ktap_printf(out, " # %s %s", state == PB_RESULT_SKIPPED ? "SKIP" : "ERROR",
			       to.why);
	fputc('\n', out);
	free(to.why);
	return 0;
}

static void fact_write(const struct pb_summary *run, const char *key, FILE *out)
{
	const char *value = pb_summary_fact(run, key);

	if (value)
		pb_ktap_printf(out, "  # %s %s\n", key, value);
}

static int run_write(const struct pb_summary *run, size_t number, FILE *out)
{
	enum pb_result_state state = pb_result_run_state(run);
	const char *why = pb_result_run_why(run);
	int ret = 0;

	pb_ktap_printf(out, "  KTAP version 1\n  1..%zu\n", run->nr_cells);
	pb_ktap_printf(out, "  # evidence %s\n  # backend %s\n",
		       pb_evidence_name(run->run.evidence), run->run.backend);
	fact_write(run, "kernel.release", out);
	fact_write(run, "kernel.arch", out);
	for (size_t i = 0; i < run->nr_cells && !ret; i++)
		ret = cell_write(run, i, out);
	if (ret)
		return ret;
	pb_ktap_printf(out, "%s %zu pinbench.%s", state == PB_RESULT_FAILED ? "not ok" : "ok",
		       number, run->run.uuid);
	if (why)
		pb_ktap_printf(out, " # ERROR %s", why);
	else if (state == PB_RESULT_SKIPPED)
		pb_ktap_printf(out, " # SKIP no cell has a number");
	fputc('\n', out);
	return 0;
}

int pb_export_ktap(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out)
{
	pb_ktap_printf(out, "KTAP version 1\n1..%zu\n", nr_runs);
	for (size_t i = 0; i < nr_runs; i++) {
		pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };
		int ret = pb_result_run_load(store, run_ids[i], &run);

		if (!ret)
			ret = run_write(&run, i + 1, out);
		if (ret)
			return ret;
	}
	return pb_export_check(out);
}
