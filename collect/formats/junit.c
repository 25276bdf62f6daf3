// SPDX-License-Identifier: GPL-2.0-only
/*
 * junit - runs as JUnit XML, a suite a run, a case a cell.
 * Why: Jenkins, GitLab and GitHub show it without a plug-in, and say which case did not pass.
 *
 * Elements and their order are those that all of the schemas in use have in common: a case's numbers
 * stand in <system-out>, since not every reader takes properties there. No time is claimed: a cost
 * in instructions is none.
 */
#include <errno.h>
#include <inttypes.h>

#include "collect/export.h"
#include "collect/formats/formats.h"
#include "collect/formats/result.h"
#include "common/encode/html.h"
#include "common/str.h"

struct counts {
	size_t nr[PB_NR_RESULT_STATES]; /* cells by enum pb_result_state */
	size_t nr_runs;
	size_t nr_incomplete;
};

struct cell_out {
	FILE *out;
	bool begun;
	char *why; /* of the first result without a number */
};

static int number_write(void *data, const struct pb_result *result)
{
	struct cell_out *to = data;
	char text[PB_VALUE_LEN];

	if (result->state == PB_RESULT_NUMBER) {
		if (!to->begun)
			fputs("      <system-out>", to->out);
		pb_html_printf(to->out, "%s.%s %s %s/page\n", result->phase, result->metric,
			       pb_value_text(result->value, text), result->unit);
		to->begun = true;
		return 0;
	}
	if (to->why)
		return 0;
	to->why = pb_result_why(result);
	return to->why ? 0 : -ENOMEM;
}

static void verdict_write(FILE *out, enum pb_result_state state, const char *why)
{
	switch (state) {
	case PB_RESULT_NUMBER:
		return;
	case PB_RESULT_SKIPPED:
		pb_html_printf(out, "      <skipped message=\"%s\"/>\n", why ? why : "");
		return;
	case PB_RESULT_FAILED:
		pb_html_printf(out, "      <error type=\"failed\" message=\"%s\"/>\n",
			       why ? why : "");
		return;
	case PB_RESULT_MISSING:
		pb_html_printf(out, "      <error type=\"missing\" message=\"%s\"/>\n",
			       why ? why : "");
		return;
	}
}

/* A schema wants the verdict before the output, and the reason is only known after it. */
static int case_write(const struct pb_summary *run, struct pb_summary_cell *cell, FILE *out)
{
	enum pb_result_state state = pb_result_cell_state(run, cell);
	struct pb_summary one = *run;
	char name[PB_RESULT_NAME_LEN];
	_cleanup_free_ char *text = NULL;
	struct cell_out to = { .out = NULL };
	size_t len;
	int ret;

	to.out = open_memstream(&text, &len);
	if (!to.out)
		return -ENOMEM;
	one.cells = cell;
	one.nr_cells = 1;
	ret = pb_results_tell(&one, number_write, &to);
	if (to.begun)
		fputs("</system-out>\n", to.out);
	if (fclose(to.out) && !ret)
		ret = -ENOMEM;
	if (!ret) {
		pb_html_printf(out, "    <testcase classname=\"pinbench.%s.%s\" name=\"%s\">\n",
			       cell->cell.strategy, pb_memory_name(cell->cell.memory),
			       pb_result_cell_id(cell, name));
		verdict_write(out, state, to.why);
		pb_html_markup(out, text);
		fputs("    </testcase>\n", out);
	}
	free(to.why);
	return ret;
}

static void counts_add(struct counts *counts, const struct pb_summary *run)
{
	pb_result_count(run, counts->nr);
	counts->nr_runs++;
	counts->nr_incomplete += pb_result_run_why(run) != NULL;
}

static void counts_write(FILE *out, const struct counts *counts)
{
	size_t nr_tests = counts->nr_runs; /* each run is a case, too */

	for (size_t i = 0; i < PB_ARRAY_SIZE(counts->nr); i++)
		nr_tests += counts->nr[i];
	pb_html_printf(out, "tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n",
		       nr_tests, counts->nr_incomplete,
		       counts->nr[PB_RESULT_FAILED] + counts->nr[PB_RESULT_MISSING],
		       counts->nr[PB_RESULT_SKIPPED]);
}

static void property_write(FILE *out, const char *name, const char *value)
{
	if (value)
		pb_html_printf(out, "      <property name=\"%s\" value=\"%s\"/>\n", name, value);
}

static int suite_write(const struct pb_summary *run, FILE *out)
{
	struct counts counts = { .nr_runs = 0 };
	const char *why = pb_result_run_why(run);
	int ret = 0;

	counts_add(&counts, run);
	/* A schema's dates have no zone; these are UTC. */
	pb_html_printf(out, "  <testsuite name=\"pinbench.%s\" timestamp=\"%.19s\" ", run->run.uuid,
		       run->run.created);
	counts_write(out, &counts);
	fputs("    <properties>\n", out);
	property_write(out, "plan", run->run.plan);
	property_write(out, "backend", run->run.backend);
	property_write(out, "evidence", pb_evidence_name(run->run.evidence));
	property_write(out, "kernel.name", pb_summary_fact(run, "kernel.name"));
	property_write(out, "kernel.release", pb_summary_fact(run, "kernel.release"));
	property_write(out, "kernel.arch", pb_summary_fact(run, "kernel.arch"));
	fputs("    </properties>\n", out);
	for (size_t i = 0; i < run->nr_cells && !ret; i++)
		ret = case_write(run, &run->cells[i], out);
	/* A run that stopped early has fewer cells, and nothing else would show it. */
	fputs("    <testcase classname=\"pinbench\" name=\"pinbench.run\"", out);
	if (why)
		pb_html_printf(out, ">\n      <failure message=\"%s\"/>\n    </testcase>\n", why);
	else
		fputs("/>\n", out);
	fputs("  </testsuite>\n", out);
	return ret;
}

static void runs_done(struct pb_summary *runs, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		pb_summary_done(&runs[i]);
	free(runs);
}

static int runs_load(struct pb_store *store, const int64_t *run_ids, size_t nr,
		     struct pb_summary *runs, struct counts *all)
{
	for (size_t i = 0; i < nr; i++) {
		int ret = pb_result_run_load(store, run_ids[i], &runs[i]);

		if (ret)
			return ret;
		counts_add(all, &runs[i]);
	}
	return 0;
}

int pb_export_junit(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out)
{
	struct pb_summary *runs = calloc(nr_runs + 1, sizeof(*runs));
	struct counts all = { .nr_runs = 0 };
	int ret = runs ? runs_load(store, run_ids, nr_runs, runs, &all) : -ENOMEM;

	if (!ret) {
		fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
		fputs("<testsuites name=\"pinbench\" ", out);
		counts_write(out, &all);
	}
	for (size_t i = 0; i < nr_runs && !ret; i++)
		ret = suite_write(&runs[i], out);
	if (!ret) {
		fputs("</testsuites>\n", out);
		ret = pb_export_check(out);
	}
	if (runs)
		runs_done(runs, nr_runs);
	return ret;
}
