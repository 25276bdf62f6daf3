// SPDX-License-Identifier: GPL-2.0-only
/*
 * compare - matches the cells of two runs and lists what differs.
 * Why: under exact evidence one instruction is a finding; nothing may be rounded or averaged away.
 */
#include "report/judge/comparison.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/drawn.h"
#include "report/judge/intervals.h"
#include "report/judge/least.h"
#include "report/runs/units.h"
#include "report/runs/view.h"

const struct pb_summary_cell *pb_compare_cell(const struct pb_summary *summary,
					      const struct pb_cell *cell)
{
	for (size_t i = 0; i < summary->nr_cells; i++)
		if (pb_cell_same(&summary->cells[i].cell, cell))
			return &summary->cells[i];
	return NULL;
}

static bool value_equal(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static int diff_add(struct pb_comparison *c, const struct pb_diff *diff)
{
	struct pb_diff *diffs = reallocarray(c->diffs, c->nr_diffs + 1, sizeof(*diffs));

	if (!diffs)
		return pb_fail(-ENOMEM, "out of memory");
	diffs[c->nr_diffs++] = *diff;
	c->diffs = diffs;
	return 0;
}

/* What one cell's series said; gathered before the cell is counted. */
struct cell_tally {
	bool differs;
	bool resampled;
	bool least_only; /* one side has no other samples that could differ */
	bool telling;    /* both sides have a total */
	bool uneven;     /* the sides took different numbers of samples */
	size_t nr_base;  /* those of the first series that is so */
	size_t nr_head;
	bool open;                 /* and so nobody can tell, of some of its phases, */
	double open_least;         /* which change by this much */
	double open_most;          /* to this much */
	enum pb_least_doubt doubt; /* the worst of its phases */
	double base_total;
	double head_total;
};

static bool is_twice(const struct pb_summary_series *series)
{
	return pb_streq(series->phase, "acquire-twice") || pb_streq(series->phase, "release-twice");
}

/* What belongs to counters: their values, the harness, N, and how long they ran. */
static bool is_counters(const struct pb_summary_series *series)
{
	return pb_streq(series->phase, "call") || !strncmp(series->phase, "call-", 5) ||
	       pb_streq(series->phase, "harness-call") || pb_streq(series->phase, "counted");
}

/* Those that both sides were asked for: that one was not is no difference of the kernels. */
static int counters_compare(struct pb_comparison *c, const struct pb_summary_cell *base,
			    const struct pb_summary_cell *head)
{
	double pages = (double)base->cell.nr_pages;
	int ret = 0;

	if (c->drawn && c->drawn->refused)
		return 0;
	for (size_t i = 0; i < base->nr_series && !ret; i++) {
		const struct pb_summary_series *old = &base->series[i];
		const struct pb_summary_series *new =
			pb_summary_find(head, old->phase, old->metric);
		struct pb_diff diff = { .base = base, .head = head, .counter = true };

		if (!new || !pb_streq(old->phase, "call") ||
		    (c->drawn && pb_drawn_judges(old->metric)))
			continue;
		diff.phase = old->phase;
		diff.metric = old->metric;
		diff.unit = old->unit;
		diff.per_page = true;
		diff.base_value = c->noisy || c->drawn ? old->median : old->min;
		diff.head_value = c->noisy || c->drawn ? new->median : new->min;
		if (value_equal(diff.base_value, diff.head_value))
			continue;
		diff.change = diff.head_value - diff.base_value;
		diff.per_call = diff.change * pages;
		ret = diff_add(c, &diff);
	}
	return ret;
}

static int doubt_add(struct pb_comparison *c, const struct pb_diff *diff,
		     const struct pb_least *least, struct cell_tally *tally)
{
	struct pb_doubt *doubts;

	if (!least->doubt)
		return 0;
	tally->doubt = least->doubt > tally->doubt ? least->doubt : tally->doubt;
	doubts = reallocarray(c->doubts, c->nr_doubts + 1, sizeof(*doubts));
	if (!doubts)
		return pb_fail(-ENOMEM, "out of memory");
	c->doubts = doubts;
	doubts[c->nr_doubts] = (struct pb_doubt){ .base = diff->base, .phase = diff->phase };
	memcpy(doubts[c->nr_doubts++].why, least->why, sizeof(least->why));
	return 0;
}

/* A phase of which nobody can tell what it costs more. */
static void open_add(struct pb_comparison *c, const struct pb_diff *diff,
		     const struct pb_least *least, struct cell_tally *tally)
{
	c->open = c->nr_open || tally->open ? c->open : *diff;
	tally->open = true;
	if (!pb_streq(diff->metric, c->metric))
		return;
	tally->open_least += fmin(0, least->head - least->base);
	tally->open_most += fmax(0, least->head - least->base);
}

/* Either of @old and @new may be NULL: that side did not take the series. */
static int series_compare(struct pb_comparison *c, const struct pb_diff *cells,
			  const struct pb_summary_series *old, const struct pb_summary_series *new,
			  struct cell_tally *tally)
{
	const struct pb_summary_series *series = old ? old : new;
	double pages = (double)cells->base->cell.nr_pages;
	struct pb_diff diff = *cells;
	struct pb_least least;
	int ret;

	/* Windows of two operations tell of the harness. Older runs have none, and that is all. */
	if (is_twice(series)) {
		tally->resampled |= !tally->least_only && old && new && old->digest != new->digest;
		return 0;
	}
	diff.phase = series->phase;
	if (is_counters(series))
		return 0;
	diff.metric = series->metric;
	diff.unit = series->unit;
	diff.per_page = series->per_page;
	ret = pb_least_compare(&(struct pb_least_side){ c->base_store, &c->base, cells->base, old },
			       &(struct pb_least_side){ c->head_store, &c->head, cells->head, new },
			       -1, &least);
	if (ret)
		return ret;
	diff.base_value = least.base;
	diff.head_value = least.head;
	diff.nr_base = least.nr_base;
	diff.nr_head = least.nr_head;
	c->nr_samples += old ? old->nr_values : 0;
	if (old && new && !tally->uneven && least.nr_base != least.nr_head) {
		tally->uneven = true;
		tally->nr_base = least.nr_base;
		tally->nr_head = least.nr_head;
	}
	if (!tally->least_only)
		tally->resampled |= !old || !new || old->digest != new->digest;
	if (series->per_page && pb_streq(series->metric, c->metric))
		ret = doubt_add(c, &diff, &least, tally);
	if (ret)
		return ret;
	if (least.open) {
		open_add(c, &diff, &least, tally);
		return 0;
	}
	if (series->per_page && pb_streq(series->metric, c->metric)) {
		tally->base_total += diff.base_value;
		tally->head_total += diff.head_value;
		tally->telling = true;
	}
	if (value_equal(diff.base_value, diff.head_value))
		return 0;
	tally->differs |= series->per_page;
	diff.change = diff.head_value - diff.base_value;
	/*
	 * Raw samples are whole under exact evidence; dividing by the pages left rounding behind.
	 */
	diff.per_call = series->per_page ? round(diff.change * pages * 1e6) / 1e6 : diff.change;
	return diff_add(c, &diff);
}

/*
 * A phase that cannot be told is between what was seen and no change. Where the other one outweighs
 * that, the cell is told by it.
 */
static bool open_settle(const struct cell_tally *tally)
{
	double change = tally->head_total - tally->base_total;
	double rounding = 1e-9 * fabs(tally->base_total);

	if (!tally->telling)
		return false;
	return change + tally->open_least > rounding || change + tally->open_most < -rounding;
}

static int cell_compare(struct pb_comparison *c, const struct pb_summary_cell *base,
			const struct pb_summary_cell *head)
{
	struct pb_diff cells = { .base = base, .head = head };
	struct cell_tally tally = { .least_only = pb_store_keeps_least(c->base_store) ||
						  pb_store_keeps_least(c->head_store) };
	size_t before = c->nr_diffs, nr_doubts = c->nr_doubts;
	int ret = 0;

	for (size_t i = 0; i < base->nr_series && !ret; i++) {
		const struct pb_summary_series *old = &base->series[i];

		ret = series_compare(c, &cells, old, pb_summary_find(head, old->phase, old->metric),
				     &tally);
	}
	for (size_t i = 0; i < head->nr_series && !ret; i++) {
		const struct pb_summary_series *new = &head->series[i];

		if (!pb_summary_find(base, new->phase, new->metric))
			ret = series_compare(c, &cells, NULL, new, &tally);
	}
	if (ret)
		return ret;
	/* Other samples that lie apart make no cell better; one that is worse stays it. */
	if (tally.doubt == PB_LEAST_VOID ||
	    (tally.doubt && !tally.open && !(tally.head_total > tally.base_total))) {
		c->nr_doubt++;
		return 0;
	}
	c->nr_doubts = nr_doubts;
	if (tally.open && !open_settle(&tally)) {
		c->nr_open++;
		return 0;
	}
	/* A side without a number was not seen to be the same, nor to be worse. */
	if (!tally.telling || !isfinite(tally.base_total) || !isfinite(tally.head_total)) {
		c->nr_blind++;
		return 0;
	}
	c->nr_compared++;
	c->least_only |= tally.least_only;
	c->nr_differ += tally.differs;
	if (tally.uneven)
		pb_compare_uneven(c, tally.nr_base, tally.nr_head);
	c->nr_cells_resample += tally.resampled && !tally.uneven && c->nr_diffs == before;
	if (value_equal(tally.base_total, tally.head_total))
		return 0;
	if (tally.head_total < tally.base_total)
		c->nr_better++;
	else
		c->nr_worse++;
	return 0;
}

static int unmatched_add(struct pb_comparison *c, const struct pb_summary_cell *base,
			 const struct pb_summary_cell *head)
{
	struct pb_unmatched *unmatched =
		reallocarray(c->unmatched, c->nr_unmatched + 1, sizeof(*unmatched));
	/* A cell that was never reached says nothing of itself. */
	bool lost =
		base && head && base->state == PB_CELL_MEASURED && head->state != PB_CELL_MISSING;

	if (!unmatched)
		return pb_fail(-ENOMEM, "out of memory");
	unmatched[c->nr_unmatched++] = (struct pb_unmatched){ base, head, lost };
	c->unmatched = unmatched;
	c->nr_lost += lost;
	return 0;
}

/* Neither measured nor refused: of such a cell a side knows nothing. */
static bool is_lacking(const struct pb_summary_cell *cell)
{
	return !cell || cell->state == PB_CELL_MISSING || cell->state == PB_CELL_FAILED;
}

static void lacks_count(struct pb_comparison *c, const struct pb_summary_cell *base,
			const struct pb_summary_cell *head)
{
	bool lost = base && head && base->state == PB_CELL_MEASURED;

	c->nr_cells++;
	c->nr_base_lacks += is_lacking(base);
	/* One that fails where the base was measured counts as lost, and so as worse. */
	c->nr_head_lacks += is_lacking(head) && !(lost && head->state == PB_CELL_FAILED);
}

static bool absence_same(const struct pb_summary_cell *base, const struct pb_summary_cell *head)
{
	return base->state == head->state && base->error == head->error &&
	       pb_streq(base->reason ? base->reason : "", head->reason ? head->reason : "");
}

static int cell_judge(struct pb_comparison *c, const struct pb_summary_cell *base,
		      const struct pb_summary_cell *head)
{
	if (c->drawn)
		return pb_drawn_add(c, base, head);
	return c->noisy ? pb_intervals_add(c->noisy, base, head) : cell_compare(c, base, head);
}

static int cells_compare(struct pb_comparison *c)
{
	int ret = 0;

	for (size_t i = 0; i < c->base.nr_cells && !ret; i++) {
		const struct pb_summary_cell *base = &c->base.cells[i];
		const struct pb_summary_cell *head = pb_compare_cell(&c->head, &base->cell);

		lacks_count(c, base, head);
		if (head && base->state == PB_CELL_MEASURED && head->state == PB_CELL_MEASURED) {
			ret = cell_judge(c, base, head);
			if (!ret)
				ret = counters_compare(c, base, head);
		} else if (!head || !absence_same(base, head)) {
			ret = unmatched_add(c, base, head);
		}
	}
	for (size_t i = 0; i < c->head.nr_cells && !ret; i++) {
		if (pb_compare_cell(&c->base, &c->head.cells[i].cell))
			continue;
		lacks_count(c, NULL, &c->head.cells[i]);
		ret = unmatched_add(c, NULL, &c->head.cells[i]);
	}
	return ret;
}

static int diff_order(const void *a, const void *b)
{
	const struct pb_diff *left = a, *right = b;
	double by;

	if (left->per_page != right->per_page)
		return left->per_page ? -1 : 1;
	if (left->counter != right->counter)
		return left->counter ? 1 : -1;
	by = fabs(right->change) - fabs(left->change);
	if (by != 0 && !isnan(by))
		return by > 0 ? 1 : -1;
	if (left->base->cell.index != right->base->cell.index)
		return left->base->cell.index < right->base->cell.index ? -1 : 1;
	return strcmp(left->phase, right->phase);
}

const struct pb_summary *pb_compare_unended(const struct pb_comparison *c)
{
	const struct pb_summary *sides[] = { &c->base, &c->head };

	for (size_t i = 0; i < PB_ARRAY_SIZE(sides); i++)
		if (pb_run_state_is_open(sides[i]->state))
			return sides[i];
	return NULL;
}

static enum pb_verdict verdict_find(const struct pb_comparison *c)
{
	if (c->nr_worse || (c->nr_lost && c->nr_compared))
		return PB_VERDICT_WORSE;
	if (!c->nr_compared || c->nr_blind || c->nr_unsure || c->nr_open || c->nr_doubt)
		return PB_VERDICT_UNKNOWN;
	if (c->nr_base_lacks || c->nr_head_lacks || pb_compare_unended(c))
		return PB_VERDICT_UNKNOWN;
	return c->nr_better ? PB_VERDICT_BETTER : PB_VERDICT_SAME;
}

static bool interleaved(const struct pb_comparison *c)
{
	const char *base = pb_summary_fact(&c->base, PB_FACT_INTERLEAVED);
	const char *head = pb_summary_fact(&c->head, PB_FACT_INTERLEAVED);

	return base && head && *base && pb_streq(base, head);
}

static int judgement_begin(struct pb_comparison *c, struct pb_store *base_store,
			   struct pb_store *head_store, const struct pb_compare_options *options)
{
	if (pb_drawn_needed(&c->base, &c->head))
		return pb_drawn_begin(c, options);
	if (!pb_intervals_needed(&c->base, &c->head))
		return 0;
	c->noisy = calloc(1, sizeof(*c->noisy));
	if (!c->noisy)
		return pb_fail(-ENOMEM, "out of memory");
	c->noisy->options = *options;
	c->noisy->base_store = base_store;
	c->noisy->head_store = head_store;
	c->noisy->base_run = &c->base;
	c->noisy->head_run = &c->head;
	c->noisy->paired = interleaved(c);
	snprintf(c->noisy->metric, sizeof(c->noisy->metric), "%s", c->metric);
	return 0;
}

const struct pb_compare_options pb_compare_defaults = {
	.seed = 1,
	.tolerance = PB_TOLERANCE,
	.family = PB_FAMILY_DEFAULTS,
};

int pb_compare_by(struct pb_store *base_store, int64_t base_run, struct pb_store *head_store,
		  int64_t head_run, const struct pb_compare_options *options,
		  struct pb_comparison *ret_comparison)
{
	pb_cleanup(pb_comparison_done) struct pb_comparison c = { 0 };
	int ret = pb_summary_load(base_store, base_run, &c.base);

	if (!ret)
		ret = pb_summary_load(head_store, head_run, &c.head);
	if (!ret)
		ret = pb_compare_classes(&c, options->any_units);
	if (!ret)
		ret = pb_view_pages_check(&c.base, &c.head);
	if (ret)
		return ret;
	c.base_store = base_store;
	c.head_store = head_store;
	c.metric = pb_intervals_metric(&c.base, &c.head);
	ret = pb_units_check(&c.base, &c.head, c.metric, "");
	if (!ret)
		ret = judgement_begin(&c, base_store, head_store, options);
	if (!ret)
		ret = cells_compare(&c);
	if (!ret && c.noisy)
		ret = pb_intervals_judge(&c);
	if (ret)
		return ret;
	if (c.nr_diffs)
		qsort(c.diffs, c.nr_diffs, sizeof(*c.diffs), diff_order);
	c.verdict = verdict_find(&c);
	*ret_comparison = c;
	c = (struct pb_comparison){ 0 };
	/* Only now: what they say of the runs points into the comparison itself. */
	ret = pb_compare_facts(ret_comparison);
	if (ret)
		pb_comparison_done(ret_comparison);
	return ret;
}

int pb_compare(struct pb_store *base_store, int64_t base_run, struct pb_store *head_store,
	       int64_t head_run, struct pb_comparison *ret_comparison)
{
	return pb_compare_by(base_store, base_run, head_store, head_run, &pb_compare_defaults,
			     ret_comparison);
}

void pb_comparison_done(struct pb_comparison *comparison)
{
	pb_summary_done(&comparison->base);
	pb_summary_done(&comparison->head);
	free(comparison->diffs);
	free(comparison->unmatched);
	free(comparison->doubts);
	free(comparison->facts);
	pb_intervals_free(comparison->noisy);
	pb_drawn_free(comparison->drawn);
	*comparison = (struct pb_comparison){ 0 };
}
