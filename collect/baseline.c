// SPDX-License-Identifier: GPL-2.0-only
/*
 * baseline - writes a run as a baseline, and finds baselines by the kernel's name.
 * Why: only what makes the number stands in the text, so that a diff of it is a change of cost.
 */
#include "collect/baseline.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "collect/axes.h"
#include "collect/baseline_private.h"
#include "common/encode/tsv.h"
#include "common/err.h"
#include "common/paths.h"
#include "common/str.h"

/* For a glob_t that was zeroed: nothing found, nothing to release. */
static void glob_done(glob_t *found)
{
	globfree(found);
}

static void header_write(FILE *out, const char *key, const char *value)
{
	pb_tsv_printf(out, "# %s\t%s\n", key, value);
}

static void header_number(FILE *out, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	header_write(out, key, text);
}

static int run_check(const struct pb_summary *summary)
{
	const char *injected = pb_summary_fact(summary, "pinbench.inject");
	const struct pb_run_record *run = &summary->run;

	if (summary->state != PB_RUN_STATE_COMPLETE || !summary->nr_cells)
		return pb_fail(-EINVAL,
			       "baseline of run %.8s: it is %s, and only a complete run "
			       "can be one",
			       run->uuid,
			       summary->nr_cells ? pb_run_state_name(summary->state) : "empty");
	if (!pb_evidence_is_exact(run->evidence))
		return pb_fail(-EINVAL,
			       "baseline of run %.8s: '%s' evidence has noise, and one "
			       "number cannot stand for it",
			       run->uuid, pb_evidence_name(run->evidence));
	if (injected && !pb_streq(injected, "0"))
		return pb_fail(-EINVAL,
			       "baseline of run %.8s: %s instructions were injected into "
			       "each call, so its numbers are not the kernel's",
			       run->uuid, injected);
	return 0;
}

/* What the header says once must hold for every cell. */
static int cells_check(const struct pb_summary *summary)
{
	const struct pb_cell *first = &summary->cells[0].cell;

	for (size_t i = 1; i < summary->nr_cells; i++) {
		const struct pb_cell *cell = &summary->cells[i].cell;

		if (cell->nr_samples != first->nr_samples || cell->nr_warmup != first->nr_warmup)
			return pb_fail(-EINVAL,
				       "baseline of run %.8s: its cells differ in samples or "
				       "warm-up, which a baseline says once",
				       summary->run.uuid);
	}
	return 0;
}

static void headers_write(const struct pb_summary *summary, FILE *out)
{
	const struct pb_cell *cell = &summary->cells[0].cell;
	const struct pb_run_record *run = &summary->run;
	char day[sizeof(run->created)];

	snprintf(day, sizeof(day), "%.10s", run->created);
	header_number(out, PB_BASELINE_MAGIC, PB_BASELINE_FORMAT);
	header_write(out, "measured", day);
	header_write(out, "run.evidence", pb_evidence_name(run->evidence));
	header_write(out, "run.backend", run->backend);
	header_write(out, "run.plan", run->plan);
	header_write(out, "run.revision", run->revision);
	header_number(out, "plan.samples", cell->nr_samples);
	header_number(out, "plan.warmup", cell->nr_warmup);
	header_number(out, "plan.threads", cell->nr_threads);
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++) {
		char key[PB_WORD_LEN + 8];

		/* Later axes only where it matters: the text of older numbers stays the same. */
		if (pb_axes[id].since > 1 && pb_cell_axis_is_default(cell, id))
			continue;
		snprintf(key, sizeof(key), "plan.%s", pb_axes[id].name);
		header_write(out, key, pb_cell_axis(cell, id));
	}
	for (size_t i = 0; i < summary->nr_facts; i++)
		if (strncmp(summary->facts[i].key, "host.", strlen("host.")) != 0)
			header_write(out, summary->facts[i].key, summary->facts[i].value);
	fputs("# columns\tstrategy\tmemory\tpages\tphase\tvalue\tsymbol\n", out);
}

/* Behind the memory stands what differs from the first cell, which the header is of. */
static void row_begin(const struct pb_summary *summary, const struct pb_cell *cell, FILE *out)
{
	const struct pb_cell *first = &summary->cells[0].cell;

	pb_tsv_printf(out, "%s\t%s", cell->strategy, pb_memory_name(cell->memory));
	if (cell->nr_threads != first->nr_threads)
		pb_tsv_printf(out, ",threads=%" PRIu32, cell->nr_threads);
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++)
		if (pb_cell_word(cell, id) != pb_cell_word(first, id))
			pb_tsv_printf(out, ",%s=%s", pb_axes[id].name, pb_cell_axis(cell, id));
	if (cell->again)
		pb_tsv_printf(out, ",again=%" PRIu32, cell->again);
	pb_tsv_printf(out, "\t%" PRIu64 "\t", cell->nr_pages);
}

static void absence_write(const struct pb_summary *summary, const struct pb_summary_cell *cell,
			  FILE *out)
{
	char name[PB_ERROR_NAME_LEN];

	row_begin(summary, &cell->cell, out);
	pb_tsv_printf(out, "%s\t%s\t", pb_cell_state_name(cell->state),
		      cell->error ? pb_error_name(cell->error, name, sizeof(name)) : "-");
	pb_tsv_printf(out, "%s\n", cell->reason && *cell->reason ? cell->reason : "-");
}

static void series_write(const struct pb_summary *summary, const struct pb_summary_cell *cell,
			 const struct pb_summary_series *series, FILE *out)
{
	const char *metric = pb_summary_metric(summary->run.evidence);
	double pages = series->per_page ? (double)cell->cell.nr_pages * series->nr_calls : 1;
	char text[PB_VALUE_LEN];

	row_begin(summary, &cell->cell, out);
	pb_tsv_printf(out, "%s", series->phase);
	if (!pb_streq(series->metric, metric) || !pb_streq(series->unit, metric))
		pb_tsv_printf(out, ":%s:%s", series->metric, series->unit);
	/* Counts are whole; dividing by the pages has left rounding behind. */
	pb_value_text(round(series->min * pages * 1e6) / 1e6, text);
	pb_tsv_printf(out, "\t%s\t%s\n", *text ? text : "-", cell->symbol ? cell->symbol : "-");
}

int pb_baseline_write(const struct pb_summary *summary, FILE *out)
{
	int ret = run_check(summary);

	if (!ret)
		ret = cells_check(summary);
	if (ret)
		return ret;
	headers_write(summary, out);
	for (size_t i = 0; i < summary->nr_cells; i++) {
		const struct pb_summary_cell *cell = &summary->cells[i];

		if (cell->state != PB_CELL_MEASURED)
			absence_write(summary, cell, out);
		for (size_t s = 0; s < cell->nr_series; s++)
			series_write(summary, cell, &cell->series[s], out);
	}
	return fflush(out) || ferror(out) ? pb_fail(-EIO, "cannot write the baseline") : 0;
}

int pb_baseline_export(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out)
{
	pb_cleanup(pb_summary_done) struct pb_summary summary = { 0 };
	int ret;

	if (nr_runs != 1)
		return pb_fail(-EINVAL, "export: a baseline holds one run, and %zu were named",
			       nr_runs);
	ret = pb_summary_load(store, run_ids[0], &summary);
	return ret ? ret : pb_baseline_write(&summary, out);
}

/*
 * ARCH/PLAN/NAME, each "*" if not given, with the joints of a kernel's name as files have them:
 * what stands behind its colon is all its own.
 */
static char *pattern_make(const char *folder, const char *name)
{
	const char *slash = strchr(name, '/'), *colon = strchr(name, ':');
	bool whole = slash && !(colon && colon < slash);
	char *pattern = pb_format("%s/%s%s.tsv", folder, whole ? "" : "*/*/", name);
	char *joint = pattern ? strchr(pattern + strlen(folder), ':') : NULL;

	for (; joint && *joint; joint++)
		if (*joint == ':' || *joint == '/')
			*joint = '-';
	return pattern;
}

static int candidates_fail(const char *name, const char *folder, const glob_t *found)
{
	pb_cleanup(pb_buf_done) struct pb_buf list = { 0 };

	for (size_t i = 0; i < found->gl_pathc; i++) {
		const char *path = found->gl_pathv[i] + strlen(folder) + 1;

		if (pb_buf_printf(&list, "\n  baseline:%.*s", (int)(strlen(path) - strlen(".tsv")),
				  path))
			return -ENOMEM;
	}
	return pb_fail(-EINVAL, "baseline '%s' is ambiguous; it may be%s", name, list.data);
}

/* A message that lists what there is. */
static int missing_fail(const char *name, const char *folder)
{
	pb_cleanup(pb_buf_done) struct pb_buf list = { 0 };
	pb_cleanup(glob_done) glob_t found = { 0 };
	_cleanup_free_ char *all = pb_format("%s/*/*/*.tsv", folder);

	if (!all)
		return -ENOMEM;
	/* Where none is found, there are none to list. */
	(void)!glob(all, 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i] + strlen(folder) + 1;

		if (pb_buf_printf(&list, " %.*s", (int)(strlen(path) - strlen(".tsv")), path))
			return -ENOMEM;
	}
	return pb_fail(-ENOENT, "no baseline '%s' (valid:%s)", name,
		       list.data ? list.data : " none, there is no baseline here");
}

int pb_baseline_find(const char *name, char **ret_path)
{
	_cleanup_free_ char *folder = NULL, *pattern = NULL, *path = NULL;
	pb_cleanup(glob_done) glob_t found = { 0 };
	int ret = pb_path_data("data/baselines", &folder);

	if (ret)
		return ret;
	if (!*name || strpbrk(name, "*?[]{}\\~") || strstr(name, ".."))
		return missing_fail(name, folder);
	pattern = pattern_make(folder, name);
	if (!pattern)
		return -ENOMEM;
	ret = glob(pattern, 0, NULL, &found);
	if (ret == GLOB_NOSPACE)
		return pb_fail(-ENOMEM, "out of memory");
	if (ret)
		return missing_fail(name, folder);
	if (found.gl_pathc > 1)
		return candidates_fail(name, folder, &found);
	path = strdup(found.gl_pathv[0]);
	if (!path)
		return pb_fail(-ENOMEM, "out of memory");
	*ret_path = pb_steal(path);
	return 0;
}
