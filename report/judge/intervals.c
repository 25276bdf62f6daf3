// SPDX-License-Identifier: GPL-2.0-only
/*
 * intervals - compares cells whose samples have noise: intervals, corrected for the whole matrix.
 * Why: see noisy.h.
 */
#include "report/judge/intervals.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/least.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

static const char *const phases[] = { "acquire", "release" };

const char *pb_intervals_metric(const struct pb_summary *base, const struct pb_summary *head)
{
	const char *metric = pb_summary_compared(base, head);

	if (metric)
		return metric;
	metric = pb_summary_metric(base->run.evidence);
	if (pb_summary_has(base, metric) || pb_summary_has(head, metric))
		return metric;
	metric = pb_summary_judged(base);
	return pb_summary_has(base, metric) ? metric : pb_summary_judged(head);
}

bool pb_intervals_needed(const struct pb_summary *base, const struct pb_summary *head)
{
	if (!pb_evidence_is_exact(base->run.evidence))
		return true;
	/* The tests' invented numbers are exact unless they claim to be times. */
	return base->run.evidence == PB_EVIDENCE_FAKE &&
	       pb_streq(pb_intervals_metric(base, head), "ns");
}

/* Says why a row cannot be judged. */
static void row_refuse(struct pb_intervals_row *row, const char *side,
		       const struct pb_summary_series *series, const char *metric)
{
	row->verdict = PB_VERDICT_UNKNOWN;
	row->blind = true;
	if (!series)
		snprintf(row->reason, sizeof(row->reason), "%s has no %s", side, metric);
	else if (!series->nr)
		snprintf(row->reason, sizeof(row->reason),
			 "%s: the counter never ran (%zu samples, all NULL)", side,
			 series->nr_values);
	else
		snprintf(row->reason, sizeof(row->reason), "%s has %zu samples, %d are needed",
			 side, series->nr, PB_EFFECT_SAMPLES_LEAST);
}

/* What keeps both sides' numbers from being compared at all: written into @row. */
static bool sides_refuse(const struct pb_intervals *noisy, struct pb_intervals_row *row,
			 const struct pb_summary_series *old, const struct pb_summary_series *new)
{
	const struct pb_least_side base = { noisy->base_store, noisy->base_run, row->base, old };
	const struct pb_least_side head = { noisy->head_store, noisy->head_run, row->head, new };

	if (!pb_least_short(&base, "base", row->reason, sizeof(row->reason)) &&
	    !pb_least_short(&head, "head", row->reason, sizeof(row->reason)) &&
	    old->has_empty != new->has_empty)
		snprintf(row->reason, sizeof(row->reason),
			 "%s has no empty window (harness), and so its numbers hold the harness",
			 old->has_empty ? "head" : "base");
	row->blind = row->reason[0];
	if (row->blind)
		row->verdict = PB_VERDICT_UNKNOWN;
	return row->blind;
}

/*
 * An empty window is read with an error, and `noop` may come out below it by as much: a clock's
 * step, or a tenth of the window. What lies lower was not measured by that window.
 */
static double below_allowed(const struct pb_summary_series *series, uint64_t nr_pages)
{
	return fmax(1, 0.1 * fabs(series->empty)) / (series->nr_calls * (double)nr_pages);
}

/* A location that is no cost, or no number, is no base of a verdict. */
static void locations_check(struct pb_intervals_row *row, const struct pb_summary_series *old,
			    const struct pb_summary_series *new)
{
	const struct pb_effect *effect = &row->judged.effect;
	uint64_t nr_pages = row->base->cell.nr_pages;

	if (!isfinite(effect->base) || !isfinite(effect->head) || isnan(effect->change) ||
	    isnan(effect->error))
		snprintf(row->reason, sizeof(row->reason),
			 "the samples are too large to be computed with");
	else if (effect->base < -below_allowed(old, nr_pages) ||
		 effect->head < -below_allowed(new, nr_pages))
		pb_below_zero_words(effect, row->reason, sizeof(row->reason));
	else
		return;
	row->verdict = PB_VERDICT_UNKNOWN;
	row->blind = true;
}

/* The empty window is what the harness cannot see below; a raw value's unit is what it reads in. */
static double floor_of(const struct pb_summary_series *series, uint64_t nr_pages)
{
	return fmax(1, fabs(series->empty)) / (series->nr_calls * (double)nr_pages);
}

static int row_estimate(const struct pb_intervals *noisy, struct pb_intervals_row *row,
			const struct pb_summary_series *old, const struct pb_summary_series *new)
{
	_cleanup_free_ double *base = NULL, *head = NULL;
	struct pb_effect_options options = pb_effect_defaults;
	struct pb_samples before = { 0 }, after = { 0 };
	uint64_t nr_pages = row->base->cell.nr_pages;
	int ret = pb_summary_values(noisy->base_store, row->base, old, &base, &before.nr);

	if (!ret)
		ret = pb_summary_values(noisy->head_store, row->head, new, &head, &after.nr);
	if (ret)
		return ret;
	before.values = base;
	after.values = head;
	/* With a sample missing on one side, positions no longer match. */
	options.paired = noisy->paired && before.nr == old->nr_values &&
			 after.nr == new->nr_values &&before.nr == after.nr;
	options.step = 1 / (double)nr_pages;
	options.floor = floor_of(old, nr_pages);
	/* A seed of its own: what a row says does not depend on the rows before it. */
	options.seed = noisy->options.seed + 1000003 * (uint64_t)noisy->nr_rows;
	ret = pb_effect_estimate(&before, &after, &options, &row->judged.effect);
	if (!ret)
		locations_check(row, old, new);
	if (ret != -EINVAL)
		return ret;
	/* One cell's samples that are no numbers are no reason to say nothing of the others. */
	row->verdict = PB_VERDICT_UNKNOWN;
	row->blind = true;
	snprintf(row->reason, sizeof(row->reason), "%s", pb_fail_message(ret));
	pb_fail_clear();
	return 0;
}

int pb_intervals_add(struct pb_intervals *noisy, const struct pb_summary_cell *base,
		     const struct pb_summary_cell *head)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(phases); i++) {
		const struct pb_summary_series *old, *new;
		struct pb_intervals_row *rows, row = { .base = base, .head = head };
		int ret = 0;

		snprintf(row.phase, sizeof(row.phase), "%s", phases[i]);
		old = pb_summary_find(base, phases[i], noisy->metric);
		new = pb_summary_find(head, phases[i], noisy->metric);
		row.absent = !old && !new &&i &&pb_summary_find(base, phases[0], noisy->metric) &&
			     pb_summary_find(head, phases[0], noisy->metric);
		if (row.absent)
			row.verdict = PB_VERDICT_SAME;
		else if (!old || old->nr < PB_EFFECT_SAMPLES_LEAST)
			row_refuse(&row, "base", old, noisy->metric);
		else if (!new || new->nr < PB_EFFECT_SAMPLES_LEAST)
			row_refuse(&row, "head", new, noisy->metric);
		else if (!sides_refuse(noisy, &row, old, new))
			ret = row_estimate(noisy, &row, old, new);
		if (ret)
			return ret;
		rows = reallocarray(noisy->rows, noisy->nr_rows + 1, sizeof(*rows));
		if (!rows)
			return pb_fail(-ENOMEM, "out of memory");
		noisy->rows = rows;
		noisy->rows[noisy->nr_rows++] = row;
	}
	return 0;
}

static int row_decide(struct pb_intervals *noisy, struct pb_intervals_row *row)
{
	const struct pb_judged *judged = &row->judged;
	double tolerance = noisy->options.tolerance;
	_cleanup_free_ char *why = NULL;

	noisy->nr_negligible += judged->negligible;
	noisy->nr_unsteady += judged->effect.unsteady > 0;
	/* Below zero, and by no more than the window's own error: nothing relates to that. */
	if (judged->outside && !judged->negligible &&
	    (judged->effect.base < 0 || judged->effect.head < 0)) {
		row->verdict = PB_VERDICT_UNKNOWN;
		pb_below_zero_words(&judged->effect, row->reason, sizeof(row->reason));
		return 0;
	}
	if (judged->outside && !judged->negligible) {
		row->verdict = judged->effect.change > 0 ? PB_VERDICT_WORSE : PB_VERDICT_BETTER;
		return 0;
	}
	if (judged->within_lower >= -tolerance && judged->within_upper <= tolerance) {
		row->verdict = PB_VERDICT_SAME;
		return 0;
	}
	row->verdict = PB_VERDICT_UNKNOWN;
	why = pb_unsure_words(judged, tolerance);
	if (!why)
		return pb_fail(-ENOMEM, "out of memory");
	snprintf(row->reason, sizeof(row->reason), "%s", why);
	return 0;
}

/* Judges those rows that can tell. */
static int rows_judge(struct pb_intervals *noisy)
{
	_cleanup_free_ struct pb_judged *judged = calloc(noisy->nr_rows + 1, sizeof(*judged));
	size_t nr = 0, nr_absent = 0;
	int ret;

	if (!judged)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < noisy->nr_rows; i++)
		if (noisy->rows[i].absent)
			nr_absent++;
		else if (!noisy->rows[i].blind)
			judged[nr++] = noisy->rows[i].judged;
	noisy->nr_unknown = noisy->nr_rows - nr - nr_absent;
	ret = pb_family_judge(judged, nr, &noisy->options.family);
	if (ret)
		return ret;
	nr = 0;
	for (size_t i = 0; i < noisy->nr_rows && !ret; i++) {
		if (noisy->rows[i].blind || noisy->rows[i].absent)
			continue;
		noisy->rows[i].judged = judged[nr++];
		ret = row_decide(noisy, &noisy->rows[i]);
	}
	return ret;
}

static void uneven_count(struct pb_comparison *c, const struct pb_intervals_row *row)
{
	const char *metric = c->noisy->metric;
	const struct pb_summary_series *old = pb_summary_find(row->base, row->phase, metric);
	const struct pb_summary_series *new = pb_summary_find(row->head, row->phase, metric);

	if (old && new && old->nr != new->nr)
		pb_compare_uneven(c, old->nr, new->nr);
}

/* Acquire and release together decide, of which only what differs counts. */
static void cell_count(struct pb_comparison *c, const struct pb_intervals_row *rows, size_t nr)
{
	bool differs = false, blind = false, unsure = false;
	double change = 0;

	for (size_t i = 0; i < nr; i++) {
		const struct pb_effect *effect = &rows[i].judged.effect;

		blind |= rows[i].blind;
		unsure |= rows[i].verdict == PB_VERDICT_UNKNOWN;
		if (rows[i].verdict != PB_VERDICT_WORSE && rows[i].verdict != PB_VERDICT_BETTER)
			continue;
		differs = true;
		change += effect->head - effect->base;
	}
	if (!blind)
		uneven_count(c, &rows[0]);
	c->nr_blind += blind;
	c->nr_unsure += unsure && !blind;
	c->nr_compared += !blind;
	c->nr_differ += differs;
	/* Half of a cell may make it worse; it takes all of it to make it better. */
	c->nr_worse += differs && change > 0;
	c->nr_better += differs && change <= 0 && !unsure;
}

int pb_intervals_judge(struct pb_comparison *comparison)
{
	struct pb_intervals *noisy = comparison->noisy;
	int ret = rows_judge(noisy);

	for (size_t i = 0; i < noisy->nr_rows && !ret; i += PB_ARRAY_SIZE(phases))
		cell_count(comparison, &noisy->rows[i], PB_ARRAY_SIZE(phases));
	return ret;
}

const struct pb_intervals_row *pb_intervals_find(const struct pb_intervals *noisy,
						 const struct pb_summary_cell *base,
						 const char *phase)
{
	for (size_t i = 0; i < noisy->nr_rows; i++)
		if (noisy->rows[i].base == base && pb_streq(noisy->rows[i].phase, phase))
			return &noisy->rows[i];
	return NULL;
}

void pb_intervals_free(struct pb_intervals *noisy)
{
	if (noisy)
		free(noisy->rows);
	free(noisy);
}
