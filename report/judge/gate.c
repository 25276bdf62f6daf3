// SPDX-License-Identifier: GPL-2.0-only
/*
 * gate - may this run pass, held against a baseline? For CI and `git bisect run`.
 * Why: a row for everything that was to be measured, so that nothing passes by not being there.
 */
#include "report/judge/gate.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/drawn.h"
#include "report/judge/history/history.h"
#include "report/judge/intervals.h"
#include "report/judge/least.h"

static const char *const phases[] = { "acquire", "release" };

static bool word_wants(char *word, const struct pb_cell *cell)
{
	struct pb_history_filter filter = { .cells = &word, .nr_cells = 1 };

	return pb_history_wants(&filter, cell);
}

bool pb_gate_means(const struct pb_gate_options *options, const struct pb_cell *cell)
{
	bool meant = !options->nr_cells;

	for (size_t i = 0; i < options->nr_cells; i++)
		meant |= word_wants(options->cells[i], cell);
	for (size_t i = 0; i < options->nr_except; i++)
		meant &= !word_wants(options->except[i], cell);
	return meant;
}

static bool summary_wants(const struct pb_summary *summary, char *word)
{
	for (size_t i = 0; i < summary->nr_cells; i++)
		if (word_wants(word, &summary->cells[i].cell))
			return true;
	return false;
}

/* A word that fits nothing is a typing error, and would let pass what it was to name. */
static int words_check(const struct pb_comparison *c, char **words, size_t nr, const char *option)
{
	for (size_t i = 0; i < nr; i++)
		if (!summary_wants(&c->base, words[i]) && !summary_wants(&c->head, words[i]))
			return pb_fail(-EINVAL,
				       "gate: %s '%s' fits no cell of either run (valid: "
				       "STRATEGY[,MEMORY[,PAGES]] of `pinbench export`)",
				       option, words[i]);
	return 0;
}

static struct pb_gate_row *row_add(struct pb_gate *gate, const struct pb_cell *cell,
				   const char *phase)
{
	struct pb_gate_row *rows = reallocarray(gate->rows, gate->nr_rows + 1, sizeof(*rows));

	if (!rows)
		return NULL;
	gate->rows = rows;
	rows[gate->nr_rows] = (struct pb_gate_row){
		.cell = *cell,
		.phase = phase,
		.base = NAN,
		.head = NAN,
		.change = NAN,
		.lower = NAN,
		.upper = NAN,
	};
	return &rows[gate->nr_rows++];
}

/* Takes @reason over; NULL is out of memory. */
static int row_refuse(struct pb_gate_row *row, char *reason)
{
	row->verdict = PB_VERDICT_UNKNOWN;
	row->reason = reason;
	return reason ? 0 : -ENOMEM;
}

static char *state_words(const char *side, const struct pb_summary_cell *cell)
{
	if (!cell)
		return pb_format("%s has no such cell", side);
	return pb_format("%s: %s%s%s", side, pb_cell_state_name(cell->state),
			 cell->reason ? ", " : "", cell->reason ? cell->reason : "");
}

/* A cell that a side has no numbers of. */
static int absence_judge(struct pb_gate *gate, const struct pb_summary_cell *base,
			 const struct pb_summary_cell *head)
{
	struct pb_gate_row *row = row_add(gate, base ? &base->cell : &head->cell, NULL);
	bool in_base = !base || base->state != PB_CELL_MEASURED;
	bool in_head = !head || head->state != PB_CELL_MEASURED;
	_cleanup_free_ char *first = in_base ? state_words("base", base) : strdup("");
	_cleanup_free_ char *second = in_head ? state_words("head", head) : strdup("");

	if (!row || !first || !second)
		return pb_fail(-ENOMEM, "out of memory");
	return row_refuse(row, pb_format("%s%s%s", first, in_base && in_head ? "; " : "", second));
}

static char *series_absence(const char *side, const struct pb_summary_series *series,
			    const char *metric)
{
	if (!series)
		return pb_format("%s has no %s", side, metric);
	return pb_format("%s: the counter never ran (%zu samples, all NULL)", side,
			 series->nr_values);
}

static int exact_judge(const struct pb_gate *gate, struct pb_gate_row *row,
		       const struct pb_summary_cell *base, const struct pb_summary_cell *head)
{
	const struct pb_comparison *c = &gate->comparison;
	const char *metric = c->metric;
	const struct pb_summary_series *old = pb_summary_find(base, row->phase, metric);
	const struct pb_summary_series *new = pb_summary_find(head, row->phase, metric);
	struct pb_least least;
	int ret;

	if (!old || !old->nr)
		return row_refuse(row, series_absence("base", old, metric));
	if (!new || !new->nr)
		return row_refuse(row, series_absence("head", new, metric));
	ret = pb_least_compare(&(struct pb_least_side){ c->base_store, &c->base, base, old },
			       &(struct pb_least_side){ c->head_store, &c->head, head, new },
			       gate->options.max, &least);
	if (ret)
		return ret;
	row->base = least.base;
	row->head = least.head;
	row->change = row->head == row->base ? 0 : (row->head - row->base) / fabs(row->base);
	row->lower = row->upper = row->change;
	if (least.doubt == PB_LEAST_VOID)
		return row_refuse(row, strdup(least.why));
	/* A percentage is not a binary number; a billionth of it decides nothing. */
	if (row->change > gate->options.max * (1 + 1e-9) && least.open)
		return row_refuse(row, pb_format("the least of %zu samples and of %zu differ, and "
						 "so do their numbers (measure both with as many: "
						 "--samples)",
						 least.nr_base, least.nr_head));
	if (row->change > gate->options.max * (1 + 1e-9))
		row->verdict = PB_VERDICT_WORSE;
	else if (least.doubt)
		return row_refuse(row, strdup(least.why));
	else if (row->change < 0 && !least.open)
		row->verdict = PB_VERDICT_BETTER;
	return 0;
}

static bool is_finding(enum pb_verdict verdict)
{
	return verdict == PB_VERDICT_WORSE || verdict == PB_VERDICT_BETTER;
}

static char *blunt_words(const struct pb_judged *judged, double blunt)
{
	_cleanup_free_ char *levels = pb_levels_words(&judged->effect);

	if (!levels)
		return NULL;
	return pb_format("%s: growth beyond %.3g %% is not ruled out",
			 *levels ? levels : "too noisy", 100 * blunt);
}

static int noisy_judge(const struct pb_gate *gate, struct pb_gate_row *row,
		       const struct pb_summary_cell *base)
{
	const struct pb_intervals_row *noisy =
		pb_intervals_find(gate->comparison.noisy, base, row->phase);
	double blunt = fmax(gate->options.max, gate->comparison.noisy->options.tolerance);

	if (!noisy || noisy->blind)
		return row_refuse(row, strdup(noisy ? noisy->reason : "was not compared"));
	row->base = noisy->judged.effect.base;
	row->head = noisy->judged.effect.head;
	row->change = noisy->judged.effect.change;
	row->lower = noisy->judged.lower;
	row->upper = noisy->judged.upper;
	row->verdict = noisy->verdict;
	if (is_finding(noisy->verdict))
		return 0;
	/* What a row passes by is its own interval, as what is missing from it is no finding. */
	row->lower = noisy->judged.within_lower;
	row->upper = noisy->judged.within_upper;
	if (row->upper > blunt)
		return row_refuse(row, blunt_words(&noisy->judged, blunt));
	/* That it may have become much cheaper does not keep it from passing. */
	if (noisy->verdict == PB_VERDICT_UNKNOWN)
		row->verdict = PB_VERDICT_SAME;
	return 0;
}

/* A change as a share of what there was; of nothing, it is infinite. */
static double share_of(double change, double base)
{
	return change == 0 ? 0 : change / fabs(base);
}

static int row_worsen(struct pb_gate_row *row, const struct pb_drawn_moved *moved)
{
	row->verdict = PB_VERDICT_WORSE;
	if (!moved->name)
		return 0;
	row->reason = pb_drawn_moved_words(moved);
	return row->reason ? 0 : -ENOMEM;
}

static int drawn_judge(const struct pb_gate *gate, struct pb_gate_row *row,
		       const struct pb_summary_cell *base)
{
	const struct pb_drawn *drawn = gate->comparison.drawn;
	const struct pb_drawn_row *judged = pb_drawn_find(drawn, base, row->phase);
	double blunt = fmax(gate->options.max, drawn->tolerance);

	if (!judged || judged->blind)
		return row_refuse(row, strdup(judged ? judged->reason : "was not compared"));
	row->base = judged->pairs.base;
	row->head = judged->pairs.head;
	row->change = share_of(judged->pairs.change, row->base);
	row->lower = share_of(judged->pairs.lower, row->base);
	row->upper = share_of(judged->pairs.upper, row->base);
	/* A percentage is not a binary number; a billionth of it decides nothing. */
	if (row->lower > gate->options.max * (1 + 1e-9))
		return row_worsen(row, &judged->moved);
	if (row->upper > blunt * (1 + 1e-9))
		return row_refuse(row, pb_format("the interleavings do not agree: growth beyond "
						 "%.3g %% is not ruled out",
						 100 * blunt));
	else if (judged->verdict == PB_VERDICT_BETTER)
		row->verdict = PB_VERDICT_BETTER;
	return 0;
}

static int drawn_cell_judge(struct pb_gate *gate, const struct pb_summary_cell *base)
{
	int ret = 0;

	for (size_t i = 0; pb_drawn_metrics[i] && !ret; i++) {
		struct pb_gate_row *row = row_add(gate, &base->cell, pb_drawn_metrics[i]);

		ret = row ? drawn_judge(gate, row, base) : pb_fail(-ENOMEM, "out of memory");
	}
	return ret;
}

static int cell_judge(struct pb_gate *gate, const struct pb_summary_cell *base,
		      const struct pb_summary_cell *head)
{
	int ret = 0;

	gate->nr_cells++;
	if (!base || !head || base->state != PB_CELL_MEASURED || head->state != PB_CELL_MEASURED)
		return absence_judge(gate, base, head);
	if (gate->comparison.drawn)
		return gate->comparison.drawn->refused ? 0 : drawn_cell_judge(gate, base);
	for (size_t i = 0; i < PB_ARRAY_SIZE(phases) && !ret; i++) {
		const struct pb_intervals_row *noisy =
			gate->comparison.noisy
				? pb_intervals_find(gate->comparison.noisy, base, phases[i])
				: NULL;
		struct pb_gate_row *row;

		if (noisy && noisy->absent)
			continue;
		row = row_add(gate, &base->cell, phases[i]);
		if (!row)
			ret = pb_fail(-ENOMEM, "out of memory");
		else if (gate->comparison.noisy)
			ret = noisy_judge(gate, row, base);
		else
			ret = exact_judge(gate, row, base, head);
	}
	return ret;
}

static int cells_judge(struct pb_gate *gate)
{
	const struct pb_summary *base = &gate->comparison.base, *head = &gate->comparison.head;
	int ret = 0;

	for (size_t i = 0; i < base->nr_cells && !ret; i++)
		if (pb_gate_means(&gate->options, &base->cells[i].cell))
			ret = cell_judge(gate, &base->cells[i],
					 pb_compare_cell(head, &base->cells[i].cell));
	for (size_t i = 0; i < head->nr_cells && !ret; i++)
		if (pb_gate_means(&gate->options, &head->cells[i].cell) &&
		    !pb_compare_cell(base, &head->cells[i].cell))
			ret = cell_judge(gate, NULL, &head->cells[i]);
	return ret;
}

/* What makes the whole comparison void, whatever its rows say. */
static char *void_words(const struct pb_gate *gate)
{
	const struct pb_summary *sides[] = { &gate->comparison.base, &gate->comparison.head };
	const char *names[] = { "base", "head" }, *arch[2];
	const struct pb_drawn *drawn = gate->comparison.drawn;

	for (size_t i = 0; i < 2; i++) {
		/* What such a run would still have measured, nobody knows. */
		if (pb_run_state_is_open(sides[i]->state))
			return pb_format("%s (run %.8s) did not end: it is '%s'", names[i],
					 sides[i]->run.uuid, pb_run_state_name(sides[i]->state));
		if (!sides[i]->nr_cells)
			return pb_format("%s (run %.8s) is empty: it has no cell", names[i],
					 sides[i]->run.uuid);
		arch[i] = pb_summary_fact(sides[i], "kernel.arch");
	}
	if (arch[0] && arch[1] && !pb_streq(arch[0], arch[1]))
		return pb_format("base ran on '%s' and head on '%s'", arch[0], arch[1]);
	if (drawn && drawn->refused)
		return strdup(drawn->refused);
	return NULL;
}

static int row_order(const void *a, const void *b)
{
	static const int rank[] = {
		[PB_VERDICT_WORSE] = 0,
		[PB_VERDICT_UNKNOWN] = 1,
		[PB_VERDICT_BETTER] = 2,
		[PB_VERDICT_SAME] = 3,
	};
	const struct pb_gate_row *left = a, *right = b;
	double by = fabs(right->change) - fabs(left->change);

	if (rank[left->verdict] != rank[right->verdict])
		return rank[left->verdict] - rank[right->verdict];
	if (by != 0 && !isnan(by))
		return by > 0 ? 1 : -1;
	if (left->cell.index != right->cell.index)
		return left->cell.index < right->cell.index ? -1 : 1;
	return strcmp(left->phase ? left->phase : "", right->phase ? right->phase : "");
}

static void verdict_find(struct pb_gate *gate)
{
	for (size_t i = 0; i < gate->nr_rows; i++) {
		gate->nr_worse += gate->rows[i].verdict == PB_VERDICT_WORSE;
		gate->nr_better += gate->rows[i].verdict == PB_VERDICT_BETTER;
		gate->nr_unknown += gate->rows[i].verdict == PB_VERDICT_UNKNOWN;
	}
	if (!gate->reason && gate->nr_worse)
		gate->verdict = PB_VERDICT_WORSE;
	else if (gate->reason || gate->nr_unknown || !gate->nr_rows)
		gate->verdict = PB_VERDICT_UNKNOWN;
	else
		gate->verdict = gate->nr_better ? PB_VERDICT_BETTER : PB_VERDICT_SAME;
	if (gate->nr_rows)
		qsort(gate->rows, gate->nr_rows, sizeof(*gate->rows), row_order);
}

static int gate_fill(struct pb_gate *gate)
{
	const struct pb_comparison *c = &gate->comparison;
	const struct pb_gate_options *options = &gate->options;
	int ret;

	if (pb_streq(c->base.run.uuid, c->head.run.uuid))
		return pb_fail(-EINVAL,
			       "gate: base and head are the same run %.8s, which would always "
			       "pass (name an older run with --base, or a newer one with --head)",
			       c->base.run.uuid);
	gate->reason = void_words(gate);
	ret = words_check(c, options->cells, options->nr_cells, "--cell");
	if (!ret)
		ret = words_check(c, options->except, options->nr_except, "--except");
	if (!ret)
		ret = cells_judge(gate);
	if (!ret && !gate->nr_cells && !gate->reason)
		ret = pb_fail(-EINVAL, "gate: --except leaves no cell to judge");
	return ret;
}

int pb_gate_judge(struct pb_store *base_store, int64_t base_run, struct pb_store *head_store,
		  int64_t head_run, const struct pb_gate_options *options, struct pb_gate *ret_gate)
{
	pb_cleanup(pb_gate_done) struct pb_gate gate = { .options = *options };
	struct pb_compare_options how = pb_compare_defaults;
	int ret;

	how.seed = options->seed;
	how.any_units = true; /* void_words() tells */
	if (options->tolerance > 0)
		how.tolerance = options->tolerance;
	how.family.bound = options->max;
	/* Whoever says how much is allowed has said what is too small to matter. */
	if (options->max_set)
		how.family.effect = 0;
	ret = pb_compare_by(base_store, base_run, head_store, head_run, &how, &gate.comparison);
	if (!ret)
		ret = gate_fill(&gate);
	if (ret)
		return ret;
	verdict_find(&gate);
	*ret_gate = gate;
	gate = (struct pb_gate){ 0 };
	return 0;
}

void pb_gate_done(struct pb_gate *gate)
{
	for (size_t i = 0; i < gate->nr_rows; i++)
		free(gate->rows[i].reason);
	free(gate->rows);
	free(gate->reason);
	pb_comparison_done(&gate->comparison);
	*gate = (struct pb_gate){ 0 };
}
